"""The least that indexing a vault can cost: scandir, read, py-yaml12, one row and one full-text row a note."""

import os
import sqlite3
import sys
import time


def walk(root: str) -> list[tuple[str, os.stat_result]]:
    """A bare scandir and stat of every Markdown file."""
    found = []
    pending = [root]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".md"):
                    found.append((entry.path, entry.stat()))
                elif entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
    return found


def index(root: str, database: str) -> int:
    """Read and index every note once; returns how many."""
    import yaml12

    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("CREATE TABLE notes (key INTEGER PRIMARY KEY, path TEXT, mtime INTEGER, properties TEXT)")
    connection.execute("CREATE VIRTUAL TABLE search USING fts5 (title, body, tokenize='unicode61 remove_diacritics 2')")
    connection.execute("BEGIN")
    count = 0
    for path, status in walk(root):
        with open(path, "rb") as file:
            text = file.read().decode()
        block, _, body = text[4:].partition("\n---\n")
        properties = yaml12.parse_yaml(block)
        count += 1
        connection.execute("INSERT INTO notes VALUES (?,?,?,?)", (count, path, status.st_mtime_ns, repr(properties)))
        connection.execute("INSERT INTO search (rowid, title, body) VALUES (?,?,?)", (count, path, body))
    connection.execute("COMMIT")
    connection.close()
    return count


if __name__ == "__main__":
    start = time.perf_counter()
    index(sys.argv[1], sys.argv[2])
    print(time.perf_counter() - start)
