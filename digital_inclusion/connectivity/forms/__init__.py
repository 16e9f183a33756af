"""What people type about lines, offers and applications."""
