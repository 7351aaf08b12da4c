"""Three versions of a note, merged."""
