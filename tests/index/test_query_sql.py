import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.domain.query.fields import FIELDS, Kind
from rounds.domain.query.parser import parse
from rounds.errors import QueryError
from rounds.index.note_rows import rows_of
from rounds.index.query_sql import compile_query
from rounds.index.scan import Reader
from rounds.index.writer import Index

MONDAY = date(2026, 11, 23)
KNOWN = ("favorite tea", "Favorite-Tea", "rate", "graduated", 'odd "name', "expires_event", "likes tea")
ROLES = ("psychiatrist", "school counselor", "pediatrician", "midwife")

NOTES = {
    "Partners/Ana Núñez.md": """---
type: partner
role: psychiatrist
organization: "[[Rose City Pediatrics|RCP]]"
stage: active
email: ana@example.org
city: Lake Oswego
specialties: [anxiety, postpartum depression]
insurance:
  - Aetna
  - Regence BlueCross
accepting: true
telehealth: yes
tags: [vip, area/south]
favorite tea: green
rate: 150
graduated: 2009-06-15
last_contact: 2026-11-20
aliases: [Annie]
id: p-ana
---
Listens well. Fax only on Fridays.

- [ ] call: send the 100% one-pager 📅 2026-12-01
- [x] thanks: card ✅ 2026-11-01

- 2026-11-20 coffee: [[Rose City]] is moving
""",
    "Partners/Ben Hall.md": """---
type: partner
role: school counselor
stage: resting
city: Portland
email:
insurance: Regence BlueCross
accepting: waitlist
telehealth: false
Favorite-Tea: black
rate: [90, 110]
last_contact: 2026-08-01
rest_until: 2026-12-10
'odd "name': here
owner: "@kim"
---
Postpartum group on Tuesdays.
""",
    "Partners/Cy Park.md": """---
type: partner
role: pediatrician
stage: not a fit
city: Portland Heights
likes tea: no
rate: unknown
---
""",
    "Organizations/Rose City Pediatrics.md": """---
type: organization
phone: "+1 503 555 0100"
last_contact: 2026-08-25
---
""",
    "Referrals/2026/Out one.md": """---
type: referral
partner: "[[Ana Núñez]]"
direction: out
date: 2026-11-01
status: sent
client: R-7K3QXM
---
""",
    "Referrals/2026/In two.md": """---
type: referral
partner: "[[Ben Hall]]"
direction: in
date: 2026-03-04
status: completed
closed: 2026-04-01
---
""",
    "Releases/One.md": """---
type: release
signed: 2026-01-10
expires: 2026-12-20
scope: [progress, treatment plan]
expires_event: end of school year
---
""",
    "Broken.md": "---\nstage: [\n---\n",
}
ANA, BEN, CY, ORG, OUT, IN, RELEASE, BROKEN = NOTES
EVERYBODY = set(NOTES)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A database with the real tables, filled from the notes above; Ana has a reminder on the 25th, Ben an old one."""
    made = Index(str(tmp_path_factory.mktemp("search") / "index.sqlite"))
    made.connection.execute("CREATE TEMP TABLE due (note INTEGER PRIMARY KEY, date TEXT)")
    reader = Reader("vault", [("Partners", "partner")])
    with made.writing():
        made.put(
            [
                (key, path, b"hash", rows_of(path, text.encode(), reader))
                for key, (path, text) in enumerate(NOTES.items(), 1)
            ],
            fresh=True,
        )
    made.connection.executemany("INSERT INTO due VALUES (?, ?)", [(1, "2026-11-25"), (2, "2026-11-01")])
    yield made.connection
    made.close()


def found(index: sqlite3.Connection, text: str) -> set[str]:
    compiled = compile_query(parse(text), today=MONDAY, known=KNOWN, roles=ROLES)
    joins = "LEFT JOIN due ON due.note = n.key " * compiled.uses_due
    joins += "JOIN details d ON d.key = n.key " * compiled.uses_details
    sql = f"SELECT n.path FROM notes n {joins} WHERE {compiled.where}"
    return {path for (path,) in index.execute(sql, compiled.parameters)}


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("", EVERYBODY),
        ("type:partner", {ANA, BEN, CY}),
        ("is:partner", {ANA, BEN, CY}),
        ("is:open", {OUT}),
        ("is:closed", {IN}),
        ("is:broken", {BROKEN}),
        ("log:coffee", {ANA}),
        ("log:moving", {ANA}),
        ("log:tea", set()),
        ("log:thanks", {ANA}),
        ("followup:call", {ANA}),
        ('todo:"100% one"', {ANA}),
        ("todo:100_", {"Partners/Ana Núñez.md"}),
        ("todo:card", set()),
        ("has:followup", {ANA}),
        ("no:log is:partner", {BEN, CY}),
        ('link:"rose city"', {ANA}),
        ("link:rose", set()),
        ("link:ben*", {IN}),
        ("role:psychiatrist", {ANA}),
        ('role:"school counselor"', {BEN}),
        ("role:school-counselor", {BEN}),
        ("role:p*", {ANA, CY}),
        ("role:counselor*", set()),
        ("stage:active,resting", {ANA, BEN}),
        ("stage:not-a-fit", {CY}),
        ("-stage:resting is:partner", {ANA, CY}),
        ("city:portland", {BEN, CY}),
        ("city:=portland", {BEN}),
        ("city:port", set()),
        ("city:port*", {BEN, CY}),
        ('city:"lake oswego"', {ANA}),
        ("-city:portland", EVERYBODY - {BEN, CY}),
        ("-(city:portland or stage:active)", EVERYBODY - {ANA, BEN, CY}),
        ("insurance:regence", {ANA, BEN}),
        ('insurance:"aetna regence"', set()),
        ("insurance:aetna,moda", {ANA}),
        ("org:rcp", {ANA}),
        ('organization:"rose city"', {ANA}),
        ("accepting:open", {ANA}),
        ("accepting:true", {ANA}),
        ("accepting:yes,waitlist", {ANA, BEN}),
        ("telehealth:yes", {ANA}),
        ("telehealth:false", {BEN}),
        ("tag:vip", {ANA}),
        ("tags:#area/south", {ANA}),
        ("tags:area", set()),
        ("tags:area*", {ANA}),
        ("owner:kim", {BEN}),
        ("has:email", {ANA}),
        ("no:email is:partner", {BEN, CY}),
        ("has:email,phone", {ANA, ORG}),
        ("no:email,phone is:partner", {BEN, CY}),
        ("has:closed", {IN}),
        ("has:due", {ANA, BEN}),
        ("no:last is:partner", {CY}),
        ("name:nunez", {ANA}),
        ("name:nú*", {ANA}),
        ('name:"ana nunez"', {ANA}),
        ("name:annie", {ANA}),
        ('name:="Ana Nunez"', {ANA}),
        ("name:=ana", set()),
        ("id:P-ANA", {ANA}),
        ("id:p-*", {ANA}),
        ("id:p_ana", set()),
        ("path:partners/*", {ANA, BEN, CY}),
        ("path:2026", {OUT, IN}),
        ("path:%", set()),
        ('path:="Broken.md"', {BROKEN}),
        ("direction:out", {OUT}),
        ("status:sent,completed", {OUT, IN}),
        ("client:r-7k3qxm", {OUT}),
        ("partner:nunez", {OUT}),
        ('scope:"treatment plan"', {RELEASE}),
        ("scope:plan", set()),
    ],
)
def test_known_fields(index: sqlite3.Connection, text: str, paths: set[str]) -> None:
    """Choices match a whole member, other fields a word or phrase; a missing value is not lost by a minus."""
    assert found(index, text) == paths


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("last:>90d", {BEN, CY}),
        ("last:>=90d", {BEN, CY, ORG}),
        ("last:<90d", {ANA}),
        ("last:<=90d", {ANA, ORG}),
        ("last:90d", {ORG}),
        ("last:30d..90d", {ORG}),
        ("last:<2026-09-01", {BEN, ORG}),
        ("last:>2026-08-25", {ANA}),
        ("last:2026-08", {BEN, ORG}),
        ("last:friday", {ANA}),
        ("-last:<90d is:partner", {BEN, CY}),
        ("last:>90d,<7d", {ANA, BEN, CY}),
        ("due:<7d", {ANA, BEN}),
        ("due:<today", {BEN}),
        ("due:today..7d", {ANA}),
        ("due:wednesday", {ANA}),
        ("rest_until:>today", {BEN}),
        ("date:2026-11", {OUT}),
        ("date:>90d", {IN}),
        ("closed:>30d", {IN}),
        ("expires:<30d", {RELEASE}),
        ("expires:<3w", set()),
        ("signed:2026", {RELEASE}),
    ],
)
def test_dates(index: sqlite3.Connection, text: str, paths: set[str]) -> None:
    """Never in touch is the longest ago; what is overdue is due within 7 days too."""
    assert found(index, text) == paths


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('"favorite tea":green', {ANA}),
        ("favorite-tea:green,black", {ANA, BEN}),
        ("FAVORITE_TEA:bl*", {BEN}),
        ("has:favorite-tea", {ANA, BEN}),
        ("no:favorite-tea is:partner", {CY}),
        ("-favorite-tea:green is:partner", {BEN, CY}),
        ("likes-tea:no", {CY}),
        ("likes-tea:false", {CY}),
        ("likes-tea:yes", set()),
        ('"odd name":here', {BEN}),
        ('has:"odd name"', {BEN}),
        ("rate:150", {ANA}),
        ("rate:>100", {ANA, BEN}),
        ("rate:>110", {ANA}),
        ("rate:<=90", {BEN}),
        ("rate:<0", set()),
        ("graduated:<2010-01-01", {ANA}),
        ("graduated:>=2009-06-15", {ANA}),
        ("graduated:>2009-06-15", set()),
        ("graduated:<today", {ANA}),
        ("graduated:<2010", {ANA}),
        ("graduated:>2009", set()),
        ("graduated:>=2009-06", {ANA}),
        ('expires_event:"school year"', {RELEASE}),
    ],
)
def test_other_properties(index: sqlite3.Connection, text: str, paths: set[str]) -> None:
    """Any property can be asked for: by its words, or by order where it holds numbers or dates."""
    assert found(index, text) == paths


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("nunez", {ANA, OUT}),
        ("núñ", {ANA, OUT}),
        ("listen", {ANA}),
        ('"listen"', set()),
        ("postpartum", {ANA, BEN}),
        ("postpartum tuesday", {BEN}),
        ('"postpartum group"', {BEN}),
        ('"group postpartum"', set()),
        ("postpartum -tuesdays", {ANA}),
        ("listens or tuesdays", {ANA, BEN}),
        ("postpartum city:portland", {BEN}),
        ("ana@example.org", {ANA}),
        ("regence, & aetna", {ANA}),
        ("NEAR OR tuesdays", {BEN}),
        ("a^b", set()),
        ("listens*", {ANA}),
        ('"listens AND well"', set()),
    ],
)
def test_text(index: sqlite3.Connection, text: str, paths: set[str]) -> None:
    """A bare word finds all that begin so, in any part of a note; a phrase is exact; no character is special."""
    assert found(index, text) == paths


@pytest.mark.parametrize(
    ("text", "position", "message", "hint"),
    [
        ("kim stag:met", 4, "No note has a property stag.", "Did you mean stage?"),
        ("rates:>3", 0, "No note has a property rates.", "Did you mean rate?"),
        ("has:emial", 4, "No note has a property emial.", "Did you mean email?"),
        ('"my xyzzy":1', 0, 'No note has a property "my xyzzy".', 'To search for text, quote it: "my xyzzy:..."'),
        ("http://x", 0, "No note has a property http.", 'To search for text, quote it: "http:..."'),
        ("role:psychiatris", 5, "Nobody has the role psychiatris.", "Did you mean role:psychiatrist?"),
        ("role:midwife,schoolcounselor", 13, "Nobody has the role schoolcounselor.", 'Did you mean role:"school counselor"?'),
        ("role:zzz", 5, "Nobody has the role zzz.", "A star finds all that begin so: role:psy*"),
        ("rate:>7d", 5, "rate can't be compared with 7d.", "Use a number or a date, such as rate:>2026-03-04"),
        ("graduated:<monday", 10, "graduated can't be compared with monday.", "Use a number or a date, such as graduated:<2026-03-04"),
        ("graduated:>2009-13", 10, "graduated can't be compared with 2009-13.", "Use a number or a date, such as graduated:>2026-03-04"),
        ("rate:???", 5, "There is no letter or digit to look for in ???.", ""),
        ("last:>2026y", 5, "2026y is too far away.", ""),
        ("has:is", 4, "has: and no: can't be used with is.", ""),
    ],
)  # fmt: skip
def test_what_the_vault_does_not_know(
    index: sqlite3.Connection, text: str, position: int, message: str, hint: str
) -> None:
    """A field or role that no note has is an error where it stands, with the nearest name."""
    with pytest.raises(QueryError) as caught:
        found(index, text)
    assert (caught.value.position, caught.value.message, caught.value.hint) == (position, message, hint)


def test_without_a_list_roles_are_not_checked() -> None:
    """Where the caller doesn't know the roles, any is asked for as it is."""
    compiled = compile_query(parse("role:shaman"), today=MONDAY)
    assert compiled.parameters == ("| shaman |",)


