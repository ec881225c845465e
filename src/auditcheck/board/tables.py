"""The book's tables before anything is hidden. They go through the door of `disclosure` together; nothing here is ever rendered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from auditcheck.board import themes
from auditcheck.board.groups import Groups
from auditcheck.board.periods import Period
from auditcheck.board.pooling import pooled, small_rate, together
from auditcheck.board.tally import Number, Tally, total
from auditcheck.board.themes import Group
from auditcheck.clock import day_number
from auditcheck.disclosure import OUTCOMES, Part, Policy, Raw, days, everyone, joined
from auditcheck.rulebook.model import Rule
from auditcheck.taking_part import MEETINGS
from auditcheck.texts import in_words

ALL = "All rules"
TOTAL = {"agency": "All together"}
#: How the groups are called that are joined.
OTHER = {
    "team": "teams",
    "plan": "plans",
    "age": "ages",
    "ethnicity": "ethnic groups",
    "disability": "answers",
    "rule": "rules",
    "agency": "agencies",
}
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
    return days(in_words(day_number(period.last)) if period.first == period.last else str(period), period.first, period.last)


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

    ``lines``: the labels of all rows, in order; ``total``: the label of their sum, '' for none.
    """

    key: str
    name: str
    lines: tuple[str, ...]
    total: str
    raws: Mapping[str, Raw]
    about: str = ""


def table(key: str, name: str, dimension: str, lines: Sequence[Line], count: Count, basis: Basis, policy: Policy) -> Table:
    """A table of lines that hold each observation once, with their total. ``count``: what some values of the dimension count together."""
    return _tables({key: (name, lines)}, dimension, count, basis, policy)[0]


def by_agency(what: str, numbers: Mapping[str, Number], period: Period, policy: Policy) -> Table:
    """Of one thing that agencies (or ways of hearing a child) do, each one's figures."""

    def count(members: Iterable[str]) -> Number:
        return total(numbers[member] for member in members)

    basis = Basis("agency", f"From {period}", f"taking part: {what}", span(period), frozenset())
    lines = [Line(name.replace("_", " ").capitalize(), (name,)) for name in sorted(numbers)]
    found = table(f"agency-{what}", what[:1].upper() + what[1:], "agency", lines, count, basis, policy)
    alike = frozenset({"agency"}) if what in MEETINGS else frozenset[str]()
    return replace(found, raws={which: replace(raw, alike=alike) for which, raw in found.raws.items()})


def _tables(levels: Mapping[str, tuple[str, Sequence[Line]]], dimension: str, count: Count, basis: Basis, policy: Policy) -> list[Table]:
    """Tables of ever finer lines, each within one of the level above (or within those that are joined there); the first has a total.

    Lines are only joined with others of the same row above. So whoever adds up rows comes upon rows again, and not upon what is hidden.
    """
    lines = {key: [line for line in some if _any(count(line.members))] for key, (_, some) in levels.items()}
    cells: dict[tuple[str, str], Cells] = {}
    for which, names in _PARTS.items():
        above = [tuple(_members(lines[next(iter(levels))]))]
        whole = not _small(count(above[0]), which, policy) or len(lines[next(iter(levels))]) == 1
        for key in levels:
            rows = [row for container in above for row in _rows(_inside(lines[key], container), which, count, policy)]
            cells[key, which] = {(joined(row.label, row.members),): _counts(count(row.members), names) for row in rows if row.label}
            if key == next(iter(levels)) and (whole or not rows):
                cells[key, which][everyone(TOTAL.get(dimension, ALL)),] = _counts(count(above[0]), names)
            above = [row.members for row in rows]
    return [
        Table(
            key,
            name,
            tuple(line.label for line in lines[key]),
            TOTAL.get(dimension, ALL) if key == next(iter(levels)) else "",
            {which: _raw(f"{name}, {which}", basis, (dimension,), cells[key, which], names) for which, names in _PARTS.items()},
            basis.title,
        )
        for key, (name, _) in levels.items()
        if name
    ]


_PARTS = {RATE: ("n", "d"), JUSTIFIED: ("justified",), UNKNOWN: ("unknown",)}


def _inside(lines: Sequence[Line], container: Collection[str]) -> list[Line]:
    return [line for line in lines if set(line.members) <= set(container)]


