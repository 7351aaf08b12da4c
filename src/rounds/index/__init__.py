"""The SQLite index of the vault; all SQL is here."""
