"""The map of the whole network as one page: people by role, and who could introduce them."""

import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from os.path import dirname, join

from rounds.domain.network_map import AGES, TIE_WORDS, Line, Mapped
from rounds.domain.partner_referral_release import STAGES
from rounds.domain.phrases import counted, full_day
from rounds.exports.write_files import rendered
from rounds.storage.open_file import content

_MOST_LINES = 150
"""Most ties that are drawn before somebody asks for all."""

_NO_ROLE = "no role yet"


def page(people: Sequence[Mapped], lines: Sequence[Line], today: date) -> str:
    """The page; it needs no other file and makes no request.

    Args:
        people: in the order in which they stand within a role.
        lines: the ties between them.
    """
    from markupsafe import Markup

    script = content(join(dirname(__file__), "network_map.js")).decode()
    by_role: dict[str, list[dict[str, object]]] = defaultdict(list)
    for each in people:
        by_role[each.role or _NO_ROLE].append(_shown(each, today))
    ways = sum(line.is_way for line in lines)
    return rendered(
        "network_map.html",
        title="Your network",
        below=_below(len(people), ways, today),
        roles=sorted(by_role.items(), key=lambda item: (item[0] == _NO_ROLE, -len(item[1]), item[0])),
        stages=[("active", "active"), ("met", "met"), ("contacted", "contacted"), ("found", "found"),
                ("resting", "resting, or not a fit")],
        ages=[*AGES.items()],
        draws_all=len(lines) <= _MOST_LINES,
        data=Markup(_data(people, lines)),  # noqa: S704 - JSON without < is only data
        script=Markup(script),  # noqa: S704 - a file of ours
        script_hash=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
    )  # fmt: skip


def _below(count: int, ways: int, today: date) -> str:
    if not count:
        return "Nobody is in it yet."
    introductions = counted(ways, "introduction") if ways else "no introduction"
    return f"{counted(count, 'partner')} on {full_day(today)}; {introductions} possible from those you know."


def _shown(each: Mapped, today: date) -> dict[str, object]:
    stage = each.stage if each.stage in STAGES else STAGES[0]
    return {
        "key": each.key,
        "name": each.name,
        "stage": "resting" if stage == STAGES[-1] else stage,
        "age": each.age(today),
        "last": f"{each.last:%b} {each.last.year}" if each.last else "",
    }


def _data(people: Sequence[Mapped], lines: Sequence[Line]) -> str:
    """People and ties for the script, as JSON without the character that could end it."""
    facts = [
        {
            "key": each.key, "name": each.name, "role": each.role or _NO_ROLE, "place": each.place,
            "in_touch": each.in_touch, "stage_words": each.stage or STAGES[0],
            "touched": f"last touch on {full_day(each.last)}" if each.last else AGES["never"],
        }
        for each in people
    ]  # fmt: skip
    ties = [{**line._asdict(), "words": TIE_WORDS[line.tie]} for line in lines]
    return json.dumps({"people": facts, "lines": ties}, ensure_ascii=False).replace("<", "\\u003c")
