"""Figures that stand beside each other in the board's book: a measure and its parts, and what earlier runs counted of the same.

Of each there is an attack: what somebody finds who subtracts one figure of the page from another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import inf

import pytest
from board_few import MADE_WITH, Seen, book_of, row, run, told
from board_runs import book
from disclosure_attacker import Attacker, Print

from auditcheck.board import measures
from auditcheck.board.book import Book
from auditcheck.board.periods import parse, short
from auditcheck.board.shown import Figure
from auditcheck.disclosure import DFE, RATE, Published, Raw, Released, joined
from auditcheck.rulebook.model import Amount, Target
from auditcheck.rulebook.profile import chosen

MARCH, FEBRUARY = "2015-03-31", "2015-02-28"
TIMELY, PARTS = "AGG-TIMELY-26", ("visits", "core_groups", "child_in_need_reviews")
RULES = {"visits": "VIS-CP-01", "core_groups": "CG-FIRST-01", "child_in_need_reviews": "CIN-REV-04"}
YEAR = [*(f"2014-{month:02}" for month in range(4, 13)), "2015-01", "2015-02", "2015-03"]
OUTCOMES = ("met", "not_met", "cannot_tell")
Counts = tuple[int, int, int]
"""Met, not met, can't be told."""


def timely(parts: Sequence[Counts], as_of: str = MARCH) -> list[dict[str, str]]:
    """A measure and its three parts."""
    each = {f"{TIMELY}.{name}": counts for name, counts in zip(PARTS, parts, strict=True)}
    every = {TIMELY: tuple(map(sum, zip(*parts, strict=True))), **each}
    return [row(name, met, met + others, unknown, as_of) for name, (met, others, unknown) in every.items()]


