"""The book: what the board reads of one run, made of protected tables and of nothing else that counts children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from auditcheck.board import actions as acting
from auditcheck.board import aimed, funnel, standing, tables, themes, trends, voice
from auditcheck.board import audit_tables as auditing
from auditcheck.board import restated as restating
from auditcheck.board.commentary import Note, parse
from auditcheck.board.counted import Counted
from auditcheck.board.order import Order
from auditcheck.board.shown import HIDDEN, Figure, Shown, of_row, of_table
from auditcheck.disclosure import CannotRelease, NotATable, Raw, Released, Safe, protect, published
from auditcheck.exports.manifest import plain_yaml
from auditcheck.rulebook.model import Target
from auditcheck.targets import MET, NOT_MET


@dataclass(frozen=True)
class Measure:
    """One measure in the book. ``figure``: of a share; ``told``: of any, in words. ``targets``: what is wanted, how it stands.
    ``by``: which day puts a check in the period (due | happened | started | open). ``on_day``: figures of days (ISO) that have passed, by
    which targets of these days stand as is told."""

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
    by: str = ""
    on_day: Mapping[str, Figure] = field(default_factory=dict)

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

    ``voice``: the voice of the child by stage, of each basis; ``groups``: of each breakdown its groups in order;
    ``funnels``: measures by team; ``not_by_team``: why others (titles) are not; ``audits``, ``actions``: None where none were given;
    ``asked``: the trends of rules that show something of what the notice asks, of which nothing but their words is shown;
    ``earlier``: the runs before, the latest first; ``restated``: measures that the latest of them counted differently.
    """

    order: Order
    shown: Mapping[str, Shown]
    grids: tuple[Safe, ...]
    voice: tuple[voice.Voice, ...]
    groups: Mapping[str, Sequence[str]]
    measures: tuple[Measure, ...]
    funnels: tuple[funnel.Funnel, ...]
    not_by_team: Mapping[str, Sequence[str]]
    changes: tuple[tuple[str, Figure, Figure], ...]
    notes: Mapping[str, Note]
    not_evaluated: tuple[Mapping[str, str], ...]
    undated: bool
    safes: tuple[Safe, ...]
    audits: auditing.AuditsShown | None
    actions: acting.ActionsShown | None
    earlier: tuple[restating.Earlier, ...]
    restated: tuple[restating.Restated, ...]
    asked: Mapping[str, trends.Trend]

    @property
    def convention(self) -> str:
        """What is hidden in it, in a sentence: in all of it as the service agreed, and in some tables zeros too where they have to be."""
        return next((one.policy for one in self.safes if one.policy.cover_zeros), self.order.policy).convention()


#: Why a measure has no trend.
NO_MONTHS = "No figures by month: there are some only of shares of checks or of records, each counted on a day of its own."


@cache
def _questions() -> dict[str, list[str]]:
    said: dict[str, list[str]] = plain_yaml(files("auditcheck.board").joinpath("questions.yaml").read_text("utf-8"))
    return said


def make(order: Order) -> Book:
    """Count, protect and put together.

    Raises:
        BadCommentary, NotATable, CannotRelease: each a sentence.
    """
    run, raw = order.run, Counted(order)
    names = list(dict.fromkeys(row["measure_id"] for row in run.measures))
    titles = {row["measure_id"]: row["title"] for row in run.measures}
    notes = parse(order.commentary, names, run.children["child_id"].to_pylist())
    safe = _let_through(order, raw)

    def let_through(part: Raw) -> Safe:
        return safe[id(part)]

    def of(one: tables.Table) -> Shown:
        return of_table(one, {which: safe[id(part)] for which, part in one.raws.items()}, order.profile.unknown_over)

    unprinted = {id(raw.trends[name]) for name in raw.asked if name in raw.trends}
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
        tuple(voice.shown(one, let_through, order.profile.unknown_over) for one in raw.stages),
        {one.key: one.names for one in raw.breakdowns},
        tuple(_measure(order, raw, safe, name, notes.get(name, Note())) for name in names),
        tuple(funnel.funnel(name, titles[name], safe[id(one)]) for name, one in raw.teams.items()),
        {why: [titles[name] for name in names] for why, names in raw.not_by_team.items()},
        tuple(changes),
        notes,
        tuple(row for row in run.rules if row["status"] in ("not_evaluated", "rule_error")),
        bool(raw.tally.undated),
        tuple(one for at, one in safe.items() if at not in unprinted),
        auditing.shown(raw.audits, let_through) if raw.audits else None,
        acting.shown(raw.actions, let_through) if raw.actions else None,
        tuple(restating.earlier(one, run) for one in raw.since),
        tuple(restating.shown(raw.since[0], let_through, raw.trends)) if raw.since else (),
        {name: _trend(order, raw, safe, name, {"title": order.book.rules[name].title, "good": "higher"}) for name in raw.asked},
    )


