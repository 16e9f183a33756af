"""Facts to milestones to ledger: what counts, what was posted, and why a household does not count."""
