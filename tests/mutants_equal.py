"""Faults of `make mutants` that change nothing that anybody can see, each with its reason."""

EQUAL: dict[tuple[str, str, int], str] = {
    ("while day <= last and full[day] >= most:", "condition 1 is dropped", 0): "no day after the last one is ever full",
    ("later.update(dict.fromkeys(passed, day))", "statement is removed", 0): "slower, with the same days",
    (
        "if due and ticked and due < ticked and is_appointment(kind, timed=timed):",
        "comparison is LtE",
        0,
    ): "on one day both are the same",
    ("passed.append(day)", "statement is removed", 0): "slower, with the same days",
    ("line: int = 0", "0 is one more", 0): "an entry that is in no note yet; nobody asks for its line",
    (
        'self, rule: str, due: dt.date | None, *, wording: str = "", title: str = "", wanted: int = 1, **more: Any',
        "1 is one more",
        0,
    ): "counts only beside `since`, and every rule that gives it gives both",
    (
        'until = [(e.date, e.until) for e in log if e.kind == "later" and e.until]',
        "condition 1 is dropped",
        0,
    ): "only a `later` has such a day",
    (
        'return [e for e in facts.log if e.rule == rule and e.kind in {"skip", "later"} and e.date >= since]',
        "condition 2 is dropped",
        0,
    ): "only these two name a rule",
    ("PROPOSAL = 3", "3 is one more", 0): "only the order counts",
    ("UNDATED = 3", "3 is one more", 0): "only the order counts",
    ("@lru_cache(maxsize=4096)", "4096 is one more", 0): "the size of a cache",
    (
        "if [True for entry in fact.log if entry.date > today]:",
        "comparison is GtE",
        0,
    ): "what follows keeps entries of today",
    (
        "if facts.partner.stage in EARLY and asked is not None and usual is not None:",
        "condition 2 is dropped",
        0,
    ): "without a day there is no usual one either",
    ('while at and raw[at - 1] == "\\n":', "condition 1 is dropped", 0): "the property's own line ends the loop",
    (
        'while at and raw[at - 1] == "\\n":',
        "condition 2 is dropped",
        0,
    ): "what stands there always ends with a line break",
    ('line = raw.rfind("\\n", 0, at - 1) + 1', "1 is one more", 1): "a blank line is looked at with the one above it",
    (
        "key = (they or we or was).block  # type: ignore[union-attr]  # one of them is there",
        "condition 1 is dropped",
        0,
    ): "all have the same name, and ours is there",
    (
        "key = (they or we or was).block  # type: ignore[union-attr]  # one of them is there",
        "condition 3 is dropped",
        0,
    ): "one of the two sides is there",
    (
        "elif isinstance(part, Piece) and part.kind is PieceKind.PROPERTY:",
        "condition 1 is dropped",
        0,
    ): "for the types; front matter has no plain texts among its parts",
    (
        "return merge.parts(newline_after(theirs or ours, 0))",
        "condition 1 is dropped",
        0,
    ): "ours has the line ends of theirs by then",
    (
        "if piece.kind is PieceKind.TEXT or (but is not None and self.items[piece.key][but]):",
        "condition 1 is dropped",
        0,
    ): "a line of text is no item of any version, so nothing comes of it",
    (
        'if ":" in text and (named := _KIND.match(text)) is not None:',
        "condition 1 is dropped",
        0,
    ): "a short cut: the pattern has a colon",
    (
        'while end > start and text[end - 1] in " \\t":',
        "comparison is GtE",
        0,
    ): "an emoji stands at the start, no blank",
    ("large_bytes = 256 << 10", "10 is one more", 0): "a size from which it is written in another place",
    ("if names and not self._is_ended():", "condition 1 is dropped", 0): "without a segment nothing is open",
    (
        "number = int(last[7:11]) + 1 if last.startswith(month) else 1",
        "7 is one more",
        0,
    ): "the same below a thousand segments in a month",
    ("time.sleep(seconds)", "statement is removed", 0): "only how soon it tries again",
    ("time.sleep(_MOMENT)", "statement is removed", 0): "a moment for a program that was writing just then",
    (
        "if alone and not (self._looked and self.journal.is_closed()):",
        "condition 2 is dropped",
        0,
    ): "looks once more at what is closed",
    (
        "step = Step(os.urandom(4).hex(), path, before=text, after=text)",
        "4 is one more",
        0,
    ): "a random name, without a file",
    (
        "saved = change.saved and any(counts(step) for step in change.steps)",
        "condition 1 is dropped",
        0,
    ): "both say the same of each state that a step can have",
    (
        "saved = change.saved and any(counts(step) for step in change.steps)",
        "condition 2 is dropped",
        0,
    ): "both say the same of each state that a step can have",
    ("if ours is not None and ours.half:", "condition 1 is dropped", 0): "for the types; the change has begun",
    (
        "return self.state(today, 0) in {ReleaseState.VALID, ReleaseState.EXPIRING}",
        "0 is one more",
        0,
    ): "it covers in both states",
    (
        'close = get_close_matches(fold(key).replace(" ", "_"), list(order), 1, 0.75)',
        "1 is one more",
        0,
    ): "the first one is shown",
    (
        'if start >= key_line.end and "#" in (tail := block[end : found.lines[-1].end]) and found.kind != "list":',
        "comparison is Gt",
        0,
    ): "only a list can begin in the first column",
    (
        "if any(span.start <= comment.start < span.end for comment in found.comments):",
        "comparison is Lt",
        0,
    ): "an item does not begin with a comment",
    ("item_start, item_end, fresh = -1, -1, True", "1 is one more", 1): "it is set before it is read",
    (
        'if at >= self.end or first - at <= parent or self.text[first] == "#":',
        "comparison is Gt",
        0,
    ): "at the end nothing is indented either",
    ("return days[0] > days[-1]", "comparison is GtE", 0): "a log that begins and ends on one day has no order",
    ("if (data and still) or time.monotonic() > deadline:", "comparison is GtE", 0): "a billionth of a second",
    (
        "descriptor = os.open(beside, flags, 0o666 if like is None else 0o600)",
        "384 is one more",
        0,
    ): "the mode of the old file is set below",
    (
        "yield change, change.id in undone or change.ended == TAKEN_BACK",
        "condition 2 is dropped",
        0,
    ): "the taking back stands in the journal too, as an undo",
    (
        "if len(found) != len(values) or {entry.key for entry in found} != names.keys():",
        "condition 1 is dropped",
        0,
    ): "with the same names there are as many: one that stands there twice can't be read",
}
"""By line of code, fault, and its number among equal ones of the module."""
