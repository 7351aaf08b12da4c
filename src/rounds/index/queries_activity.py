"""Activity in the index: touches, follow-ups, referrals, links between notes, and problems.

Call the functions with `Vault.ask`, as those of `queries.py`.
"""

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from rounds.domain.gaps_introductions_suggestions import HEARD
from rounds.domain.log_followups import MEETINGS
from rounds.domain.reminders.reminder import WORKED
from rounds.domain.reminders.rules import EARLY
from rounds.index.ids_last_contact import LEADS, NO_LINK, STANDS_IN

if TYPE_CHECKING:
    from rounds.index.writer import Index

_AMONG = "IN (SELECT value FROM json_each(?))"


def _quoted(words: Collection[str]) -> str:
    return ",".join(f"'{word}'" for word in sorted(words))


def _only(column: str, keys: Collection[int] | None, word: str = "AND") -> str:
    return "" if keys is None else f" {word} {column} IN ({','.join(map(str, keys))})"


# Touches ----------------------------------------------------------------------------------------------------------


def _touches(text: str = "''", keys: Collection[int] | None = None) -> str:
    """A partner's touches, as rows of the table `log`, with an expression for the text: of some partners, or of all.

    They are its own log, organizations' entries that link to it, and referrals by link or else by id.
    """
    return f"""
SELECT l.note, l.line, l.date, l.kind, l.who, {text}, l.rule, l.until, l.touch FROM log l
  JOIN notes n ON n.key = l.note WHERE n.type = 'partner'{_only("n.key", keys)}
UNION ALL SELECT DISTINCT n.key, 0, l.date, l.kind, l.who, {text}, '', NULL, 1 FROM links k
  JOIN notes o ON o.key = k.note AND o.type IN ('organization', 'referral')
  JOIN log l ON l.note = k.note AND l.line = k.line AND l.touch
  JOIN notes n ON n.stem = k.target AND n.type = 'partner'
  WHERE (k.property = '' OR k.property = 'partner') AND {LEADS}{_only("n.key", keys)}
UNION ALL SELECT n.key, 0, l.date, l.kind, l.who, {text}, '', NULL, 1 FROM links k
  JOIN log l ON l.note = k.note AND l.line = 0 AND l.touch
  JOIN notes n ON n.id = k.target AND n.type = 'partner' WHERE {STANDS_IN}{_only("n.key", keys)}"""


TouchRow = tuple[Any, ...]
"""A row of the table `log`: the note's key, then what `notes.log.entry_of` takes."""


def touches(index: "Index", keys: Collection[int] | None = None) -> list[TouchRow]:
    """The touches of some partners, or of all; with the text only where a rule reads it."""
    read = "l.rule = 'stage' OR l.kind IN ('call', 'intro') OR l.text LIKE '%thank%'"
    return index.rows(_touches(f"iif({read}, l.text, '')", keys))


def log_of(index: "Index", key: int, *, partner: bool) -> list[TouchRow]:
    """The log of one note; with a partner's touches in other notes."""
    return index.rows(_touches("l.text", [key]) if partner else f"SELECT * FROM log WHERE note = {key:d}")


def first_days(
    index: "Index", kinds: Collection[str], today: str, keys: Collection[int] | None = None
) -> list[tuple[int, str, str]]:
    """Key, kind and first day of each kind of touch of some partners, or of all, up to today."""
    return index.rows(
        f"SELECT note, kind, min(date) FROM ({_touches(keys=keys)}) "
        f"WHERE kind IN ({_quoted(kinds)}) AND date <= ? GROUP BY note, kind",
        (today,),
    )


def touch_days(index: "Index", first: str, last: str) -> list[str]:
    """The day of each touch in the logs between two days; one with an organization counts once."""
    sql = "SELECT date FROM log WHERE touch AND date BETWEEN ? AND ?"
    return [day for (day,) in index.rows(sql, (first, last))]


def notes_with_gifts(index: "Index") -> list[tuple[int, str]]:
    """Key and path of the partners with a gift in their log."""
    gifts = "SELECT DISTINCT note FROM log WHERE kind = 'gift'"
    return index.rows(f"SELECT key, path FROM notes WHERE key IN ({gifts}) AND type = 'partner'")


def kinds_used(index: "Index") -> list[str]:
    """The kinds of touch in all logs."""
    return [kind for (kind,) in index.cached_rows("SELECT DISTINCT kind FROM log ORDER BY kind")]