def observed(parts: Sequence[Counts]) -> list[Seen]:
    """What the rules observed of it, as evenly over the year as it goes."""
    return [
        (RULES[name], what, f"{month}-15", count // 12 + (at < count % 12))
        for name, counts in zip(PARTS, parts, strict=True)
        for what, count in zip(OUTCOMES, counts, strict=True)
        for at, month in enumerate(YEAR)
    ]


def subtracted(figures: dict[str, tuple[int | None, int | None]], of: str, outcomes: frozenset[str]) -> tuple[float, float]:
    """What a part is found to be by whoever knows that the parts make up the measure."""
    prints = []
    for name, counts in figures.items():
        part = name.partition(".")[2]
        rules = frozenset({part} if part else PARTS)
        for count, among in zip(counts, (RATE["n"], RATE["d"]), strict=True):
            prints.append(Print({"part": rules, "outcome": among}, *((1, inf) if count is None else (count, count))))
    return Attacker(prints, frozenset({"part", "outcome"})).possible({"part": frozenset({of}), "outcome": outcomes})


LATE: frozenset[str] = RATE["d"] - RATE["n"]


@pytest.mark.parametrize("period", ["2015-Q1", "2014/15"])
def test_a_part_of_a_measure_is_not_what_its_other_parts_leave_of_it(period: str) -> None:
    """Three reviews were late. In a book of a quarter the year's figures stand apart from all tables."""
    parts = ((240, 24, 0), (120, 24, 0), (60, 3, 0))
    found = book_of(run(MARCH, timely(parts), observed(parts)), period=parse(period))
    names = [TIMELY, *(f"{TIMELY}.{name}" for name in PARTS)]
    low, high = subtracted(told(found, names), PARTS[2], LATE)
    assert low <= 3 <= high and high - low >= 5 and high >= 6


def test_nor_in_what_an_earlier_run_counted_though_the_records_have_changed() -> None:
    parts = ((240, 24, 0), (120, 24, 0), (60, 3, 0))
    more = ((250, 24, 0), (131, 24, 0), (60, 11, 0))
    found = book_of(run(FEBRUARY, timely(parts, FEBRUARY), observed(parts)), run(MARCH, timely(more), observed(more)))
    before = {each.id: dict(each.before).get(FEBRUARY) for each in found.measures}
    assert before[f"{TIMELY}.{PARTS[2]}"] == "c"
    assert "c" in [before[name] for name in (TIMELY, f"{TIMELY}.{PARTS[0]}", f"{TIMELY}.{PARTS[1]}")]
    assert before[TIMELY] != before[f"{TIMELY}.{PARTS[0]}"], "not all of them are hidden"


def test_nor_what_could_not_be_told_of_it() -> None:
    """Of 60 that can't be told, two parts have 40 and 17: the third has 3."""
    parts = ((240, 24, 40), (120, 24, 17), (60, 30, 3))
    found = book_of(run(MARCH, timely(parts), observed(parts)), period=parse("2015-Q1"))
    unknown = {each.id: each.figure.unknown for each in found.measures if each.figure is not None}
    assert unknown[f"{TIMELY}.{PARTS[2]}"] is None
    assert None in [unknown[name] for name in (TIMELY, f"{TIMELY}.{PARTS[0]}", f"{TIMELY}.{PARTS[1]}")]


# ---- what earlier runs counted

AGAIN = "AGG-REREF-11"
MONTHS = [f"{year}-{month:02}" for year in (2012, 2013, 2014, 2015) for month in range(1, 13)][3:39]


def referrals(few: str) -> dict[str, Counts]:
    """20 of 40 in each of three years' months; in one of them 3 of 40."""
    return {month: (3, 37, 0) if month == few else (20, 20, 0) for month in MONTHS}


def of_year(months: dict[str, Counts], last: str) -> dict[str, str]:
    at = MONTHS.index(last[:7])
    n, others, _ = map(sum, zip(*(months[month] for month in MONTHS[at - 11 : at + 1]), strict=True))
    return row(AGAIN, n, n + others, 0, last)


def two_runs(then: dict[str, Counts], now: dict[str, Counts], released: Released | None = None) -> Book:
    """The book of March beside the run of February."""
    until = {month: counts for month, counts in then.items() if month < "2015-03"}
    earlier = run(FEBRUARY, [of_year(then, FEBRUARY)], (), {AGAIN: until})
    return book_of(earlier, run(MARCH, [of_year(now, MARCH)], (), {AGAIN: now}), released=released)


def again(found: Book) -> tuple[str, dict[str, Figure]]:
    """(the figure of the run before, the months) of re-referrals."""
    (one_,) = (each for each in found.measures if each.id == AGAIN)
    return dict(one_.before).get(FEBRUARY, ""), dict(one_.trend.rows)


def test_a_hidden_month_is_not_what_the_months_of_now_leave_of_the_year_of_then() -> None:
    """March 2014 lies in the year to February 2015 and not in that to March 2015."""
    march = short(parse("2014-03"))
    year, months = again(two_runs(referrals("2014-03"), referrals("2014-03")))
    others = [months[short(parse(month))].n for month in YEAR[:11]]
    assert months[march].n is None
    assert year == "c" or None in others


def test_where_nothing_is_small_the_year_of_then_is_told() -> None:
    year, months = again(two_runs(referrals(""), referrals("")))
    assert year == "50.0%" and None not in [figure.n for figure in months.values()]


def test_a_year_that_has_been_recorded_since_is_told_beside_the_months_of_now() -> None:
    """It fits them no more, so nothing exact can be subtracted."""
    then = referrals("2014-03") | dict.fromkeys(("2014-07", "2014-11"), (12, 20, 0))
    year, months = again(two_runs(then, referrals("2014-03")))
    assert year != "c" and months[short(parse("2014-03"))].n is None


@pytest.mark.parametrize("hidden", [True, False])
def test_what_a_released_book_hid_of_a_run_is_hidden_beside_a_later_one(hidden: bool) -> None:
    """Wherever the figure stood in that book: here with what fell due, where its counts have changed since."""
    name, rules = "AGG-RCPC-06", ["CPC-RCPC1-11", "CPC-RCPC2-12"]
    seen = [(rules[0], "met", f"{month}-10", 10) for month in YEAR] + [(rules[0], "not_met", f"{month}-10", 2) for month in YEAR]
    shown = {"n": None if hidden else 100, "d": 125, "unknown": 0}
    counts = {**RATE, "unknown": frozenset({"cannot tell"})}
    table = Published(f"{name} on {FEBRUARY}", "checks of what fell due", ("rule",), {(joined(name, rules),): shown}, counts=counts)
    runs = run(FEBRUARY, [row(name, 100, 125, 0, FEBRUARY)], seen), run(MARCH, [row(name, 120, 144, 0, MARCH)], seen)
    (measure,) = book_of(*runs, released=Released([table])).measures
    assert measure.before == ((FEBRUARY, "c" if hidden else "80.0%"),)


# ---- parts of which nobody says that they make up the whole


def share(name: str, n: int, d: int, unknown: int, unit: str = "%") -> Raw:
    counted = row(name, n, d, unknown, MARCH, MARCH) | {"unit": unit}
    found = measures.of_row(counted, MARCH, by_days=True)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one_", "other", "near"),
    [
        ((33, 94, 3), (25, 80, 17), True),  # 97 each: of the first 3 can't be told
        ((33, 94, 3), (25, 80, 0), False),  # 80 of the 97, or of however many there are
        ((33, 94, 3), (20, 93, 4), True),
        ((33, 94, 3), (12, 60, 2), False),  # both hidden
        ((33, 74, 10), (17, 50, 7), True),  # 3 of the others can't be told
        ((33, 74, 16), (17, 50, 7), False),
        ((33, 74, 7), (17, 50, 7), False),
        ((33, 74, 7), (17, 50, 3), False),  # how many of the part can't be told is hidden
    ],
)
def test_what_could_not_be_told_is_not_what_another_figure_leaves(one_: Counts, other: Counts, near: bool) -> None:
    assert measures.too_near(share("AGG-NEET-21", *one_), share("AGG-NEET-21.unable", *other), DFE) == near
    assert measures.too_near(share("AGG-NEET-21.unable", *other), share("AGG-NEET-21", *one_), DFE) == near


