"""Vault operations for the command line and the terminal interface."""
