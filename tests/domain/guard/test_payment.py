"""Payment for referrals, on labeled lines."""

import csv
from pathlib import Path

import pytest

from rounds.domain.guard.payment import find_payment

LINES = Path(__file__).parents[2] / "golden" / "payment_lines.tsv"


def test_precision_and_recall_on_labeled_lines() -> None:
    with LINES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    said = [row for row in rows if find_payment(row["text"])]
    right = [row for row in said if row["label"] == "payment"]
    assert len(rows) > 180
    assert len(right) / len(said) >= 0.95
    assert len(right) / sum(row["label"] == "payment" for row in rows) >= 0.85


@pytest.mark.parametrize(
    "typed",
    [
        "send me referrals and I will send you some too",
        "20 % of the first session for each client I send",
        "a little something for each patient",
        "the lab offers a kickback",
    ],
)
def test_payment(typed: str) -> None:
    found = find_payment(typed)
    assert found is not None
    assert typed[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "typed",
    [
        "The Joint Commission surveys the hospital in May",
        "$60 per client session",
        "the commissioner of health spoke",
        "fee schedule attached",
        "tip sheet for parents",
        "30 percent of patients drop out",
        "the gift of time",
    ],
)
def test_no_payment(typed: str) -> None:
    assert find_payment(typed) is None
