"""What internet companies answer: columns, words, and what a row says that is new. Pure."""
