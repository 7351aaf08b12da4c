"""One module per thing outside: files, the index, the watcher, the settings."""
