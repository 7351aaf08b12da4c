"""`make guard`: how well the client guard does on labeled lines, each judged by weights that never saw it.

With `--learn` the weights are learned from all lines and written to `src/rounds/domain/guard/weights.tsv`: logistic
regression with a normal prior around each sign's expected weight, so that signs with few lines stay where we put them.
"""

import argparse
import csv
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rounds.domain.guard import evidence, evidence_people, guard, lexicon, stories, weights
from rounds.domain.guard.identifiers import identifiers
from rounds.domain.guard.known import known_people
from rounds.domain.guard.payment import find_payment, of_payment
from rounds.domain.guard.people import initials, names
from rounds.domain.guard.reading import NOBODY, Known
from rounds.domain.guard.reading import line as read_line
from rounds.domain.guard.text import read
from rounds.domain.guard.whole_notes import needs_look

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
LINES = (GOLDEN / "client_lines.tsv", GOLDEN / "client_lines_more.tsv")
"""The set that the guard was made with, and lines that were written later, most by people who had not seen it."""
PAYMENT = GOLDEN / "payment_lines.tsv"
INNOCENT = "innocent"
"""Kind of the lines of innocent prose."""
PLANTED = (
    "her neighbor is a client of mine",
    "Safe Harbor, 45 CFR",
    "cell 503-555-0117",
    '"client Dana M."',
    "`client Dana M.`",
    "`client-dana-m`",
    "`organization: Dana Moore, my client`",
    "`**Da**na M.`",
    "client Maya Torres, DOB",
    "her client Tim Reed, DOB",
)
"""What the docs and the sample network hold on purpose, to show what the guard finds."""
HELD_OUT = GOLDEN / "client_lines_held_out.tsv"
"""Lines by somebody else that no weight is learned from, ever."""
FOLDS = 10
STIFFNESS = 1.5
"""Precision of the prior: at 1.5, some ten lines move a weight halfway from what was expected."""
LEAST = 0.05
"""Smaller weights that nobody expected are left out: they decide nothing."""
IDENTIFIERS = {
    "dob": ("date", "file", "number"),
    "phone": ("phone", "number"),
    "date": ("date",),
    "mrn": ("number", "file", "ssn", "phone"),
    "member_id": ("number", "phone"),
    "email": ("email",),
    "address": ("address",),
    "ssn": ("ssn", "number", "file"),
    "account": ("number", "phone"),
    "age": ("age",),
    "url": ("url",),
    "photo": ("file",),
    "ip": ("ip",),
    "device": ("number", "phone"),
    "plate": ("number", "plate"),
}
"""For each kind of error, the shapes of candidates that it can be."""


class Line(NamedTuple):
    """A labeled line; `known` are the people of the note it stands in."""

    id: str
    label: str
    kind: str
    known: Known
    text: str


Result = tuple[Line, str, str]
"""A line with the level and kind that it was given."""


class Example(NamedTuple):
    """A candidate's signs; `truth` is None where the label of its line doesn't say."""

    line: Line
    signs: frozenset[str]
    truth: bool | None


def lines(*paths: Path) -> list[Line]:
    """Read labeled lines: id, label, kind, context (`key=value; ...`), text."""
    rows: list[list[str]] = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    found = []
    for key, label, kind, context, text in rows:
        if key != "id":
            properties = dict(part.split("=", 1) for part in context.split("; ") if "=" in part)
            found.append(Line(key, label, kind, known_people([properties]), text))
    return found


def innocent() -> list[Line]:
    """Innocent prose: the playbook, the sample network, the docs, and lines of our own about partners. All clean."""
    root = GOLDEN.parents[1]
    sample = sorted((root / "src" / "rounds" / "sample").rglob("*.md"))
    people = frozenset(read(path.stem).plain for path in sample)
    notes = [*sorted((root / "vault-template").rglob("*.md")), *sample, *sorted((root / "docs").rglob("*.md"))]
    found = []
    for path in [*notes, root / "README.md", root / "CHANGELOG.md", GOLDEN / "innocent_lines.txt"]:
        known = known_people([{"name": path.stem}])._replace(people=people)
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if text.strip() and not text.startswith("#") and not any(planted in text for planted in PLANTED):
                found.append(Line(f"{path.relative_to(root)}:{number}", "clean", INNOCENT, known, text))
    return found


