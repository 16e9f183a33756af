"""Progress to the goals, certificates, why not counted, audit lists. Reads everything below."""
