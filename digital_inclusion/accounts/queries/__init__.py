"""Reading accounts: sessions and links (``sessions``), people and teams (``people``)."""
