"""The rules of rules: dated values, conditions, decisions. Values in, a decision with its reasons out."""
