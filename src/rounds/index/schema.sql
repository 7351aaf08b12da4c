-- The index: derived from the notes alone, safe to delete at any time. A change here raises VERSION in database.py.
-- The indexes are created after a first fill, which makes it a tenth faster.
-- Known properties stand in columns of `notes`, folded for matching: ` | one member | another | ` (see
-- domain/folding.py), dates as ISO text. `details` holds every property verbatim as JSON, so a scan of `notes` stays narrow.

CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) WITHOUT ROWID;

CREATE TABLE files (
  key INTEGER PRIMARY KEY,
  path TEXT NOT NULL,                 -- POSIX, relative to the vault, exactly as on disk
  hash BLOB NOT NULL                  -- blake2b-16 of the bytes; stamps are in meta, as one blob (see writer.py)
);
CREATE UNIQUE INDEX files_path ON files (path);

CREATE TABLE notes (
  key INTEGER PRIMARY KEY,            -- files.key
  path TEXT NOT NULL,
  type TEXT NOT NULL,                 -- '' for a note without a known type
  stem TEXT NOT NULL,                 -- the file name without .md, NFC and case-folded: what links resolve to
  folder TEXT NOT NULL,               -- `//partners/`, folded like the stem: matched by links with folders
  title TEXT NOT NULL,                -- the `name` property, or else the file name
  id TEXT NOT NULL,                   -- stored, else derived from vault id and path
  stored_id INTEGER NOT NULL,         -- 1 where the note itself holds the id
  stirred INTEGER NOT NULL DEFAULT 1, -- number of the last sync that changed the note's data; see Index.changed_since
  readable INTEGER NOT NULL,          -- 0: the properties below are those of the last good version
  last_contact TEXT,                  -- derived: latest date in the note and of all touches up to meta.day
  written_contact TEXT,               -- the note's own last_contact property
  role TEXT, organization TEXT, stage TEXT, name TEXT, city TEXT, accepting TEXT, insurance TEXT, specialties TEXT,
  serves TEXT, languages TEXT, tags TEXT, email TEXT, phone TEXT, check_in TEXT, referral_method TEXT,
  credentials TEXT, pronouns TEXT, fax TEXT, website TEXT, address TEXT, telehealth TEXT, referral_includes TEXT,
  referral_contact TEXT,
  source TEXT, introduced_by TEXT, knows TEXT, connection TEXT, npi TEXT, owner TEXT, aliases TEXT,
  partner TEXT, direction TEXT, status TEXT, client TEXT, reason TEXT, scope TEXT,
  accepting_checked TEXT, rest_until TEXT, date TEXT, acknowledged TEXT, closed TEXT, signed TEXT, expires TEXT,
  revoked TEXT,
  works_at TEXT                       -- of a partner: lookup name of the organization (see places)
);
CREATE INDEX notes_stem ON notes (stem);
CREATE INDEX notes_id ON notes (id, stored_id);
-- Who is known to the client guard, by name, and who works at the same place:
CREATE INDEX notes_name ON notes (name) WHERE type IN ('partner', 'organization', 'clinician', 'practice');
CREATE INDEX notes_aliases ON notes (aliases) WHERE aliases > '';
CREATE INDEX notes_works_at ON notes (works_at) WHERE works_at > '';
CREATE INDEX notes_types ON notes (type) WHERE type <> 'partner';   -- all types with few notes

CREATE TABLE places (                 -- names of organizations; a name shared by two of them matches none
  name TEXT NOT NULL,                 -- value of notes.works_at; with folders: '/organizations/rose city pediatrics'
  note INTEGER NOT NULL,
  rank INTEGER NOT NULL,              -- 0: file name, which wins over 1: title and aliases
  PRIMARY KEY (name, note)
) WITHOUT ROWID;

CREATE VIEW place AS                  -- names that lead to one organization
  SELECT name, coalesce(max(iif(rank = 0, note, NULL)), max(note)) AS note FROM places
  GROUP BY name HAVING sum(rank = 0) = 1 OR count(*) = 1;