def examples(line: Line) -> Iterator[tuple[str, Example]]:
    """Every candidate of a line with its model and, where the label says, its truth."""
    words = lexicon.load()
    reading = read_line(line.text, line.known, words)
    clear = line.label != "error"
    placed = identifiers(reading)
    for candidate in placed:
        signs = evidence.of_identifier(reading, candidate)
        if guard.is_released(reading, candidate, signs):
            continue
        truth = None if not clear else False
        if line.label == "error" and candidate.kind in IDENTIFIERS.get(line.kind, ()):
            truth = True
        if "known number" in signs:
            truth = False
        yield "identifier", Example(line, frozenset(signs), truth)
    taken = guard.taken_places(reading, placed)
    for candidate in initials(reading, taken):
        signs = evidence_people.of_initials(reading, words, candidate)
        if "known" not in signs:
            yield "initials", Example(line, frozenset(signs), line.kind == "initials" if clear else None)
    for candidate in names(reading, words, taken):
        if not guard.is_known(reading, words, candidate):
            signs = evidence_people.of_name(reading, words, candidate)
            yield evidence_people.name_model(signs), Example(line, frozenset(signs), _named(line, signs))
    story = frozenset(stories.of_story(reading))
    yield "story", Example(line, story, line.kind == "quasi" if clear else None)
    yield "confirmation", Example(line, story, line.kind == "confirmation" if clear else None)
    if dates := stories.of_dates(reading):
        yield "dates", Example(line, frozenset(dates), line.kind == "date" if clear else None)


def _named(line: Line, signs: set[str]) -> bool | None:
    """Is the name the one that the line's label is about? Unknown for other names in such a line."""
    if line.kind not in ("name", "firstname"):
        return False if line.label != "error" else None
    if ("full" in signs) != (line.kind == "name") or {"work title", "place inside"} & signs:
        return None
    sure = {"other script", "family title", "with an initial", "of", "client before", "family after"}
    return None if "no known name" in signs and not sure & signs else True


