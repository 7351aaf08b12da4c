"""Drafts: message choice, values, missing details, and the sent follow-up."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.connection import because
from rounds.domain.draft_claims import Record, unsupported
from rounds.domain.draft_review import (
    FIRST_STAGE,
    Background,
    Draft,
    DraftIssue,
    Message,
    choose,
    message_preferences,
    review,
)
from rounds.domain.gaps_introductions_suggestions import Introduction
from rounds.domain.log_followups import OUTREACH
from rounds.domain.query.fields import fold
from rounds.errors import AmbiguousError, Level, NotFoundError
from rounds.index import queries
from rounds.notes.document import Document
from rounds.notes.links import plain
from rounds.notes.markdown import without_comments
from rounds.notes.properties import items_of, text_of
from rounds.notes.schema import KEYS
from rounds.vault.client_release import AboutClient
from rounds.vault.draft_values import (
    History,
    asked_instead,
    has_met,
    history_of,
    introducer_of,
    name_in,
    partner_texts,
    places_of,
    values_of,
)
from rounds.vault.known_people import known_for
from rounds.vault.note_files import file_name, link_to
from rounds.vault.organizations import properties_of
from rounds.vault.outgoing import may_go_out
from rounds.vault.practice import practice_of, role_note, texts_of
from rounds.vault.set_properties import Setting, set_properties
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.domain.guard.guard import Finding
    from rounds.notes.templates import Values

SIGNATURE = ("name", "credentials", "practice_name", "website", "phone")
"""Signature lines of an email (guide, line 11)."""


class Composed(NamedTuple):
    """A draft and its missing details.

    Attributes:
        missing: names such as `partner.connection`, in the order to ask for them.
        remarks: issues with the draft; meaningful only if nothing is missing.
        frame: whether only the frame of a message about a client came, since a valid release is missing.
    """

    draft: Draft
    missing: tuple[str, ...]
    remarks: list[DraftIssue]
    frame: bool = False


def messages(vault: Vault) -> list[Message]:
    """The playbook's messages, by name."""
    return [
        Message(
            path=entry.path,
            name=entry.name,
            kind=text_of(entry.properties.get("kind")).lower(),
            channel=text_of(entry.properties.get("channel")).lower() or "email",
            stage=text_of(entry.properties.get("stage")).lower(),
            subject=text_of(entry.properties.get("subject")),
            needs=tuple(items_of(entry.properties.get("needs"))),
            about_client=_is_about_client(entry),
            only_by_name=_is_on(entry, "only_by_name"),
        )
        for entry in sorted(vault.ask(queries.notes_of_type, "message"), key=lambda entry: (entry.name, entry.path))
    ]


def _is_about_client(entry: NoteRecord) -> bool:
    """Whether a message concerns a client. Secure channels count too: better to require one release too many."""
    return _is_on(entry, "about_client") or text_of(entry.properties.get("channel")).lower() == "secure"


def _is_on(entry: NoteRecord, key: str) -> bool:
    return text_of(entry.properties.get(key)).lower() in {"yes", "true"}


def message_named(vault: Vault, name: str) -> Message:
    """Find a message by its name or a part of it.

    Raises:
        NotFoundError, AmbiguousError: no match or several; the error lists them.
    """
    known = messages(vault)
    wanted = fold(name)
    found = [each for each in known if fold(each.name) == wanted]
    found = found or [each for each in known if f" {wanted}" in f" {fold(each.name)}"]
    if not found:
        names = ", ".join(each.name for each in known) or "none"
        raise NotFoundError(f'there is no message "{name}" in the playbook', hint=f"There is: {names}.")
    if len(found) > 1:
        names_of = [each.name for each in found]
        raise AmbiguousError(f'"{name}" could be one of {len(found)} messages', candidates=names_of)
    return found[0]


def fitting(vault: Vault, entry: NoteRecord) -> Message:
    """The message that fits a partner now, by due reminder, stage and the guide's order of channels.

    Raises:
        NotFoundError: the playbook has no such message.
    """
    from rounds.vault.reminders import note_reminders

    known = {key: text for key, text in texts_of(properties_of(vault, entry)).items() if text}
    due = note_reminders(vault, entry.path)
    history = history_of(vault, entry)
    introduced = _was_introduced(entry, history)
    wanted = [
        *message_preferences(
            text_of(entry.properties.get("stage")),
            known,
            due,
            asked=history.request is not None,
            today=vault.today(),
            introduced=introduced,
        )
    ]
    found = choose(messages(vault), wanted, known, introduced=introduced)
    if found is None:
        kinds = " or ".join(dict.fromkeys(kind for kind, _ in wanted))
        raise NotFoundError(
            f"no message of the playbook fits {entry.name} now: none of the kind {kinds} for that stage",
            hint="Name one: rounds draft WHO MESSAGE, or write one in the playbook's messages.",
        )
    return found


