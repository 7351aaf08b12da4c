"""Reminders and their rules."""
