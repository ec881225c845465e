"""What the board reads of audits: how many were planned and done, who was left out, grades, and how far moderators agree.

Counts go through the door of `disclosure`. A coefficient of agreement would let somebody work back to small counts, so it is not in the
book; `auditcheck sample read` gives it to the service.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from auditcheck.board import audit_quarters
from auditcheck.board.audit_quarters import ALL, GOOD, HALVES, Quarter, Quarters
from auditcheck.board.audits import Audits, Sample
from auditcheck.board.periods import Period
from auditcheck.board.shown import Counts, Figure, counts, in_words
from auditcheck.board.tables import Cells, span
from auditcheck.checks.figure import in_figures
from auditcheck.disclosure import Part, Policy, Raw, Safe, everyone, joined, one
from auditcheck.grades import FEWEST, GRADES, ORDERED, OVERALL, THEMES
from auditcheck.reports.words import in_words as day_in_words

_POPULATION = "cases of audits"
THEMES_TABLE = "Themes of audits: good or better"
_ONCE, _TWICE, _NOT = "graded once", "graded twice", "not graded"
PLANNED, DONE, MODERATED = "Planned", "Audited, with a grade", "Of these, moderated"
_STAGES = {PLANNED: {_ONCE, _TWICE, _NOT}, DONE: {_ONCE, _TWICE}, MODERATED: {_TWICE}}
#: What a moderator's grade was beside the auditor's.
_SAME, _BELOW, _ABOVE, _FAR_BELOW, _FAR_ABOVE = "same", "one lower", "one higher", "lower by more", "higher by more"
SAME, LOWERED, RAISED, WITHIN = "Same grade", "Lowered by the moderator", "Raised by the moderator", "Same, or one grade apart"
_FURTHER, _NO_ORDER = "Further apart", "Not applicable, by one of the two"
_HALVES = {label: HALVES[label] for label in ("Good or better", "Not yet good")}
_FRAME, _CHILDREN = "could be drawn", "Children of the run"


@dataclass(frozen=True)
class AuditTables:
    """Of the audits of a period, before anything is hidden. ``agreement``: none where too few were graded twice."""

    audits: Audits
    period: Period
    delivery: Raw
    grades: Raw
    agreement: tuple[Raw, ...]
    themes: Raw
    frames: Mapping[str, Raw]
    twice: int
    quarters: Quarters
    by_quarter: Raw

    @property
    def raws(self) -> list[Raw]:
        """All that has to pass the door."""
        return [self.delivery, self.grades, self.by_quarter, *self.agreement, self.themes, *self.frames.values()]


def tables(audits: Audits, period: Period, policy: Policy) -> AuditTables:
    """Count the audits of a period."""
    some = audits.within(period)
    fixed = {"period": span(period)}
    moderated = sum(bool(case.grades[OVERALL][1]) for case in some.cases)
    number = {DONE: len(some.cases), MODERATED: moderated}
    if some.samples and all(case.sample in {sample.name for sample in some.samples} for case in some.cases):
        number[PLANNED] = max(sum(sample.planned for sample in some.samples), len(some.cases))
    stages = {stage: frozenset(_STAGES[stage]) for stage in _STAGES if stage in number}
    delivery = Raw("Audits planned and done", _POPULATION, ("grade",), {(everyone(ALL),): number}, counts=stages, fixed=fixed)
    grades = Raw(
        "Grades of audits",
        _POPULATION,
        ("grade",),
        {(part,): {"d": count} for part, count in _grades(some, policy).items()},
        counts={"d": frozenset(_STAGES[DONE])},
        fixed=fixed,
    )
    apart = _apart(some)
    in_order = sum(apart[key] for key in (_SAME, _BELOW, _ABOVE, _FAR_BELOW, _FAR_ABOVE))
    agreement = tuple(_agreement(apart, rows, fixed) for rows in _AGREEMENT) if in_order >= FEWEST else ()
    frames = {sample.name: _frame(sample) for sample in some.samples if sample.design}
    quarters = audit_quarters.by_quarter(audits, period.last, policy)
    grades_then = audit_quarters.raw(quarters, _POPULATION, frozenset(_STAGES[DONE]), policy)
    return AuditTables(some, period, delivery, grades, agreement, _themes(some, fixed), frames, in_order, quarters, grades_then)


def _grades(audits: Audits, policy: Policy) -> dict[Part, int]:
    """How many cases got each grade; two rows where one of them would be small."""
    found = Counter(case.final() for case in audits.cases)
    other = {one(GRADES[code], code): found[code] for code in GRADES if code not in ORDERED and found[code]}
    if any(policy.small(found[code]) for code in ORDERED):
        rows = {joined(label, codes): sum(found[code] for code in codes) for label, codes in _HALVES.items()}
    else:
        rows = {one(GRADES[code], code): found[code] for code in ORDERED}
    return rows | other | {everyone(ALL): len(audits.cases)}


def _apart(audits: Audits) -> Counter[str]:
    """Of the cases graded twice, how the moderator's grade lies to the auditor's."""
    found: Counter[str] = Counter()
    for first, second, _ in (case.grades[OVERALL] for case in audits.cases):
        if not second:
            continue
        if first not in ORDERED or second not in ORDERED:
            found[_NO_ORDER] += 1
            continue
        down = ORDERED.index(second) - ORDERED.index(first)
        found[_SAME if not down else (_BELOW if down == 1 else _FAR_BELOW) if down > 0 else _ABOVE if down == -1 else _FAR_ABOVE] += 1
    return found


#: Two tables of the same cases: by the way of the difference, and by how far it goes.
_AGREEMENT: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {SAME: (_SAME,), LOWERED: (_BELOW, _FAR_BELOW), RAISED: (_ABOVE, _FAR_ABOVE)},
    {WITHIN: (_SAME, _BELOW, _ABOVE), _FURTHER: (_FAR_BELOW, _FAR_ABOVE)},
)


def _agreement(apart: Counter[str], rows: Mapping[str, tuple[str, ...]], fixed: Mapping[str, Part]) -> Raw:
    cells: Cells = {(joined(label, keys),): {"d": sum(apart[key] for key in keys)} for label, keys in rows.items()}
    if apart[_NO_ORDER]:
        cells[one(_NO_ORDER),] = {"d": apart[_NO_ORDER]}
    cells[everyone(ALL),] = {"d": sum(apart.values())}
    counted = {"d": frozenset(_STAGES[MODERATED])}
    return Raw("Audits graded twice", _POPULATION, ("difference",), cells, counts=counted, fixed=fixed)


def _themes(audits: Audits, fixed: Mapping[str, Part]) -> Raw:
    """Of each theme how many cases are good or better, of those with a grade in order."""
    cells: Cells = {}
    for theme, (heading, _) in THEMES.items():
        given = [grade for case in audits.cases if (grade := case.final(theme)) in ORDERED]
        if given:
            cells[one(heading, theme),] = {"n": sum(grade in GOOD for grade in given), "d": len(given)}
    return Raw(THEMES_TABLE, "themes of audits", ("theme",), cells, fixed=fixed)


def _frame(sample: Sample) -> Raw:
    """The children of a sample's frame, and those left out of it, by the reason."""
    frame = (sample.design or {})["frame"]
    cells: Cells = {(one(_FRAME),): {"d": int(frame["children"])}}
    cells |= {(one(reason),): {"d": int(number)} for reason, number in frame["excluded"].items()}
    cells[everyone(_CHILDREN),] = {"d": sum(cell["d"] for cell in cells.values())}
    fixed = {"sample": one(sample.name)}
    return Raw("Who could be drawn", "children of the sampling frame", ("why",), cells, counts={"d": frozenset({"counted"})}, fixed=fixed)


