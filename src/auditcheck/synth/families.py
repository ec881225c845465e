"""Which lives there are, how often each, and how a family's children share one.

The shares follow the inspection report of July 2015 that the requirements catalogue keeps (table 3): 871 children with early help, 2,217
in need of whom 308 had a protection plan and 357 were looked after, 159 care leavers, 115 who went missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from auditcheck.synth import courses
from auditcheck.synth.almanac import AS_OF, days, months, opened
from auditcheck.synth.authority import Team
from auditcheck.synth.courses import Lot
from auditcheck.synth.life import Life


def families(children: int, seed: int, teams: list[Team]) -> Iterator[list[Life]]:
    """Every family, in order: the same for a seed however many come after."""
    made = family = 0
    while made < children:
        family += 1
        rng = Random(f"{seed}/{family}")
        size = min(rng.choices([1, 2, 3, 4, 6], [55, 26, 12, 5, 2])[0], children - made)
        yield _family(rng, family, made, size, teams)
        made += size


def _family(rng: Random, family: int, made: int, size: int, teams: list[Team]) -> list[Life]:
    kind = rng.choices(list(KINDS), [kind.share for kind in KINDS.values()])[0]
    shape = KINDS[kind]
    team = teams[family % len(teams)]
    start = opened(days(AS_OF, -rng.randint(*shape.back)))
    lot = Lot(start, rng.random(), rng.random() < 0.2)
    leader = rng.choice((*team.workers, *team.workers, team.newly_qualified))
    lives: list[Life] = []
    for place in range(size):
        born = _born(rng, shape, start) if kind != "unborn" or place else None
        life = Life(made + place + 1, family, born, team, Random(rng.random()), worker=leader)
        life.disabled = rng.random() < 0.06 and born is not None
        expected = days(AS_OF, rng.randint(20, 120)) if born is None else None
        introduce(life, expected)
        (shape.live if kind != "unborn" or born is None else courses.assessed)(life, lot)
        life.kin = lives
        lives.append(life)
    return lives


def introduce(life: Life, expected: date | None) -> None:
    """The row of ``children``."""
    born = life.born
    planned = months(born, 13 * 12) if life.disabled and born and months(born, 14 * 12) <= AS_OF else None
    life.add(
        "children", family_id=f"F{life.family:07d}", date_of_birth=born, expected_birth_date=expected,
        sex="U" if born is None else life.rng.choice("FM"), ethnicity=life.rng.choice(["WBRI", "WBRI", "WBRI", "MWBC", "APKN", "BAFR"]),
        disabled="yes" if life.disabled else "no", died_on=None, left_area_on=None, restricted="yes" if life.chance(0.002) else "no",
        transition_planning_on=planned, immunisations_up_to_date="yes", immunisations_reason="",
    )  # fmt: skip


def _born(rng: Random, shape: Shape, start: date) -> date:
    """A birthday that leaves the child a child until well after the export's day (a care leaver: an adult)."""
    young, old = shape.ages
    day = days(start, -rng.randint(young * 365 + 30, old * 365))
    return max(day, days(months(AS_OF, -17 * 12), 60)) if old < 18 else days(months(AS_OF, -18 * 12), -rng.randint(200, 900))


@dataclass(frozen=True)
class Shape:
    """A kind of life: how often, how long ago it may have begun (days), the ages at that time (years), how it goes."""

    share: float
    back: tuple[int, int]
    ages: tuple[int, int]
    live: Callable[[Life, Lot], None]


KINDS = {
    "contact": Shape(16, (0, 700), (0, 16), courses.only_contact),
    "early_help": Shape(14, (0, 700), (1, 15), courses.early_help),
    "turned_away": Shape(7, (0, 700), (0, 16), courses.turned_away),
    "assessed": Shape(9, (0, 900), (0, 15), courses.assessed),
    "need": Shape(24, (0, 700), (0, 15), courses.in_need),
    "enquired": Shape(5, (10, 600), (1, 15), courses.enquired),
    "protected": Shape(11, (12, 1050), (0, 13), courses.protected),
    "transferred": Shape(0.7, (12, 700), (0, 13), courses.transferred),
    "unborn": Shape(1, (20, 100), (0, 10), courses.unborn),
    "looked_after": Shape(8, (60, 1100), (0, 14), courses.looked_after),
    "short_breaks": Shape(1, (100, 700), (3, 13), courses.short_breaks),
    "left_care": Shape(3.5, (0, 10), (18, 20), courses.left_care),
    "private": Shape(1, (0, 700), (2, 14), courses.privately_fostered),
}
