"""The book: what the board reads of one run, made of protected tables and of nothing else that counts children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from auditcheck.board import actions as acting
from auditcheck.board import audit_tables as auditing
from auditcheck.board import measures as measured
from auditcheck.board import restated as restating
from auditcheck.board import tables, themes, trends
from auditcheck.board.audits import Audits
from auditcheck.board.commentary import Note, parse
from auditcheck.board.groups import Groups, groups
from auditcheck.board.periods import Period, months
from auditcheck.board.shown import HIDDEN, Figure, Shown, of_row, of_table
from auditcheck.board.source import Run
from auditcheck.board.tally import DUE, EVENT_KINDS, Month, Tally, by_agency, monthly, tally
from auditcheck.disclosure import DFE, Policy, Raw, Released, Safe, days, protect
from auditcheck.exports.manifest import plain_yaml
from auditcheck.rulebook.model import Profile, Rule, Rulebook, Target


@dataclass(frozen=True)
class Order:
    """What a book is made of. ``runs``: the latest by its day gives the figures, the others what they said of measures before.

    ``audits``: results of sampled audits; ``register``: the action register; None: not given.
    """

    runs: Sequence[Run]
    book: Rulebook
    profile: Profile
    period: Period
    commentary: str = ""
    policy: Policy = DFE
    released: Released | None = None
    audits: Audits | None = None
    register: Sequence[acting.Acted] | None = None

    @property
    def earlier(self) -> list[Run]:
        """The other runs, the latest first; of those of one day the last that was named."""
        others = {run.as_of: run for run in self.runs if run.as_of < self.run.as_of}
        return [others[day] for day in sorted(others, reverse=True)]

    @property
    def run(self) -> Run:
        return max(self.runs, key=lambda run: run.as_of)


@dataclass(frozen=True)
class Measure:
    """One measure in the book. ``figure``: of a share; ``told``: of any, in words. ``targets``: what is wanted, how it stands."""

    id: str
    title: str
    theme: str
    good: str
    standard: str
    figure: Figure | None
    told: str
    period: str
    targets: tuple[Mapping[str, str], ...]
    trend: trends.Trend
    questions: tuple[str, ...]
    note: Note
    why: str
    before: tuple[tuple[str, str], ...] = ()

    @property
    def failing(self) -> bool:
        """Whether a target is not met, of what may be shown."""
        return any(target["status"] == "not_met" for target in self.targets)

    @property
    def beside(self) -> bool:
        """Whether it is a figure beside a measure."""
        return "." in self.id


@dataclass(frozen=True)
class Book:
    """All that is rendered. ``shown``: tables by key; ``grids``: tables of two dimensions; ``safes``: everything that passed the door.

    ``audits``, ``actions``: None where none were given; ``earlier``: the runs before, the latest first;
    ``restated``: measures that the latest of them counted differently.
    """

    order: Order
    shown: Mapping[str, Shown]
    grids: tuple[Safe, ...]
    measures: tuple[Measure, ...]
    changes: tuple[tuple[str, Figure, Figure], ...]
    notes: Mapping[str, Note]
    not_evaluated: tuple[Mapping[str, str], ...]
    undated: bool
    safes: tuple[Safe, ...]
    audits: auditing.AuditsShown | None
    actions: acting.ActionsShown | None
    earlier: tuple[restating.Earlier, ...]
    restated: tuple[restating.Restated, ...]


@cache
def _questions() -> dict[str, list[str]]:
    said: dict[str, list[str]] = plain_yaml(files("auditcheck.board").joinpath("questions.yaml").read_text("utf-8"))
    return said


def make(order: Order) -> Book:
    """Count, protect and put together.

    Raises:
        BadCommentary, NotATable, CannotRelease: each a sentence.
    """
    run, policy = order.run, order.policy
    raw = _Counted(order)
    names = list(dict.fromkeys(row["measure_id"] for row in run.measures))
    notes = parse(order.commentary, names, run.children["child_id"].to_pylist())
    every: list[Raw] = [*raw.grids, *raw.measures.values(), *raw.trends.values(), *raw.earlier.values()]
    for one in (*raw.tables, *raw.before):
        every += one.raws.values()
    for part in (raw.audits, raw.actions, *raw.since[:1]):
        every += part.raws if part else ()
    safe = dict(zip(map(id, every), protect(every, policy, order.released or Released()), strict=True))

    def let_through(part: Raw) -> Safe:
        return safe[id(part)]

    def of(one: tables.Table) -> Shown:
        return of_table(one, {which: safe[id(part)] for which, part in one.raws.items()}, order.profile.unknown_over)

    shown = {one.key: of(one) for one in raw.tables}
    then = {one.key: of(one) for one in raw.before}
    changes = [
        (label, figure, earlier)
        for key in ("due-theme", "due-area")
        for label, figure in shown[key].lines
        if (earlier := then[key].figure(label)) is not None and "together" not in label
    ]
    return Book(
        order,
        shown,
        tuple(safe[id(one)] for one in raw.grids if one.cells),
        tuple(_measure(order, raw, safe, name, notes.get(name, Note())) for name in names),
        tuple(changes),
        notes,
        tuple(row for row in run.rules if row["status"] in ("not_evaluated", "rule_error")),
        bool(raw.tally.undated),
        tuple(safe.values()),
        auditing.shown(raw.audits, let_through) if raw.audits else None,
        acting.shown(raw.actions, let_through) if raw.actions else None,
        tuple(restating.earlier(one, run) for one in raw.since),
        tuple(restating.shown(raw.since[0], let_through)) if raw.since else (),
    )


class _Counted:
    """Every raw table of a book."""

    def __init__(self, order: Order) -> None:
        run, policy, book = order.run, order.policy, order.book
        rules = [book.rules[rule] for rule in run.evaluated if rule in book.rules]
        events = [rule.id for rule in rules if rule.check in EVENT_KINDS]
        self.children = run.children["child_id"].combine_chunks()
        self.breakdowns = groups(run.children)
        self.tally = self._tally(run, rules, events, order.period, self.breakdowns)
        self.bases = {
            DUE: tables.events(events, order.period),
            measured.OPEN: tables.on_record({rule.id for rule in rules} - set(events), Period(run.as_of, run.as_of)),
        }
        names = dict.fromkeys(row["measure_id"] for row in run.measures)
        self.rests_on = {name: measured.rests_on(book.rules, name) for name in names}
        sums = [rules for rules, _ in self.rests_on.values() if rules]
        self.tables: list[tables.Table] = []
        self.grids: list[Raw] = []
        for basis in self.bases.values():
            self.tables += tables.by_rule(self.tally, rules, sums, basis, policy)
            self.tables += [tables.by_group(self.tally, one, basis, policy) for one in self.breakdowns]
            self.grids += [tables.by_theme_and_group(self.tally, rules, one, basis, policy) for one in self.breakdowns]
        if run.taking_part is not None:
            agencies = by_agency(run.taking_part, order.period)
            self.tables += [tables.by_agency(what, numbers, order.period, policy) for what, numbers in sorted(agencies.items())]
        earlier = order.period.before()
        before = self._tally(run, rules, events, earlier, self.breakdowns[:1])
        self.before = tables.by_rule(before, rules, sums, tables.events(events, earlier), policy)[:2]
        self._measures(order)
        self.audits = auditing.tables(order.audits, order.period, policy) if order.audits is not None else None
        self.actions = None if order.register is None else self._actions(order, order.register)
        self.since = [restating.compared(run, self.series, self.rests_on, then, policy) for then in order.earlier]

    def _actions(self, order: Order, register: Sequence[acting.Acted]) -> acting.ActionTables:
        seen, teams = order.run.observations(), self.breakdowns[0]
        return acting.tables(register, order.run.as_of, order.period, self.bases[DUE], seen, self.children, teams, order.policy)

    def _tally(self, run: Run, rules: Sequence[Rule], events: Sequence[str], period: Period, by: Sequence[Groups]) -> Tally:
        return tally(run.observations(), self.children, by, [rule.id for rule in rules], events, period)

    def _measures(self, order: Order) -> None:
        """The measures of every run, and by month those that can be counted so."""
        run = order.run
        by_month = {name: one for name, one in self.rests_on.items() if one[0] and one[1] != measured.OPEN and "." not in name}
        found = monthly(run.observations(), by_month, months(run.as_of, measured.MONTHS))
        self.series = {name: measured.series(some, order.policy) for name, some in found.items()}
        self.trends = {name: measured.by_month(name, one, *by_month[name]) for name, one in self.series.items() if one.months}
        self.measures: dict[str, Raw] = {}
        self.earlier: dict[tuple[str, str], Raw] = {}
        for row in run.measures:
            raw = measured.of_row(row, run.info["as_of"], self._within(order, row, found.get(row["measure_id"], ())))
            if raw is not None:
                self.measures.setdefault(row["measure_id"], raw)
        for other in order.runs:
            for row in other.measures if other is not run else ():
                raw = measured.of_row(row, other.info["as_of"])
                if raw is not None:
                    self.earlier.setdefault((row["measure_id"], other.info["as_of"]), raw)

    def _within(self, order: Order, row: Mapping[str, str], by_month: Sequence[Month]) -> measured.Within | None:
        """Where a measure's records are those of other tables: its figure then is a sum there, and protected as one."""
        rules, by = self.rests_on[row["measure_id"]]
        counts = row["numerator"], row["denominator"]
        if by in self.bases:
            number = self.tally.of(self.bases[by].rules & set(rules))
            if counts == (str(number.met), str(number.known)):
                return measured.Within(self.bases[by].population, self.bases[by].period, rules)
        inside = [one for one in by_month if row["period_from"] <= one.period.first.isoformat() <= row["period_to"]]
        if inside and counts == (str(sum(one.met for one in inside)), str(sum(one.known for one in inside))):
            whole = days("the months of the measure", inside[0].period.first, inside[-1].period.last)
            return measured.Within(measured.POPULATION[by], whole, rules)
        return None