def articles(index: "Index", today: str) -> list[tuple[int, str, str | None]]:
    """Key, text and day of each article that was shared, and of each drafted one, without a day."""
    return index.rows(
        "SELECT note, text, date FROM log WHERE kind = 'article' AND date <= ? "
        "UNION ALL SELECT note, text, NULL FROM followups WHERE kind = 'article' AND status = 'open'",
        (today,),
    )


# Reminders --------------------------------------------------------------------------------------------------------

SUBJECT_PROPERTIES = (
    "role", "organization", "stage", "check_in", "rest_until", "last_contact", "email", "accepting_checked",
)  # fmt: skip
"""The properties that the rules for reminders use."""

_SUBJECT = "(n.type = 'partner' OR n.key IN (SELECT note FROM followups WHERE status = 'open'))"


def subject_count(index: "Index") -> int:
    """Number of the notes that can have reminders."""
    return int(index.rows(f"SELECT count(*) FROM notes n WHERE {_SUBJECT}")[0][0])


def subjects(index: "Index", keys: Collection[int] | None) -> list[tuple[int, str, str, str, str, str]]:
    """The partners, and all other notes with an open follow-up: some of them, or all.

    Returns:
        Key, type, path, title, id, and the values of SUBJECT_PROPERTIES as a JSON array.
    """
    values = ", ".join(f"'$.{key}'" for key in SUBJECT_PROPERTIES)
    return index.rows(
        f"SELECT n.key, n.type, n.path, n.title, n.id, json_extract(d.properties, {values}) "
        f"FROM notes n JOIN details d ON d.key = n.key WHERE {_SUBJECT}{_only('n.key', keys)}"
    )


def followups(
    index: "Index", keys: Collection[int] | None
) -> list[tuple[int, int, str, str, str | None, str | None, str, str | None, str, str]]:
    """Rows of the table `followups` by line, of some notes or of all that have an open one.

    Done ones are included, because equal lines are numbered.
    """
    having = "note IN (SELECT note FROM followups WHERE status = 'open')"
    return index.rows(f"SELECT * FROM followups WHERE {having}{_only('note', keys)} ORDER BY line")


def followups_by_id(index: "Index", ids: Collection[str]) -> list[tuple[str, str, int, str, str, str]]:
    """Path, id, line, text, status and block id of each follow-up in the notes with some ids, by line."""
    return index.rows(
        "SELECT n.path, n.id, f.line, f.text, f.status, f.block FROM followups f JOIN notes n ON n.key = f.note "
        f"WHERE n.id {_AMONG} ORDER BY f.note, f.line",
        (json.dumps(sorted(ids)),),
    )


def introduced(index: "Index", today: str, keys: Collection[int] | None) -> list[tuple[int, str, str, str]]:
    """Who introduced a partner or was asked to, once it worked, of some of them or all.

    Returns: key of the introducer, id and title of the partner, and day of the first answer, call or meeting since.
    """
    return index.rows(
        f"""
SELECT n.key, t.id, t.title, min(l.date) FROM links k
  JOIN notes t ON t.key = k.note AND t.type = 'partner' JOIN notes n ON n.stem = k.target AND n.type = 'partner'
  JOIN (SELECT note, max(date) AS date FROM log WHERE kind = 'intro' GROUP BY note) a ON a.note = t.key
  JOIN log l ON l.note = t.key AND l.kind IN ({_quoted(WORKED)}) AND l.date BETWEEN a.date AND ?
  WHERE n.key <> t.key AND (k.property = 'introduced_by' OR
    (k.note, k.line) IN (SELECT note, line FROM log WHERE kind = 'intro' AND text LIKE '%asked [%'))
    AND {LEADS}{_only("n.key", keys)} GROUP BY n.key, t.key""",
        (today,),
    )


# Referrals and releases -------------------------------------------------------------------------------------------

# A referral or release `s` with its partner `n`. Two queries, since SQLite then uses the index on stems.
_FILED = f"""
SELECT s.key, s.type, s.path, s.id, n.key AS partner, n.path AS partner_path, n.title FROM notes s
  JOIN links k ON k.note = s.key AND k.property = 'partner' JOIN notes n ON n.stem = k.target AND n.type = 'partner'
  WHERE s.type IN ('referral', 'release') AND {LEADS}
UNION ALL SELECT s.key, s.type, s.path, s.id, n.key, n.path, n.title FROM notes s
  JOIN links k ON k.note = s.key JOIN notes n ON n.id = k.target AND n.type = 'partner'
  WHERE s.type IN ('referral', 'release') AND {STANDS_IN}"""


