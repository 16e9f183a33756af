"""The web side: gate, CSRF, headers, errors, forms, templating, transactions. Knows no feature."""
