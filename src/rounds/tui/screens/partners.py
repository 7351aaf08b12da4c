"""Partners: a live filter, the list, and a preview."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.widgets import Input

from rounds.domain.query.fields import FIELDS
from rounds.domain.query.parser import closed, complete, without_word, word_start
from rounds.errors import QueryError
from rounds.tui.actions import PARTNERS, bindings
from rounds.tui.dialogs.list import choice
from rounds.tui.messages import HeaderSelected
from rounds.tui.phrases import clean, count
from rounds.tui.screens.main_screen import PartnerRowsScreen
from rounds.tui.screens.note_screen import flow
from rounds.tui.visited import Visit
from rounds.tui.widgets.filterline import FilterLine
from rounds.tui.widgets.tables import (
    AHEAD,
    CHOOSABLE,
    DEFAULT,
    PartnerTable,
    Row,
    column_name,
    keys_near,
    partner_rows,
)
from rounds.vault.did_you_mean import meant
from rounds.vault.find_note import named
from rounds.vault.list_search import entries, keys, keys_of, names_for, property_names, saved_views
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession

COLUMNS = ("name", "role", "organization", "stage", "last")
"""Sort columns of the list, from left to right."""

_NOBODY = "Nobody is in your network yet.\n\nPress n to add the first partner."


def _no_match(hint: str) -> str:
    """Text in an empty list, with a suggestion."""
    return "\n\n".join(filter(None, ("Nobody fits this filter.", hint, "Press escape to see everybody again.")))


def _names(vault: Vault) -> None:
    """Read the values that the first keys of a query need; they stay cached until a note changes."""
    names_for(vault, "role")
    [*property_names(vault)]


class FilterResult(NamedTuple):
    """The result of a filter.

    Attributes:
        query: the applied part of the typed query.
        trouble: the error in the typed query, if any.
        offers: completions of the word at the cursor, for display.
        completed: the query up to the cursor with the first completion; empty without one.
    """

    query: str
    keys: Sequence[int]
    trouble: QueryError | None = None
    offers: Sequence[str] = ()
    completed: str = ""


def find_partners(vault: Vault, query: str, cursor: int, order: str, before: str) -> FilterResult:
    """The result of a query; with an error, the result without the faulty part, or else that of `before`.

    So the list neither empties nor fills up while the user types.
    """
    try:
        found = keys(vault, query, types=("partner",), order=order)
    except QueryError as error:
        trouble = error
    else:  # the user's own property names take longest to list
        return FilterResult(query, found, None, *_offered(vault, query, cursor, known=()))
    offers, completed = _offered(vault, query, cursor, known=property_names(vault))
    ways = (closed(query), without_word(query, trouble.position), query[: trouble.position], before, "")
    for text in filter(lambda text: text != query, ways):
        with suppress(QueryError):
            return FilterResult(text, keys(vault, text, types=("partner",), order=order), trouble, offers, completed)
    raise trouble


def filter_example(vault: Vault) -> str:
    """A filter that finds the partner of the last touch who has a role and a stage; empty if there is none."""
    for entry in entries(vault, keys(vault, "has:role has:stage", types=("partner",), order="-last")[:1]):
        query = " ".join(f"{key}:{entry.properties.get(key)}".replace(" ", "-") for key in ("role", "stage"))
        with suppress(QueryError):
            return query if keys(vault, query, types=("partner",)) else ""
    return ""


def _offered(vault: Vault, query: str, cursor: int, *, known: Collection[str]) -> tuple[list[str], str]:
    """Completions of the word at the cursor, and the query up to the cursor with the first one."""
    word = query[word_start(query, cursor) : cursor]
    asked = [field for field in FIELDS if word.startswith(f"{field.name}:") and not field.values]
    values = {field.name: names_for(vault, field.column or field.name) for field in asked}
    words = complete(query, cursor, known=known, values=values)
    offers = [word.rpartition(":")[2].rpartition(",")[2] or word for word in words]
    return offers, query[: word_start(query, cursor)] + words[0] if words else ""


class PartnersScreen(PartnerRowsScreen):
    """The list of partners, its filter, and the preview."""

    PLACE = PARTNERS
    BINDINGS = [*bindings(PARTNERS), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def content(self) -> ComposeResult:
        yield FilterLine(id="filter")
        yield PartnerTable(id="partners")

    @property
    def listing(self) -> PartnerTable:
        return self.query_one(PartnerTable)

    @property
    def filter(self) -> FilterLine:
        """The filter above the list."""
        return self.query_one(FilterLine)

    @property
    def entry(self) -> NoteRecord | None:
        row = self.listing.row
        return row.entry if row else None

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session)
        self._good = ""  # the query of the results shown
        self.busy = False

    # The list ---------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        # Not by its message, which comes after the key is painted: the index can be queried meanwhile.
        self.watch(self.filter.input, "value", self._filter_typed, init=False)
        self.start(self._recall, group="recent")

    async def _recall(self) -> None:
        """Restore the columns and filters of the last session, and make an example that finds somebody."""
        self.filter.input.recent = await self.session.read(lambda _: self.session.recent.read())
        self.listing.columns = tuple(await self.session.read(lambda _: self.session.columns())) or DEFAULT
        self.listing.refresh()
        if example := await self.session.read(filter_example):
            self.filter.input.placeholder = f"such as {example}"

    async def reload(self) -> None:
        query, order, today = self.filter.query_text, self.listing.order, self.session.agenda.today
        held, sight, cursor = self.listing.identity, self.listing.in_sight, self.filter.input.cursor_position

        def find(vault: Vault) -> tuple[FilterResult, dict[int, Row]]:
            found = find_partners(vault, query, cursor, order, self._good)
            top = self._is_new(found)
            near = keys_near(found.keys, None if top else held, range(len(sight)) if top else sight)
            return found, partner_rows(vault, near, today)

        self.workers.cancel_group(self, "preview")  # the list comes first, then the note
        self.workers.cancel_group(self, "meant")
        found, rows = await self.session.read(find)
        first, self._good = self._is_new(found), found.query
        self.filter.complete_with(query[:cursor], found.completed)
        words = count(len(found.keys), "partner") + self._marked_in_words(found.keys)
        async with self.batch_repaint():
            self.listing.show(found.keys, rows, empty=_no_match("") if query.strip() else "", first=first)
            self.filter.show(words, self._order_in_words(), found.trouble, found.offers)
            self.explain_empty("" if found.keys or query.strip() else _NOBODY)
        self.show_preview()
        if query.strip() and not found.keys and found.trouble is None:
            self.start(self._say_what_was_meant, query, group="meant")

    def _is_new(self, found: FilterResult) -> bool:
        """Whether the filter has changed, so that the cursor goes to its first hit. Without a filter it stays."""
        return found.query != self._good and bool(found.query.strip())

    async def _say_what_was_meant(self, query: str) -> None:
        """Show a suggestion after a pause: it's too slow for every key."""
        await asyncio.sleep(self.session.delays.suggestion)
        near = await self.session.read(lambda vault: meant(vault, query, types=("partner",)))
        if near.hint:
            enter = " Press enter to see them." if near.query and self.filter.input.has_focus else ""
            self.listing.show((), {}, empty=_no_match(clean(near.hint) + enter))

    def _marked_in_words(self, keys: Sequence[int]) -> str:
        """The number of marked partners, including those hidden by the filter, since actions apply to them too."""
        marked = self.listing.marked
        hidden = len(marked.difference(keys)) if marked else 0
        return f", {len(marked)} marked{f' ({hidden} not listed)' if hidden else ''}" if marked else ""

    def _order_in_words(self) -> str:
        name = self.listing.order.removeprefix("-")
        words = {"last": "last touch"}.get(name, name)
        return f"by {words}" + (", turned around" if self.listing.order.startswith("-") else "")

    def supply(self, rows: dict[int, Row], wanted: Sequence[int]) -> None:
        self.listing.supply(rows, wanted)

    def show_only(self, query: str) -> None:
        """Filter with a query."""
        self.filter.input.value = query
        self.set_focus(self.listing)

    def go_to(self, path: str) -> None:
        """Put the cursor on a partner; a filter that hides the partner is cleared."""
        self.start(self._go_to, path, group="go")

    @property
    def visit(self) -> Visit:
        return super().visit._replace(query=self.filter.query_text)

    async def revisit(self, visit: Visit) -> None:
        if visit.query != self.filter.query_text:
            self.filter.input.value = visit.query
            await self.reload()
        await super().revisit(visit)

    async def find_again(self, path: str) -> None:
        await self._go_to(path)

    async def _go_to(self, path: str) -> None:
        entry = await self.session.read(lambda vault: vault.entry(path))
        if entry.type != "partner":
            self.tell(f"{clean(entry.name)} isn't a partner; on Today, v shows the note.")
            return
        await self.reload()
        if not self.listing.go_to(entry.key):
            self.filter.input.value = ""
            await self.reload()
            self.listing.go_to(entry.key)

    def action_sort(self) -> None:
        here = self.listing.order.removeprefix("-")
        self._sort(COLUMNS[(COLUMNS.index(here) + 1) % len(COLUMNS)])

    def action_turn(self) -> None:
        order = self.listing.order
        self._sort(order.removeprefix("-") if order.startswith("-") else f"-{order}")

    def on_header_selected(self, event: HeaderSelected) -> None:
        event.stop()
        if event.column in COLUMNS:
            self._sort(f"-{event.column}" if self.listing.order == event.column else event.column)

    def _sort(self, order: str) -> None:
        self.listing.order = order
        self.start(self.reload, group="reload")

    # The filter -------------------------------------------------------------------------------------------------

    def _filter_typed(self) -> None:
        self.start(self.reload, group="reload")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(self.listing)
        self.busy = True  # the next key is for the results
        self.workers.cancel_group(self, "reload")
        self.start(self._choose, event.value, group="choose")
        self.start(self._remember, event.value, group="recent")

    async def _choose(self, query: str) -> None:
        """Show the final results, with the cursor on a partner of that name, if any; others may only mention it.

        A filter that finds nobody is replaced by what it likely means.
        """
        try:
            await self.reload()
            if query.strip() and not self.listing.count:
                query = await self._corrected(query)
            people = await self.session.read(lambda v: keys_of(v, [path for path, *_ in named(v, query, AHEAD)]))
            self.listing.go_to_any(people)
        finally:
            self.busy = False

    async def _corrected(self, query: str) -> str:
        """Replace typos in a filter that finds nobody, and show the results; otherwise it stays as it is."""
        try:
            near = await self.session.read(lambda vault: meant(vault, query, types=("partner",)))
        except QueryError:
            return query  # it's explained below the filter
        if not near.query:
            return query
        self.filter.input.value = near.query
        self.workers.cancel_group(self, "reload")  # of the new value; this one waits for it
        await self.reload()
        self.tell(f'Nobody fits "{query}", so these fit "{near.query}".')
        return near.query

    async def _remember(self, query: str) -> None:
        self.filter.input.recent = await self.session.read(lambda _: self.session.remember(query))

    @flow
    async def action_queries(self) -> None:
        """Show saved queries and recent filters."""
        views = await self.session.read(saved_views)
        recent = await self.session.read(lambda _: self.session.recent.read())
        choices = [(view.query, choice(view.name, view.query)) for view in views]
        choices += [(query, choice(query, "recent")) for query in recent]
        if not choices:
            self.tell("There are no saved views in Views, and no recent filters yet.")
        elif query := await self.pick("Views and recent filters", choices):
            self.show_only(query)

    # Several partners -------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        self.listing.mark()
        self.start(self.reload, group="reload")

    def action_mark_all(self) -> None:
        self.listing.mark_all()
        self.start(self.reload, group="reload")

    @flow
    async def action_change(self) -> None:
        """Change the marked partners, or the one under the cursor."""
        from rounds.tui.dialogs.change import ChangeSeveral

        if not self.listing.marked:
            super().action_change()
            return
        notes = [(entry.path, entry.name) for entry in await self._entries(sorted(self.listing.marked))]
        if await self.ask(ChangeSeveral(self.session, notes)):
            self._unmark()

    @flow
    async def action_share(self) -> None:
        """Share an article with the marked partners, or with all results of the filter."""
        from rounds.tui.dialogs.share import ShareArticle

        chosen = sorted(self.listing.marked) or self.listing.keys
        if not chosen:
            self.tell("There is nobody here to share it with.")
            return
        if await self.ask(ShareArticle(self.session, [entry.path for entry in await self._entries(chosen)])):
            self._unmark()

    async def _entries(self, chosen: Sequence[int]) -> list[NoteRecord]:
        """Partners by name."""
        return sorted(await self.session.read(lambda vault: entries(vault, chosen)), key=lambda entry: entry.name)

    def _unmark(self) -> None:
        self.listing.unmark()
        self.start(self.reload, group="reload")

    @flow
    async def action_columns(self) -> None:
        """Show more or fewer columns."""
        columns = self.listing.columns
        choices = [(name, choice(column_name(name), "shown" if name in columns else "")) for name in CHOOSABLE]
        name = await self.pick("Show or hide a column", choices)
        if not name:
            return
        kept = self.listing.columns = tuple(each for each in CHOOSABLE if (each in columns) != (each == name))
        self.start(self.reload, group="reload")
        await self.session.read(lambda _: self.session.keep_columns(kept))

    def focus_filter(self) -> None:
        """Type a filter."""
        if self.has_class("-reading"):
            self.action_read()
        self.set_focus(self.filter.input)
        self.start(self.session.read, _names, group="names")

    def action_back(self) -> None:
        """From note or filter to the list; from the list to all partners."""
        here = self.listing.has_focus or not self.listing.count
        if self.has_class("-reading") or not here:
            super().action_back()
        elif self.listing.marked:
            self._unmark()
        else:
            self.filter.input.value = ""
            self.set_focus(self.listing)
