"""Shared command-line options: --vault, --json, and name completion."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

import click

from rounds.cli.session import Session
from rounds.errors import ClientInformationError, NotFoundError, UsageError

F = TypeVar("F", bound=Callable[..., object])


class Command(click.Command):
    """A command that also accepts --vault and --json after its name.

    Attributes:
        answer: the shape of its JSON document, for docs/commands.md.
        newcomers: whether it offers to add unknown people and then continues.
        guarded: whether it accepts --keep-as-is.
    """

    def __init__(
        self,
        *args: Any,
        answer: str = "",
        vault: bool = True,
        newcomers: bool = False,
        guarded: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.answer = answer
        self.newcomers = newcomers
        shared = [_shared("--json", is_flag=True, help="Answer with one JSON document.")]
        if guarded:
            shared.append(
                _shared("--keep-as-is", is_flag=True, help="Write it even if it looks like client information.")
            )
        if vault:
            shared.append(_shared("--vault", metavar="PATH", default="", help="The vault's folder."))
        self.params = [*self.params, *shared]

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; for an unknown person, offer to add them."""
        try:
            return super().invoke(ctx)
        except NotFoundError as error:
            if not error.unknown:
                raise
            from rounds.cli.notices_unknown_words import welcome

            return welcome(ctx.ensure_object(Session), error, lambda: self.invoke(ctx), goes_on=self.newcomers)
        except ClientInformationError as error:
            from rounds.cli.client_guard import decide

            decide(ctx.ensure_object(Session), error)
            return self.invoke(ctx)


class Group(click.Group):
    """A command group with suggestions for mistyped names."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in click, with a suggestion for a mistyped name."""
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            import shlex

            from rounds.domain.query.fields import closest

            near = closest(name, list(self.commands))
            suggestion = f"Did you mean {near}?" if near else f"Known: {', '.join(self.commands)}."
            first, *_ = self.commands
            about_people = not near and any(each.metavar == "WHO" for each in self.commands[first].params)
            example = f"For example: {ctx.command_path} {first} {shlex.join(args)}"
            hint = example if about_people else f"See: {ctx.command_path} --help"
            raise UsageError(f'there is no command "{name}". {suggestion}', hint=hint)
        return super().resolve_command(ctx, args)


def _shared(flag: str, **kwargs: Any) -> click.Option:
    return click.Option([flag], expose_value=False, callback=_remember, **kwargs)


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    session = context.ensure_object(Session)
    if value and parameter.name == "json":
        session.json = True
    elif value and parameter.name == "keep_as_is":
        session.keep_as_is = True
    elif value:
        session.named = str(value)


def command(
    name: str,
    answer: str,
    *,
    vault: bool = True,
    queries: bool = False,
    newcomers: bool = False,
    guarded: bool = False,
) -> Callable[[Callable[..., None]], Command]:
    """Turn a function, whose first parameter is the Session, into a `Command`.

    Args:
        vault: whether it accepts --vault.
        queries: whether its arguments may start with a minus.
        guarded: whether it writes what the user types, so that the client guard may ask.
    """

    def made(function: Callable[..., None]) -> Command:
        settings = {"ignore_unknown_options": True} if queries else {}
        wrapped = click.pass_obj(function)
        return click.command(
            name,
            cls=Command,
            answer=answer,
            vault=vault,
            newcomers=newcomers,
            guarded=guarded,
            context_settings=settings,
        )(wrapped)

    return made


Completion = Callable[[click.Context, click.Parameter, str], list[Any]]


def completed(names: Callable[[Session], Iterable[str]]) -> Completion:
    """A quick completion from the index without a sync; it never reports errors."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
        try:
            from rounds.domain.folding import caseless

            found = [name for name in names(_session_of(context)) if caseless(name).startswith(caseless(incomplete))]
        except Exception:  # noqa: BLE001 - the shell can't show an error during completion
            return []
        return list(dict.fromkeys(found))

    return complete


def _session_of(context: click.Context) -> Session:
    session = Session()
    for each in (context.parent, context):
        if each is not None and isinstance(each.obj, Session):
            session.named = each.obj.named or session.named
        if each is not None and each.params.get("vault"):
            session.named = str(each.params["vault"])
    return session


def _titles(*types: str) -> Callable[[Session], list[str]]:
    def read(session: Session) -> list[str]:
        from rounds.index import queries

        return session.unsynced_vault.ask(queries.titles, *types)

    return read


def _roles(session: Session) -> Collection[str]:
    from rounds.vault.list_search import roles

    return [role.strip() for role in roles(session.unsynced_vault)]


def _stages(_: Session) -> Iterable[str]:
    from rounds.domain.partner_referral_release import STAGES

    return STAGES


def _settings(session: Session) -> Iterable[str]:
    from rounds.notes.properties import CHOICES
    from rounds.notes.schema import KEYS

    values = [f"role={role}" for role in _roles(session)]
    values += [f"{key}={value}" for (kind, key), each in CHOICES.items() if kind == "partner" for value in each]
    return [*[f"{key}=" for key in KEYS["partner"] if key not in {"type", "id"}], *values]


def _clients(session: Session) -> list[str]:
    from rounds.index import queries

    return [*session.unsynced_vault.ask(queries.client_codes), *_people(session)]


def _releases(session: Session) -> list[str]:
    from rounds.index import queries
    from rounds.notes.links import name_of

    return [name_of(each.path) for each in reversed(session.unsynced_vault.ask(queries.notes_of_type, "release"))]


def kinds(session: Session) -> list[str]:
    """Kinds of touch: the format's, and any others in the vault's logs."""
    from rounds.vault.list_search import kinds as known

    return known(session.unsynced_vault)


_people = _titles("partner", "organization")
who_completion = completed(_people)
organization_completion = completed(_titles("organization"))
role_completion = completed(_roles)
stage_completion = completed(_stages)
kind_completion = completed(kinds)
setting_completion = completed(_settings)
client_completion = completed(_clients)
release_completion = completed(_releases)


def values_completion(name: str) -> Completion:
    """The partners' values for a property, each list member separately."""

    def read(session: Session) -> list[str]:
        from rounds.index import queries

        return sorted(session.unsynced_vault.ask(queries.values, name))

    return completed(read)


def after_who(later: Completion, first: Completion = who_completion) -> Completion:
    """Completion of an argument's first word, by default a name, and of its later words."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
        named = bool(context.params.get(parameter.name or ""))
        return (later if named else first)(context, parameter, incomplete)

    return complete


def either(*completions: Completion) -> Completion:
    """All candidates of several completions."""
    return lambda *args: [found for completion in completions for found in completion(*args)]


message_completion = after_who(completed(_titles("message")))
who_or_setting = after_who(setting_completion)
who_or_kind = after_who(either(kind_completion, who_completion))


def query_completion(context: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
    """Completions for a word of a query."""
    from rounds.domain.query.parser import complete
    from rounds.index import queries

    try:
        session = _session_of(context)
        known = session.unsynced_vault.ask(queries.other_names)
        values = {"role": list(_roles(session))}
        return list(complete(incomplete, len(incomplete), known=known, values=values))
    except Exception:  # noqa: BLE001 - the shell can't show an error during completion
        return []