def _let_through(order: Order, raw: Counted) -> dict[int, Safe]:
    """What became of each table. What earlier runs counted is left out where it would give something away that stands in this book, or does
    not add up, as the rules were others then."""
    every, released = list(raw.raws), order.released or Released()
    safes = protect(every, order.policy, released, raw.known(order))
    found = dict(zip(map(id, every), safes, strict=True))
    told = [*released.tables, *map(published, safes)]
    for some in raw.then:
        with suppress(CannotRelease, NotATable):
            safes = protect(some, order.policy, Released(told))
            found |= zip(map(id, some), safes, strict=True)
            told += map(published, safes)
    return found


def _measure(order: Order, raw: Counted, safe: Mapping[int, Safe], name: str, note: Note) -> Measure:
    rows = [row for row in order.run.measures if row["measure_id"] == name]
    first, rule = rows[0], order.book.rules.get(name.partition(".")[0])
    own = safe[id(raw.measures[name])] if name in raw.measures else None
    figure, told = _told(first, own, order.profile.unknown_over)
    if name in raw.too_near:
        told = HIDDEN
    if rule is not None and "targets" in rule.body and not all(_tells(order, raw, safe, row) for row in order.run.measures):
        figure, told = None, HIDDEN  # with the others that are told, it tells how a hidden one stands
    then = {row["target_due"]: _then(order, raw, safe, row) for row in rows if row["target_due"]}
    targets = _targets(order, rows, aimed.of_measure(figure, own, told, order.policy), then)
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
        tuple(_before(order, raw, safe, name)),
        raw.rests_on[name][1],
        {day: one for target in targets if (day := target.get("day", "")) and (one := then[day])},
    )


def _before(order: Order, raw: Counted, safe: Mapping[int, Safe], name: str) -> Iterator[tuple[str, str]]:
    """What each earlier run counted of a measure: its day, and the figure in words."""
    runs = {run.info["as_of"]: run for run in order.runs if run is not order.run}
    for day, run in sorted(runs.items()):
        row = next((row for row in run.measures if row["measure_id"] == name and row["denominator"]), None)
        if row is not None:
            one = raw.earlier.get((name, day))
            own = None if one is None else safe.get(id(one))
            yield day, HIDDEN if own is None else _told(row, own, order.profile.unknown_over)[1]


def _targets(
    order: Order, rows: Sequence[Mapping[str, str]], now: aimed.Seen, then: Mapping[str, Figure | None]
) -> tuple[Mapping[str, str], ...]:
    """What is wanted of a measure, and how what is shown of it stands to that: ``now``, and on days that have passed."""
    if aimed.of_another(order):
        return aimed.aimed(order, rows[0]["measure_id"], now, order.profile.notice_start)
    found = []
    for row in rows:
        figure = then.get(row["target_due"])
        seen = _seen(order, figure)
        status = standing.told(order, row, now, seen)
        told = {"says": row["target"], "status": status, "baseline": row["baseline"], "comparator": row["comparator"]}
        if_ = aimed.condition(status, seen if row["target_due"] else now)
        day = row["target_due"] if status in (MET, NOT_MET) and figure and not figure.hidden else ""
        found.append({**told, "if": if_, "judged": standing.judged(order, row, status, now, figure), "day": day})
    return tuple(found)


def _then(order: Order, raw: Counted, safe: Mapping[int, Safe], row: Mapping[str, str]) -> Figure | None:
    """The figure of the day that decides a target, as it may be shown; None where its months don't tell it."""
    one = raw.deciding.get((row["measure_id"], row["target_due"]))
    return None if one is None or id(one) not in safe else of_row(safe[id(one)].rows[0], order.profile.unknown_over)


def _seen(order: Order, figure: Figure | None) -> aimed.Seen:
    """What may be told of such a figure."""
    return aimed.Seen(hidden=True) if figure is None else aimed.of_share(figure, order.policy)


def _tells(order: Order, raw: Counted, safe: Mapping[int, Safe], row: Mapping[str, str]) -> bool:
    """Whether what is shown tells how one target stands; that on targets themselves is not among them."""
    name, rule = row["measure_id"], order.book.rules.get(row["measure_id"])
    if rule is not None and "targets" in rule.body:
        return True
    own = safe[id(raw.measures[name])] if name in raw.measures else None
    figure, told = _told(row, own, order.profile.unknown_over)
    now = aimed.of_measure(figure, own, HIDDEN if name in raw.too_near else told, order.policy)
    return standing.as_it_stands(order, row, now, _seen(order, _then(order, raw, safe, row)))


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


def _trend(order: Order, raw: Counted, safe: Mapping[int, Safe], name: str, row: Mapping[str, str]) -> trends.Trend:
    if name not in raw.series:
        return trends.none(NO_MONTHS)
    if name not in raw.trends:
        return trends.none(raw.series[name].why, "Too few cases")
    aims: list[Target] = [target for target in order.profile.targets if target.measure == name and target.bounded]
    aim = aims[0] if aims else None
    return trends.of_series(row["title"], safe[id(raw.trends[name])], row["good"], aim, order.profile.unknown_over)
