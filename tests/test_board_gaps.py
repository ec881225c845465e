"""A chart of which a month is hidden: the months on both sides stay, the gap is seen and said, and nobody finds what is in it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import disclosure_attacker
import pytest

from auditcheck.board import charts, gaps, measures, restated, spc, trends
from auditcheck.board.monthly import Month
from auditcheck.board.periods import Period, months, short
from auditcheck.board.tables import span
from auditcheck.board.tally import DUE
from auditcheck.disclosure import DFE, RATE, Raw, Released, Safe, protect

NAME, RULES = "AGG-1", ("R-1", "R-2")
UNTIL = date(2015, 3, 31)


def of(counts: Sequence[tuple[int, int]]) -> list[Month]:
    """(met, of how many) by month, the last of them March 2015."""
    return [Month(month, n, 0, d, 0) for month, (n, d) in zip(months(UNTIL, len(counts)), counts, strict=True)]


def protected(counts: Sequence[tuple[int, int]]) -> tuple[Safe, Safe]:
    """The series as the book lets it through, beside the figure of its last twelve months."""
    found = measures.by_month(NAME, measures.series(of(counts), DFE), RULES, DUE)
    year = of(counts)[-12:]
    row = {"measure_id": NAME, "status": "evaluated", "unit": "%", "unknown": "0", "period_from": "2014-04-01", "period_to": "2015-03-31"}
    row |= {"numerator": str(sum(m.met for m in year)), "denominator": str(sum(m.known for m in year))}
    within = measures.Within(measures.POPULATION[DUE], span(Period(year[0].period.first, UNTIL)), RULES)
    figure = measures.of_row(row, "2015-03-31", within)
    assert figure is not None
    return tuple(protect([found, figure], DFE, Released()))  # type: ignore[return-value]


def trend(counts: Sequence[tuple[int, int]], good: str = "higher") -> trends.Trend:
    return trends.of_series("Visits in time", protected(counts)[0], good, None, 20)


#: Twenty-four months, two of which show few that were not met.
STEADY = [(40 + lots % 5, 52) for lots in range(24)]
HOLED = [*STEADY[:16], (49, 52), *STEADY[17:19], (48, 52), *STEADY[20:]]


def test_the_months_on_both_sides_of_a_hidden_one_stay_and_the_gap_is_said() -> None:
    found = trend(HOLED)
    assert found.chart is not None and len(found.chart.names) == 24 and len(found.chart.values) == 22
    hidden = [name for name, figure in found.rows if figure.hidden]
    assert hidden == ["Aug 2014", "Nov 2014"]
    assert "Aug 2014, Nov 2014 are hidden (c) or without a case: the line is broken there" in found.chart.says
    assert "rests on the 22 points that are shown" in charts.text(found.chart)
    svg = charts.svg(found.chart, "k")
    lines = re.findall(r'<polyline points="([^"]*)" fill="none" stroke="#505a5f" stroke-width="1.5"/>', svg)
    assert [len(line.split()) for line in lines] == [16, 2, 4]
    assert svg.count(">c</text>") == 2 and svg.count("<circle") == 22


def test_limits_are_those_of_unbroken_points() -> None:
    chart = trend(HOLED).chart
    assert chart is not None and chart.limits is not None
    assert chart.limits[0] == spc.limits([Fraction(100 * n, d) for n, d in HOLED[:12]])
    early = trend([*STEADY[:5], (50, 52), *STEADY[6:]]).chart  # among the first twelve: the chart begins after it
    assert early is not None and early.limits is not None and early.names[0] == "Oct 2013" and early.places == tuple(range(18))
    assert early.limits[0] == spc.limits([Fraction(100 * n, d) for n, d in STEADY[6:18]])


@pytest.mark.parametrize(
    ("shown", "begins"),
    [
        ("1" * 20, 0),
        ("0" * 20, 20),
        ("1" * 12 + "0" + "1" * 5, 0),
        ("1" * 11 + "0" + "1" * 12, 12),
        ("1" * 12 + "00" + "1111", 0),
        ("1" * 12 + "0000" + "11", 16),
        ("1111101111", 0),
        ("01111", 1),
        ("1" * 12 + "0", 0),
    ],
)
def test_where_a_chart_begins(shown: str, begins: int) -> None:
    assert gaps.begin([one == "1" for one in shown], 12) == begins


def test_nothing_in_a_row_reaches_across_a_gap() -> None:
    of_ = spc.Limits(Fraction(0), Fraction(10))
    rising, above = [Fraction(n) for n in range(1, 8)], [Fraction(5)] * 7
    near = [Fraction(n) for n in (5, 20, 20)]
    for values, name in ((rising, spc.TREND), (above, spc.SHIFT), (near, spc.TWO_OF_THREE)):
        assert any(name in marks for marks in spc.signals(values, of_))
        assert not any(name in marks for marks in spc.signals(values, of_, {2}))
    assert spc.limits([Fraction(n) for n in (1, 2, 90, 91)], broken={2}).moving_range == 1
    assert gaps.breaks((0, 1, 3, 4, 7)) == {2, 4}


def test_of_a_hidden_latest_month_nothing_is_said() -> None:
    found = trend([*STEADY[:23], (50, 52)])
    assert found.variation == trends.LATEST_HIDDEN and found.signal == spc.NO_CHANGE
    assert found.chart is not None and "All points that are shown are within" in found.chart.says


def test_a_falling_run_above_the_mean_is_worse_and_not_better() -> None:
    falling = [Fraction(n) for n in (95, 94, 93, 92, 91, 90, 89)]
    wide = spc.Limits(Fraction(88), Fraction(100))
    assert spc.meanings([Fraction(80), *falling], wide, "higher")[-1] == spc.BETTER, "it is a shift as well: all lie above the mean"
    inside = spc.Limits(Fraction(92), Fraction(100))
    assert spc.meanings(falling, inside, "higher") == [spc.WORSE] * 7


@pytest.mark.parametrize("seed", range(8))
def test_nobody_who_reads_figures_and_chart_finds_a_hidden_month(seed: int) -> None:
    lots = random.Random(seed)
    counts = [
        (d - (lots.randint(1, 5) if lots.random() < 0.1 else lots.randint(6, 12)), d) for d in (lots.randint(40, 60) for _ in range(20))
    ]
    months_, year = protected(counts)
    found = trends.of_series("Visits in time", months_, "higher", None, 20)
    hidden = {row.labels[0] for row in months_.rows if None in row.shown.values()}
    if found.chart:
        svg = charts.svg(found.chart, "k")
        points = svg.count("<circle") + svg.count("<polygon")
        assert points == len(found.chart.values) and not {found.chart.names[i] for i in found.chart.places} & hidden
    prints = disclosure_attacker.read([months_, year])
    attacker = disclosure_attacker.Attacker(prints, frozenset({"period", "rule", "outcome"}))
    met, known = frozenset(RATE["n"]), frozenset(RATE["d"])
    for one in prints:
        others = {**one.of, "outcome": known - met}
        if one.hidden:
            low, high = attacker.possible(one.of)
            assert high - low >= 5 and high >= 6, (seed, one.of, low, high)
        if one.of["outcome"] == met and one.hidden:
            low, high = attacker.possible(others)
            assert high - low >= 5 and high >= 6, (seed, others, low, high)


def test_how_far_a_hidden_month_was_restated_is_hidden_too() -> None:
    """Whoever has the figure of an earlier book would add the change to it."""
    points = tuple(restated.Point(month.period, 9, -9, True) for month in of(HOLED)[14:18])
    cells = {(span(point.period),): {"n": 9, "d": 18} for point in points}
    changes = Raw("restated", "restatements", ("period",), cells, counts=RATE)
    since = restated.Since(_Run(), (restated.Compared(NAME, "2014-12-31", 24, points, changes),), ())  # type: ignore[arg-type]
    raw = measures.by_month(NAME, measures.series(of(HOLED), DFE), RULES, DUE)
    answers = {id(changes): protect([changes], DFE, Released())[0], id(raw): protected(HOLED)[0]}
    (one,) = restated.shown(since, lambda table: answers[id(table)], {NAME: raw})
    assert {when: met for when, met, _ in one.changes} == {"Jun 2014": "9", "Jul 2014": "9", "Aug 2014": "c", "Sep 2014": "9"}
    assert short(points[2].period) == "Aug 2014"


class _Run:
    as_of = date(2014, 12, 31)
