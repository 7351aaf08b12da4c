"""The rules of the work: standard library only, no files, no clock."""
