"""Reading classes, their sessions, who has a place, and who came."""
