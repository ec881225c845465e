"""Two books over years that overlap: what lies in between is counted, so that what is large of it is not guarded; and both are released."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import duckdb
import pytest
from board_runs import order, synthetic

from auditcheck.board.book import make
from auditcheck.board.counted import Counted
from auditcheck.board.known import Known
from auditcheck.board.order import Order
from auditcheck.board.periods import Period
from auditcheck.disclosure import Published, Released, days

EARLIER, YEAR = Period(date(2014, 2, 1), date(2015, 1, 31)), Period(date(2014, 4, 1), date(2015, 3, 31))
BOTH = Period(date(2014, 4, 1), date(2015, 1, 31))
DUE, OPEN = "checks of what fell due", "checks of open records"
VISITS, REVIEW = "VIS-CIN-06", "CPC-RCPC2-12"


def members(period: Period) -> frozenset[str | int]:
    found = days("", period.first, period.last).members
    assert found is not None
    return found


@cache
def ordered() -> Order:
    earlier = Published("earlier", DUE, (), {(): {"n": 10, "d": 20}}, fixed={"period": days("", EARLIER.first, EARLIER.last)})
    return replace(order(synthetic(1500), YEAR), released=Released([earlier]))


@cache
def known() -> Known:
    return Counted(ordered()).known(ordered())


def by_sql(period: Period, rules: tuple[str, ...], outcome: str, teams: list[str] | None) -> int:
    place = synthetic(1500)
    own = "" if teams is None else f"and coalesce(nullif(team, ''), 'No team recorded') in {(*teams, '')}"
    ((found,),) = duckdb.sql(f"""select count(*) from '{place}/observations.parquet' left join '{place}/children.parquet' using (child_id)
      where rule_id in {(*rules, '')} and outcome = '{outcome}' {own}
      and left(coalesce(due_at, trigger_at), 10) between '{period.first}' and '{period.last}'""").fetchall()  # fmt: skip
    return int(found)


@pytest.mark.parametrize(
    ("period", "rules", "outcome", "teams"),
    [
        (BOTH, (VISITS,), "met", None),
        (BOTH, (VISITS, REVIEW), "not_met", None),
        (BOTH, (VISITS,), "not_met", ["Team 001"]),
        (Period(date(2015, 2, 1), date(2015, 3, 31)), (VISITS,), "met", ["Team 001", "Team 002"]),
        (EARLIER, (REVIEW,), "justified", None),
        (Period(date(2014, 2, 1), date(2014, 3, 31)), (REVIEW,), "met", None),
    ],
)
def test_what_lies_between_two_books_is_what_sql_counts(period: Period, rules: tuple[str, ...], outcome: str, teams: list[str]) -> None:
    box = {"rule": frozenset[str | int](rules), "period": members(period), "outcome": frozenset[str | int]([outcome])}
    told = known()(DUE, box | ({"team": frozenset[str | int](teams)} if teams else {}))
    assert told == by_sql(period, rules, outcome, teams) and (told or outcome == "justified")


@pytest.mark.parametrize(
    ("population", "box"),
    [
        (OPEN, {"period": members(EARLIER)}),  # what was on record on another day is not known
        (DUE, {"period": members(Period(date(2014, 4, 2), YEAR.last))}),  # no table begins or ends there
        (DUE, {"period": members(BOTH), "rule": frozenset(["NO-SUCH-01"])}),
        (DUE, {"period": members(BOTH), "team": frozenset(["Team 001", "A team of old"])}),
        (DUE, {"period": members(BOTH), "team": frozenset(["Team 001"]), "age": frozenset(["1 to 4"])}),
        (DUE, {"period": members(BOTH), "outcome": frozenset(["cannot tell, some year"])}),
        (DUE, {}),
        ("audits", {"period": members(BOTH)}),
    ],
)
def test_what_cannot_be_counted_is_not_told(population: str, box: dict[str, frozenset[str | int]]) -> None:
    assert known()(population, {"outcome": frozenset(["met"])} | box) is None


@pytest.mark.deep
def test_of_years_that_overlap_one_book_after_another_is_released() -> None:
    """Each hides what it must, the later one more; what is large in both stays shown."""
    released, hidden = Released(), []
    for period in (EARLIER, YEAR):
        book = make(replace(order(synthetic(1500), period), released=released))
        released.add(book.safes)
        hidden.append(sum(safe.hidden for safe in book.safes))
        visits = book.shown["due-rule"].figure(VISITS)
        assert visits is not None and visits.d and visits.d > 100
    assert 0 < hidden[0] < hidden[1]