def _was_introduced(entry: NoteRecord, history: History) -> bool:
    by = items_of(entry.properties.get("introduced_by"))
    return bool(by) and history.was_introduced(name_in(by[0]))


def request(vault: Vault, way: Introduction) -> Composed:
    """The playbook's request to the first person of a path to introduce us to the next.

    Raises:
        NotFoundError: the playbook has no such message, or there is no Practice.md.
        RoundsError: as for `compose`.
    """
    by, entry = (person.path for person in way.people[:2])
    message = request_message(vault)
    return compose(vault, introduced(vault, vault.entry(entry), by), message)


def request_message(vault: Vault) -> Message:
    """The playbook's request for an introduction.

    Raises:
        NotFoundError: the playbook has no such message.
    """
    message = choose(messages(vault), [("intro", FIRST_STAGE)], ())
    if message is None:
        raise NotFoundError("the playbook has no message of the kind intro", hint="Write one in Playbook/Messages.")
    return message


def introduced(vault: Vault, entry: NoteRecord, by: str) -> NoteRecord:
    """The partner's record with the partner at path `by` as introducer."""
    return entry._replace(properties={**entry.properties, "introduced_by": link_to(vault, by)})


def compose(
    vault: Vault,
    entry: NoteRecord,
    message: Message,
    *,
    article: str = "",
    client: AboutClient | None = None,
    other: NoteRecord | None = None,
) -> Composed:
    """Fill in a message for a partner.

    Args:
        other: the second partner, for introducing two to each other.
        client: for a message about one. Without a valid release only the frame comes, if the message has one.

    Raises:
        RoundsError: the message can't be read, or does something messages may not, or needs a valid release.
    """
    from rounds.notes.templates import fill

    if message.kind == "intro":
        entry = asked_instead(entry, history_of(vault, entry))
    body = plain(without_comments(vault.read(message.path).document.body.replace("\r\n", "\n")))
    if client is not None and client.release is None and "release.valid" not in body:
        raise client.refusal(entry.name)
    values = values_of(vault, entry, practice_of(vault), article=article, client=client, other=other)
    if "earlier_subject" in message.subject + body:
        values = {**values, "earlier_subject": _earlier_subject(vault, entry, values)}
    subject = fill(message.subject, values, where=message.path)
    text = fill(body, values, where=message.path)
    partner = values["partner"]
    assert not isinstance(partner, str)
    reached = any(partner.get(key) for key in ("fax", "address", "phone"))  # then an email address isn't needed
    needs = [f"partner.{key}" for key in message.needs if not partner.get(key) and not (reached and key == "email")]
    missing = dict.fromkeys([*needs, *subject.missing, *text.missing])
    name, to = _recipient(vault, entry, message, partner)
    draft = Draft(message, to, name, subject.text.strip(), text.text.strip())
    remarks = remarks_of(vault, entry, draft, article=article, client=client)
    frame = client is not None and client.release is None
    return Composed(draft, tuple(_before(missing, partner)), remarks, frame=frame)


def _earlier_subject(vault: Vault, entry: NoteRecord, values: "Values") -> str:
    """The subject of the last mail to a partner, if the log says which of the playbook's messages it was.

    A message that itself continues an earlier mail is passed over; anything else in between ends the search.
    """
    from rounds.notes.templates import fill

    known = {fold(message.name): message for message in messages(vault)}
    for each in history_of(vault, entry).entries:
        if each.kind not in OUTREACH:
            continue
        said = each.text.partition("\n")[0].removeprefix("sent?")
        message = known.get(fold(said)) if each.kind == "email" else None
        if message is None:
            return ""
        if "earlier_subject" in message.subject:
            continue
        filled = fill(message.subject, {**values, "earlier_subject": ""}, where=message.path)
        return "" if filled.missing else filled.text.strip()
    return ""


def _before(missing: Mapping[str, None], partner: Mapping[str, str]) -> list[str]:
    """Map missing names to the properties to fill in: an introducer's to `introduced_by`, a role note's to `role`."""
    written = {"introducer": "partner.introduced_by", "role": "" if partner.get("role") else "partner.role"}
    own = {"partner.because": "partner.connection"}
    return [*dict.fromkeys(own.get(each) or written.get(each.partition(".")[0]) or each for each in missing)]


