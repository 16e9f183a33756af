"""Use cases of skills: training of one person, classes, places in them, attendance."""
