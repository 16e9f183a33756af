"""Users, sign-in, second factor, sessions, invitations, role assignments, teams."""
