"""Teams side by side: one rate of one measure, by the team that each child is with. Before anything is hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyarrow as pa

from auditcheck.board.coded import Coded, places
from auditcheck.board.groups import Groups
from auditcheck.board.measures import POPULATION
from auditcheck.board.pooling import pooled, small_rate, together
from auditcheck.board.tables import Cells, outcomes
from auditcheck.board.tally import Number, Tally, total
from auditcheck.checks.measure import is_of_children, shape_of
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_MET
from auditcheck.disclosure import Part, Policy, Raw, everyone, joined
from auditcheck.measured_table import COUNTED
from auditcheck.rulebook.model import Rule

TEAM = "team"
#: A team with fewer cases of a measure does not stand by itself: what is true of so few is nearly true of each.
FEWEST = 10
ALL = "All together"
_TOLD = (MET, NOT_MET, CANNOT_TELL)


def by_team(
    measure: str, rules: Sequence[str], by: str, found: Tally, period: Part, policy: Policy, beside: Iterable[frozenset[str]] = ()
) -> Raw:
    """A measure that adds up what rules observed, by team. ``by``: the day that puts an observation in the period, as in ``found``.

    ``beside``: the sets of rules that another table shows by team. A team is too small too where one of them and the measure leave
    something small of each other, which could be subtracted.
    """
    own = frozenset(rules)
    pieces = [piece for some in beside if some & own for piece in (some - own, some & own) if piece]

    def of(teams: Sequence[int]) -> Number:
        return found.of(rules, TEAM, teams)

    def small(teams: Sequence[int]) -> bool:
        left = (found.of(piece, TEAM, teams) for piece in pieces)
        return small_rate(of(teams), policy) or any(policy.small(one.met) or policy.small(one.known - one.met) for one in left)

    fixed = {"period": period, "rule": joined(measure, rules)}
    told = outcomes(period)
    counts = {count: told[count] for count in ("n", "d", "unknown")}
    return Raw(f"{measure} by team", POPULATION[by], (TEAM,), _cells(found.names(TEAM), of, small, counts), counts=counts, fixed=fixed)


def of_records(measure: str, whole: Raw, each: Sequence[Number], names: Sequence[str], policy: Policy) -> Raw:
    """A measure that counts records, by team. ``whole``: its one figure, of which this is a part; ``each``: of each team of ``names``."""

    def of(teams: Sequence[int]) -> Number:
        return total(each[team] for team in teams)

    ((key,),) = whole.cells
    cells = _cells(names, of, lambda teams: small_rate(of(teams), policy), whole.counts)
    fixed = {**whole.fixed, whole.dimensions[0]: key}
    return Raw(f"{measure} by team", whole.population, (TEAM,), cells, counts=whole.counts, fixed=fixed)


def _cells(
    names: Sequence[str], of: Callable[[Sequence[int]], Number], small: Callable[[Sequence[int]], bool], counts: Iterable[str]
) -> Cells:
    """Of each team its counts, and of all; teams too small to show are joined. None where no team can stand by itself."""
    used = [team for team in range(len(names)) if of([team]).known or of([team]).unknown]
    split = pooled(used, lambda team: of([team]).known, lambda some: small(some) or 0 < of(some).known < FEWEST)
    if not split.fits or not any(of([team]).known for team in split.alone):
        return {}
    rows: list[tuple[str, Sequence[int]]] = [(names[team], (team,)) for team in split.alone]
    if split.together:
        rows.append((together([names[team] for team in split.together]), split.together))
    cells: Cells = {(joined(label, [names[team] for team in teams]),): _counts(of(teams), counts) for label, teams in rows}
    return cells | {(everyone(ALL),): _counts(of(used), counts)}


def _counts(number: Number, names: Iterable[str]) -> dict[str, int]:
    every = {"n": number.met, "d": number.known, "unknown": number.unknown}
    return {name: every[name] for name in names}


def recorded(measured: pa.Table, children: pa.Array, teams: Groups) -> dict[str, list[Number]]:
    """Of each measure in measured.parquet what was counted for each team, and last of what leads to no child."""
    measure, child = Coded.of(measured["measure_id"]), places(measured["child_id"], children)
    outcome = Coded.of(measured["counted"]).among(pa.array([COUNTED[one] for one in _TOLD]))
    team, size = np.append(teams.code, len(teams.names))[child], len(teams.names) + 1
    found = {}
    for place, name in enumerate(measure.words.to_pylist()):
        own = measure.code == place
        some = [_of_each(team[own & (outcome == told)], child[own & (outcome == told)], size) for told in range(len(_TOLD))]
        found[name] = [
            Number(met, 0, not_met, unknown, *behind)
            for (met, not_met, unknown), behind in zip(
                zip(*(counts for counts, _ in some), strict=True), zip(*(who for _, who in some[:2]), strict=True), strict=True
            )
        ]
    return found


def _of_each(team: np.ndarray, child: np.ndarray, size: int) -> tuple[list[int], list[int]]:
    """(how many records, how many different children) of each team."""
    once = np.unique(child, return_index=True)[1]
    return np.bincount(team, minlength=size).tolist(), np.bincount(team[once], minlength=size).tolist()


def why_not(rule: Rule | None) -> str:
    """Why a measure can't be told by team, in words; '' where it can."""
    if rule is None or rule.check != "measure":
        return ""
    shape = shape_of(rule.body)
    if shape == "targets":
        return "counts of targets"
    if shape == "ratio" or not is_of_children(rule.subject):
        return "figures of workers and posts, of whom a team has few"
    if shape == "mean":
        return "means, behind which a team has few records"
    return "families, who may be with several teams" if "each" in rule.body[shape] else ""
