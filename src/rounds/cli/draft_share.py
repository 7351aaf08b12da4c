"""`rounds draft` (a message to a partner) and `rounds share` (an article, as a separate email to each partner)."""

import os
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import draft_shape, written_shape
from rounds.cli.options import command, message_completion, query_completion, who_completion
from rounds.cli.output import as_typed, say
from rounds.cli.prompts import ask, can_ask
from rounds.cli.resolve import leading, query_of, some_words, writable
from rounds.cli.session import Session
from rounds.domain.draft_review import Draft, question
from rounds.domain.phrases import day_words, some_of
from rounds.errors import MissingError, NotFoundError, UsageError

if TYPE_CHECKING:
    from rounds.domain.draft_review import DraftIssue, Message
    from rounds.vault.client_release import AboutClient
    from rounds.vault.drafting import Composed
    from rounds.vault.log_actions import WriteResult
    from rounds.vault.vault import NoteRecord, Vault


@command("draft", '{"draft": DRAFT, "planned": WRITTEN or null}', newcomers=True, guarded=True)
@click.argument("words", nargs=-1, required=True, metavar="WHO [MESSAGE]", shell_complete=message_completion)
@click.option("--stdout", "plain", is_flag=True, help="Only print it; don't use the clipboard.")
@click.option("--eml", metavar="FILE", default="", help="Write it to a mail file that opens as an unsent email.")
@click.option(
    "--fax", metavar="FILE", default="", help="Write a page to print and fax: a cover sheet, then the letter."
)
@click.option("--replace", is_flag=True, help="Replace an existing file.")
@click.option("--client", metavar="CODE", default="", help="The client's code, for a message about a client.")
@click.option("--with", "other", metavar="WHO", default="", help="The second partner, to introduce two to each other.",
              shell_complete=who_completion)  # fmt: skip
def draft(session: Session, words: tuple[str, ...], *, plain: bool, eml: str, fax: str, replace: bool, client: str,
          other: str) -> None:  # fmt: skip
    """Draft a message to a partner.

    Without MESSAGE, the best one in the playbook is used, by what is due, the stage, and the order introduction, email,
    call, letter. You are asked for missing details, which are saved; without a terminal, the error names them, with
    exit code 6. You are also asked for words in square brackets, which are never saved. The draft goes to the
    clipboard, with a link that opens it as an email, and a follow-up for today asks whether it was sent; a new draft
    takes the place of one that wasn't, and an answer in the log closes it. Nothing is sent.
    """
    from rounds.exports.editor_clipboard_mail_obsidian import copy
    from rounds.vault.client_release import about_client
    from rounds.vault.draft_followup import plan_sent

    if sum(map(bool, (plain, eml, fax))) > 1:
        raise UsageError("--stdout, --eml and --fax can't be used together", hint="Choose one of them.")
    vault = session.vault
    entry, message = _recipient_and_message(vault, words)
    if client and not message.about_client:
        raise UsageError(f"{message.name} isn't about a client", hint="Leave out --client.")
    if eml:
        _mailable(message)
    about = about_client(vault, entry, client) if message.about_client else None
    writable(vault, entry.path)
    second = _second(vault, entry, other)
    made = composed(session, entry, message, client=about, other=second)
    _write_files(vault, entry, made.draft, eml=eml, fax=fax, replace=replace)
    planned = None if made.frame else plan_sent(vault, entry, message)
    vault.sync()
    way = "" if plain or eml or fax or session.json else copy(made.draft.body)
    _show(session, entry, made, planned, plain=plain)
    _say_where(session, entry, made, way, eml or fax)
    if second:
        say(f"It is to both: add {second.name}{_address_of(vault, second)}.")


def _recipient_and_message(vault: "Vault", words: Sequence[str]) -> "tuple[NoteRecord, Message]":
    """The partner, and the message named or else the one that fits."""
    from rounds.vault.drafting import fitting, message_named

    entry, rest = leading(vault, words)
    if entry.type != "partner":
        raise UsageError(
            f"{entry.name} is an organization, not a partner", hint="Drafts are for partners: name someone there."
        )
    return entry, message_named(vault, " ".join(rest)) if rest else fitting(vault, entry)


def _second(vault: "Vault", entry: "NoteRecord", other: str) -> "NoteRecord | None":
    from rounds.vault.find_note import find

    found = find(vault, other, ("partner",)) if other else None
    if found is not None and found.path == entry.path:
        raise UsageError(f"{entry.name} knows themselves", hint="Name someone else with --with.")
    return found


def _address_of(vault: "Vault", entry: "NoteRecord") -> str:
    from rounds.vault.draft_values import partner_texts

    address = partner_texts(vault, entry).get("email", "").partition(",")[0]
    return f" <{address}>" if address else ", who has no email address"


