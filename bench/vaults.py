"""Vaults of any size for the benchmarks: notes like those of the sample network, the same for the same seed."""

import random
import re
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path

TODAY = date(2026, 11, 23)
FIRST = ("Maria", "Sam", "Zoë", "Dana", "Priya", "Lena", "Omar", "Grace", "José", "Ines", "Kai", "Ruth", "Noor", "Ben")
LAST = ("Alvarez", "Lee", "Okafor", "Nguyen", "Schäfer", "Ito", "Brown", "Haddad", "Novak", "Silva", "Moreau", "Khan")
ROLES = (
    "pediatrician", "psychiatrist", "ob-gyn", "school counselor", "dietitian", "midwife", "family lawyer", "therapist",
    "neurologist", "occupational therapist",
)  # fmt: skip
STAGES = ("found", "contacted", "met", "active", "active", "active", "resting", "not a fit")
CITIES = ("Portland", "Beaverton", "Gresham", "Salem", "Lake Oswego")
INSURANCE = ("Aetna", "Cigna", "Moda", "Regence", "OHP", "Kaiser", "private pay")
SPECIALTIES = ("postpartum", "school refusal", "ADHD", "eating disorders", "sleep", "chronic pain", "grief", "anxiety")
KINDS = ("email", "call", "coffee", "meeting", "event", "thanks", "reply", "article", "note")
TEXTS = (
    "wrote to her about the waiting list and the new group",
    "prefers fax; front desk closes at four. Very kind",
    "talked about school refusals and who sees under-fives in the east of town",
    "sent the one-pager, she will put it up in the staff room",
)
SYLLABLES = ("ba", "co", "den", "fi", "gar", "hol", "ja", "ka", "lin", "mo", "ner", "os", "pe", "ri", "sa", "tov", "we")
REMARKS = (
    ("Met", "Talked", "Had a coffee", "Sat together", "Exchanged cards", "First met"),
    ("at the fair", "at the county meeting", "at the hospital", "at grand rounds", "online", "at the open house"),
    ("in May;", "in spring;", "last year;", "before the move;", "through a colleague;", "by chance;"),
    ("prefers email,", "prefers a call,", "asks for a fax,", "is hard to reach,", "answers quickly,"),
    ("has a long waiting list", "has openings", "works mostly with teens", "speaks Spanish", "is in on Tuesdays"),
    ("and runs a group", "and teaches", "and may retire soon", "and likes hiking", "and has two offices"),
    ("in the east of town", "near the river", "downtown", "across from the school", "in the old clinic"),
)
"""Parts of remarks on people, which are hardly ever the same."""


def make_vault(root: Path, count: int, seed: int = 7) -> None:
    """Write a vault of `count` notes below `root`: one in twenty an organization, the rest partners."""
    random_ = random.Random(seed)
    (root / "Partners").mkdir(parents=True)
    (root / "Organizations").mkdir()
    (root / "rounds.toml").write_text('vault = "benchmark"\ntimezone = "America/Los_Angeles"\n')
    organizations = max(1, count // 20)
    for number in range(organizations):
        (root / "Organizations" / f"Clinic {number}.md").write_text(organization(number))
    for number in range(count - organizations):
        (root / "Partners" / f"{name_of(number)}.md").write_text(partner(random_, number, organizations))


def make_referrals(root: Path, count: int = 500) -> Path:
    """Write referrals of two years, each of another partner; returns their folder."""
    random_, folder = random.Random(7), root / "Referrals"
    folder.mkdir()
    for number in range(count):
        day, status = TODAY - timedelta(days=random_.randrange(730)), random_.choice(("sent", "completed", "lost"))
        (folder / f"{number}.md").write_text(
            f"---\ntype: referral\npartner: '[[{name_of(number)}]]'\ndirection: {random_.choice(('in', 'out'))}\n"
            f"date: {day}\nstatus: {status}\n---\n"
        )
    return folder


def make_contacts(path: Path, count: int) -> None:
    """Write an address book of `count` people as Google exports it, none of them in the vault."""
    random_ = random.Random(7)
    names = "First Name,Last Name,Organization Name,Organization Title,Notes,Labels,E-mail 1 - Value,Phone 1 - Value"
    lines = [f"{names},Address 1 - Street,Address 1 - City,Address 1 - Region,Address 1 - Postal Code"]
    for number in range(count):
        first, last = random_.choice(FIRST), "".join(random_.choices(SYLLABLES, k=4)).capitalize()
        note = random_.choice(("", "", f'"{" ".join(map(random_.choice, REMARKS))}."'))
        office = f"Clinic {number % 997},{random_.choice(ROLES)},{note},* Work,{number}@clinic{number % 997}.example"
        lines.append(f"{first},{last},{office},{9_712_000_000 + number},{number} Main St,Portland,OR,97201")
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def name_of(number: int) -> str:
    """The name of the partner of that number; unique."""
    return f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]} {number}"


def id_of(number: int) -> str:
    """An id as the product writes it: in quotes where YAML would take it for a number."""
    text = blake2b(str(number).encode(), digest_size=6).hexdigest()
    return f'"{text}"' if re.fullmatch(r"[0-9]+(e[0-9]+)?", text) else text


def organization(number: int) -> str:
    """One organization's note."""
    return (
        f'---\ntype: organization\nrole: clinic\nphone: "503-555-{number % 10000:04d}"\ncity: Portland\n---\n\n'
        f"## People\n- Front desk: Ana\n\n## Log\n\n- 2026-05-05 call: asked Ana for the fax number\n"
    )


def partner(random_: random.Random, number: int, organizations: int) -> str:
    """One partner's note: some twenty properties, two follow-ups, ten log lines, links."""
    choose, sample = random_.choice, random_.sample
    lines = [
        "---", "type: partner", f"role: {choose(ROLES)}", f'organization: "[[Clinic {number % organizations}]]"',
        f"stage: {choose(STAGES)}", "check_in: 6 months", f"email: person{number}@clinic.example",
        f'phone: "+1 503 555 {number % 10000:04d}"', "referral_method: fax  # until the new EHR",
        "credentials: MD", "pronouns: she/her", f"city: {choose(CITIES)}", "specialties:",
        *(f"  - {one}" for one in sample(SPECIALTIES, 3)), "serves: [children, teens]", "languages:", "  - English",
        "  - Spanish", "insurance:", *(f"  - {one}" for one in sample(INSURANCE, 3)),
        f"accepting: {choose(('open', 'waitlist', 'full'))}",
        "telehealth: true", "source: hospital directory", f'introduced_by: "[[{name_of(number // 2)}]]"',
        f"connection: her talk on {choose(SPECIALTIES)} at the county meeting",
        f"favorite_cafe: {choose(('Heart', 'Case Study', 'Coava'))}",
        f"id: {id_of(number)}", "tags:", "  - perinatal", "---", "", "## About",
        f"Sees many families. {choose(TEXTS)}.", "", "## Follow-ups", "",
        f"- [ ] Ask about the group 📅 {TODAY + timedelta(days=random_.randrange(-20, 90))}",
        f"- [x] thanks: card 📅 2026-02-02 ✅ 2026-02-0{random_.randrange(1, 9)}", "", "## Log", "",
    ]  # fmt: skip
    day = TODAY - timedelta(days=random_.randrange(150, 1500))
    for _ in range(10):
        lines.append(f"- {day} {choose(KINDS)}: {choose(TEXTS)}")
        day = min(day + timedelta(days=random_.randrange(10, 65)), TODAY)
    lines.append(f"- {day} email: [[{name_of(number // 3)}]] told me about the move")
    return "\n".join(lines) + "\n"
