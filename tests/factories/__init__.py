"""Invented facts, people and files for the tests, in few words."""