def composed(
    session: Session,
    entry: "NoteRecord",
    message: "Message",
    *,
    article: str = "",
    client: "AboutClient | None" = None,
    other: "NoteRecord | None" = None,
) -> "Composed":
    """A complete, checked draft; remarks go to stderr.

    Raises:
        MissingError: something is missing, and the user can't be asked.
        RoundsError: the draft shouldn't be sent as it is.
    """
    from rounds.vault.drafting import compose, remarks_of, save_missing

    vault = session.vault
    made = compose(vault, entry, message, article=article, client=client, other=other)
    while made.missing:
        for name, text in _asked(session, entry, message, made.missing).items():
            save_missing(vault, entry, name, text)
        entry = vault.entry(entry.path)
        made = compose(vault, entry, message, article=article, client=client, other=other)
    if can_ask(session):
        filled, answers = _filled(made.draft)
        remarks = remarks_of(vault, entry, filled, answers, article=article, client=client)
        made = made._replace(draft=filled, remarks=remarks)
    tell_remarks(made.remarks, entry.name)
    return made


def _asked(session: Session, entry: "NoteRecord", message: "Message", missing: Sequence[str]) -> dict[str, str]:
    """Ask for the missing values; all of them, or nothing is saved."""
    names = ", ".join(missing)
    lacking = MissingError(
        f"{message.name} for {entry.name} lacks details: {names}",
        hint=f"Add them, for example: rounds set {_settable(missing[0], entry)}",
        names=missing,
    )
    if not can_ask(session):
        raise lacking
    answers = {}
    for name in missing:
        answers[name] = ask(question(name, entry.name))
        if not answers[name]:
            raise lacking
    return answers


def _settable(name: str, entry: "NoteRecord") -> str:
    note, _, key = name.partition(".")
    whose = {"partner": f'"{entry.name}"', "practice": "Practice"}.get(note, "ROLE")
    return f'{whose} {"niches" if name == "practice.niche" else key}="..."'


def _filled(made: Draft) -> tuple[Draft, list[str]]:
    """Fill in the blanks by asking the user. The answers stay in the draft and aren't saved."""
    kept = " (for this draft only; it isn't saved)" if made.message.about_client else ""
    answers = {blank: ask(f"[{blank}]{kept}") for blank in made.blanks}
    return made.filled(answers), [text for text in answers.values() if text]


def tell_remarks(remarks: "Sequence[DraftIssue]", name: str) -> None:
    """Print the remarks about a draft; an error if it shouldn't be sent as it is."""
    from rounds.domain.draft_review import refuse_unfit

    refuse_unfit(remarks, f"the draft to {name}")
    for remark in remarks:
        say(f"Note: {remark.message}.")


def _mailable(message: "Message") -> None:
    if message.channel != "email" or message.about_client:
        why = "kept unlocked in a file" if message.about_client else f"a mail: its channel is {message.channel}"
        raise UsageError(f"{message.name} must not be {why}", hint="Leave out --eml.")


def _write_files(vault: "Vault", entry: "NoteRecord", made: Draft, *, eml: str, fax: str, replace: bool) -> None:
    """Write the mail file or the fax, if wanted."""
    from rounds.vault.sharing import fax_file, mail_file

    if eml or fax:
        from rounds.exports.write_files import file_place, write_papers

        folder, name = file_place(eml or fax)
        data = mail_file(vault, made) if eml else fax_file(vault, entry, made)
        write_papers(folder, {name: data}, replace=replace)


def link_of(made: Draft) -> str:
    """The link that opens a draft as an email; empty for other channels."""
    from rounds.exports.editor_clipboard_mail_obsidian import mailto

    return mailto(made.to, made.subject, made.body) if made.is_mail else ""


def _show(
    session: Session, entry: "NoteRecord", made: "Composed", planned: "WriteResult | None", *, plain: bool
) -> None:
    session.out.show(
        lambda: {
            "draft": draft_shape(made.draft, made.remarks, link_of(made.draft)),
            "planned": planned and written_shape(planned, entry.name),
        },
        lambda: draft_lines(made.draft, linked=not plain),
    )
    for line in planned.lines if planned else ():
        say(f"{entry.name}: {line}")


def draft_lines(made: Draft, *, linked: bool) -> Iterator[str]:
    """A draft as display text: recipient, subject, text, and the link."""
    if linked:
        yield f"To: {made.name}" + (f" <{made.to}>" if made.to else "")
    if made.subject:
        yield f"Subject: {made.subject}"
        yield ""
    yield from made.body.split("\n")
    if linked and (link := link_of(made)):
        yield ""
        yield link