CREATE TABLE details (key INTEGER PRIMARY KEY, properties TEXT NOT NULL, other TEXT);
                                      -- other: folded values of the properties that have no column, or NULL

CREATE TABLE log (
  note INTEGER NOT NULL, line INTEGER NOT NULL, date TEXT NOT NULL, kind TEXT NOT NULL, who TEXT NOT NULL,
  text TEXT NOT NULL, rule TEXT NOT NULL, until TEXT, touch INTEGER NOT NULL,
  PRIMARY KEY (note, line)            -- line 0: a referral, which is a touch as a whole
) WITHOUT ROWID;
-- The kinds that rules look for in all notes, few of them in a vault:
CREATE INDEX log_chosen ON log (note) WHERE kind = 'chosen';
CREATE INDEX log_gift ON log (note) WHERE kind = 'gift';
CREATE INDEX log_intro ON log (note) WHERE kind = 'intro';

CREATE TABLE followups (
  note INTEGER NOT NULL, line INTEGER NOT NULL, text TEXT NOT NULL, status TEXT NOT NULL, due TEXT, time TEXT,
  kind TEXT NOT NULL, done TEXT, repeat TEXT NOT NULL, block TEXT NOT NULL,
  PRIMARY KEY (note, line)
) WITHOUT ROWID;

CREATE TABLE reminders (              -- derived, open ones only (reminder_rows.py); dates as ISO text
  note INTEGER NOT NULL, place INTEGER NOT NULL,
  rule TEXT NOT NULL, title TEXT NOT NULL, due TEXT, late_after TEXT, time TEXT, rank INTEGER NOT NULL,
  cause TEXT NOT NULL, kind TEXT NOT NULL, why TEXT NOT NULL, line INTEGER NOT NULL, since TEXT,
  wanted INTEGER NOT NULL, step TEXT NOT NULL, sets TEXT, value TEXT, happened INTEGER NOT NULL,
  lapses TEXT, minutes INTEGER NOT NULL, travel INTEGER,
  PRIMARY KEY (note, place)
) WITHOUT ROWID;

CREATE VIEW due AS                    -- each note's earliest reminder that is still owed on the day of the last sync
  SELECT note, min(due) AS date FROM reminders
  WHERE due IS NOT NULL AND (lapses IS NULL OR lapses >= (SELECT value FROM meta WHERE name = 'day')) GROUP BY note;

CREATE TABLE links (
  note INTEGER NOT NULL,
  line INTEGER NOT NULL,              -- 0: from a property; inside a log entry: the entry's own line
  property TEXT NOT NULL,
  target TEXT NOT NULL,               -- resolves to notes.stem; of the property partner_id, to notes.id
  folder TEXT NOT NULL,               -- of a link such as [[Partners/Sam Lee]]: '/partners/', else ''; see notes/links
  PRIMARY KEY (note, line, property, target, folder)
) WITHOUT ROWID;
CREATE INDEX links_target ON links (target);

CREATE TABLE problems (
  file INTEGER NOT NULL,              -- files.key; 0 for a copy, or for what can't be read
  path TEXT NOT NULL, line INTEGER NOT NULL, "column" INTEGER NOT NULL, level TEXT NOT NULL,
  message TEXT NOT NULL, hint TEXT NOT NULL
);
CREATE INDEX problems_file ON problems (file);

CREATE TABLE guarded (                -- notes that the client guard has read, and what it found in each
  file INTEGER PRIMARY KEY,           -- files.key
  hash BLOB NOT NULL,                 -- files.hash of the version that was read
  known TEXT NOT NULL,                -- the guard's version and who was known, as a mark (findings.py)
  findings TEXT NOT NULL              -- JSON: [[line (0: the name), column, level, kind, message, hint, names], ...]
);
CREATE INDEX guarded_found ON guarded (file) WHERE findings <> '[]';

-- Folded by index/rows.py; remaining marks are parts of letters.
CREATE VIRTUAL TABLE search USING fts5 (
  title, properties, body, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);