@dataclass(frozen=True)
class AuditsShown:
    """What may be shown of audits. ``says``: in sentences; ``counts``: tables of counts; ``themes``: those with a figure first.

    ``quarters``: grades over time, oldest first; ``no_quarters``: why there are none.
    """

    says: tuple[str, ...]
    grades: Counts
    percents: tuple[str, ...]
    themes: tuple[tuple[str, Figure], ...]
    counts: tuple[Counts, ...]
    quarters: tuple[Quarter, ...]
    no_quarters: str


def shown(raw: AuditTables, safe: Callable[[Raw], Safe]) -> AuditsShown:
    """What became of the tables."""
    about = str(raw.period)
    row = safe(raw.delivery).rows[0]
    delivery = Counts(raw.delivery.name, about, tuple((stage, row.value(stage)) for stage in _STAGES if stage in row.shown))
    grades = counts(safe(raw.grades), about, [*_HALVES, *GRADES.values()])
    whole = grades.count(ALL)
    percents = tuple(_percent(count, whole) for _, count in grades.lines)
    twice = [counts(safe(one), about, (SAME, WITHIN, LOWERED, RAISED)) for one in raw.agreement]
    frames = {name: counts(safe(one), f"Sample {name}", (_FRAME,)) for name, one in raw.frames.items()}
    themes = [(row.labels[0], Figure(row.value("n"), row.value("d"))) for row in safe(raw.themes).rows]
    themes.sort(key=lambda line: (_share(line[1]) is None, -(_share(line[1]) or 0), line[0]))
    says = (
        *_delivered(raw, delivery),
        *(_drawn(sample, frames.get(sample.name)) for sample in raw.audits.samples),
        *_agreed(raw.twice, twice),
    )
    quarters = audit_quarters.shown(raw.quarters, safe(raw.by_quarter))
    tables = (delivery, grades, *twice, *frames.values())
    return AuditsShown(says, grades, percents, tuple(themes), tables, quarters, raw.quarters.why)


