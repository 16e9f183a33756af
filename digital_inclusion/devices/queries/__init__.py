"""Questions about devices."""
