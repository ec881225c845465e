"""measures.csv: every measure of a run with its figure, its bounds and how it stands to each target, in figures and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from auditcheck import clock
from auditcheck.audit import EVALUATED, NOT_EVALUATED, RuleRun
from auditcheck.checks.figure import PERCENT, Figure, exactly, in_figures, with_unit
from auditcheck.measures import Measures, Named
from auditcheck.rulebook.model import Amount, Profile, Rule, Target
from auditcheck.rulebook.targets import unit_of
from auditcheck.targets import CANNOT_TELL, NO_TARGET, NOT_YET_DUE, Standing, Targets
from auditcheck.texts import in_words

COLUMNS = (
    *("measure_id", "title", "theme", "good", "period_from", "period_to", "unit", "value", "low", "high"),
    *("numerator", "denominator", "unknown", "highest", "status", "why"),
    *("target", "target_due", "target_figure", "target_status", "baseline", "comparator", "says"),
)


@dataclass(frozen=True)
class _Subject:
    """What a row is about: a measure, a figure beside one, or the share met of a rule that has a target."""

    id: str
    title: str
    theme: str
    good: str
    unit: str
    says: str


def asked(rules: Sequence[Rule], profile: Profile, as_of: int) -> list[tuple[Named, int]]:
    """The figures of which `measure_rows` will be made, each with its day: found by making the rows of nothing."""
    found: dict[tuple[str, int], Named] = {}

    def note(one: Named, day: int) -> str:
        found[one.id, day] = one
        return "not counted yet"

    measures = Measures.of({rule.id: RuleRun(rule, EVALUATED) for rule in rules}, as_of, rules, note)
    measure_rows(Targets.of(measures, profile), profile.unknown_over)
    return [(one, day) for (_, day), one in found.items()]


def measure_rows(targets: Targets, unknown_over: int) -> pd.DataFrame:
    """A row for each measure and target (one where it has none), by id, then rules with a target; text, '' = none."""
    rows = [row for subject in _subjects(targets) for row in _rows_of(subject, targets, unknown_over)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def _subjects(targets: Targets) -> Iterator[_Subject]:
    names = targets.names()
    for one in names.values():
        body = one.rule.body
        says = one.rule.says if one.spec is body else f"{one.title}: {{value}}."
        yield _Subject(one.id, one.title, body.get("theme", ""), body.get("good", "") if _main(one) else "", unit_of(one.spec), says)
    for rule_id in sorted({target.measure for target in targets.agreed} - names.keys()):
        rule = targets.measures.rules.get(rule_id)
        title = rule.title if rule else ""
        yield _Subject(rule_id, title, "", "higher", PERCENT, f"{title or rule_id}: {{numerator}} of {{denominator}} met, {{value}}.")


def _main(one: Named) -> bool:
    return one.spec is one.rule.body


def _rows_of(subject: _Subject, targets: Targets, unknown_over: int) -> Iterator[list[str]]:
    as_of = targets.measures.as_of
    figure = targets.figure(subject.id, as_of)
    run = targets.measures.runs.get(subject.id.partition(".")[0])
    status = (run.status if run and run.why else NOT_EVALUATED) if isinstance(figure, str) else EVALUATED
    head = [subject.id, subject.title, subject.theme, subject.good]
    if isinstance(figure, str):
        told = ["", "", subject.unit, *[""] * 7, status, figure]
    else:
        told = [*_period(figure), subject.unit, *_numbers(figure, unknown_over), status, ""]
    sentence = _sentence(subject, figure, unknown_over)
    own = [target for target in targets.agreed if target.measure == subject.id]
    for target in own:
        standing = targets.standing(target)
        yield [*head, *told, *_target(target, standing, subject.unit), f"{sentence} {_stands(target, standing, subject.unit)}"]
    if not own:
        yield [*head, *told, "", "", "", NO_TARGET, "", "", sentence]


def _period(figure: Figure) -> list[str]:
    return [clock.as_date(day).isoformat() for day in (figure.from_, figure.to)]


def _numbers(figure: Figure, unknown_over: int) -> list[str]:
    parts = (figure.told(unknown_over), figure.low, figure.high)
    whole = [exactly(number) for number in (figure.numerator, figure.denominator)]
    return [*map(in_figures, parts), *whole, str(figure.unknown), in_figures(figure.highest)]


def _target(target: Target, standing: Standing, unit: str) -> list[str]:
    due = clock.as_date(standing.due).isoformat() if standing.due is not None else ""
    deciding = standing.figure.value if standing.figure is not None and standing.status != NOT_YET_DUE else None
    return [wanted(target, unit), due, in_figures(deciding), standing.status, target.baseline, "; ".join(target.comparators)]


def wanted(target: Target, unit: str) -> str:
    """A target in words: ``at least 65% by 31 May 2012``; empty for a baseline alone."""
    when = {
        "by": f" by {in_words(clock.day_number(target.by))}" if target.by else "",
        "average_by": f" on average by {in_words(clock.day_number(target.by))}" if target.by else "",
        "within": f" within {target.within} of the notice's start",
        "at_any_time": " at any time",
    }
    if not target.bounded:
        return ""
    low, high = (None if one is None else Amount(one.number, unit) for one in (target.at_least, target.at_most))
    if low is not None and high is not None:
        return f"from {Amount(low.number, '%' if unit == PERCENT else '')} to {high}{when.get(target.shape, '')}"
    return f"{f'at least {low}' if low is not None else f'at most {high}'}{when.get(target.shape, '')}"


def _sentence(subject: _Subject, figure: Figure | str, unknown_over: int) -> str:
    """The figure in words, with what could not be told; in words too where there is nothing to count."""
    if isinstance(figure, str):
        return f"Not evaluated: {figure}."
    period = f"from {in_words(figure.from_)} to {in_words(figure.to)}" if figure.from_ != figure.to else f"on {in_words(figure.to)}"
    if not figure.known and not figure.unknown:
        return f"There is nothing to count {period}: no figure."
    parts = [] if figure.value is None else [_filled(subject.says, figure, unknown_over)]
    if figure.unknown:
        bounds = f"between {with_unit(figure.low, figure.unit)} and {with_unit(figure.high, figure.unit)}"
        only = " Too many to show one figure." if figure.only_bounds(unknown_over) else ""
        parts.append(f"{figure.unknown} could not be told, so the figure lies {bounds}.{only}")
    return " ".join([*parts, figure.beside]).strip()


def _filled(says: str, figure: Figure, unknown_over: int) -> str:
    told = figure.told(unknown_over)
    words = {
        "value": with_unit(told, figure.unit) if told is not None else "no single figure",
        "numerator": exactly(figure.numerator),
        "denominator": exactly(figure.denominator),
        "unknown": str(figure.unknown),
        "from": in_words(figure.from_),
        "to": in_words(figure.to),
    }
    for word, value in words.items():
        says = says.replace("{" + word + "}", value)
    return says


def _stands(target: Target, standing: Standing, unit: str) -> str:
    """How it stands to its target, in words."""
    if not target.bounded:
        return f"No target; to hold it against: {target.baseline}."
    text = f"Target: {wanted(target, unit)}"
    if standing.status == CANNOT_TELL:
        return f"{text}: cannot tell, as {standing.why}."
    if standing.status == NOT_YET_DUE:
        return f"{text}: not yet due."
    day = f" on {in_words(standing.figure.to)}" if standing.figure is not None else ""
    reached = with_unit(standing.figure.value, unit) if standing.figure is not None else ""
    return f"{text}: {'met' if standing.status == 'met' else 'not met'}{day} ({reached})."