def test_joins_are_only_asked_for_where_needed() -> None:
    """A query on columns of the notes reads nothing else."""
    plain = compile_query(parse("city:x last:<3d kim"), today=MONDAY, known=KNOWN)
    assert (plain.uses_due, plain.uses_details) == (False, False)
    due = compile_query(parse("-(kim due:<7d)"), today=MONDAY, known=KNOWN)
    assert (due.uses_due, due.uses_details) == (True, False)
    other = compile_query(parse("kim or no:rate"), today=MONDAY, known=KNOWN)
    assert (other.uses_due, other.uses_details) == (False, True)


def test_words_side_by_side_are_one_search() -> None:
    """Several words cost one look into the text, not one each, where no organization gives them."""
    compiled = compile_query(parse('kim city:x "two words" lee'), today=MONDAY, given=lambda: {"city": " | salem | "})
    assert compiled.where.count("MATCH") == 1
    assert compiled.parameters == ('"kim" * AND "two words" AND "lee" *', " x ")


def test_values_are_bound() -> None:
    """No value of a query ever becomes part of the SQL."""
    texts = ["x'y", "city:x'y", "path:x'y", "id:x'y", "favorite-tea:x'y", "rate:<7", "last:2026", "name:x'y"]
    for text in texts:
        compiled = compile_query(parse(text), today=MONDAY, known=KNOWN)
        assert "x'y" not in compiled.where
        assert compiled.where.count("?") == len(compiled.parameters) > 0


