"""Measures that count records by a day of their own, month by month: the counts are SQL's, and the book tells nothing small."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import disclosure_attacker
import duckdb
import pytest
from board_runs import OPEN, book, hidden_book, invented, open_book, order, run, synthetic
from commands import TABLES_ALONE

from auditcheck.board import measures, teams
from auditcheck.board.book import NO_MONTHS, Book, make
from auditcheck.board.files import figures
from auditcheck.board.monthly import Month
from auditcheck.board.order import Order
from auditcheck.board.periods import Period, months, up_to
from auditcheck.board.tally import Number
from auditcheck.board.unknown import restated
from auditcheck.disclosure import DFE, RATE, Released, Safe, days, one, protect
from auditcheck.rulebook.model import YEAR
from auditcheck.rulebook.profile import chosen

Counts = dict[str, tuple[int, int, int]]

AGAIN = """
  select left(cast(received_at as varchar), 7) as month, re_referral = 'yes' or exists (from '{export}/referrals.csv' q
    where q.child_id = r.child_id and left(cast(q.received_at as varchar), 10)::date < left(cast(r.received_at as varchar), 10)::date
    and left(cast(q.received_at as varchar), 10)::date >= left(cast(r.received_at as varchar), 10)::date - interval 12 month) as counts
  from '{export}/referrals.csv' r"""
#: With blanks and days that don't exist: of some it can't be told whether a parent came, and some lie in no month.
CAME = """
  select strftime(try_cast(left(held_at, 10) as date), '%Y-%m') as month,
    case parent_attended when 'yes' then true when 'no' then false end as counts
  from read_csv('{export}/conferences.csv', all_varchar = true)
  where coalesce(cancelled, '') <> 'yes' and coalesce(parent_invited, '') <> 'no'"""


def counted(query: str, export: Path, first: str, last: str) -> Counts:
    """Of each month (yes, no, can't be told), as SQL counts them in the export."""
    rows = duckdb.sql(f"""
      select month, count(*) filter (counts), count(*) filter (not counts), count(*) filter (counts is null)
      from ({query.format(export=export)}) where month between '{first}' and '{last}' group by 1""").fetchall()
    return {month: (yes, no, unknown) for month, yes, no, unknown in rows}


def kept(folder: Path, measure: str) -> Counts:
    """The same, as the run kept it."""
    rows = duckdb.sql(f"select * from '{folder}/measured_months.parquet' where measure_id = '{measure}'").fetchall()
    return {month: (yes, no, unknown) for _, month, yes, no, unknown in rows}


def some(found: Counts) -> Counts:
    return {month: counts for month, counts in found.items() if any(counts)}


# ---- in a run


@pytest.mark.parametrize(
    ("measure", "query", "of", "first", "last"),
    [
        ("AGG-REREF-11", AGAIN, lambda: (synthetic(1500).parent / "made" / "case-records", synthetic(1500)), "2012-04", "2015-03"),
        ("AGG-PARENT-13", CAME, lambda: (invented().parent / "export", invented()), "2012-07", "2015-06"),
        ("AGG-PARENT-13", CAME, lambda: mid_month(), "2012-06", "2015-05"),
    ],
)
def test_months_are_what_sql_counts_in_the_export(measure: str, query: str, of: object, first: str, last: str) -> None:
    export, folder = of()  # type: ignore[operator]
    found = kept(folder, measure)
    assert (min(found), max(found), len(found)) == (first, last, 36)
    assert some(found) == counted(query, export, first, last)
    assert all(sum(counts[place] for counts in found.values()) for place in ((0, 1, 2) if query == CAME else (0, 1)))


@cache
def mid_month() -> tuple[Path, Path]:
    """The invented service on a day within a month; of its referrals it holds those since another such day, of its reviews the latest."""
    place = Path(mkdtemp(prefix="auditcheck-test-"))
    export = place / "export"
    export.mkdir()
    for file in (invented().parent / "export").glob("*.csv"):
        (export / file.name).write_bytes(file.read_bytes())
    (export / "manifest.yml").write_text("coverage: {referrals: since 2014-02-15, reviews: latest_only}\n")
    run("run", export, "--as-of", "2015-06-15", "--profile", "local-example", "--out", place / "run", *TABLES_ALONE)
    return export, place / "run"


def test_a_month_to_which_the_export_does_not_reach_back_is_absent_and_not_nought() -> None:
    _, folder = mid_month()
    assert min(kept(folder, "AGG-REREF-11")) == min(kept(folder, "AGG-REFIA-01")) == "2014-03"
    assert max(kept(folder, "AGG-REREF-11")) == "2015-05" and len(kept(folder, "AGG-REREF-11")) == 15
    assert kept(folder, "AGG-PART-12") == {} and len(kept(invented(), "AGG-PART-12")) == 36


@pytest.mark.parametrize(("folder", "first"), [(lambda: synthetic(1500), "2014-04"), (invented, "2014-07")])
def test_twelve_months_are_the_figure_of_the_year(folder: object, first: str) -> None:
    """But for what bears no day: that is counted in the figure and in no month."""
    found = duckdb.sql(f"""
      select m.measure_id, numerator, denominator, unknown, sum(met), sum(met + not_met), sum(cannot_tell)
      from (select distinct on (measure_id) * from '{folder()}/measures.csv') m
      join '{folder()}/measured_months.parquet' using (measure_id) where month >= '{first}' group by all""").fetchall()  # type: ignore[operator]
    assert {name for name, *_ in found} == {"AGG-REREF-11", "AGG-REFIA-01", "AGG-PARENT-13", "AGG-PART-12", "AGG-CPPREP-10"}
    for name, n, d, unknown, met, known, cannot_tell in found:
        assert (n, d) == (met, known) and cannot_tell <= unknown, name


# ---- in the book


def test_the_book_charts_them_as_sql_counts_them() -> None:
    folder = synthetic(1500)
    told = counted(AGAIN, folder.parent / "made" / "case-records", "2012-04", "2015-03")
    (whole,) = (each for each in open_book(folder).measures if each.id == "AGG-REREF-11")
    assert whole.trend.chart is not None and len(whole.trend.rows) == 36
    names = {measures.short(month): f"{month.first:%Y-%m}" for month in months(date(2015, 3, 31), 36)}
    for when, figure in whole.trend.rows:
        yes, no, _ = told.get(names[when], (0, 0, 0))
        assert (figure.n, figure.d) == (yes, yes + no), when
    (seen,) = (each for each in hidden_book(folder).measures if each.id == "AGG-REREF-11")
    assert seen.trend.chart is not None and seen.figure is not None
    year = [
        figure for when, figure in seen.trend.rows if when in ("Apr to Jun 2014", "Jul to Sep 2014", "Oct to Dec 2014", "Jan to Mar 2015")
    ]
    assert (sum(figure.n or 0 for figure in year), sum(figure.d or 0 for figure in year)) == (seen.figure.n, seen.figure.d)
    page = (folder / "board" / "book.html").read_text("utf-8")
    assert "Source: the records that the measure counts, each in the month of its day." in page
    assert NO_MONTHS in page and not list((folder / "board").glob("*.parquet"))


def test_a_run_of_an_earlier_version_has_no_such_series() -> None:
    asked = order(synthetic(1500), policy=OPEN)
    (bare,) = (replace(each, measured_months=None) for each in asked.runs)
    trends = {each.id: each.trend for each in make(replace(asked, runs=[bare])).measures}
    assert trends["AGG-REREF-11"].why == NO_MONTHS and trends["AGG-TIMELY-26"].chart is not None


# ---- beside an earlier run


def beside(lacking: dict[str, int] | None) -> Book:
    """The book beside a run of a month before, in which so many re-referrals of each month were not there yet; None: it kept no months."""
    (now,) = order(synthetic(1500)).runs
    assert now.measured_months is not None
    rows = [row for row in now.measured_months.to_pylist() if row["month"] < "2015-03"]
    for row in rows:
        row["met"] -= (lacking or {}).get(row["month"], 0) if row["measure_id"] == "AGG-REREF-11" else 0
    table = now.measured_months.from_pylist(rows, now.measured_months.schema)
    then = replace(now, name="then", info={**now.info, "as_of": "2015-02-28"}, measured_months=None if lacking is None else table)
    return make(Order([then, now], book(), chosen(book(), "local-example"), up_to(now.as_of, YEAR), "", OPEN))


def test_months_that_were_counted_differently_are_told() -> None:
    found = [row for row in figures(beside({"2014-05": 2, "2014-11": 1})) if row["table"] == "Restated"]
    assert {(row["line"], row["group"], row["numerator"]) for row in found if row["line"].startswith("AGG-RE")} == {
        ("AGG-REREF-11", "May 2014: met", "2"),
        ("AGG-REREF-11", "May 2014: not met", "0"),
        ("AGG-REREF-11", "Nov 2014: met", "1"),
        ("AGG-REREF-11", "Nov 2014: not met", "0"),
    }


def test_a_run_without_months_is_not_compared_in_them() -> None:
    told = [*restated(beside(None))]
    (apart,) = (sentence for sentence in told if "has no months to compare of" in sentence)
    assert "Re-referrals" in apart and not any(sentence.startswith("Re-referrals") for sentence in told)


# ---- what somebody finds who reads months, year and teams together


def made_up(lots: random.Random) -> dict[tuple[Period, str], tuple[int, int]]:
    """(found, not found) of each of 15 months and 4 teams: in one or two of them little was not found."""
    few = [lots.choice((0, 4)) for _ in range(15)]
    for _ in range(2):
        few[lots.randrange(15)] = 1
    return {
        (month, f"Team {team}"): (lots.randint(9, 14), lots.randint(0, little) if team % 2 else little)
        for month, little in zip(months(date(2015, 3, 31), 15), few, strict=True)
        for team in range(4)
    }


def let_through(held: dict[tuple[Period, str], tuple[int, int]]) -> tuple[list[Safe], tuple[Month, ...]]:
    """What the book would show of them; and the months that it charts."""

    def total(*where: object) -> tuple[int, int]:
        inside = [counts for key, counts in held.items() if all(one_ in key for one_ in where)]
        return sum(yes for yes, _ in inside), sum(no for _, no in inside)

    every = sorted({month for month, _ in held}, key=lambda month: month.first)
    each = [Month(month, total(month)[0], 0, sum(total(month)), 0) for month in every]
    year = {key: counts for key, counts in held.items() if key[0].first >= date(2014, 4, 1)}
    yes, no = (sum(counts[place] for counts in year.values()) for place in (0, 1))
    row = {"measure_id": "AGG-1", "status": "evaluated", "unit": "%", "period_from": "2014-04-01", "period_to": "2015-03-31"}
    whole = measures.of_row(row | {"numerator": str(yes), "denominator": str(yes + no), "unknown": "0"}, "2015-03-31", by_days=True)
    assert whole is not None
    names = sorted({team for _, team in held})
    of_team = [[counts for (_, team), counts in year.items() if team == name] for name in names]
    numbers = [Number(sum(y for y, _ in some_), 0, sum(n for _, n in some_), 0, 99, 99) for some_ in of_team]
    charted = measures.series(each, DFE)
    raws = [whole, teams.of_records("AGG-1", whole, numbers, names, DFE), measures.by_month("AGG-1", charted, (), "")]
    return protect(raws, DFE, Released()), charted.months


@pytest.mark.parametrize("seed", range(8))
def test_a_hidden_month_is_not_found_from_the_year_the_teams_and_the_other_months(seed: int) -> None:
    held = made_up(random.Random(seed))
    safes, charted = let_through(held)
    prints = disclosure_attacker.read(safes)
    attacker = disclosure_attacker.Attacker(prints, frozenset({"team", "period", "outcome", "measure"}))
    met, known = frozenset(RATE["n"]), frozenset(RATE["d"])
    wanted = [print_.of for print_ in prints if print_.hidden]
    for month in charted:
        if 0 < month.known - month.met < 6:
            period = days("", month.period.first, month.period.last).members
            wanted.append({"measure": one("AGG-1").members, "period": period, "outcome": known - met})
    assert wanted
    for of in wanted:
        low, high = attacker.possible(of)
        assert low >= 6 or (high - low >= 5 and high >= 6), (of, low, high)
