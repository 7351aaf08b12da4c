"""Domain rules: pure Python, no files, no clock."""
