"""What crosses the edge of the machine."""
