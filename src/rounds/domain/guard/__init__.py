"""Client guard: finds client information in a line."""
