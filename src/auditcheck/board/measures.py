"""The measures of a run as raw tables: their figures, and by month what the rules that they rest on observed or the records they count."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from auditcheck.board.coded import DUE, HAPPENED, STARTED
from auditcheck.board.gaps import begin
from auditcheck.board.monthly import Month
from auditcheck.board.periods import Period, short
from auditcheck.board.spc import ENOUGH
from auditcheck.board.tables import Cells, span
from auditcheck.board.tally import EVENT_KINDS
from auditcheck.checks.measure import shape_of
from auditcheck.disclosure import RATE, Part, Policy, Raw, days, joined, one
from auditcheck.rulebook.model import Rule

OPEN = "open"
#: A series has points by month where half its months have so many cases, and by quarter where they have half as many.
ENOUGH_A_MONTH = 30
#: A mean over so many cases. Any other figure that is no share of records is a ratio (episodes for each child, children for each worker):
#: whoever knows one of its counts, roughly, can work out the other.
_MEANS = ("days", "weeks")


def rests_on(rules: Mapping[str, Rule], name: str) -> tuple[tuple[str, ...], str]:
    """The rules that a measure adds up, and which day counts (due | happened | started | open); no rules where it does not.

    A rate over what rules observed does; a measure of records, or with a check of its own, does not. A rule with a target is its own sum.
    """
    main, _, beside = name.partition(".")
    rule = rules.get(main)
    if rule is None:
        return (), ""
    if rule.check != "measure":
        return (name,), DUE if rule.check in EVENT_KINDS else OPEN
    rate = spec_of(rule.body, beside).get("rate", {})
    return _of_rules(rate) if not rate.keys() & _SOME else ((), "")


def counts_some_of(rules: Mapping[str, Rule], name: str) -> tuple[tuple[str, ...], str]:
    """The rules of whose observations a measure counts some, and which day counts; no rules where it counts all, or has none."""
    main, _, beside = name.partition(".")
    rule = rules.get(main)
    rate = spec_of(rule.body, beside).get("rate", {}) if rule is not None and rule.check == "measure" else {}
    return _of_rules(rate) if rate.keys() & _SOME else ((), "")


#: What makes a rate over what rules observed another one than theirs.
_SOME = {"counts", "outlasts"}


def _of_rules(rate: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    return (tuple(rate["rules"]), str(rate.get("of", DUE))) if "rules" in rate else ((), "")


def spec_of(body: Mapping[str, Any], beside: str) -> Mapping[str, Any]:
    return next((more for more in body.get("also", ()) if more["name"] == beside), {}) if beside else body


@dataclass(frozen=True)
class Series:
    """The months, or quarters, of one measure. ``why``: why there are none, in words."""

    months: tuple[Month, ...]
    why: str = ""


def series(months: Sequence[Month], policy: Policy) -> Series:
    """By month where there are cases enough in a month, else by quarter, else none: the latest points, few of them small."""
    begun = next((i for i, month in enumerate(months) if month.known), len(months))
    some = list(months[begun:])
    if not some:
        return Series((), "There was nothing to count in any of the last months.")
    middle = sorted(month.known for month in some)[len(some) // 2]
    quarters = [_joined(some[i : i + 3]) for i in range(len(some) % 3, len(some), 3)]
    by_month = _latest(some, policy) if middle >= ENOUGH_A_MONTH else []
    by_quarter = _latest(quarters, policy) if 2 * middle >= ENOUGH_A_MONTH else []
    found = by_month if len(by_month) >= 2 * len(by_quarter) else by_quarter
    if found:
        return Series(tuple(found))
    if 2 * middle < ENOUGH_A_MONTH:
        return Series((), f"Half the months have fewer than {ENOUGH_A_MONTH // 2} cases, too few for a trend.")
    return Series((), "The latest points are too small to show, so there is no trend.")


def _latest(points: Sequence[Month], policy: Policy) -> list[Month]:
    """The latest points, few of them small (`gaps`); and what is left of the year before them is not small."""
    start = begin([not _small(point, policy) for point in points], ENOUGH)
    year = max(0, len(points) - (12 if points and points[0].period.last.month == points[0].period.first.month else 4))
    while year < start < len(points) and _small(_joined(points[year:start]), policy):
        start += 1
    return list(points[start:])


def _small(month: Month, policy: Policy) -> bool:
    return any(map(policy.small, (month.met, month.known - month.met, month.known)))


def _joined(months: Sequence[Month]) -> Month:
    whole = Period(months[0].period.first, months[-1].period.last)
    return Month(whole, *(sum(getattr(month, name) for month in months) for name in ("met", "justified", "known", "unknown")))


#: Where a measure's months stand: with the tables of what fell due, or apart where another day counts.
POPULATION = {
    DUE: "checks of what fell due",
    OPEN: "checks of open records",
    HAPPENED: "checks by the day they happened",
    STARTED: "checks by the day they began",
}


def by_month(measure: str, found: Series, rules: Collection[str], by: str) -> Raw:
    """A series before anything is hidden. Of no rules: of the records that the measure counts, laid out as its own figure is."""
    cells: Cells = {(days(short(m.period), m.period.first, m.period.last),): {"n": m.met, "d": m.known} for m in found.months}
    population, fixed = (POPULATION[by], {"rule": joined(measure, rules)}) if rules else (_records(measure), {"measure": one(measure)})
    return Raw(f"Trend of {measure}", population, ("period",), cells, counts=RATE, fixed=fixed)


def _records(measure: str) -> str:
    """Where the records stand that a measure counts by itself."""
    return f"records of {measure}"


@dataclass(frozen=True)
class Within:
    """Where a measure is the sum of observations that other tables show too: of these rules, in this population and time.

    ``unknown``: the outcome under which those tables have what can't be told, where it is the same.
    """

    population: str
    period: Part
    rules: Sequence[str]
    unknown: frozenset[str] | None = None


def apart(name: str, row: Mapping[str, str], rules: Sequence[str]) -> Within:
    """Where a measure and those beside it stand together, of rules whose other tables count otherwise. ``name``: its id, and the day."""
    over = span(Period(date.fromisoformat(row["period_from"]), date.fromisoformat(row["period_to"])))
    return Within(_records(name.partition(" ")[0]), one(over.label, f"{name} {row['period_from']}"), rules)


def adds_up(rule: Rule | None, beside: str) -> bool:
    """Whether a measure counts what fell on each day of its period, so that two periods make up a third one."""
    if rule is None or rule.check != "measure":
        return True
    spec = spec_of(rule.body, beside)
    shape = shape_of(spec)
    return shape in ("share", "rate", "mean") and "each" not in spec[shape]


def too_near(one: Raw, other: Raw, policy: Policy) -> bool:
    """Whether two figures of which one may be of a part of the other's records leave something small between them.

    Sums of what rules observed are solved together; what records a measure counts of another's is not known.
    """
    if one.population == other.population and "rule" in one.dimensions:
        return False
    (first,), (second,) = one.cells.values(), other.cells.values()
    return little_between(first, second, policy)


def little_between(one: Mapping[str, int], other: Mapping[str, int], policy: Policy) -> bool:
    """Whether two figures tell a small count that neither shows, each by its counts: the one less the other.

    So they do where both are of as many records: what can't be told of the one, if that is small, is what the other tells beyond it.
    """
    apart = {name: one[name] - other[name] for name in ("n", "d", "unknown") if name in one and name in other}
    if "n" in apart:
        apart["not n"] = apart["d"] - apart["n"]
    few = [policy.small(each["unknown"]) for each in (one, other)]
    if any(few):
        del apart["unknown"]  # it is not shown
    as_many = one["d"] + one["unknown"] == other["d"] + other["unknown"]
    return any(policy.small(abs(count)) for count in apart.values() if count) or (as_many and few[0] != few[1])


def of_row(row: Mapping[str, str], as_of: str, within: Within | None = None, by_days: bool = False) -> Raw | None:
    """One measure of measures.csv; None where it has no figure. What is no share stands in the cell as a sum over what it counts.

    ``by_days``: it counts what fell on each day of its period, so that one period can be subtracted from another (`adds_up`).
    """
    if row["status"] != "evaluated" or not row["denominator"]:
        return None
    n, d, unknown = Fraction(row["numerator"]), Fraction(row["denominator"]), int(row["unknown"])
    name, measure = f"{row['measure_id']} on {as_of}", row["measure_id"]
    first, last = row["period_from"], row["period_to"]
    over = span(Period(date.fromisoformat(first), date.fromisoformat(last)))
    fixed = {"period": over if by_days else one(over.label, f"{name} {first}")}
    told = {"unknown": frozenset({f"cannot tell, {name}"})}
    if row["unit"] == "%" and n.denominator == d.denominator == 1:
        cell = {"n": int(n), "d": int(d), "unknown": unknown}
        if within is not None:
            key = joined(measure, within.rules)
            counts = {**RATE, "unknown": within.unknown or told["unknown"]}
            return Raw(name, within.population, ("rule",), {(key,): cell}, counts=counts, fixed={"period": within.period})
        return Raw(name, _records(measure), ("measure",), {(one(measure),): cell}, counts={**RATE, **told}, fixed=fixed)
    value = (n / d if d else Fraction(0)) * (100 if row["unit"] == "%" else 1)
    mean: dict[str, Any] = {"d": int(d), "unknown": unknown, "told": float(value * int(d))}
    of_mean: dict[str, frozenset[str]] = {"d": RATE["d"], **told}
    sums: dict[str, tuple[str, ...]] = {"told": ("d",)}
    if row["unit"] not in _MEANS:
        mean, of_mean = {**mean, "counted": int(n)}, {**of_mean, "d": frozenset({f"among, {name}"}), "counted": RATE["d"]}
        sums = {"told": ("d", "counted")}
    return Raw(name, _records(measure), ("measure",), {(one(measure),): mean}, counts=of_mean, fixed=fixed, sums=sums)
