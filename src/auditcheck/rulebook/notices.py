"""An improvement notice as a profile writes it down: what it asks for, reference by reference, and what falls due when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from auditcheck import clock
from auditcheck.clock import Length
from auditcheck.rulebook.problems import nearest, wrong
from auditcheck.yaml_text import Path

if TYPE_CHECKING:
    from auditcheck.rulebook.model import Rule

Complaint = tuple[Path, bool, str]

#: A quoted text may have so many words.
QUOTE = 20


@dataclass(frozen=True)
class Reference:
    """One thing that a notice, or the council's own table of progress on it, asks for.

    ``place``: where in the document ("IN2", "taking account"). ``action``: what is asked, in our words; ``says``: in the document's, empty
    where our copy of it does not show them. ``evidence``: rules and measures that show something of it, besides those whose ``asked_by``
    names the place. ``none``: why no record of a child can show it.
    """

    document: str
    place: str
    action: str
    says: str = ""
    evidence: tuple[str, ...] = ()
    none: str = ""


@dataclass(frozen=True)
class Obligation:
    """Something that falls due because of the notice: ``at`` lengths after its start, ``every`` so long until ``until``, or ``on`` a day.

    A text of ``on`` is a day (YYYY-MM-DD), or a month (YYYY-MM) where the document names no day. ``unverified``: how its words were read,
    where they were not checked against the document; '' where they were.
    """

    what: str
    at: tuple[Length, ...] = ()
    every: Length | None = None
    until: Length | None = None
    on: tuple[str, ...] = ()
    says: str = ""
    unverified: str = ""


@dataclass(frozen=True)
class Notice:
    """What one notice asks; the day on which it began is the profile's ``notice_start``."""

    references: tuple[Reference, ...] = ()
    obligations: tuple[Obligation, ...] = ()


@dataclass(frozen=True)
class Occasion:
    """One thing that falls due: ``day`` (YYYY-MM-DD, or YYYY-MM), empty where the notice's start is not known; ``counted``: how;
    ``mark``: that the document was not checked for it."""

    day: str
    what: str
    counted: str
    says: str
    mark: str


def notice(value: Mapping[str, Any] | None) -> Notice:
    """Read what the schema and `notice_problems` have passed."""
    if value is None:
        return Notice()
    references = tuple(
        Reference(one["document"], one["place"], one["action"], one.get("says", ""), tuple(one.get("evidence", ())), one.get("none", ""))
        for one in value.get("references", ())
    )
    return Notice(references, tuple(map(_obligation, value.get("obligations", ()))))


def evidence(one: Reference, rules: Mapping[str, Rule]) -> list[str]:
    """The rules and measures that are evidence of a reference: those listed, then those whose ``asked_by`` names its place."""
    place = f"{one.document}, {one.place}"
    cited = [rule.id for rule in rules.values() if any(asked.source == place for asked in rule.asked_by)]
    return list(dict.fromkeys([*one.evidence, *cited]))


def calendar(asked: Notice, start: date | None) -> list[Occasion]:
    """What falls due, in order; what counts from a start that nobody gave comes last. ``start``: the day on which the notice began."""
    found = [occasion for one in asked.obligations for occasion in _occasions(one, start)]
    return sorted(found, key=lambda one: (not one.day, one.day, one.what))


def notice_problems(value: Mapping[str, Any], where: Path, known: Sequence[str]) -> Iterator[Complaint]:
    """What the schema can't see. ``known``: every rule and measure that there is."""
    seen: set[tuple[str, str]] = set()
    for at, one in enumerate(value.get("references", ())):
        here = (*where, "references", at)
        if (one["document"], one["place"]) in seen:
            yield (*here, "place"), False, f"'{one['place']}' of this document is written twice, expected each place once"
        seen.add((one["document"], one["place"]))
        yield from _too_long(one, here)
        for number, name in enumerate(one.get("evidence", ())):
            if name not in known:
                what = wrong(f"there is no rule or measure '{name}'", "one that there is")
                yield (*here, "evidence", number), False, what + nearest(name, list(known))
    for at, one in enumerate(value.get("obligations", ())):
        here = (*where, "obligations", at)
        yield from _too_long(one, here)
        for key, other in (("every", "until"), ("until", "every")):
            if key in one and other not in one:
                yield (*here, key), True, wrong(f"'{key}' alone", f"'{other}' beside it")
        lengths = [((*here, "at", n), text) for n, text in enumerate(one.get("at", ()))]
        lengths += [((*here, key), one[key]) for key in ("every", "until") if key in one]
        for path, text in lengths:
            try:
                Length.parse(text)
            except ValueError as error:
                yield path, False, str(error).replace(": expected", ", expected")
        for number, text in enumerate(one.get("on", ())):
            yield from _is_a_day(text, (*here, "on", number))


def _obligation(value: Mapping[str, Any]) -> Obligation:
    return Obligation(
        value["what"],
        at=tuple(map(Length.parse, value.get("at", ()))),
        every=Length.parse(value["every"]) if "every" in value else None,
        until=Length.parse(value["until"]) if "until" in value else None,
        on=tuple(value.get("on", ())),
        says=value.get("says", ""),
        unverified=value.get("unverified", ""),
    )


def _occasions(one: Obligation, start: date | None) -> Iterator[Occasion]:
    mark = f"Unverified: {one.unverified}" if one.unverified else ""

    def occasion(day: str, counted: str) -> Occasion:
        return Occasion(day, one.what, counted, one.says, mark)

    yield from (occasion(day, f"the {'day' if _names_a_day(day) else 'month'} that the notice names") for day in one.on)
    yield from (occasion(_after(start, after), f"{after} from the notice's start") for after in one.at)
    if one.every is None:
        return
    counted = f"every {str(one.every).removeprefix('1 ')} from the notice's start"
    last = _after(start, one.until) if one.until else ""
    if not last:
        yield occasion("", counted)
        return
    for times in count(1):
        day = _after(start, one.every * times)
        if not day or day > last:
            return
        yield occasion(day, counted)


def _after(start: date | None, length: Length) -> str:
    """The day a length after the start; empty where it is not known or lies outside the calendar."""
    if start is None:
        return ""
    found = int(clock.add(np.array([clock.day_number(start)], np.int32), length)[0])
    return "" if found == clock.NAT else clock.as_date(found).isoformat()


def _too_long(one: Mapping[str, Any], where: Path) -> Iterator[Complaint]:
    if (words := len(one.get("says", "").split())) > QUOTE:
        yield (*where, "says"), False, wrong(f"a quote of {words} words", f"at most {QUOTE}")


def _is_a_day(text: str, where: Path) -> Iterator[Complaint]:
    try:
        date.fromisoformat(text if _names_a_day(text) else f"{text}-01")
    except ValueError:
        yield where, False, wrong(f"'{text}' is no date", "one such as 2015-04-01, or a month such as 2015-04")


def _names_a_day(text: str) -> bool:
    return len(text) > len("YYYY-MM")
