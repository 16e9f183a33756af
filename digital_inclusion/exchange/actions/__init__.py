"""Use cases of files: upload, match columns, preview, enroll, undo."""