def learn(found: list[Example], expected: dict[str, float]) -> dict[str, float]:
    """Weights for one model by Newton's method; signs without a line keep what was expected."""
    found = [each for each in found if each.truth is not None]
    signs = sorted({sign for each in found for sign in each.signs})
    column = {sign: number for number, sign in enumerate(signs, 1)}
    table = np.zeros((len(found), len(signs) + 1))
    table[:, 0] = 1
    for row, each in enumerate(found):
        table[row, [column[sign] for sign in each.signs]] = 1
    truth = np.array([each.truth for each in found], dtype=float)
    prior = np.array([expected.get(weights.START, 0.0), *(expected.get(sign, 0.0) for sign in signs)])
    stiff = np.diag([0.01, *([STIFFNESS] * len(signs))])
    found_weights = prior.copy()

    def loss(tried: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        total = table @ tried
        off = tried - prior
        return float(np.logaddexp(0, total).sum() - truth @ total + off @ stiff @ off / 2)

    for _ in range(25):
        chance = 1 / (1 + np.exp(-table @ found_weights))
        slope = table.T @ (chance - truth) + stiff @ (found_weights - prior)
        step = np.linalg.solve((table.T * (chance * (1 - chance))) @ table + stiff, slope)
        before = loss(found_weights)
        while loss(found_weights - step) > before and abs(step).max() > 1e-5:
            step /= 2  # a whole step can lead away from the solution
        found_weights -= step
        if abs(step).max() < 1e-5:
            break
    return {
        **expected,
        weights.START: float(found_weights[0]),
        **{sign: float(found_weights[column[sign]]) for sign in signs},
    }


def _fold(line: Line) -> int:
    return int(hashlib.md5(line.id.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def learn_all(found: list[tuple[str, Example]]) -> dict[str, dict[str, weights.Weight]]:
    """Weights for every model."""
    models = {}
    for model, known in weights.load().items():
        expected = {sign: weight.expected for sign, weight in known.items() if weight.expected}
        learned = learn([each for name, each in found if name == model], expected)
        models[model] = {sign: weights.Weight(expected.get(sign, 0.0), value) for sign, value in learned.items()}
    return models


def judged(labeled: list[Line]) -> Iterator[tuple[Line, str, str]]:
    """Each line with the level and kind that the guard gives it, by weights learned without its fold."""
    found = [pair for line in labeled if needs_look(line.text) for pair in examples(line)]
    for fold in range(FOLDS):
        with weights.instead(learn_all([(model, each) for model, each in found if _fold(each.line) != fold])):
            for line in labeled:
                if _fold(line) == fold:
                    yield line, *verdict(line)


def verdict(line: Line) -> tuple[str, str]:
    """Level and kind of a line's worst finding; `clean` and `none` without one."""
    found = guard.find(line.text, line.known) if needs_look(line.text) else []
    worst = next((each for level in ("error", "warning") for each in found if each.level == level), None)
    return (str(worst.level), worst.kind) if worst else ("clean", "none")


def judged_payment(labeled: list[Line]) -> Iterator[tuple[Line, bool]]:
    """Each line with whether it is found to speak of payment, by weights learned without its fold."""
    found = [(line, _payment(line)) for line in labeled]
    expected = {sign: weight.expected for sign, weight in weights.load()["payment"].items() if weight.expected}
    for fold in range(FOLDS):
        learned = learn([each for line, each in found if _fold(line) != fold], expected)
        models = {**weights.load(), "payment": {sign: weights.Weight(0, value) for sign, value in learned.items()}}
        with weights.instead(models):
            for line in labeled:
                if _fold(line) == fold:
                    yield line, find_payment(line.text) is not None


def _payment(line: Line) -> Example:
    return Example(line, frozenset(of_payment(read(line.text))), line.label == "payment")


def payment_lines() -> list[Line]:
    """Lines about payment for referrals, and lines that only sound so."""
    rows = [row.split("\t") for row in PAYMENT.read_text(encoding="utf-8").splitlines()[1:]]
    return [Line(key, label, "payment", NOBODY, text) for key, label, text in rows]


def row(name: str, right: int, said: int, true: int) -> str:
    """One line of the table of precision and recall."""
    return f"{name:34}{right / max(said, 1):11.3f}{right / max(true, 1):8.3f}{right:8}{said:7}{true:7}"


def rows(name: str, results: list[Result]) -> Iterator[str]:
    """Precision and recall at error level, and at both levels together."""
    count = Counter((line.label, level) for line, level, _ in results)
    for words, levels in (("error", ("error",)), ("error or warning", ("error", "warning"))):
        right = sum(count[one, two] for one in levels for two in levels)
        said = sum(number for (_, level), number in count.items() if level in levels)
        yield row(
            f"{name}, {words}", right, said, sum(number for (label, _), number in count.items() if label in levels)
        )


def report(results: list[Result], paid: list[tuple[Line, bool]], *, show: bool) -> None:
    """Print precision and recall by set and level, right levels by kind, innocent prose, payment; and what is wrong."""
    labeled = [each for each in results if each[0].kind != INNOCENT]
    prose = [each for each in results if each[0].kind == INNOCENT]
    made = {line.id for line in lines(LINES[0])}
    print(f"{'lines':34}{'precision':>11}{'recall':>8}{'right':>8}{'said':>7}{'true':>7}")
    for name, part in (
        (f"{len(made)} lines at the start", [each for each in labeled if each[0].id in made]),
        (f"{len(labeled) - len(made)} more", [each for each in labeled if each[0].id not in made]),
        (f"all {len(labeled)}", labeled),
    ):
        print("\n".join(rows(name, part)) if part else "", end="\n" if part else "")
    if paid:
        right = sum(said for line, said in paid if line.label == "payment")
        true = sum(line.label == "payment" for line, _ in paid)
        print(row(f"payment, {len(paid)} lines", right, sum(said for _, said in paid), true))
    if prose:
        alarms = sum(level != "clean" for _, level, _ in prose)
        print(f"innocent prose, {len(prose)} lines: {alarms} false alarms, {1000 * alarms / len(prose):.1f} per 1,000")
    kinds = Counter((line.label, line.kind) for line, _, _ in labeled)
    good = Counter((line.label, line.kind) for line, level, _ in labeled if level == line.label)
    print("\nright level, by kind")
    for (label, kind), number in sorted(kinds.items()):
        print(f"  {label:8} {kind:13} {good[label, kind]:4} of {number}")
    for line, level, kind in results if show else ():
        if level != line.label:
            print(f"{line.label} {line.kind} -> {level} {kind}: {line.text}")
    for line, said in paid if show else ():
        if said != (line.label == "payment"):
            print(f"{line.label} -> {'payment' if said else 'clean'}: {line.text}")


def main() -> None:
    """Print the figures; `--learn` writes the weights first, `--wrong` shows the lines judged wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learn", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--lines", type=Path, help="other labeled lines, judged by the weights as they are")
    options = parser.parse_args()
    labeled = [*lines(*LINES), *innocent()]
    if options.learn:
        paid = [("payment", _payment(line)) for line in payment_lines()]
        models = learn_all([*paid, *(pair for line in labeled if needs_look(line.text) for pair in examples(line))])
        table = ["model\tsign\texpected\tlearned"]
        table += [
            f"{model}\t{sign}\t{weight.expected:g}\t{weight.learned:.2f}"
            for model, signs in models.items()
            for sign, weight in sorted(signs.items())
            if weight.expected or abs(weight.learned) >= LEAST or sign == weights.START
        ]
        Path(weights.__file__).with_name(weights.NAME).write_text("\n".join(table) + "\n", encoding="utf-8")
        weights.forget()
    began = time.perf_counter()
    if options.lines:
        report([(line, *verdict(line)) for line in lines(options.lines)], [], show=options.wrong)
    else:
        report([*judged(labeled)], [*judged_payment(payment_lines())], show=options.wrong)
        held = [(line, *verdict(line)) for line in lines(HELD_OUT)]
        print("\nby the weights as they are", *rows(f"{len(held)} held out", held), sep="\n")
    print(f"{time.perf_counter() - began:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
