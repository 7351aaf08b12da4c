"""Questions that are asked again after any change."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rounds.index import findings, queries, queries_activity
from rounds.index import queries_between_notes as between
from rounds.index.writer import Index
from rounds.vault.vault import Vault

ASKED: dict[str, Callable[[Index], object]] = {
    "unclear links": between.ambiguous_links,
    "shared names": between.paths_sharing_names,
    "shared ids": between.duplicate_ids,
    "tasks without a type": between.untyped_with_followups,
    "notes without a type": between.paths_without_type,
    "shared codes": queries.referrals_sharing_codes,
    "broken links": queries_activity.broken_partner_links,
    "gifts": queries_activity.notes_with_gifts,
    "introductions": lambda index: queries_activity.introduced(index, "2026-11-23", [1]),
    "chosen": lambda index: queries_activity.chosen(index, "2026-11-01", "2026-11-23"),
    "niches": lambda index: queries.notes_of_type(index, "niche"),
    "found by the guard": findings.findings,
}


@pytest.mark.parametrize("name", ASKED)
def test_no_question_after_a_change_reads_all_notes_log_entries_or_links(name: str, tmp_path: Path) -> None:
    """An index leads to the few rows that matter; only its own entries are all read."""
    (tmp_path / "rounds.toml").write_text("")
    vault = Vault.open(tmp_path)
    vault.sync()
    asked: list[str] = []

    def plan(index: Index) -> str:
        index.connection.set_trace_callback(asked.append)
        ASKED[name](index)
        index.connection.set_trace_callback(None)
        return "\n".join(detail for sql in asked for _, _, _, detail in index.rows(f"EXPLAIN QUERY PLAN {sql}"))

    lines = vault.ask(plan)
    vault.close()
    assert lines
    assert re.findall(r"SCAN (?:notes|log|links|details|files|\w)\b(?! USING)", lines) in ([], ["SCAN h"], ["SCAN a"])