def filed_by_partner(index: "Index", keys: Collection[int] | None) -> list[tuple[int, str, str, str, str]]:
    """Referrals and releases of some partners, or of all: the partner's key, type, path, id, and properties as JSON."""
    return index.rows(
        f"SELECT f.partner, f.type, f.path, f.id, d.properties FROM ({_FILED}) f JOIN details d ON d.key = f.key"
        f"{_only('f.partner', keys, 'WHERE')}"
    )


def partners_of_filed(index: "Index") -> dict[int, tuple[str, str]]:
    """Path and title of the partner, by the key of each referral and release; the first path if there are several."""
    rows = index.rows(f"SELECT key, partner_path, title FROM ({_FILED}) ORDER BY partner_path DESC")
    return {key: (path, title) for key, path, title in rows}


def broken_partner_links(index: "Index") -> list[tuple[str, object, str | None, int]]:
    """Referrals and releases whose partner link leads nowhere.

    Returns:
        Path, the property's current value, and the path and number of partners with the stored id.
    """
    return index.rows(f"""
SELECT s.path, json_extract(d.properties, '$.partner'), group_concat(n.path, char(10)), count(n.key)
FROM notes s JOIN details d ON d.key = s.key
LEFT JOIN links k ON k.note = s.key AND k.property = 'partner_id'
LEFT JOIN notes n ON n.id = k.target AND n.type = 'partner'
WHERE s.type IN ('referral', 'release') AND s.type <> 'partner' AND (s.partner <> '' OR n.key IS NOT NULL)
  AND {NO_LINK.format(note="s.key")}
GROUP BY s.key""")


# Network and month ------------------------------------------------------------------------------------------------


def partners_by_role(index: "Index", today: str) -> list[tuple[str | None, str | None, int, int]]:
    """Role and stage, folded, whether they were ever met, and the number of such partners.

    Whether a partner was met is read from the log only for resting partners.
    """
    resting = [key for (key,) in index.rows("SELECT key FROM notes WHERE type = 'partner' AND stage LIKE '%resting%'")]
    met = f"SELECT note FROM ({_touches(keys=resting)}) WHERE kind IN ({_quoted(MEETINGS)}) AND date <= ?"
    sql = f"SELECT role, stage, key IN ({met}) AS met, count(*) FROM notes WHERE type = 'partner'"
    return index.rows(f"{sql} GROUP BY role, stage, met", (today,))


def people(index: "Index") -> list[tuple[int, str, str, str, str | None, str | None]]:
    """Key, title, path, stem, folded stage and last contact of every partner."""
    return index.rows("SELECT key, title, path, stem, stage, last_contact FROM notes WHERE type = 'partner'")


def tying_links(index: "Index") -> list[tuple[int, str, str, str]]:
    """Note, property, target and folder of links but `not_same`. A join with the notes takes four times as long."""
    return index.rows("SELECT note, property, target, folder FROM links WHERE property <> 'not_same'")


def partners_reported(index: "Index") -> list[tuple[int, str, str, str | None, str | None, str | None, str | None]]:
    """Key, path, title, folded role, folded stage, rest_until and organization of every partner."""
    place = "SELECT o.title FROM place p JOIN notes o ON o.key = p.note WHERE p.name = n.works_at"
    sql = f"SELECT key, path, title, role, stage, rest_until, ({place}) FROM notes n WHERE type = 'partner'"
    return index.rows(sql)


def contacted_since(index: "Index", first: str, kinds: Collection[str]) -> list[int]:
    """Keys of the partners last contacted on that day or later, without an earlier entry of some kinds in their log."""
    earlier = f"SELECT 1 FROM log l WHERE l.note = n.key AND l.date < :first AND l.kind IN ({_quoted(kinds)})"
    rows = index.rows(
        f"SELECT key FROM notes n WHERE type = 'partner' AND last_contact >= :first AND NOT EXISTS ({earlier})",
        {"first": first},
    )
    return [key for (key,) in rows]


# Still chosen for the month: not declined and no touch since.
_CHOSEN = """
SELECT DISTINCT n.key FROM log l JOIN notes n ON n.key = l.note AND n.type = 'partner'
WHERE l.kind = 'chosen' AND l.date BETWEEN :first AND :today AND ifnull(n.last_contact, '') < l.date
  AND NOT EXISTS (SELECT 1 FROM log s WHERE s.note = l.note AND s.kind = 'skip' AND s.rule = 'month'
    AND s.date >= l.date)"""


def chosen(index: "Index", first: str, today: str) -> set[int]:
    """Keys of the partners that are still chosen for the month that began on a day."""
    return {key for (key,) in index.rows(_CHOSEN, {"first": first, "today": today})}


