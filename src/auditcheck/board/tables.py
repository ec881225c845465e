"""The book's tables before anything is hidden. They go through the door of `disclosure` together; nothing here is ever rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from auditcheck.board.groups import Groups
from auditcheck.board.periods import Period, short
from auditcheck.board.tally import Month, Number, Tally
from auditcheck.board.themes import Group
from auditcheck.clock import day_number
from auditcheck.disclosure import OUTCOMES, Part, Raw, days, everyone, joined, one
from auditcheck.texts import in_words

ALL = "All rules"


@dataclass(frozen=True)
class Basis:
    """What a table of observations counts: events of a period, or what is on record on one day. ``rules``: which can be in it."""

    key: str
    title: str
    population: str
    period: Part
    rules: frozenset[str]

    @property
    def counts(self) -> Mapping[str, frozenset[str]]:
        """As `OUTCOMES`; what can't be told may bear no day, so that it does not add up over periods."""
        return {**OUTCOMES, "unknown": frozenset({f"cannot tell, {self.period.label}"})}


def events(rules: Iterable[str], period: Period) -> Basis:
    """What fell due in a period."""
    return Basis("due", f"What fell due from {period}", "checks of what fell due", span(period), frozenset(rules))


def on_record(rules: Iterable[str], as_of: Period) -> Basis:
    """What is on the records that are open on the day of the run."""
    title = f"What is on the records open on {in_words(day_number(as_of.last))}"
    return Basis("record", title, "checks of open records", span(as_of), frozenset(rules))


def counted(number: Number) -> dict[str, int]:
    """The counts of a cell, as `OUTCOMES` names them."""
    return {"n": number.met, "d": number.known, "justified": number.justified, "unknown": number.unknown}


def span(period: Period) -> Part:
    """The days of a period."""
    return days(str(period), period.first, period.last)


def by_rule(tally: Tally, basis: Basis) -> Raw:
    """Every rule that had something to count."""
    numbers = {rule: tally.of([rule]) for rule in sorted(basis.rules)}
    cells = {(one(rule),): counted(number) for rule, number in numbers.items() if _any(number)}
    return _raw("By rule", basis, ("rule",), cells)


def by_group(name: str, tally: Tally, groups: Sequence[Group], basis: Basis, total: bool = False) -> Raw:
    """Groups of rules; ``total``: they are all rules, each once, so their sum is a row."""
    numbers = {group: tally.of(basis.rules & set(group.rules)) for group in groups}
    cells = {(_part(group, basis),): counted(number) for group, number in numbers.items() if _any(number)}
    if total and cells:
        cells[everyone(ALL),] = counted(tally.of(basis.rules))
    return _raw(name, basis, ("rule",), cells)


def by_breakdown(tally: Tally, groups: Sequence[Group], breakdown: Groups, basis: Basis) -> Raw:
    """Groups of rules (each once) by groups of children, with the totals of both."""
    cells: dict[tuple[Part, ...], Mapping[str, int]] = {}
    names = tally.names(breakdown.key)
    used = [i for i in range(len(names)) if _any(tally.of(basis.rules, breakdown.key, i))]
    rows = [(_part(group, basis), basis.rules & set(group.rules)) for group in groups if _any(tally.of(basis.rules & set(group.rules)))]
    for part, rules in [*rows, (everyone(ALL), basis.rules)]:
        for i in used:
            cells[part, one(names[i])] = counted(tally.of(rules, breakdown.key, i))
        cells[part, everyone("All")] = counted(tally.of(rules))
    return _raw(f"By {breakdown.title.lower()}", basis, ("rule", breakdown.key), cells)


def _raw(name: str, basis: Basis, dimensions: tuple[str, ...], cells: Mapping[tuple[Part, ...], Mapping[str, int]]) -> Raw:
    return Raw(
        f"{name}: {basis.title[0].lower()}{basis.title[1:]}", basis.population, dimensions, cells, basis.counts, {"period": basis.period}
    )


def _any(number: Number) -> bool:
    return bool(number.known or number.unknown)


