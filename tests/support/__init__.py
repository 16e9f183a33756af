"""Helpers of the tests: a PostgreSQL server to throw away, a browser, and the like."""
