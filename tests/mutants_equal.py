"""Faults of `make mutants` that change nothing that anybody can see, each with its reason."""

EQUAL: dict[tuple[str, str, int], str] = {
    ("while day <= last and full[day] >= most:", "condition 1 is dropped", 0): "no day after the last one is ever full",
    ("later.update(dict.fromkeys(passed, day))", "statement is removed", 0): "slower, with the same days",
    (
        "if due and ticked and due < ticked and is_appointment(kind, timed=timed):",
        "comparison is LtE",
        0,
    ): "on one day both are the same",
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
        "elif isinstance(part, Piece) and part.kind is Kind.PROPERTY:",
        "condition 1 is dropped",
        0,
    ): "for the types; front matter has no plain texts among its parts",
    (
        "return merge.parts(newline_after(theirs or ours, 0))",
        "condition 1 is dropped",
        0,
    ): "ours has the line ends of theirs by then",
    (
        "if piece.kind is Kind.TEXT or (but is not None and self.items[piece.key][but]):",
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
    ("_LARGE = 256 << 10", "10 is one more", 0): "a size from which it is written in another place",
    ("if names and not self._is_ended():", "condition 1 is dropped", 0): "without a segment nothing is open",
    (
        "room = max(MOST_BYTES - _SEGMENT, size(os.path.join(self.folder, last)) if last else 0)  # the newest one stays",
        "0 is one more",
        0,
    ): "the other number is larger",
    (
        "number = int(last[7:11]) + 1 if last.startswith(month) else 1",
        "7 is one more",
        0,
    ): "the same below a thousand segments in a month",
    (
        "for _ in range(2):  # try twice, so that a passing error leaves no copy behind",
        "2 is one more",
        0,
    ): "one more try",
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
}
"""By line of code, fault, and its number among equal ones of the module."""