def _rows(lines: Sequence[Line], which: str, count: Count, policy: Policy) -> list[Line]:
    """The lines that stand alone, and one of those that are joined, if it can stand."""
    split = pooled(lines, lambda line: _size(count(line.members), which), lambda some: _small(count(_members(some)), which, policy))
    if not split.together or not split.fits:
        return list(split.alone)
    return [*split.alone, Line(together([line.label for line in split.together]), tuple(_members(split.together)))]


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


def outcomes(period: Part) -> dict[str, frozenset[str]]:
    """The outcomes of each count. What can't be told may bear no day, so that it does not add up over periods."""
    return {**OUTCOMES, "unknown": frozenset({f"cannot tell, {period.label}"})}


def _raw(name: str, basis: Basis, dimensions: tuple[str, ...], cells: Cells, names: Iterable[str]) -> Raw:
    of = outcomes(basis.period)
    counts = {count: of[count] for count in names}
    return Raw(f"{name}: {basis.title}", basis.population, dimensions, cells, counts=counts, fixed={"period": basis.period})


def by_rule(tally: Tally, rules: Sequence[Rule], sums: Sequence[Collection[str]], basis: Basis, policy: Policy) -> list[Table]:
    """Themes, areas and rules. ``sums``: sets of rules of which other tables show the sum, so that none is joined across one."""
    own = [rule for rule in rules if rule.id in basis.rules]
    classes: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for rule in own:
        classes[rule.area, *(str(i) for i, some in enumerate(sums) if rule.id in some)].append(rule.id)
    levels = {
        f"{basis.key}-theme": ("By theme", _lines(themes.themes(own))),
        f"{basis.key}-area": ("By area", _lines(themes.areas(own))),
        f"{basis.key}-class": ("", [Line(" ".join(key), tuple(some)) for key, some in sorted(classes.items())]),
        f"{basis.key}-rule": ("By rule", [Line(rule.id, (rule.id,)) for rule in own]),
    }
    return _tables(levels, "rule", tally.of, basis, policy)


def by_group(tally: Tally, breakdown: Groups, basis: Basis, policy: Policy) -> Table:
    """All rules by groups of children."""
    names = tally.names(breakdown.key)
    places = {name: i for i, name in enumerate(names)}

    def count(members: Iterable[str]) -> Number:
        return tally.of(basis.rules, breakdown.key, [places[member] for member in members])

    lines = [Line(name, (name,)) for name in names]
    return table(f"{basis.key}-{breakdown.key}", f"By {breakdown.title.lower()}", breakdown.key, lines, count, basis, policy)


def by_theme_and_group(tally: Tally, rules: Sequence[Rule], breakdown: Groups, basis: Basis, policy: Policy) -> Raw:
    """Themes by groups of children: rates alone. Groups too small over all rules are joined, then themes too small in any group."""
    key, names = breakdown.key, tally.names(breakdown.key)
    used = [i for i in range(len(names)) if tally.of(basis.rules, key, [i]).known]
    across = pooled(
        used, lambda i: tally.of(basis.rules, key, [i]).known, lambda some: small_rate(tally.of(basis.rules, key, some), policy)
    )
    columns: list[tuple[str, tuple[int, ...]]] = [(names[i], (i,)) for i in across.alone]
    if across.together:
        columns.append((f"{len(across.together)} other {OTHER[key]} together", across.together))
    own = themes.themes([rule for rule in rules if rule.id in basis.rules])
    lines = [line for line in _lines(own) if tally.of(line.members).known]

    def small(some: Sequence[Line]) -> bool:
        return any(small_rate(tally.of(_members(some), key, groups), policy) for _, groups in columns)

    split = pooled(lines, lambda line: tally.of(line.members).known, small)
    rows = [(line.label, line.members) for line in split.alone]
    if split.together:
        rows.append(("; ".join(line.label for line in split.together), tuple(_members(split.together))))
    cells: Cells = {}
    for label, ids in rows if split.fits and across.fits and len(rows) > 1 else ():  # of one row the table by group says as much
        for column, groups in columns:
            parts = joined(label, ids), joined(column, [names[i] for i in groups])
            cells[parts] = _counts(tally.of(ids, key, groups), ("n", "d"))
    return _raw(f"Themes by {breakdown.title.lower()}", basis, ("rule", key), cells, ("n", "d"))


def _lines(groups: Sequence[Group]) -> list[Line]:
    return [Line(group.title, group.rules) for group in groups]


def _any(number: Number) -> bool:
    return bool(number.known or number.unknown)
