"""One module for each thing on disk."""
