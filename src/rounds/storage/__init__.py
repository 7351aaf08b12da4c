"""State and settings on disk, one module each."""
