"""Rules of connectivity: speeds, prices, deadlines, what fits. Pure."""
