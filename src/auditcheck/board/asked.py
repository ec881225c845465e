"""What a notice asks for, and what rules and measures show of it: figures that the book shows, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from auditcheck.board import aimed
from auditcheck.board.book import Book, Measure
from auditcheck.board.sentences import target_in_words
from auditcheck.board.shown import HIDDEN, NOTHING, Figure, Shown
from auditcheck.board.tables import RATE
from auditcheck.disclosure import Safe
from auditcheck.reports.words import count
from auditcheck.rulebook.model import Rulebook
from auditcheck.rulebook.notices import Reference

#: The tables of the book that tell of single rules: what fell due in the period, and what is on record at its end.
_BY_RULE = ("due-rule", "record-rule")
NO_TREND = "No trend: only measures have figures by month"


@dataclass(frozen=True)
class Evidence:
    """One rule or measure. ``figure`` in words; ``n``: of how many; ``trend``: a measure's, in words; ``target``: what is wanted and how
    it stands; ``why``: why there is no figure; ``share``: a rate that is shown, in per cent."""

    id: str
    title: str
    figure: str = ""
    n: str = ""
    trend: str = ""
    target: str = ""
    why: str = ""
    share: Fraction | None = None

    @property
    def told(self) -> bool:
        """Whether it shows a figure: not one that is hidden, nor that there is nothing to count."""
        return self.figure not in ("", HIDDEN, NOTHING)


@dataclass(frozen=True)
class Shows:
    """A reference, and all that shows something of it."""

    reference: Reference
    evidence: tuple[Evidence, ...]

    @property
    def says(self) -> str:
        """One sentence on what the figures are worth here."""
        if self.reference.none:
            return f"No evidence: {self.reference.none}."
        told, hidden = sum(one.told for one in self.evidence), sum(one.figure == HIDDEN for one in self.evidence)
        if not told:
            return f"What the records show of this is hidden ({HIDDEN})." if hidden else "The records supplied show nothing of this."
        more = f" Hidden ({HIDDEN}): {hidden}." if hidden else ""
        return f"With a figure: {told} of {count(len(self.evidence), 'rule or measure', 'rules and measures')}.{more}"


def shows(book: Book, start: date | None = None) -> list[Shows]:
    """Every reference of the profile's notice, in its order. ``start``: the day on which the notice began, where the profile has none."""
    order = book.order
    since = start or order.profile.notice_start
    return [Shows(one, tuple(_evidence(book, name, since) for name in named(order.book, one))) for one in order.profile.notice.references]


def printed(book: Book, found: Iterable[Shows]) -> tuple[Safe, ...]:
    """What leaves the service with the evidence: the tables that it shows figures of, and of those by rule its own rows alone."""
    ids = {each.id for one in found for each in one.evidence if each.figure}
    due = {f"{row['measure_id']} on {row['target_due']}" for row in book.order.run.measures if row["measure_id"] in ids}
    measures = {_table(book, name) for name in ids} | due  # how a target stands is told of the figure of its day
    by_rule = {f"{one.name}, {RATE}: {one.about}" for key in _BY_RULE if (one := book.shown.get(key)) is not None}
    own = [safe.part(ids) for safe in book.safes if safe.name in by_rule]
    return (*(safe for safe in own if safe.rows), *(safe for safe in book.safes if safe.name in measures))


def _table(book: Book, measure: str) -> str:
    """The name of the table that holds a measure's figure."""
    return f"{measure} on {book.order.run.as_of}"


def named(rulebook: Rulebook, reference: Reference) -> list[str]:
    """The rules and measures that are evidence: those listed, then those whose ``asked_by`` names the place."""
    place = f"{reference.document}, {reference.place}"
    cited = [rule.id for rule in rulebook.rules.values() if any(asked.source == place for asked in rule.asked_by)]
    return list(dict.fromkeys([*reference.evidence, *cited]))


def _evidence(book: Book, name: str, start: date | None) -> Evidence:
    rule = book.order.book.rules[name]
    if rule.kind == "auditor":
        return Evidence(name, rule.title, why="a question for a person who reads the file")
    measure = next((one for one in book.measures if one.id == name), None)
    if rule.kind == "measure":
        return _of_measure(book, name, rule.title, measure, start)
    status = next((row for row in book.order.run.rules if row["rule_id"] == name), None)
    if status is None or status["status"] != "evaluated":
        return Evidence(name, rule.title, why=f"not evaluated: {status['why']}" if status else "not in this run")
    found = _figure((book.shown[key] for key in _BY_RULE if key in book.shown), name)
    if found is None:
        return Evidence(name, rule.title, why="nothing fell due in the period")
    words = found.words()
    trend = measure.trend.variation if measure else NO_TREND
    target = _targets(book, name, aimed.of_share(found, book.order.policy), measure, start)
    return Evidence(name, rule.title, figure=words["percent"], n=_counts(found), trend=trend, target=target, share=found.value)


def _counts(figure: Figure) -> str:
    words = figure.words()
    return f"{words['n']} of {words['d']}"


def _figure(tables: Iterable[Shown], rule_id: str) -> Figure | None:
    """The figure of a rule, whichever table has its line."""
    return next((figure for table in tables if (figure := table.figure(rule_id)) is not None), None)


def _of_measure(book: Book, name: str, title: str, found: Measure | None, start: date | None) -> Evidence:
    if found is None:
        return Evidence(name, title, why="not in this run")
    if not found.told or found.told == "no figure":
        return Evidence(name, title, why=found.why or "no figure")
    n = "" if found.figure is None else _counts(found.figure)
    own = next((safe for safe in book.safes if safe.name == _table(book, name)), None)
    target = _targets(book, name, aimed.of_measure(found.figure, own, found.told, book.order.policy), found, start)
    return Evidence(name, found.title, figure=found.told, n=n, trend=found.trend.variation, target=target)


def _targets(book: Book, name: str, seen: aimed.Seen, measure: Measure | None, start: date | None) -> str:
    """What is wanted and how it stands: as the run says of its own profile's targets, else as what is shown does."""
    found: Iterable[Mapping[str, str]] = measure.targets if measure else ()
    if aimed.of_another(book.order):
        found = aimed.aimed(book.order, name, seen, start)
    elif seen.hidden:
        found = [{**one, "status": aimed.HIDDEN} for one in found]
    return "; ".join(filter(None, (f"{target_in_words(one)}{', as ' + why if (why := one.get('why')) else ''}" for one in found)))


#: Rules and measures of a reference that the section names; all are in the annex.
_FIRST = 3
HEAD = ("Reference", "What is asked", "Rule or measure", "Figure", "n of d", "More")
WORDS = ("What is asked", "Rule or measure", "More")


def brief(one: Shows) -> dict[str, Any]:
    """A reference as the section shows it: its measures, then the rules that are met least."""
    told = [each for each in one.evidence if each.told]
    told.sort(key=lambda each: (each.share is not None, each.share or 0))
    first = [f"{each.title}: {each.figure}{f' ({each.n})' if each.n else ''}" for each in told[:_FIRST]]
    return {"place": one.reference.place, "action": one.reference.action, "says": one.says, "first": first}


def lines(found: Iterable[Shows]) -> list[tuple[str, list[str]]]:
    """Every rule and measure of every reference, in the columns of `HEAD`."""
    rows = []
    for one in found:
        for place, each in enumerate(one.evidence):
            more = "; ".join(filter(None, (each.trend, each.target))) if each.figure else each.why
            rows.append(
                (one.reference.place, ["" if place else one.reference.action, f"{each.title} ({each.id})", each.figure, each.n, more])
            )
    return rows
