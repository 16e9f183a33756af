"""Who qualifies for what, on a day: a dated, cited rulebook and decisions with reasons. Pure: no web, no database."""
