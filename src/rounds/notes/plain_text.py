"""Plain text from notes, safe for terminals and calendars."""

import re

_CONTROL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
"""Kept as text: compiled only for a text with unprintable characters, which is rare."""


def escape_controls(text: str) -> str:
    """Make control characters visible, so that an escape sequence in a note is shown, never run.

    Newlines and tabs stay. C0 characters become control pictures (U+2400 and on); C1 characters, line and paragraph
    separators, direction overrides and undecodable bytes of file names become U+FFFD.
    """
    return text if text.isprintable() else re.sub(_CONTROL, _visible, text)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "\ufffd"
