"""YAML front matter: parsed, edited in place, and what is wrong with it."""
