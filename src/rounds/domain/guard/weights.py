"""Weights of the evidence, learned by `make guard ARGS=--learn`."""

import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

NAME = "weights.tsv"
START = "(start)"
"""The weight that every candidate of a model begins with."""


class Weight(NamedTuple):
    """A sign's weight in log-odds; `expected` is what it was before it learned, and is kept where lines are few."""

    expected: float
    learned: float


Models = dict[str, dict[str, Weight]]
_instead: list[Models] = []


def load() -> Models:
    """For each model, the weights of its signs."""
    return _instead[-1] if _instead else _read()


@contextmanager
def instead(models: Models) -> Iterator[None]:
    """Use other weights for a while (the learner judges lines by weights that never saw them)."""
    _instead.append(models)
    try:
        yield
    finally:
        _instead.pop()


@cache
def _read() -> Models:
    models: Models = {}
    with open(os.path.join(os.path.dirname(__file__), NAME), encoding="utf-8") as file:
        for line in file.read().splitlines()[1:]:
            model, sign, expected, learned = line.split("\t")
            models.setdefault(model, {})[sign] = Weight(float(expected), float(learned))
    return models


def probability(model: str, signs: Iterable[str]) -> float:
    """How likely a candidate with these signs is client information, 0 to 1."""
    weights = load()[model]
    total = weights[START].learned + sum(weights[sign].learned for sign in signs if sign in weights)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def strongest(model: str, signs: Iterable[str]) -> list[str]:
    """The signs that speak for client information, the strongest first."""
    weights = load()[model]
    return sorted(
        (sign for sign in signs if sign in weights and weights[sign].learned > 0),
        key=lambda sign: (-weights[sign].learned, sign),
    )


def forget() -> None:
    """Forget the weights: the next use reads the file again."""
    _read.cache_clear()
