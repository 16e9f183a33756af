"""What people type about training and classes."""
