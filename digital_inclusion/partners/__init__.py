"""Organizations: grantees, city, fiscal agent, refurbishers. Partners are the tenants."""
