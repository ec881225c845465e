"""How the grades came out: agreement of auditors and moderators, theme by theme, and how many cases got each grade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditcheck import agreement
from auditcheck.agreement import Table
from auditcheck.grades import FEWEST, GRADES, ORDERED, OVERALL, THEMES
from auditcheck.reports.words import count
from auditcheck.samples.graded import Graded

AGREEMENT = (
    "theme", "graded_twice", "same", "within_one", "lowered", "raised", "same_percent", "within_one_percent", "lowered_percent",
    "raised_percent", "ac2_linear", "says",
)  # fmt: skip
ANNEX = ("theme", "graded_twice", "kappa", "kappa_low", "kappa_high", "kappa_linear", "kappa_quadratic", "ac1", "ac2_quadratic")
SPREAD = ("theme", "grade", "cases", "percent", "weighted_percent")

Cells = list[str | int | float]


def headings() -> dict[str, str]:
    """The overall grade and the themes, as people read them."""
    return {OVERALL: "Overall grade"} | {theme: heading for theme, (heading, _) in THEMES.items()}


def double_grades(cases: Sequence[Graded], theme: str) -> Table:
    """The table of cases with both grades in order; a grade of 'not applicable' is in no order and leaves its case out."""
    table = [[0] * len(ORDERED) for _ in ORDERED]
    for case in cases:
        first, second = case.grades(theme)
        if first in ORDERED and second in ORDERED:
            table[ORDERED.index(first)][ORDERED.index(second)] += 1
    return table


def agreement_rows(cases: Sequence[Graded]) -> Iterator[Cells]:
    """`AGREEMENT`: the plain figures and AC2, blank where too few cases were graded twice."""
    for theme, heading in headings().items():
        table = double_grades(cases, theme)
        seen = agreement.moderation(table)
        if seen.n < FEWEST:
            yield [heading, seen.n, *[""] * 9, _too_few(seen.n)]
            continue
        counts = [seen.same, seen.within_one, seen.lowered, seen.raised]
        shares = [round(100 * part / seen.n, 1) for part in counts]
        yield [heading, seen.n, *counts, *shares, _figure(agreement.gwet(table, agreement.linear)), agreement_in_words(table)]


def annex_rows(cases: Sequence[Graded]) -> Iterator[Cells]:
    """`ANNEX`: the coefficients that need care, where enough cases were graded twice."""
    for theme, heading in headings().items():
        table = double_grades(cases, theme)
        n = agreement.moderation(table).n
        if n >= FEWEST:
            low, high = agreement.kappa_interval(table) or (None, None)
            weighted = [agreement.kappa(table, weight) for weight in (agreement.linear, agreement.quadratic)]
            ours = [agreement.gwet(table), agreement.gwet(table, agreement.quadratic)]
            yield [heading, n, *map(_figure, (agreement.kappa(table), low, high, *weighted, *ours))]


def agreement_in_words(table: Table) -> str:
    """The line that a board reads."""
    seen = agreement.moderation(table)
    if seen.n < FEWEST:
        return _too_few(seen.n)
    differ, far = seen.n - seen.same, seen.n - seen.within_one
    parts = [f"{count(seen.n, 'audit')} were graded twice. {count(seen.same, 'grade')} matched"]
    if differ:
        parts[0] += f"; {seen.within_one - seen.same} differed by one grade" + (f" and {far} by more" if far else "")
        parts.append(f"{seen.lowered} of the {differ} were graded lower by the moderator, {seen.raised} higher")
    return ". ".join(parts) + "."


def spread_rows(cases: Sequence[Graded]) -> Iterator[Cells]:
    """`SPREAD`: how many cases got each grade that stands; percentages (of those in order, unweighted and weighted) from 20 cases on."""
    for theme, heading in headings().items():
        stands = [(case.final(theme), case.any.weight) for case in cases]
        n = sum(grade in ORDERED for grade, _ in stands)
        all_weights = sum(weight for grade, weight in stands if grade in ORDERED)
        for code, word in GRADES.items():
            weights = [weight for grade, weight in stands if grade == code]
            shown = n >= FEWEST and code in ORDERED
            shares = [round(100 * len(weights) / n, 1), round(100 * sum(weights) / all_weights, 1)] if shown else ["", ""]
            yield [heading, word, len(weights), *shares]


def _too_few(n: int) -> str:
    return f"{count(n, 'case')} graded twice: under {FEWEST}, agreement is not worked out."


def _figure(value: float | None) -> str | float:
    return "not defined" if value is None else round(value, 4)