def _part(group: Group, basis: Basis) -> Part:
    return joined(group.title, basis.rules & set(group.rules))


#: A series has a chart where half its months have so many cases; with half as many, it has one by quarters.
ENOUGH_A_MONTH = 30
#: The points that a chart goes back.
POINTS = 36


@dataclass(frozen=True)
class Series:
    """The months (or quarters) of one measure. ``why``: why there is none, in words."""

    measure: str
    months: tuple[Month, ...]
    quarterly: bool = False
    why: str = ""


def series(measure: str, months: Sequence[Month]) -> Series:
    """By months where there are cases enough in a month, else by quarters, else none. It begins where the records do."""
    begun = next((i for i, month in enumerate(months) if month.known), len(months))
    some = list(months[begun:])
    if not some:
        return Series(measure, (), why="Nothing was due in any month, so there is no trend.")
    middle = sorted(month.known for month in some)[len(some) // 2]
    if middle >= ENOUGH_A_MONTH:
        return Series(measure, tuple(some))
    if 2 * middle >= ENOUGH_A_MONTH:
        first = len(some) % 3
        return Series(measure, tuple(_quarter(some[i : i + 3]) for i in range(first, len(some), 3)), quarterly=True)
    return Series(measure, (), why=f"Half the months have fewer than {ENOUGH_A_MONTH // 2} cases: too few for a trend.")


def _quarter(months: Sequence[Month]) -> Month:
    whole = Period(months[0].period.first, months[-1].period.last)
    totals = (sum(getattr(month, name) for month in months) for name in ("met", "justified", "known", "unknown"))
    return Month(whole, *totals)


def by_month(one_series: Series, population: str, rules: Iterable[str]) -> Raw:
    """A series, with what each of its points counts."""
    cells: dict[tuple[Part, ...], Mapping[str, int]] = {
        (days(short(m.period), m.period.first, m.period.last),): {"n": m.met, "d": m.known, "justified": m.justified, "unknown": m.unknown}
        for m in one_series.months
    }
    counts = {**OUTCOMES, "unknown": frozenset({f"cannot tell, by month, {one_series.measure}"})}
    return Raw(f"Trend of {one_series.measure}", population, ("period",), cells, counts, {"rule": joined(one_series.measure, rules)})


#: What a measure's table counts: of a share what is met and known; of a mean how many it is over.
SHARE = {name: OUTCOMES[name] for name in ("n", "d", "unknown")}
OVER = {"d": OUTCOMES["d"], "unknown": OUTCOMES["unknown"]}


def of_measure(row: Mapping[str, str], as_of: str) -> Raw | None:
    """One measure of measures.csv; None where it has no figure. A mean stands in the cell as a sum over what it counts."""
    if row["status"] != "evaluated" or not row["denominator"]:
        return None
    n, d, unknown = Fraction(row["numerator"]), Fraction(row["denominator"]), int(row["unknown"])
    key: tuple[Part, ...] = (one(row["measure_id"]),)
    fixed = {
        "period": joined(f"{row['period_from']} to {row['period_to']}", [f"{row['measure_id']} {row['period_from']} {row['period_to']}"])
    }
    population = f"records of {row['measure_id']} on {as_of}"
    if row["unit"] == "%" and n.denominator == d.denominator == 1:
        return Raw(row["measure_id"], population, ("measure",), {key: {"n": int(n), "d": int(d), "unknown": unknown}}, SHARE, fixed)
    # Of a mean the number of cases is what may be small; of a ratio (children to posts) and of posts, the number in it.
    cases = int(d) if row["unit"] in ("days", "weeks") else int(n)
    value = n / d if d else Fraction(0)
    mean = value * (100 if row["unit"] == "%" else 1) * cases
    cell: Mapping[str, int] = {"d": cases, "unknown": unknown, "told": float(mean)}  # type: ignore[dict-item]
    return Raw(row["measure_id"], population, ("measure",), {key: cell}, OVER, fixed, {"told": "d"})
