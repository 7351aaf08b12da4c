"""Notes: pure conversion between bytes and domain objects."""