def _say_where(session: Session, entry: "NoteRecord", made: "Composed", way: str, file: str) -> None:
    from rounds.domain.draft_review import another_way
    from rounds.vault.draft_values import partner_texts

    message = made.draft.message
    if way:
        say(f"The text is on the clipboard ({way}).")
    if file:
        say(f"Written to {file}. {'Open it to send it.' if file.endswith('.eml') else 'Open it to print it.'}")
    if message.about_client and not made.frame:
        say("Send it by a secure channel only, and keep no copy here.")
    elif message.channel == "email" and not made.draft.to and not file:
        texts = partner_texts(session.vault, entry) if made.draft.name == entry.name else {}
        say(f"Note: {another_way(made.draft.name, texts)}.")
        if texts.get("fax"):
            say(as_typed("For a cover sheet and the letter: rounds draft WHO MESSAGE --fax FILE"))


_SHARE = '{"drafts": [DRAFT], "planned": [WRITTEN], "left_out": [{"path", "name", "why"}], "files": [PATH]}'


@command("share", _SHARE, queries=True, guarded=True)
@click.argument("article")
@click.argument("query", nargs=-1, required=True, shell_complete=query_completion)
@click.option("--eml", metavar="FOLDER", default="", help="Write each to a mail file that opens as an unsent email.")
@click.option("--again", is_flag=True, help="Include partners who already had it.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
              help="The maximum number of partners; more would be a mass mailing.")  # fmt: skip
def share(session: Session, article: str, query: tuple[str, ...], *, eml: str, again: bool, limit: int) -> None:
    """Draft an email about an article, one per partner.

    ARTICLE is its title, author and link; QUERY selects the partners: `rounds share "Sleep and worry, J. Doe,
    https://example.com" role:pediatrician`. Partners who already had it, are resting, or have no email address are left
    out and listed. Each draft is a separate email, with a follow-up for today that asks whether it was sent. Nothing is
    sent.
    """
    from rounds.vault.draft_followup import plan_sent
    from rounds.vault.list_search import listed
    from rounds.vault.sharing import article_message, left_out, receivers, short

    vault = session.vault
    words = " ".join(some_words(article, 'rounds share "Title, author, link" role:pediatrician').split())
    message = article_message(vault)
    found = listed(vault, query_of(vault, query))
    without = left_out(vault, found, words, again=again)
    entries = receivers(found, without, limit, "Narrow the query, or allow more with --limit.")
    writable(vault, *(entry.path for entry in entries))
    away = [entry for entry in found if entry.path in without]
    for entry in away:
        say(f"{entry.name}: left out, {_why(vault, without[entry.path])}.")
    if not entries:
        raise NotFoundError("there is nobody to send it to", hint="Check the query with: rounds list")
    made = _tell_alike([composed(session, entry, message, article=words) for entry in entries])
    files = _written(vault, made, eml) if eml else []
    with vault.change():  # one command is one undo
        planned = [(entry, plan_sent(vault, entry, message, short(words))) for entry in entries]
    vault.sync()
    session.out.show(
        lambda: {
            "drafts": [draft_shape(each.draft, each.remarks, link_of(each.draft)) for each in made],
            "planned": [written_shape(written, entry.name) for entry, written in planned if written],
            "left_out": [
                {"path": each.path, "name": each.name, "why": _why(vault, without[each.path])} for each in away
            ],
            "files": files,
        },
        lambda: _mail_lines(made, files),
    )


def _tell_alike(made: "list[Composed]") -> "list[Composed]":
    """Say which mails say the same below the salutation."""
    from rounds.vault.sharing import alike

    if same := alike([each.draft for each in made]):
        say(f"Note: the mails to {some_of(same)} say the same; a word of its own in each is read sooner.")
    return made


def _why(vault: "Vault", why: "tuple[str, object]") -> str:
    words, day = why
    return f"{words} {day_words(day, vault.today())}" if isinstance(day, date) else words


def _written(vault: "Vault", made: "Sequence[Composed]", folder: str) -> list[str]:
    """Each draft as a mail file, all of them or none."""
    from rounds.exports.write_files import write_papers
    from rounds.vault.sharing import mail_files

    papers = mail_files(vault, [each.draft for each in made])
    return write_papers(os.path.abspath(os.path.expanduser(folder)), papers, word="")


def _mail_lines(made: "Sequence[Composed]", files: Sequence[str]) -> Iterator[str]:
    if files:
        yield from files
        return
    for number, each in enumerate(made):
        if number:
            yield from ("", "-" * 20, "")
        yield from draft_lines(each.draft, linked=True)
