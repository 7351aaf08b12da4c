"""The playbook's messages, filled in: true, polite, short, and with one thing asked."""

import re
from pathlib import Path

import pytest

from rounds.domain.draft_review import IN_PERSON, Draft
from rounds.errors import Level
from rounds.vault.create_vault import template_root
from rounds.vault.drafting import compose, message_named
from rounds.vault.vault import Vault
from vault.notes import put

PLAYBOOK = template_root() / "Playbook"
MESSAGES = sorted(path.stem for path in (PLAYBOOK / "Messages").glob("*.md"))
ROLES = sorted(path.stem for path in (PLAYBOOK / "Roles").glob("*.md"))
PARTNERS = ("Maria Alvarez", "Keiko Marlowe", "Owen Farraday")
SPOKEN = {"phone", IN_PERSON}
SIGNATURE = "Juniper Hale, LCSW, PMH-C\nAlder & Fern Counseling\nhttps://alderandfern.example\n+1 503-555-0142"


def drafted(vault: Vault, who: str, message: str) -> Draft:
    return compose(vault, vault.entry(f"Partners/{who}.md"), message_named(vault, message)).draft


def partner(vault: Vault, properties: str, log: str = "", name: str = "Ada Okoro") -> None:
    put(
        vault,
        {f"Partners/{name}.md": f"---\ntype: partner\nemail: ada@okoro.example\n{properties}\n---\n\n## Log\n\n{log}"},
    )


@pytest.mark.parametrize("who", PARTNERS)
@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_fills_in_and_asks_for_one_thing(vault: Vault, message: str, who: str) -> None:
    """Nothing of the template shows, it is short, and it has one question at most; a script may ask more."""
    made = compose(vault, vault.entry(f"Partners/{who}.md"), message_named(vault, message))
    if made.missing:
        pytest.skip(f"it needs {made.missing}")
    text = made.draft
    whole = f"{text.subject}\n{text.body}"
    assert not re.search(r"\{\{|\{%|\{#|[%#}]\}|\n\n\n| ,|\s\.|,,|\.\.", whole)
    assert text.body[0].isalpha()
    assert whole.count("*") == 0, "it is plain text"
    if text.message.channel not in SPOKEN:
        assert len(text.body.split()) <= 130
        assert text.body.count("?") <= 1
    if text.message.channel == "email":
        assert text.body.endswith(SIGNATURE)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_offered_something_in_the_second_person(vault: Vault, role: str) -> None:
    """In every message: what is written for oneself stays out, and nothing is promised that Practice.md doesn't say."""
    partner(vault, f"role: {role}\nstage: found\nconnection: your talk")
    note = vault.entry(f"Playbook/Roles/{role}.md").properties
    offer = str(note["offer"])
    assert re.search(r"\b(?:you|your)\b", offer, re.IGNORECASE)
    assert re.search(r"\bI(?:'m|'d)?\b", offer) or "my name" in offer
    assert 15 <= len(offer.split()) <= 32
    promised = r"\b(?:quick|soon|same|(?:a|within|next) (?:day|week|hour)s?|openings?|appointments?|EMDR|CBT|DBT|trauma|free|always|never)\b"
    assert not re.search(promised, offer, re.IGNORECASE)
    assert not re.search(r"\b(?:scope|they need|their (?:patients|clients|families))\b", offer, re.IGNORECASE)
    said = 0
    for message in MESSAGES:
        made = compose(vault, vault.entry("Partners/Ada Okoro.md"), message_named(vault, message))
        for key in ("why_they_need_us", "why_we_need_them"):
            assert str(note[key]) not in made.draft.body
        said += offer in made.draft.body
        assert [each.message for each in made.remarks if each.level is Level.ERROR] == []
        assert len(made.draft.body.split()) <= 130 or made.draft.message.channel in SPOKEN
    assert said >= 2


def test_without_an_offer_a_message_is_whole(vault: Vault) -> None:
    """A playbook from before, or a role without a note."""
    partner(vault, "role: puppeteer\nstage: found\nconnection: your talk")
    text = drafted(vault, "Ada Okoro", "Personal email").body
    assert "whose worries keep them from school.\n\nWould you have" in text


def test_first_letters_have_the_guides_subjects(vault: Vault) -> None:
    """Guide, line 10; who is known already gets no subject for strangers."""
    inquiry = "Referral Collaboration Inquiry - Juniper Hale, Therapist Specializing in Children and teens"
    assert drafted(vault, "Owen Farraday", "Personal email").subject == inquiry
    after = drafted(vault, "Maria Alvarez", "Personal email after an introduction").subject
    assert after == "Connecting re: Keiko Marlowe - Juniper Hale, Therapist"
    made = compose(vault, vault.entry("Partners/Maria Alvarez.md"), message_named(vault, "Personal email"))
    assert made.draft.subject == "A coffee sometime? - Juniper Hale"
    assert not [each for each in made.remarks if "subject" in each.message]


def test_a_personal_email_is_short_and_personal(vault: Vault) -> None:
    """A hook, the value in a line, one next step of 15 to 20 minutes, and a full signature (guide, line 11)."""
    text = drafted(vault, "Owen Farraday", "Personal email")
    hook = "I'm writing because of your article on reading and worry, and I'd like to hear more about your work."
    assert text.body.split("\n\n")[1] == hook
    assert "15 to 20 minutes" in text.body
    assert text.message.needs == ("email", "connection")


