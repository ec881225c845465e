"""Runs made up of counts alone: so many observations of a rule on a day, and rows of measures.csv; for what a book must not tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pyarrow as pa
from board_runs import book

from auditcheck.board.book import Book, make
from auditcheck.board.coded import READ
from auditcheck.board.order import Order
from auditcheck.board.periods import Period, up_to
from auditcheck.board.source import Run
from auditcheck.disclosure import DFE, Policy, Released
from auditcheck.measure_rows import COLUMNS
from auditcheck.rulebook.model import YEAR, Profile
from auditcheck.rulebook.profile import chosen

Seen = tuple[str, str, str, int]
"""Of a rule so many observations with an outcome, all due on one day (ISO)."""
MADE_WITH = "local-example"


def row(name: str, n: object, d: object, unknown: int, as_of: str, start: str = "", **more: str) -> dict[str, str]:
    """A row of measures.csv; ``start``: its first day, that of the year up to the day where it is left out."""
    first = start or up_to(date.fromisoformat(as_of), YEAR).first.isoformat()
    told = {"measure_id": name, "title": name, "period_from": first, "period_to": as_of, "unit": "%", "status": "evaluated"}
    counts = {"numerator": str(n), "denominator": str(d), "unknown": str(unknown), "target_status": "no_target"}
    return dict.fromkeys(COLUMNS, "") | told | counts | more


def run(
    as_of: str,
    measures: Iterable[dict[str, str]],
    seen: Iterable[Seen] = (),
    months: Mapping[str, Mapping[str, tuple[int, int, int]]] | None = None,
    profile: str = MADE_WITH,
) -> Run:
    """``months``: of a measure of records, by month (``2015-03``) how many are counted in it, are not, and can't be told."""
    some = list(seen)
    children = 1 + max((count for *_, count in some), default=0)
    people = {"child_id": [f"C{number}" for number in range(children)], "team": [f"Team {number % 3}" for number in range(children)]}
    people |= {name: [""] * children for name in ("plan_kind", "plan_category", "age", "ethnicity", "disabled")}
    rows = [(rule, what, f"C{at}", day, day, day, "open") for rule, what, day, count in some for at in range(count)]
    table = pa.table({name: pa.array([one[place] for one in rows], pa.string()) for place, name in enumerate(READ)})
    rules = [{"rule_id": rule, "status": "evaluated", "met": "1", "why": ""} for rule in dict.fromkeys(rule for rule, *_ in some)]
    columns = ("measure_id", "month", "met", "not_met", "cannot_tell")
    each = [(name, month, *counts) for name, by in (months or {}).items() for month, counts in by.items()]
    by_month = pa.table({name: [one[place] for one in each] for place, name in enumerate(columns)}) if months is not None else None
    info = {"as_of": as_of, "profile": profile, "rulebook": "as it was"}
    return Run(as_of, info, rules, list(measures), pa.table(people), lambda: [table], None, None, by_month)


def book_of(
    *runs: Run, period: Period | None = None, released: Released | None = None, profile: Profile | None = None, policy: Policy = DFE
) -> Book:
    """The book of some runs."""
    latest = max(run.as_of for run in runs)
    with_ = profile or chosen(book(), MADE_WITH)
    return make(Order(list(runs), book(), with_, period or up_to(latest, YEAR), "", policy, released))


def told(found: Book, names: Sequence[str]) -> dict[str, tuple[int | None, int | None]]:
    """Of measures (n, d) as the book shows them, None where they are hidden."""
    figures = {one.id: one.figure for one in found.measures}
    return {name: (None, None) if (figure := figures[name]) is None else (figure.n, figure.d) for name in names}
