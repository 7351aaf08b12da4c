"""Exports of notes and messages to files and programs."""
