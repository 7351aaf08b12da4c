"""The vault: the only door of the command line and the terminal interface."""
