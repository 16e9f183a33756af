"""Training and assessments recorded one by one, and classes: sessions, seats, waiting lists, attendance."""
