"""What a notice asks for, and what rules and measures show of it: figures that the book shows, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from auditcheck.board import aimed
from auditcheck.board.audit_tables import THEMES_TABLE
from auditcheck.board.book import Book, Measure
from auditcheck.board.sentences import target_in_words
from auditcheck.board.shown import HIDDEN, NOTHING, Figure, Shown
from auditcheck.board.tables import RATE, UNKNOWN
from auditcheck.board.tally import EVENT_KINDS
from auditcheck.board.unchecked import MARK, unchecked
from auditcheck.disclosure import Safe
from auditcheck.reports.words import count
from auditcheck.rulebook.notices import Reference, evidence

#: The tables of the book that tell of single rules: what fell due in the period, and what is on record at its end.
_BY_RULE = ("due-rule", "record-rule")
NO_TREND = "No trend: counted on one day"
_SAYS = {HIDDEN: f"Hidden ({HIDDEN})", NOTHING: "Nothing to count"}
NONE_DUE, NONE_OPEN = "nothing fell due in the period", "it says what open records hold, and there was none on the day of the run"
#: What it takes for a figure that no record waits for.
QUESTION, NO_STANDARD = "a question for a person who reads the file", "not evaluated: no local standard set"


@dataclass(frozen=True)
class Evidence:
    """One rule or measure. ``figure`` in words; ``n``: of how many; ``range``: what chance alone could give; ``bounds``: the least and the
    most, instead of a figure where too much can't be told; ``unknown``: how many can't be told; ``trend``: a measure's, in words;
    ``target``: what is wanted and how it stands; ``why``: why there is no figure; ``share``: a rate that is shown, in per cent; ``mark``:
    that its words were not checked."""

    id: str
    title: str
    figure: str = ""
    n: str = ""
    trend: str = ""
    target: str = ""
    why: str = ""
    share: Fraction | None = None
    range: str = ""
    bounds: str = ""
    unknown: str = ""
    mark: str = ""

    @property
    def told(self) -> bool:
        """Whether it shows a figure: not one that is hidden, nor that there is nothing to count."""
        return self.figure not in ("", HIDDEN, NOTHING)

    @property
    def alike(self) -> bool:
        """Whether all that it counts have one result."""
        n, _, d = self.n.partition(" of ")
        return self.told and n in ("0", d)

    @property
    def counts(self) -> str:
        """What stands behind the figure, in words: ``112 of 127, 95% range 82.6 to 93.5%, can't be told: 3``."""
        if not self.told:
            return ""
        bounds = f"between {self.bounds.replace(' to ', ' and ')} whatever the others hold" if self.bounds else ""
        unknown = f"can't be told: {self.unknown}" if self.unknown else ""
        return ", ".join(filter(None, (self.n, f"95% range {self.range}" if self.range else "", bounds, unknown)))

    @property
    def sentences(self) -> list[str]:
        """All that is said of it, the figure first."""
        if not self.figure:
            return [said for said in (self.why, self.mark) if said]
        figure = f"{self.figure} ({self.counts})" if self.counts else _SAYS.get(self.figure, self.figure)
        trend = self.trend if self.trend == NO_TREND else f"Trend: {self.trend.replace(': ', ', ').lower()}"
        target = f"Target: {self.target}" if self.target else ""
        return [said for said in (figure, "" if self.figure == NOTHING else trend, target, self.mark) if said]


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
        if self.evidence and all(one.why in (QUESTION, NO_STANDARD) for one in self.evidence):
            return "No figure: it takes a person who reads the file, or a local standard."
        if not told:
            return f"What the records show of this is hidden ({HIDDEN})." if hidden else "The records supplied show nothing of this."
        more = f" Hidden ({HIDDEN}): {hidden}." if hidden else ""
        return f"With a figure: {told} of {count(len(self.evidence), 'rule or measure', 'rules and measures')}.{more}"


def shows(book: Book, start: date | None = None) -> list[Shows]:
    """Every reference of the profile's notice, in its order. ``start``: the day on which the notice began, where the profile has none."""
    order = book.order
    since, marked = start or order.profile.notice_start, unchecked(order)

    def told(name: str) -> Evidence:
        found = _evidence(book, name, since)
        return replace(found, mark=MARK) if name in marked else found

    return [Shows(one, tuple(map(told, evidence(one, order.book.rules)))) for one in order.profile.notice.references]


