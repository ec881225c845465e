"""The book's tables before anything is hidden. They go through the door of `disclosure` together; nothing here is ever rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from auditcheck.board.groups import Groups
from auditcheck.board.periods import Period
from auditcheck.board.pooling import Pooled, pooled, small_rate
from auditcheck.board.tally import Number, Tally
from auditcheck.board.themes import Group
from auditcheck.clock import day_number
from auditcheck.disclosure import OUTCOMES, Part, Policy, Raw, days, everyone, joined
from auditcheck.texts import in_words

ALL = "All rules"
#: How the groups are called that are joined.
OTHER = {"team": "teams", "plan": "plans", "age": "ages", "ethnicity": "ethnic groups", "disability": "answers", "rule": "rules"}
Cells = dict[tuple[Part, ...], Mapping[str, int]]


@dataclass(frozen=True)
class Basis:
    """What a table of observations counts: events of a period, or what is on record on one day. ``rules``: which can be in it."""

    key: str
    title: str
    population: str
    period: Part
    rules: frozenset[str]


def events(rules: Iterable[str], period: Period) -> Basis:
    """What fell due in a period."""
    return Basis("due", f"What fell due from {period}", "checks of what fell due", span(period), frozenset(rules))


def on_record(rules: Iterable[str], as_of: Period) -> Basis:
    """What is on the records that are open on the day of the run."""
    title = f"What is on the records open on {in_words(day_number(as_of.last))}"
    return Basis("record", title, "checks of open records", span(as_of), frozenset(rules))


def span(period: Period) -> Part:
    """The days of a period."""
    return days(str(period), period.first, period.last)


@dataclass(frozen=True)
class Line:
    """A row before anything is joined: its label, and the values of the dimension that it stands for."""

    label: str
    members: tuple[str, ...]


Count = Callable[[Iterable[str]], Number]
RATE, JUSTIFIED, UNKNOWN = "rate", "justified", "unknown"


@dataclass(frozen=True)
class Table:
    """One table in three parts, each joined in its own way: a rate may be shown where what can't be told may not.

    ``lines``: the labels of all rows, in order; ``total``: the label of their sum, '' for none; ``joined``: of each part the lines that
    are counted together in one row.
    """

    key: str
    name: str
    lines: tuple[str, ...]
    total: str
    raws: Mapping[str, Raw]
    joined: Mapping[str, tuple[str, ...]]


def table(key: str, name: str, dimension: str, lines: Sequence[Line], count: Count, basis: Basis, policy: Policy) -> Table:
    """A table of lines that hold each observation once, with their total. ``count``: what some values of the dimension count together."""
    numbers = {line: count(line.members) for line in lines}
    used = [line for line in lines if numbers[line].known or numbers[line].unknown]
    whole = count([member for line in used for member in line.members])
    raws, together = {}, {}
    for which, names in ((RATE, ("n", "d")), (JUSTIFIED, ("justified",)), (UNKNOWN, ("unknown",))):
        split = pooled(used, lambda line: _size(numbers[line], which), lambda some: _small(count(_members(some)), which, policy))  # noqa: B023
        cells: Cells = {(joined(line.label, line.members),): _counts(numbers[line], names) for line in split.alone}
        if split.together and split.fits:
            cells[joined(f"{len(split.together)} together", _members(split.together)),] = _counts(count(_members(split.together)), names)
        if split.fits or not split.alone:
            cells[everyone(ALL),] = _counts(whole, names)
        together[which] = tuple(line.label for line in split.together)
        raws[which] = _raw(f"{name}, {which}", basis, (dimension,), cells, names)
    return Table(key, name, tuple(line.label for line in used), ALL, raws, together)


def _members(lines: Iterable[Line]) -> list[str]:
    return [member for line in lines for member in line.members]


def _size(number: Number, which: str) -> int:
    return {RATE: number.known, JUSTIFIED: number.justified, UNKNOWN: number.unknown}[which]


def _small(number: Number, which: str, policy: Policy) -> bool:
    if which == RATE:
        return small_rate(number, policy)
    if which == UNKNOWN:
        return policy.small(number.unknown)
    return bool(number.justified) and any(map(policy.small, (number.justified, number.not_met, number.met + number.not_met)))


def _counts(number: Number, names: Iterable[str]) -> dict[str, int]:
    every = {"n": number.met, "d": number.known, "justified": number.justified, "unknown": number.unknown}
    return {name: every[name] for name in names}


def _raw(name: str, basis: Basis, dimensions: tuple[str, ...], cells: Cells, names: Iterable[str]) -> Raw:
    # What can't be told may bear no day, so that it does not add up over periods.
    of = {**OUTCOMES, "unknown": frozenset({f"cannot tell, {basis.period.label}"})}
    counts = {count: of[count] for count in names}
    return Raw(f"{name}: {basis.title}", basis.population, dimensions, cells, counts=counts, fixed={"period": basis.period})


def by_theme(tally: Tally, themes: Sequence[Group], basis: Basis, policy: Policy) -> Table:
    """The themes of the framework."""
    return table(f"{basis.key}-theme", "By theme", "rule", _lines(themes, basis), tally.of, basis, policy)


def by_rule(tally: Tally, themes: Sequence[Group], basis: Basis, policy: Policy) -> list[Table]:
    """A table of rules for each theme, or for several that are too small to stand alone."""
    split = _themes(tally, themes, basis, policy)
    found = []
    for some in [(line,) for line in split.alone] + ([split.together] if split.together else []):
        title = "; ".join(line.label for line in some)
        lines = [Line(rule, (rule,)) for rule in sorted(_members(some))]
        one_theme = table(f"{basis.key}-rule-{len(found) + 1}", title, "rule", lines, tally.of, basis, policy)
        found.append(_of_theme(one_theme, title, _members(some)))
    return [one for one in found if one.lines]


def _of_theme(one_theme: Table, title: str, rules: Iterable[str]) -> Table:
    """The total of a theme is no total of all rules."""
    rules = frozenset(rules)

    def named(raw: Raw) -> Raw:
        cells = {tuple(joined(title, rules) if part.total else part for part in key): counts for key, counts in raw.cells.items()}
        return replace(raw, cells=cells)

    return replace(one_theme, total=title, raws={which: named(raw) for which, raw in one_theme.raws.items()})


def by_group(tally: Tally, breakdown: Groups, basis: Basis, policy: Policy) -> Table:
    """All rules by groups of children."""
    names = tally.names(breakdown.key)
    places = {name: i for i, name in enumerate(names)}

    def count(members: Iterable[str]) -> Number:
        return tally.of(basis.rules, breakdown.key, [places[member] for member in members])

    lines = [Line(name, (name,)) for name in names]
    return table(f"{basis.key}-{breakdown.key}", f"By {breakdown.title.lower()}", breakdown.key, lines, count, basis, policy)


def by_theme_and_group(tally: Tally, themes: Sequence[Group], breakdown: Groups, basis: Basis, policy: Policy) -> Raw:
    """Themes by groups of children: rates alone. Groups too small over all rules are joined, then themes too small in any group."""
    key, names = breakdown.key, tally.names(breakdown.key)
    used = [i for i in range(len(names)) if tally.of(basis.rules, key, [i]).known]
    across = pooled(
        used, lambda i: tally.of(basis.rules, key, [i]).known, lambda some: small_rate(tally.of(basis.rules, key, some), policy)
    )
    columns = [(names[i], (i,)) for i in across.alone]
    if across.together:
        columns.append((f"{len(across.together)} other {OTHER[key]} together", across.together))
    lines = [line for line in _lines(themes, basis) if tally.of(line.members).known]

    def small(some: Sequence[Line]) -> bool:
        return any(small_rate(tally.of(_members(some), key, groups), policy) for _, groups in columns)

    split = pooled(lines, lambda line: tally.of(line.members).known, small)
    rows = [(line.label, line.members) for line in split.alone]
    if split.together:
        rows.append(("; ".join(line.label for line in split.together), tuple(_members(split.together))))
    cells: Cells = {}
    for label, rules in rows if split.fits and across.fits else ():
        for column, groups in columns:
            parts = joined(label, rules), joined(column, [names[i] for i in groups])
            cells[parts] = _counts(tally.of(rules, key, groups), ("n", "d"))
    return _raw(f"Themes by {breakdown.title.lower()}", basis, ("rule", key), cells, ("n", "d"))


def _lines(groups: Sequence[Group], basis: Basis) -> list[Line]:
    own = [Line(group.title, tuple(rule for rule in group.rules if rule in basis.rules)) for group in groups]
    return [line for line in own if line.members]


def _themes(tally: Tally, themes: Sequence[Group], basis: Basis, policy: Policy) -> Pooled[Line]:
    lines = [line for line in _lines(themes, basis) if tally.of(line.members).known]
    return pooled(lines, lambda line: tally.of(line.members).known, lambda some: small_rate(tally.of(_members(some)), policy))
