"""The board's book over time: what difference actions made, and which figures were restated; nothing small is told of either."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

import duckdb
import pytest
from board_runs import OPEN, book, order, run, synthetic
from commands import LATER, TABLES_ALONE, audit, folder, invoke, rows, small_book

from auditcheck.board import source
from auditcheck.board.actions import CLOSED, LATE, Acted, ActionsShown
from auditcheck.board.actions import OPEN as WAITING
from auditcheck.board.book import Book, make
from auditcheck.board.files import figures
from auditcheck.board.order import Order
from auditcheck.board.periods import months_before, up_to, whole_months
from auditcheck.board.unknown import restated
from auditcheck.disclosure import DFE, Policy
from auditcheck.rulebook.model import YEAR
from auditcheck.rulebook.profile import chosen

# ---- actions

VISITS, ASSESSMENTS = "VIS-CIN-06", "ASM-45-03"


def shown(register: list[Acted], policy: Policy = DFE) -> ActionsShown:
    found = make(replace(order(synthetic(1500), policy=policy), register=register)).actions
    assert found is not None
    return found


def counted(rule: str, first: str, last: str) -> tuple[int, int]:
    """(met, of how many) between two days, as SQL counts them."""
    return duckdb.sql(f"""select count(*) filter (outcome = 'met'), count(*) from '{synthetic(1500)}/observations.parquet'
      where rule_id = '{rule}' and outcome in ('met', 'not_met', 'justified')
      and left(coalesce(due_at, trigger_at), 10) between '{first}' and '{last}'""").fetchall()[0]  # fmt: skip


REGISTER = [
    *[Acted("", "2014-06-01", "2015-04-10", "")] * 9,
    *[Acted("", "2014-06-01", "2015-03-30", "")] * 7,
    *[Acted("", "2014-06-01", "2015-03-01", "2015-04-02")] * 2,  # closed after the day of the run: open and late on it
    *[Acted("", "2015-04-01", "2015-04-10", "")] * 3,  # raised after it
    *[Acted(VISITS, "2014-08-12", "2014-10-01", "2014-10-20")] * 6,
    Acted(VISITS, "2014-09-02", "2014-10-01", "2014-11-05"),
    Acted(ASSESSMENTS, "2014-09-02", "2015-04-01", "2015-03-20"),
    Acted("CPP-OUTC-04", "2014-09-02", "2015-04-01", "2014-12-20"),
]


def test_the_register_is_counted_as_it_stood_on_the_day_of_the_run() -> None:
    assert dict(shown(REGISTER, OPEN).counts.lines) == {WAITING: 9, LATE: 9, CLOSED: 9}
    hidden = shown([*REGISTER[:9], *REGISTER[9:12]])
    assert dict(hidden.counts.lines) == {WAITING: 9, LATE: None, CLOSED: 0}


def test_before_and_after_are_what_sql_counts() -> None:
    found = shown(REGISTER)
    (visits,) = found.differences
    assert visits.rule == VISITS
    assert (visits.stretch.before.slug, visits.stretch.after.slug) == ("2014-05-01..2014-07-31", "2014-12-01..2015-02-28")
    for stretch, figure in ((visits.stretch.before, visits.before), (visits.stretch.after, visits.after)):
        assert (figure.n, figure.d) == counted(VISITS, str(stretch.first), str(stretch.last)) and figure.d
    assert found.early == (ASSESSMENTS,) and found.still == ("CPP-OUTC-04",)


def test_a_rule_too_small_to_show_is_neither_named_nor_told() -> None:
    found = shown([Acted(rule, "2014-08-12", "2014-10-01", "2014-10-20") for rule in ("CG-FIRST-01", "CPC-ICPC-01", VISITS)])
    assert found.small and found.small + len(found.differences) == 3 and VISITS in {one.rule for one in found.differences}
    for one in found.differences:
        for figure in (one.before, one.after):
            assert figure.hidden or all(n == 0 or n > 5 for n in (figure.n, figure.d - figure.n))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("closed", "until", "months"),
    [("2014-10-20", "2015-03-31", 5), ("2014-10-31", "2014-11-30", 1), ("2014-10-01", "2014-11-29", 0), ("2014-12-31", "2015-01-31", 1)],
)
def test_whole_months_after_a_day(closed: str, until: str, months: int) -> None:
    found = whole_months(date.fromisoformat(closed), date.fromisoformat(until))
    assert len(found) == months and all(month.first > date.fromisoformat(closed) for month in found)
    assert months_before(date(2014, 8, 12), 3).slug == "2014-05-01..2014-07-31"


def test_a_book_reads_the_register_of_the_ledger(tmp_path: Path) -> None:
    rules, ledger = small_book(tmp_path / "rules"), tmp_path / "ledger.sqlite"
    export, night = folder(tmp_path / "export"), tmp_path / "night"
    assert audit(export, night, "--rules", rules, "--ledger", ledger).status < 2
    finding = next(row["finding_id"] for row in rows(night / "findings.csv") if row["rule_id"] == LATER)
    words = (
        "--what",
        "Hold the review",
        "--owner",
        "W04",
        "--on",
        "2015-06-30",
        "--due",
        "2015-07-03",
        "--finding",
        finding,
        "--run",
        night,
    )
    assert invoke("actions", "add", "--ledger", ledger, *words)[0] == 0
    made = invoke("board", night, "--rules", rules, "--ledger", ledger, "--out", tmp_path / "book")
    assert made[0] == 0, made[2]
    said = "Actions of the register: c open, not yet due; 0 open and late; 0 closed in the period."
    assert said in (tmp_path / "book" / "book.html").read_text("utf-8")
    # The next night asks the ledger itself.
    again = audit(export, tmp_path / "next", "--rules", rules, "--ledger", ledger, as_of="2015-07-06")
    assert "0 open, not yet due; c open and late" in (again.out / "board" / "book.html").read_text("utf-8")
    assert "No register of actions was supplied" in _without_ledger(tmp_path, export, rules)


def _without_ledger(place: Path, export: Path, rules: Path) -> str:
    out = audit(export, place / "alone", "--rules", rules).out
    return (out / "board" / "book.html").read_text("utf-8")


# ---- restated figures

MEASURE = "AGG-TIMELY-26"
#: In so small an authority what may be shown is shown by quarter.
SPRING, AUTUMN = ("2014-04", "2014-05", "2014-06"), ("2014-10", "2014-11", "2014-12")


@cache
def runs() -> tuple[Path, Path]:
    """One synthetic authority twice: with many visits of late 2014 and a few of early summer not recorded yet, and two months on."""
    march, place = synthetic(1500), Path(mkdtemp(prefix="auditcheck-test-"))
    now = march.parent / "made" / "case-records"
    before = Path(shutil.copytree(now, place / "before"))
    with (now / "visits.csv").open(encoding="utf-8") as file:
        visits = list(csv.DictReader(file))
    with (before / "visits.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(visits[0]))
        writer.writeheader()
        writer.writerows(row for row in visits if not _late(row))
    quick = ("--profile", "local-example", *TABLES_ALONE)
    run("run", before, "--as-of", "2015-01-31", "--out", place / "january", *quick)
    return place / "january", march


def _late(visit: dict[str, str]) -> bool:
    lot = int(sha256(visit["visit_id"].encode()).hexdigest()[:8], 16) / 2**32
    return lot < {"2014-10": 0.25, "2014-05": 0.003}.get(visit["visited_at"][:7], 0)


def made(policy: Policy, *folders: Path) -> Book:
    read = [source.of_folder(folder) for folder in folders]
    latest = max(read, key=lambda one: one.as_of)
    return make(Order(read, book(), chosen(book(), "local-example"), up_to(latest.as_of, YEAR), "", policy))


def months(folder: Path) -> dict[str, tuple[int, int]]:
    """(met, not met) of the measure by month, as SQL counts them."""
    names = ", ".join(f"'{rule}'" for rule in book().rules[MEASURE].body["rate"]["rules"])
    rows = duckdb.sql(f"""
      select left(coalesce(due_at, trigger_at), 7), count(*) filter (outcome = 'met'), count(*) filter (outcome <> 'met')
      from '{folder}/observations.parquet' where rule_id in ({names}) and outcome in ('met', 'not_met', 'justified')
      group by 1""").fetchall()
    return {month: (met, others) for month, met, others in rows if month}


def test_what_changed_is_what_sql_counts_in_both_runs() -> None:
    january, march = runs()
    then, now = months(january), months(march)
    changed = {month: (now[month][0] - then[month][0], now[month][1] - then[month][1]) for month in then if then[month] != now.get(month)}
    assert "2014-10" in changed and "2014-05" in changed and "2013-05" not in changed
    rows = [row for row in figures(made(OPEN, january, march)) if row["table"] == "Restated" and row["line"] == MEASURE]
    told: dict[str, list[int]] = {}
    for row in rows:
        told.setdefault(row["group"].partition(":")[0], []).append(int(row["numerator"]))
    for month, name in (("2014-10", "Oct 2014"), ("2014-05", "May 2014")):
        assert tuple(told[name]) == changed[month]
    assert "Jan 2015" in told or "2015-01" not in changed
    assert not {"Feb 2015", "Mar 2015"} & told.keys(), "months that had not ended when the earlier run was made were not restated"


def test_a_small_change_is_named_and_never_told() -> None:
    january, march = runs()
    then, now = months(january), months(march)
    few, many = ([sum(now[month][i] - then[month][i] for month in quarter) for i in (0, 1)] for quarter in (SPRING, AUTUMN))
    assert 0 < few[0] < 6 and min(map(abs, many)) >= 6
    whole = made(DFE, january, march)
    rows = {row["group"]: row["numerator"] for row in figures(whole) if row["table"] == "Restated" and row["line"] == MEASURE}
    assert rows["Apr to Jun 2014: met"] == rows["Apr to Jun 2014: not met"] == "c"
    assert [int(rows[f"Oct to Dec 2014: {what}"]) for what in ("met", "not met")] == many
    assert all(value == "c" or int(value) == 0 or abs(int(value)) >= 6 for value in rows.values())
    (said,) = (sentence for sentence in restated(whole) if sentence.startswith("Visits"))
    assert (
        "Apr to Jun 2014 (by how much is hidden, c)" in said and f"Oct to Dec 2014 ({many[0]:,} more met, {-many[1]} fewer not met)" in said
    )
    assert any(sentence.startswith("Since the run as at 31 January 2015, ") for sentence in restated(whole))


def test_the_same_records_were_not_restated_and_one_run_alone_can_not_tell() -> None:
    march = runs()[1]
    (alone,) = restated(made(DFE, march))
    assert alone == "No earlier run was given to this book, so which figures have been restated can't be told."
    assert [*restated(made(OPEN, march, march))] == [alone], "a run is no earlier one of itself"
