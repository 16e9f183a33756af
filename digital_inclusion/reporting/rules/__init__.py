"""Rules of reporting: words for what is counted, who needs attention, how a sample is drawn, what a result is worth."""