def printed(book: Book, found: Iterable[Shows], themes: Collection[str] = ()) -> tuple[Safe, ...]:
    """What leaves the service with the evidence: of measures the tables that it shows figures of, of tables by rule its own rows alone.
    ``themes``: those of audits that are shown too, by their headings."""
    ids = {each.id for one in found for each in one.evidence if each.figure}
    due = {f"{row['measure_id']} on {row['target_due']}" for row in book.order.run.measures if row["measure_id"] in ids}
    measures = {_table(book, name) for name in ids} | due  # how a target stands is told of the figure of its day
    tables = [one for key in _BY_RULE if (one := book.shown.get(key)) is not None]
    rows = dict.fromkeys((f"{one.name}, {which}: {one.about}" for one in tables for which in (RATE, UNKNOWN)), ids)
    rows[THEMES_TABLE] = set(themes)
    own = [safe.part(rows[safe.name]) for safe in book.safes if safe.name in rows]
    return (*(safe for safe in own if safe.rows), *(safe for safe in book.safes if safe.name in measures))


def _table(book: Book, measure: str) -> str:
    """The name of the table that holds a measure's figure."""
    return f"{measure} on {book.order.run.as_of}"


def _evidence(book: Book, name: str, start: date | None) -> Evidence:
    rule = book.order.book.rules[name]
    if rule.kind == "auditor":
        return Evidence(name, rule.title, why=QUESTION)
    measure = next((one for one in book.measures if one.id == name), None)
    if rule.kind == "measure":
        return _of_measure(book, name, rule.title, measure, start)
    status = next((row for row in book.order.run.rules if row["rule_id"] == name), None)
    if status is None or status["status"] != "evaluated":
        return Evidence(name, rule.title, why=f"not evaluated: {status['why']}" if status else "not in this run")
    found = _figure((book.shown[key] for key in _BY_RULE if key in book.shown), name)
    if found is None:
        return Evidence(name, rule.title, why=NONE_DUE if rule.check in EVENT_KINDS else NONE_OPEN)
    trend = measure.trend if measure else book.asked.get(name)
    target = _targets(book, name, aimed.of_share(found, book.order.policy), measure, start)
    percent = found.words()["percent"]
    return _with_counts(
        Evidence(name, rule.title, figure=percent, trend=trend.variation if trend else NO_TREND, target=target, share=found.value), found
    )


def _with_counts(one: Evidence, figure: Figure) -> Evidence:
    """What stands beside a share: of how many, what chance could give, how many can't be told."""
    words = figure.words()
    range_ = words["range"] if figure.range else ""
    bounds = words["bounds"] if figure.only_bounds else ""
    return replace(one, n=f"{words['n']} of {words['d']}", range=range_, bounds=bounds, unknown=words["unknown"])


def _figure(tables: Iterable[Shown], rule_id: str) -> Figure | None:
    """The figure of a rule, whichever table has its line."""
    return next((figure for table in tables if (figure := table.figure(rule_id)) is not None), None)


def _of_measure(book: Book, name: str, title: str, found: Measure | None, start: date | None) -> Evidence:
    if found is None:
        return Evidence(name, title, why="not in this run")
    if not found.told or found.told == "no figure":
        return Evidence(name, title, why=found.why or "no figure")
    own = next((safe for safe in book.safes if safe.name == _table(book, name)), None)
    target = _targets(book, name, aimed.of_measure(found.figure, own, found.told, book.order.policy), found, start)
    told = Evidence(name, found.title, figure=found.told, trend=found.trend.variation, target=target)
    return told if found.figure is None else _with_counts(told, found.figure)


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
            more = "; ".join(filter(None, (*((each.trend, each.target) if each.figure else (each.why,)), each.mark)))
            rows.append(
                (one.reference.place, ["" if place else one.reference.action, f"{each.title} ({each.id})", each.figure, each.n, more])
            )
    return rows
