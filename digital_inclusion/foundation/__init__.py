"""What any case-management system stands on; knows no feature."""