@pytest.mark.parametrize("message", ["Personal email", "Personal email after an introduction"])
@pytest.mark.parametrize(
    ("connection", "words"),
    [
        ("your talk on sleep", "riting because of your talk on sleep"),
        ("we both see twins", "riting because we both see twins"),
    ],
)
def test_a_connection_is_a_noun_phrase_or_a_clause(vault: Vault, message: str, connection: str, words: str) -> None:
    partner(vault, f"role: doula\nstage: found\nintroduced_by: Keiko Marlowe\nconnection: {connection}")
    assert words in drafted(vault, "Ada Okoro", message).body


@pytest.mark.parametrize(
    ("properties", "log", "opening"),
    [
        ("role: pediatrician", "", "Dear Dr. Okoro,"),
        ("role: pediatrician", "- 2026-11-02 call: Ada prefers fax\n", "Dear Ada,"),
        ("role: pediatrician\nsalutation: Ada", "", "Dear Ada,"),
        ("role: doula", "", "Dear Ada,"),
        ("role: doula\ncredentials: PhD", "", "Dear Dr. Okoro,"),
        ("role: doula\nsalutation: Hello Dr. Okoro", "", "Hello Dr. Okoro,"),
    ],
)
def test_the_salutation_fits_the_person(vault: Vault, properties: str, log: str, opening: str) -> None:
    partner(vault, f"{properties}\nstage: found\nconnection: your talk\naddress: 1 Elm St", log)
    for message in ("Personal email", "Nudge", "Thank-you", "Check-in", "Holiday card"):
        assert drafted(vault, "Ada Okoro", message).body.startswith(opening), message


def test_a_request_for_an_introduction_goes_to_a_colleague(vault: Vault) -> None:
    """Who is spoken of keeps the title; who is written to is greeted like anybody else."""
    partner(vault, 'role: pediatrician\nstage: found\nintroduced_by: "[[Keiko Marlowe]]"')
    text = drafted(vault, "Ada Okoro", "Request for a warm introduction")
    assert text.body.startswith("Dear Keiko,\n\nCould you introduce me to Ada Okoro?")
    assert "if Dr. Okoro and I knew about each other's work" in text.body
    assert text.subject == "Could you introduce me to Ada Okoro?"


@pytest.mark.parametrize(
    ("day", "words"),
    [("2026-08-24", "It has been a while, and I wanted to ask how"), ("2026-08-25", "\n\nI wanted to ask how")],
)
def test_it_has_been_a_while_only_after_three_months(vault: Vault, day: str, words: str) -> None:
    partner(vault, "role: doula\nstage: active", f"- {day} email: hello\n")
    assert words in drafted(vault, "Ada Okoro", "Check-in").body


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("", "thought of your work:\n\n[title and author, with a link]\n\nIn short"),
        ("- 2026-11-20 coffee\n", "and of our conversation the other day:\n\n"),
        ("- 2026-11-05 coffee\n", "and of our conversation earlier this month:\n\n"),
        ("- 2026-10-05 lunch: soup\n", "and of our conversation in October:\n\n"),
        ("- 2025-10-05 coffee\n", "and of our conversation in October 2025:\n\n"),
        ("- 2026-12-05 coffee\n", "thought of your work:\n\n"),
    ],
)
def test_an_article_recalls_the_last_conversation(vault: Vault, log: str, words: str) -> None:
    """So that several at once read differently; what is planned has not been said yet."""
    partner(vault, "role: doula\nstage: active", log)
    assert words in drafted(vault, "Ada Okoro", "An article to share").body


def test_times_are_proposed_from_the_free_week(vault: Vault) -> None:
    """The next two with nothing planned; no message is too long for it, and no blank is left for times."""
    settings = Path(vault.root, "rounds.toml")
    free = 'free = ["Tue 12:00-14:00", "Fri 9:00-12:00"]'
    settings.write_text(settings.read_text(encoding="utf-8").replace("free = []", free), encoding="utf-8")
    put(vault, {"Partners/Lou Ito.md": "---\ntype: partner\n---\n- [ ] 10:00 coffee: hers 📅 2026-11-27\n"})
    times = "I could do Tuesday, December 1, between noon and 2 pm, or Friday, December 4, between 9 am and noon"
    for message in (
        "Personal email",
        "Good to meet you",
        "To someone who was recommended",
        "A lunch talk at a practice",
    ):
        body = drafted(vault, "Owen Farraday", message).body
        assert times in body
        assert "days and times]" not in body
        assert len(body.split()) <= 130, message


def test_what_a_message_can_use_is_documented() -> None:
    """Every name that a message of the template uses stands in "About the messages"."""
    about = (PLAYBOOK / "About the messages.md").read_text(encoding="utf-8")
    for name in MESSAGES:
        text = Path(PLAYBOOK / "Messages" / f"{name}.md").read_text(encoding="utf-8")
        for note, key in re.findall(r"\b(partner|introducer|practice|role|release)\.(\w+)", text):
            assert re.search(rf"\b{key}\b", about), f"{note}.{key}"
