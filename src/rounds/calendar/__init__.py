"""Calendar feeds: events, files, servers."""
