"""The rules of counting, pure: values in, ledger lines or a sentence out. Source: docs/counting.md."""
