"""Who may: identity, permissions, roles, policy. Pure: no Flask, no SQL."""