def _percent(count: int | None, whole: int | None) -> str:
    """Of all audits; none under 20 of them."""
    if count is None or whole is None:
        return "c"
    return f"{in_figures(Fraction(100 * count, whole))}%" if whole >= FEWEST else ""


def _share(figure: Figure) -> Fraction | None:
    """By which themes are put in order: only figures that are shown, of 20 cases or more."""
    return Fraction(figure.n, figure.d) if figure.n is not None and figure.d and figure.d >= FEWEST else None


def _delivered(raw: AuditTables, delivery: Counts) -> Iterator[str]:
    planned = f"{_cases(delivery.count(PLANNED))} planned. " if PLANNED in dict(delivery.lines) else ""
    if not raw.audits.cases:
        yield f"{planned}No audits were done in this period."
    else:
        done, moderated = delivery.count(DONE), delivery.count(MODERATED)
        yield f"{planned}{in_words(done)} were audited and given a grade; {in_words(moderated)} of these were moderated."
        if not planned:
            yield "How many were planned is not on record: the forms were read by an earlier version."
    if not any(case.grades[OVERALL][1] for case in raw.audits.cases):
        yield "No audits moderated in this period."


def _cases(count: int | None) -> str:
    return "1 case was" if count == 1 else f"{in_words(count)} cases were"


def _drawn(sample: Sample, frame: Counts | None) -> str:
    if sample.design is None or frame is None:
        return f"How sample {sample.name} was drawn is not on record: its sample.json did not lie with the forms."
    said = sample.design
    by = f", spread by {', '.join(name.replace('_', ' ') for name in said['strata'])}" if said["strata"] else ""
    high = f", at least {round(100 * said['high_risk_share'])}% of them of high risk" if said["high_risk_share"] else ""
    left = [f"{in_words(count)} because {why}" for why, count in frame.lines if why not in (_FRAME, _CHILDREN)]
    out = f"Left out: {'; '.join(left)}." if left else "Nobody was left out."
    return (
        f"Sample {sample.name}: drawn at random with the seed {said['seed']} from {in_words(frame.count(_FRAME))} children, records as at "
        f"{day_in_words(sample.as_of)}{by}{high}. {out}"
    )


def _agreed(twice: int, tables: Sequence[Counts]) -> Iterator[str]:
    """The line of agreement, in the words of `auditcheck sample read`."""
    if not tables:
        if twice:
            yield f"Fewer than {FEWEST} cases were graded twice, so agreement is not worked out."
        return
    way, far = tables
    same, lowered, raised, within = way.count(SAME), way.count(LOWERED), way.count(RAISED), far.count(WITHIN)
    n = way.count(ALL)
    yield f"{in_words(n)} audits were graded twice. {in_words(same)} grades matched; {_differ(n, same, within)}."
    if n is not None and same is not None and n > same:
        yield f"{in_words(lowered)} of the {n - same} were graded lower by the moderator, {in_words(raised)} higher."
    if n:
        shares = [_percent(count, n) for count in (same, within, lowered, raised)]
        yield "Exact match {}, within one grade {}; lowered by the moderator {}, raised {}.".format(*shares)


def _differ(n: int | None, same: int | None, within: int | None) -> str:
    if n is None or same is None or within is None:
        return "by how much the others differed is hidden"
    if n == same:
        return "none differed"
    return f"{within - same} differed by one grade" + (f" and {n - within} by more" if n > within else "")