def test_every_known_field_has_its_column(index: sqlite3.Connection) -> None:
    """The table of fields and the tables of the index agree; only reminders stand elsewhere."""
    columns = {row[1] for row in index.execute("PRAGMA table_info(notes)")}
    asked = {field.column for field in FIELDS if field.kind not in {Kind.STATE, Kind.LINES}}
    assert asked - columns == {"due"}


@pytest.mark.parametrize(
    "text",
    ["a " * 500, "a or " * 199 + "a", "-a " * 333, "accepting:" + "no," * 329 + "no", "rate:" + "1," * 490 + "1", "not " * 249 + "a", "(" * 50 + "a" + ")" * 50],
    ids=["words", "or", "minus", "choices", "numbers", "not", "parentheses"],
)  # fmt: skip
def test_long_queries_run(index: sqlite3.Connection, text: str) -> None:
    """What may be typed at most stays within the limits that SQLite sets."""
    assert found(index, text) <= EVERYBODY


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(alphabet="ab\"'*^+-:(){}%_\\,.\0é\u00b2🎉<>= ", max_size=8),
            st.sampled_from(
                ["city:", "rate:", "due:", "last:>", "(", ")", "or", "-", "stage:active", '"', "a", "no:", "7d"]
            ),
        ),
        max_size=8,
    ).map("".join)
)
def test_no_text_breaks_the_search(index: sqlite3.Connection, text: str) -> None:
    """Whatever is typed either runs or is refused with a QueryError; never an error of the database."""
    with suppress(QueryError):
        assert found(index, text) <= EVERYBODY