def _measure(order: Order, raw: _Counted, safe: Mapping[int, Safe], name: str, note: Note) -> Measure:
    rows = [row for row in order.run.measures if row["measure_id"] == name]
    first, rule = rows[0], order.book.rules.get(name.partition(".")[0])
    own = safe[id(raw.measures[name])] if name in raw.measures else None
    figure, told = _told(first, own, order.profile.unknown_over)
    hidden = told == HIDDEN
    targets = tuple(
        {
            "says": row["target"],
            "status": "hidden" if hidden and row["target"] else row["target_status"],
            "baseline": row["baseline"],
            "comparator": row["comparator"],
        }
        for row in rows
    )
    earlier = [
        (day, _told(next(row for row in run.measures if row["measure_id"] == name), safe[id(one)], order.profile.unknown_over)[1])
        for (measure, day), one in sorted(raw.earlier.items())
        if measure == name
        for run in order.runs
        if run.info["as_of"] == day
    ]
    return Measure(
        name,
        first["title"],
        themes.theme_title(first["theme"] or (themes.theme_of(rule) if rule else "")),
        first["good"],
        rule.force if rule else "",
        figure,
        told,
        f"{first['period_from']} to {first['period_to']}" if first["period_from"] else "",
        targets,
        _trend(order, raw, safe, name, first),
        tuple(_questions().get(name.partition(".")[0], _questions()["otherwise"])),
        note,
        first["why"],
        tuple(earlier),
    )


def _told(row: Mapping[str, str], safe: Safe | None, unknown_over: int) -> tuple[Figure | None, str]:
    """The figure of a share, and any measure's in words."""
    if safe is None:
        return None, "no figure"
    shown = safe.rows[0]
    if "told" in shown.means:
        unit = row["unit"]
        value = shown.mean("told")
        return None, value if value in ("c", "z") else f"{value}{'%' if unit == '%' else f' {unit}'}"
    figure = of_row(shown, unknown_over)
    return figure, figure.words()["percent"]


def _trend(order: Order, raw: _Counted, safe: Mapping[int, Safe], name: str, row: Mapping[str, str]) -> trends.Trend:
    if name not in raw.series:
        return trends.none(
            "No monthly figures: what it counts is not what rules observed on a day, or it is part of a measure that has a trend."
        )
    if name not in raw.trends:
        return trends.none(raw.series[name].why, "Too few cases")
    aims: list[Target] = [target for target in order.profile.targets if target.measure == name and target.bounded]
    aim = aims[0] if aims else None
    return trends.of_series(row["title"], safe[id(raw.trends[name])], row["good"], aim, order.profile.unknown_over)
