"""Payment for referrals, on labeled lines."""

import csv
from pathlib import Path

from rounds.domain.guard.payment import find_payment

LINES = Path(__file__).parents[2] / "golden" / "payment_lines.tsv"


def test_precision_and_recall_on_labeled_lines() -> None:
    with LINES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    said = [row for row in rows if find_payment(row["text"])]
    right = [row for row in said if row["label"] == "payment"]
    assert len(right) / len(said) >= 0.97
    assert len(right) / sum(row["label"] == "payment" for row in rows) >= 0.95