def remarks_of(
    vault: Vault,
    entry: NoteRecord,
    draft: Draft,
    answers: Sequence[str] = (),
    *,
    article: str = "",
    client: AboutClient | None = None,
) -> list[DraftIssue]:
    """Check a draft for issues.

    Args:
        answers: the user's text for the blanks.
        article: as typed.
        client: for a message about one.
    """
    practice = practice_of(vault)
    paths = (practice.path, draft.message.path, *places_of(vault, entry))

    def allowed(line: str, found: "Finding") -> bool:
        typed = vault.decisions.keep_all and any(found.text in each for each in [*answers, article])
        return typed or may_go_out(vault, line, found, *paths)

    history = history_of(vault, entry)
    background = _background(vault, entry, history, answers)
    remarks = review(draft, vault.settings.drafts, background, allowed=allowed)
    if words := _channel_words(draft.message, partner_texts(vault, entry)):
        remarks.append(DraftIssue(Level.ADVICE, words))
    if client is not None and client.release is None:
        what = f"a valid release is missing ({client.why_not}), so this is the frame alone"
        remarks.append(DraftIssue(Level.WARNING, what))
    record = _record(vault, entry, draft, history, client)
    return [*remarks, *unsupported(draft, record)]


def _channel_words(message: Message, texts: Mapping[str, str]) -> str:
    """Why a first message isn't a mail, or that it could be one (guide, line 9)."""
    if message.kind == "call" and message.is_first and (texts.get("email") or texts.get("introduced_by")):
        return "call only if there is neither an email address nor an introduction"
    occasions = {"call": "for a call", "letter": "for a letter", "event": "for an event"}
    if message.stage != FIRST_STAGE or message.kind not in occasions or texts.get("email"):
        return ""
    return f"there is no email address, so this is {occasions[message.kind]}"


def _background(vault: Vault, entry: NoteRecord, history: History, answers: Sequence[str]) -> Background:
    """What is known about sender and partner."""
    practice, texts = practice_of(vault), partner_texts(vault, entry)
    ties = [texts.get("connection", ""), *map(name_in, items_of(entry.properties.get("introduced_by")))]
    hooks = [because(texts.get("connection", "")), history.last_met]
    return Background(
        personal=[*ties, *hooks, *answers],
        shared=[*practice.niches, *ties],
        signature={key: practice.texts.get(key, "") for key in SIGNATURE},
        known=known_for(vault, entry.path, entry.properties),
        met=has_met(entry, history),
    )


def _record(vault: Vault, entry: NoteRecord, draft: Draft, history: History, client: AboutClient | None) -> Record:
    """What the notes say, to compare a draft with."""
    earlier = ""
    if draft.subject.lower().startswith("re"):  # rare, and it reads much
        earlier = _earlier_subject(vault, entry, values_of(vault, entry, practice_of(vault)))
    last, asked = history.last_touch, history.request
    return Record(
        days=(vault.today() - last.date).days if last else None,
        earlier_subject=earlier,
        introduced=_was_introduced(entry, history),
        asked_days=(vault.today() - asked.date).days if asked else None,
        scope=client.release.scope if client and client.release else (),
        options_given=client.options_given if client else 0,
        referral_method=text_of(properties_of(vault, entry).get("referral_method")),
    )


def _recipient(vault: Vault, entry: NoteRecord, message: Message, partner: Mapping[str, str]) -> tuple[str, str]:
    """Name and address of the recipient; for an introduction request, the possible introducer."""
    if message.kind == "intro":
        found = introducer_of(vault, entry)
        if found is None:
            return partner["introduced_by"], ""
        return found.name, next(iter(items_of(properties_of(vault, found).get("email"))), "")
    addresses = items_of(properties_of(vault, entry).get("email")) if message.channel == "email" else []
    return entry.name, next(iter(addresses), "")


def save_missing(vault: Vault, entry: NoteRecord, name: str, text: str) -> None:
    """Save a missing value where it belongs: on the partner, in Practice.md, or on the role's note.

    Args:
        name: such as `practice.phone`.
    """
    note, _, key = name.partition(".")
    if note == "role":
        _save_role(vault, text_of(entry.properties.get("role")), key, text)
    else:
        path = entry.path if note == "partner" else practice_of(vault).path
        set_properties(vault, path, [Setting("niches" if name == "practice.niche" else key, "=", text)])
    vault.sync()


def _save_role(vault: Vault, role: str, key: str, text: str) -> None:
    known = role_note(vault, role)
    if known is not None:
        set_properties(vault, known.path, [Setting(key, "=", text)])
        return
    document = Document.parse(b"---\n---\n").set("type", "role", order=KEYS["role"])
    folder = vault.settings.folders["roles"].strip("/")
    vault.create(f"{folder}/{file_name(role)}.md", document.set(key, text, order=KEYS["role"]))
