"""What people type about devices."""
