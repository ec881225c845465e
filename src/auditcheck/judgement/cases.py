"""A case cut into the parts that cannot affect each other, each written the same way whatever its records are called.

Most cases are one of few shapes, so a part that has been judged before need not be judged again. Nothing is decided here: what is left out
are observations, links and subjects that no join can react to, and copies of the same fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .shapes import BY, Link, Observed, RuleShape, Subject


@dataclass(frozen=True)
class Part:
    """A part of a case: distinct observations, sorted, whose links and series are numbered 0, 1, 2, ... within the part.

    The table of each observation's link is left out (a number means one record), but not its `BY`; ``about``: (composed rule, number of
    the record).
    """

    observed: tuple[Observed, ...]
    about: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Located:
    """A part, and where it came from: for each of its observations the indices in the case, and the record behind each number."""

    part: Part
    indices: tuple[tuple[int, ...], ...]
    links: tuple[Link, ...]


class Relations:
    """Which rules can react to which, as far as a shared record is concerned."""

    def __init__(self, shapes: Sequence[RuleShape]) -> None:
        self.superseded_by: Mapping[str, tuple[str, ...]] = {s.id: s.superseded_by for s in shapes if s.superseded_by}
        self.escalates: Mapping[str, int] = {s.id: s.escalates_after for s in shapes if s.escalates_after is not None}
        self.premises: Mapping[str, frozenset[str]] = {
            s.id: frozenset(premise.rule for premise in (*s.together.all, *s.together.any)) for s in shapes if s.together
        }

    def between(self, link: Link, rules: Iterable[str], composed: Iterable[str]) -> frozenset[str]:
        """Those of the rules to which it matters that they share a link, given the composed rules that could speak about its record."""
        here = frozenset(rules)
        matters: set[str] = set()
        for rule in here if _kind(link) else ():
            if above := here.intersection(self.superseded_by.get(rule, ())):
                matters |= {rule, *above}
        return frozenset(matters.union(*(here & self.premises[rule] for rule in composed)))


def parts(observed: Sequence[Observed], subjects: Sequence[Subject], relations: Relations) -> list[Located]:
    """The parts of a case. An observation that nothing reacts to is in none of them."""
    live = [i for i, o in enumerate(observed) if o.exempt == "yes" or o.outcome != "not_applicable"]
    on_record: dict[Link, list[int]] = defaultdict(list)
    for i in live:
        for link in set(observed[i].links):
            on_record[link].append(i)
    about: dict[Link, set[str]] = defaultdict(set)
    for subject in subjects:
        if subject.link in on_record and not relations.premises[subject.rule].isdisjoint(observed[i].rule for i in on_record[subject.link]):
            about[subject.link].add(subject.rule)
    linked: dict[int, list[Link]] = {i: [] for i in live}
    groups: list[list[int]] = []
    for link, members in on_record.items():
        matters = relations.between(link, (observed[i].rule for i in members), about.get(link, ()))
        if group := [i for i in members if observed[i].rule in matters]:
            groups.append(group)
            for i in group:
                linked[i].append(link)
    series: dict[tuple[str, int], list[int]] = defaultdict(list)
    for i in live:
        if observed[i].rule in relations.escalates and min(observed[i].series, observed[i].place) >= 0:
            series[observed[i].rule, observed[i].series].append(i)
    in_series = {i for members in series.values() for i in members}
    return [
        _located([_Member(i, observed[i], tuple(linked[i]), i in in_series) for i in members], about)
        for members in _connected(live, [*groups, *series.values()])
    ]


@dataclass(frozen=True)
class _Member:
    index: int
    observed: Observed
    links: tuple[Link, ...]
    in_series: bool


def _connected(live: Sequence[int], groups: Iterable[Sequence[int]]) -> list[list[int]]:
    leader = {i: i for i in live}

    def first(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for group in groups:
        for i in group[1:]:
            leader[first(i)] = first(group[0])
    found: dict[int, list[int]] = defaultdict(list)
    for i in live:
        found[first(i)].append(i)
    return list(found.values())


def _located(members: list[_Member], about: Mapping[Link, set[str]]) -> Located:
    """Number records and series by what hangs on them, so that the same shape gets the same numbers.

    Where two records look alike the order between them is arbitrary: that can cost a repeated judgement, never a different one.
    """
    starts: dict[tuple[str, int], int] = {}
    for member in members:
        o = member.observed
        starts[o.rule, o.series] = min(o.place, starts.get((o.rule, o.series), o.place))
    own = {m.index: _own(m, starts) for m in members}
    hanging: dict[Link, list[tuple[object, ...]]] = defaultdict(list)
    rows: dict[tuple[str, int], list[tuple[object, ...]]] = defaultdict(list)
    for member in members:
        for link in member.links:
            hanging[link].append(own[member.index])
        if member.in_series:
            rows[member.observed.rule, member.observed.series].append(own[member.index])
    looks = {link: (_kind(link), sorted(about.get(link, ())), sorted(hung)) for link, hung in hanging.items()}
    runs = {key: sorted(row) for key, row in rows.items()}

    def look(member: _Member) -> tuple[object, ...]:
        run = runs[member.observed.rule, member.observed.series] if member.in_series else []
        return own[member.index], sorted(looks[link] for link in member.links), run, sorted(member.links), member.observed.series

    records: dict[Link, int] = {}
    numbers: dict[tuple[str, int], int] = {}
    entries: dict[Observed, list[int]] = {}
    for member in sorted(members, key=look):
        o = member.observed
        links = [
            (_kind(link), records.setdefault(link, len(records))) for link in sorted(member.links, key=lambda link: (looks[link], link))
        ]
        number, place = -1, -1
        if member.in_series:
            number, place = numbers.setdefault((o.rule, o.series), len(numbers)), o.place - starts[o.rule, o.series]
        entry = Observed(o.rule, o.outcome, o.exempt, o.reason, tuple(sorted(links)), number, place)
        entries.setdefault(entry, []).append(member.index)
    spoken = sorted((rule, number) for link, number in records.items() for rule in about.get(link, ()))
    return Located(Part(tuple(entries), tuple(spoken)), tuple(map(tuple, entries.values())), tuple(records))


def _kind(link: Link) -> str:
    return BY if link[0].startswith(BY) else ""


def _own(member: _Member, starts: Mapping[tuple[str, int], int]) -> tuple[object, ...]:
    o = member.observed
    return o.rule, o.outcome, o.exempt, o.reason, o.place - starts[o.rule, o.series] if member.in_series else -1
