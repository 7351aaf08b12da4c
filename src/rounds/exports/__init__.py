"""Files and programs that notes and messages go out to."""
