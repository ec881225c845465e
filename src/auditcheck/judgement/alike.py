"""Cases that differ in nothing but which records they are about are judged once, and what is concluded of one holds of them all.

Most children's cases are one of few: nothing of theirs need be put into the judge's words where it has been before. Whatever would have
to be looked up to be told (a breach that does not say what it hangs on) is told the judge each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from auditcheck.judgement.asked import Asked, Place
from auditcheck.judgement.network import Judge
from auditcheck.judgement.shapes import ComposedFinding, Conclusion, Link, Subject

#: Of an observation its outcome, exemption, whether it happened and whether that is excused, its place in a series and the series, and
#: the records it hangs on (-1: none).
_Look = tuple[int, ...]
#: So many different cases are remembered.
_REMEMBERED = 100_000


class Alike:
    """The judge, asked about one of each kind of case."""

    def __init__(self, asked: Asked, judge: Judge, remember: bool) -> None:
        self._asked, self._judge, self._most = asked, judge, _REMEMBERED if remember else 0
        wanted: dict[int, list[int]] = {}
        for places in asked.by_child.values():
            for n, i in places:
                wanted.setdefault(n, []).append(i)
        self._looks = {n: self._looks_of(n, np.array(some)) for n, some in wanted.items()}
        self._names = [tuple(link for joins in links.values() for link, _ in joins) for links in asked.links]
        self._known: dict[object, tuple[list[int], Conclusion]] = {}

    def concluded(self, places: Sequence[Place], about: Sequence[Subject]) -> tuple[list[Place], Conclusion]:
        """What follows of a case; and the observation that each entry of the conclusion is of, for one may be told twice."""
        key, records = self._key(places, about)
        if key is not None and key in self._known:
            told, found = self._known[key]
            rows = list(records)
            own = tuple(ComposedFinding(one.rule, rows[one.link[1]], one.outcome, one.because, one.unknown) for one in found.composed)
            return [places[n] for n in told], Conclusion(found.outcomes, found.superseded_by, found.escalated, own)
        each = [(n, observed) for n, place in enumerate(places) for observed in self._asked.observed(place)]
        found = self._judge.case([observed for _, observed in each], about)
        if key is not None and not found.unjudged and len(self._known) < self._most:
            numbered = tuple(_numbered(one, records) for one in found.composed)
            self._known[key] = [n for n, _ in each], replace(found, composed=numbered)
        return [places[n] for n, _ in each], found

    def _looks_of(self, n: int, some: npt.NDArray[np.intp]) -> dict[int, _Look | None]:
        """What some observations look like; None of one that has to be told."""
        o, asked = self._asked.every[n], self._asked
        happened = o.happened.known[some]
        own = (o.verdict.outcome[some], np.clip(o.exempt[some], -2, 0), happened, o.excused[some] & happened)
        in_series = (o.place[some] >= 0) if o.rule.escalates else np.zeros(len(some), bool)
        series = (np.where(in_series, o.place[some], -1), np.where(in_series, o.subject_rows[some], -1))
        joins = [(link, rows[some]) for links in asked.links[n].values() for link, rows in links]
        loose = np.zeros(len(some), bool)
        for link, rows in joins:
            loose |= (rows < 0) & (link in asked.tables)
        columns = (*own, *series, *(np.maximum(rows, -1) for _, rows in joins))
        looks = zip(some.tolist(), zip(*(column.tolist() for column in columns), strict=True), loose.tolist(), strict=True)
        return {i: None if astray else tuple(map(int, look)) for i, look, astray in looks}

    def _key(self, places: Sequence[Place], about: Sequence[Subject]) -> tuple[object | None, dict[Link, int]]:
        """What all cases like this one have in common (None: nothing is known to), and the number of each record in it."""
        numbers: dict[Link, int] = {}
        told = []
        for n, i in places:
            look = self._looks[n][i]
            if look is None:
                return None, numbers
            series = numbers.setdefault(("", look[5]), len(numbers)) if look[5] >= 0 else -1
            links = (("by", row) if row < 0 else (name, row) for name, row in zip(self._names[n], look[6:], strict=True))
            told.append((n, *look[:5], series, *(numbers.setdefault(link, len(numbers)) if link[1] >= 0 else -1 for link in links)))
        # A record that nothing hangs on has nothing to be concluded of.
        spoken = sorted((one.rule, numbers[one.link]) for one in about if one.link in numbers)
        return (tuple(told), tuple(spoken)), numbers


def _numbered(finding: ComposedFinding, records: dict[Link, int]) -> ComposedFinding:
    return replace(finding, link=(finding.link[0], records[finding.link]))