def test_means_over_nearly_the_same_records_stand_not_side_by_side() -> None:
    """Of 12 children adopted one date is known, of 9 the other."""
    first, second, third = (share("AGG-A1-16", 100 * d, d, unknown, "days") for d, unknown in ((12, 0), (9, 3), (12, 0)))
    assert measures.too_near(second, first, DFE) and not measures.too_near(third, first, DFE)


HEALTH, CHECK = "AGG-IHA-14", "LAC-IHA-16"


@pytest.mark.parametrize(("left", "hides"), [(3, True), (0, False), (9, False)])
def test_a_measure_of_all_but_a_few_of_what_a_rule_observed_is_left_out(left: int, hides: bool) -> None:
    """Who left care before the check was due is not counted in the measure: the rule's own line less it is so many."""
    seen = [(CHECK, what, "2014-10-01", count) for what, count in (("met", 40), ("not_met", 20))]
    found = book_of(run(MARCH, [row(HEALTH, 40 - left, 60 - left, 0, MARCH)], seen))
    (measure,) = found.measures
    assert (measure.told == "c") == hides
    line = found.shown["due-rule"].figure(CHECK)
    assert line is not None and (line.n, line.d) == (40, 60)


def test_of_an_earlier_run_nobody_knows_what_the_rule_observed() -> None:
    seen = [(CHECK, what, "2014-10-01", count) for what, count in (("met", 40), ("not_met", 20))]
    runs = [run(day, [row(HEALTH, 30, 50, 0, day)], seen) for day in (FEBRUARY, MARCH)]
    (measure,) = book_of(*runs).measures
    assert measure.told == "60.0%" and measure.before == ((FEBRUARY, "c"),)


def test_a_figure_of_its_own_name_is_none_of_another_measure() -> None:
    """Only what stands beside the same measure is held against it."""
    seen = [("CPC-RCPC1-11", "met", "2014-10-01", 60)]
    rows = [row("AGG-NEET-21", 33, 74, 0, MARCH, MARCH), row("AGG-LOC-22", 31, 71, 0, MARCH, MARCH)]
    assert [measure.told for measure in book_of(run(MARCH, rows, seen)).measures] == ["44.6%", "43.7%"]
    beside = [rows[0], row("AGG-NEET-21.unable", 31, 71, 3, MARCH, MARCH)]
    assert [measure.told for measure in book_of(run(MARCH, beside, seen)).measures] == ["44.6%", "c"]


@pytest.mark.parametrize(("others", "told"), [((60, 30, 0), "66.7%"), ((61, 30, 0), "c"), ((10, 30, 0), "c")])
def test_parts_that_the_rules_of_then_made_are_no_parts_now(others: Counts, told: str) -> None:
    """The measure has 420 of 498: with other rules then, its parts were more, or were not all of it."""
    rows = timely(((240, 24, 0), (120, 24, 0), (60, 30, 0)))
    met, late, unknown = others
    changed = [*rows[:3], row(f"{TIMELY}.{PARTS[2]}", met, met + late, unknown, MARCH)]
    found = {each.id: each.told for each in book_of(run(MARCH, changed), period=parse("2015-Q1")).measures}
    assert found[f"{TIMELY}.{PARTS[2]}"] == told
    assert found[TIMELY] == "84.3%"


def test_an_earlier_run_of_the_day_on_which_a_target_was_due_says_what_it_counted_then() -> None:
    """And the months of now say something else."""
    then, now = referrals("") | {"2014-07": (10, 20, 0)}, referrals("")
    target = Target(AGAIN, Amount(Fraction(50), "%"), None, "by", date.fromisoformat(FEBRUARY), None, "", (), ())
    aim = {"target": "at least 50% by 28 February 2015", "target_due": FEBRUARY, "target_figure": "50.0", "target_status": "met"}
    until = {month: counts for month, counts in then.items() if month < "2015-03"}
    runs = run(FEBRUARY, [of_year(then, FEBRUARY)], (), {AGAIN: until}), run(MARCH, [of_year(now, MARCH) | aim], (), {AGAIN: now})
    (one,) = book_of(*runs, profile=replace(chosen(book(), MADE_WITH), targets=(target,))).measures
    assert one.before == ((FEBRUARY, "48.9%"),) and one.targets[0]["status"] == "met"
