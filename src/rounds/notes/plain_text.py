"""Text from notes, made safe to show on a terminal or to put into a calendar."""

import re

_CONTROL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
"""As a text: compiled where a text holds anything that is not printable, which hardly any does."""


def escape_controls(text: str) -> str:
    """A text with its control characters made visible: an escape sequence in a note is shown, never run.

    Newlines and tabs stay. C0 becomes a control picture (U+2400 and on), C1, line and paragraph separators, overrides
    of the writing direction and bytes of file names that are no text become U+FFFD.
    """
    return text if text.isprintable() else re.sub(_CONTROL, _visible, text)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "\ufffd"