CandidateRow = tuple[int, str, str, str | None, str | None, str | None, str | None, str | None, str]
"""Key, title, path, folded role, email and phone, last contact, lookup name of the organization, connection as JSON."""


def outreach_candidates(index: "Index", first: str, today: str, before: str) -> list[CandidateRow]:
    """Partners to contact: in an early stage, not chosen, never heard of, and last contacted up to the day `before`."""
    return index.rows(
        f"""
SELECT n.key, n.title, n.path, n.role, n.email, n.phone, n.last_contact, n.works_at,
  json_extract(d.properties, '$.connection', '$.type') FROM notes n JOIN details d ON d.key = n.key
WHERE n.type = 'partner' AND n.readable AND trim(replace(ifnull(n.stage, ''), '|', '')) IN ({_quoted(EARLY)})
  AND ifnull(n.rest_until, '') <= :today AND ifnull(n.last_contact, '') <= :before
  AND NOT EXISTS (SELECT 1 FROM log h WHERE h.note = n.key AND h.kind IN ({_quoted(HEARD)}) AND h.date <= :today)
  AND n.key NOT IN ({_CHOSEN})""",
        {"first": first, "today": today, "before": before},
    )


def organization_contacts(index: "Index") -> dict[str, tuple[bool, bool]]:
    """Whether organizations have an email and a phone, by lookup name."""
    sql = "SELECT p.name, o.email, o.phone FROM place p JOIN notes o ON o.key = p.note"
    return {name: (bool(email), bool(phone)) for name, email, phone in index.rows(sql)}


# Links and problems -----------------------------------------------------------------------------------------------


def notes_linking(index: "Index", key: int, stem: str, name: str) -> list[str]:
    """Paths of the notes with a link to a note, or with its plain name where the format expects a link.

    Args:
        key: of the note.
        stem: its name in links.
        name: its name, folded.
    """
    rows = index.rows(
        """
SELECT s.path FROM notes s JOIN details d ON d.key = s.key
WHERE s.key <> :key AND (NOT s.readable
  OR s.key IN (SELECT k.note FROM links k WHERE k.target = :stem AND k.property <> 'partner_id')
  OR instr(s.organization, :name) OR instr(s.knows, :name) OR instr(s.introduced_by, :name) OR instr(s.partner, :name)
  OR instr(d.other, :name)) ORDER BY s.path""",
        {"key": key, "stem": stem, "name": f"| {name} |"},
    )
    return [path for (path,) in rows]


def notes_with_partner_id(index: "Index", id_: str) -> list[str]:
    """Paths of the referrals and releases of the partner with an id."""
    sql = "SELECT s.path FROM links k JOIN notes s ON s.key = k.note WHERE k.property = 'partner_id' AND k.target = ?"
    return [path for (path,) in index.rows(f"{sql} ORDER BY s.path", (id_,))]


ProblemRow = tuple[str, int, int, str, str, str]
"""Message, line, column, hint, level and path, as `errors.Problem` takes them."""


_PROBLEMS = 'SELECT p.message, p.line, p."column", p.hint, p.level, p.path FROM problems p'


def problems(index: "Index") -> list[ProblemRow]:
    """The problems of all notes."""
    return index.rows(_PROBLEMS)


def wrong_dates(index: "Index", ids: Collection[str]) -> list[ProblemRow]:
    """The problems with impossible dates in the follow-ups of the notes with some ids."""
    return index.rows(
        f"""{_PROBLEMS} JOIN notes n ON n.key = p.file WHERE n.id {_AMONG} AND p.message LIKE '"%" is not % date'""",
        (json.dumps(sorted(ids)),),
    )


def unreadable_notes(index: "Index") -> list[tuple[str, str, str, bool]]:
    """Id, path and last known type of each note that can't be read, and whether it was never read."""
    sql = (
        "SELECT n.id, n.path, n.type, d.properties = '{}' FROM notes n JOIN details d USING (key) WHERE NOT n.readable"
    )
    return [(id_, path, kind, bool(unread)) for id_, path, kind, unread in index.rows(sql)]


def readable_ids(index: "Index", ids: Collection[str]) -> dict[str, bool]:
    """Whether a note can be read, by those of some ids that notes have."""
    sql = f"SELECT id, max(readable) FROM notes WHERE id {_AMONG} GROUP BY id"
    return {id_: bool(readable) for id_, readable in index.rows(sql, (json.dumps(sorted(ids)),))}


def is_filled(index: "Index") -> bool:
    """Whether the vault was ever read into the index."""
    return bool(index.rows("SELECT 1 FROM meta LIMIT 1"))
