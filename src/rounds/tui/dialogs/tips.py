"""Four tips at the first start in a new vault."""

from collections.abc import Iterator

from textual.content import Content

from rounds.tui.dialogs.text import TextDialog
from rounds.tui.widgets.prose import hanging

TIPS = (
    ("Look", "Today shows what is worth doing. The number keys go to the other screens, such as 2 to your partners."),
    ("Write", "n adds a partner, l logs a call or a coffee, f plans a follow-up. u takes the last change back."),
    ("Find", "The keys are in the last line. ? shows all of them, and ctrl+p finds every action and partner by name."),
    (
        "Keep",
        "Each partner is a text file in your folder, for any editor. Clients stay out: no names, no stories.",
    ),
)


class FirstTips(TextDialog):
    """What a newcomer needs to know; any of the keys that close a text closes it."""

    def lines(self, width: int) -> Iterator[Content]:
        yield Content.assemble(("Welcome to Rounds", "bold $accent"), ("  enter closes this", "$foreground-muted"))
        for word, text in TIPS:
            yield Content("")
            yield from hanging(Content.styled(f"{word:7}", "bold"), Content(text), width)
