"""Teams side by side: one rate of one measure, by the team that each child is with. Before anything is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditcheck.board.measures import POPULATION
from auditcheck.board.periods import Period
from auditcheck.board.pooling import pooled, small_rate, together
from auditcheck.board.tables import Cells, span
from auditcheck.board.tally import Number, Tally
from auditcheck.disclosure import RATE, Policy, Raw, everyone, joined

TEAM = "team"
ALL = "All together"


def by_team(
    measure: str, rules: Sequence[str], by: str, found: Tally, period: Period, policy: Policy, beside: Iterable[frozenset[str]] = ()
) -> Raw:
    """A measure by team: teams too small to show are joined. ``by``: the day that puts an observation in the period, as in ``found``.

    ``beside``: the sets of rules that another table shows by team. A team is too small too where one of them and the measure leave
    something small of each other, which could be subtracted.
    """
    own = frozenset(rules)
    pieces = [piece for some in beside if some & own for piece in (some - own, some & own) if piece]
    names = found.names(TEAM)

    def of(groups: Sequence[int]) -> Number:
        return found.of(rules, TEAM, groups)

    used = [i for i in range(len(names)) if of([i]).known]

    def small(groups: Sequence[int]) -> bool:
        left = (found.of(piece, TEAM, groups) for piece in pieces)
        return small_rate(of(groups), policy) or any(policy.small(one.met) or policy.small(one.known - one.met) for one in left)

    split = pooled(used, lambda i: of([i]).known, small)
    rows: list[tuple[str, tuple[int, ...]]] = [(names[i], (i,)) for i in split.alone]
    if split.together and split.fits:
        rows.append((together([names[i] for i in split.together]), split.together))
    cells: Cells = {(joined(label, [names[i] for i in groups]),): _rate(of(groups)) for label, groups in rows}
    if rows:
        cells[everyone(ALL),] = _rate(of(used))
    fixed = {"period": span(period), "rule": joined(measure, rules)}
    return Raw(f"{measure} by team", POPULATION[by], (TEAM,), cells, counts=RATE, fixed=fixed)


def _rate(number: Number) -> dict[str, int]:
    return {"n": number.met, "d": number.known}
