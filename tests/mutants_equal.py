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
}
"""By line of code, fault, and its number among equal ones of the module."""
