"""Reminders, and the rules that derive them."""
