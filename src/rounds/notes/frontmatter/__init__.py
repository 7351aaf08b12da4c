"""YAML front matter: parsing, in-place edits, error messages."""
