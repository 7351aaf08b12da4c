"""Faults of `make mutants` that change nothing that anybody can see, each with its reason."""

EQUAL: dict[tuple[str, str, str, int], str] = {
    (
        "domain/feed",
        "while day <= last and full[day] >= most:",
        "condition 1 is dropped",
        0,
    ): "no day after the last one is ever full",
    (
        "domain/feed",
        "later.update(dict.fromkeys(passed, day))",
        "statement is removed",
        0,
    ): "slower, with the same days",
    (
        "domain/followup",
        "if due and ticked and due < ticked and is_appointment(kind, timed=timed):",
        "comparison is LtE",
        0,
    ): "on one day both are the same",
    ("domain/followup", "line: int = 0", "0 is one more", 0): "every follow-up that is read has a line",
    ("domain/reminders/reminder", "PROPOSAL = 3", "3 is one more", 0): "only the order counts",
    ("domain/reminders/reminder", "UNDATED = 3", "3 is one more", 0): "only the order counts",
    ("domain/reminders/reminder", "@lru_cache(maxsize=4096)", "4096 is one more", 0): "the size of a cache",
    (
        "domain/reminders/rules",
        "if [True for entry in fact.log if entry.date > today]:",
        "comparison is GtE",
        0,
    ): "what follows keeps entries of today",
    (
        "domain/reminders/rules",
        "if facts.partner.stage in EARLY and asked is not None and usual is not None:",
        "condition 2 is dropped",
        0,
    ): "without a day there is no usual one either",
}
"""By module, line of code, fault, and its number among equal ones of the module."""
