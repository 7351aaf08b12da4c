"""Three-way merge of notes."""
