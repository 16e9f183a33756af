"""What people type in casework."""
