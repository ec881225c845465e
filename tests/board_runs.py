"""Runs to make books of: an invented service with blanks and restricted children, and a synthetic authority with years of events."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import yaml
from click.testing import CliRunner
from invented_service import AS_OF, service

from auditcheck.board import source
from auditcheck.board.book import Book, make
from auditcheck.board.order import Order
from auditcheck.board.periods import Period, up_to
from auditcheck.cli import main
from auditcheck.disclosure import DFE, Policy
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import YEAR, Rulebook
from auditcheck.rulebook.profile import chosen

#: A policy that hides nothing, so that every figure can be held against another count of it.
OPEN = Policy("open", smallest=1, width=0, reach=0)
#: Breaches as they are in an authority that falls short: enough to show, month by month.
SHORTFALLS = {
    "VIS-CP-01": "35%", "VIS-CIN-06": "30%", "LAC-VIS6-12": "25%", "CG-FIRST-01": "30%", "CG-NEXT-02": "30%", "CPC-ICPC-01": "25%",
    "CPC-RCPC2-12": "20%", "ASM-45-03": "25%", "REF-DEC-01": "20%", "SUP-FREQ-02": "30%", "VOI-CHILD-01": "30%", "CPP-OUTC-04": "25%",
}  # fmt: skip


@cache
def book() -> Rulebook:
    return load(examples=False)


def run(*words: object) -> None:
    """The command line; it has to end well, or with findings."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code in (0, 1), result.output


@cache
def invented() -> Path:
    """The folder of a run over the invented service, every 20th child of it restricted."""
    place = Path(mkdtemp(prefix="auditcheck-test-"))
    (place / "export").mkdir()
    tables = service()
    for number, row in enumerate(tables["children"]):
        row["restricted"] = "yes" if number % 20 == 0 else "no"
        row["disabled"] = ("yes", "no", "")[number % 3]
        row["ethnicity"] = ("WBRI", "APKN", "", "Cornish")[number % 4]
        team = f"Team {number % 7}" if number % 9 else ""
        tables.setdefault("involvements", []).append(
            {"involvement_id": f"V{number}", "child_id": row["child_id"], "team": team, "role": "lead", "started_on": "2013-01-01"}
        )
        agencies = ("social_care;police;health", "Social_Care; police", "", "health")[number % 4]
        held = f"201{4 + number % 2}-0{1 + number % 6}-1{number % 9}"
        tables.setdefault("strategy_discussions", []).append(
            {"strategy_id": f"G{number}", "child_id": row["child_id"], "held_at": held, "agencies": agencies}
        )
    for name, rows in tables.items():
        with (place / "export" / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, sorted({column for row in rows for column in row}), restval="")
            writer.writeheader()
            writer.writerows(rows)
    less = ["--without", "workbook", "--without", "board"]
    run("run", place / "export", "--as-of", AS_OF, "--profile", "local-example", "--out", place / "run", *less)
    return place / "run"


@cache
def invented_with_book() -> Path:
    """The same with its book: so much in it is small that hiding it takes most of a minute."""
    run("board", invented(), "--out", invented() / "board")
    return invented()


@cache
def synthetic(children: int, falls_short: bool = True) -> Path:
    """The folder of a run over a synthetic authority with some three years of events."""
    place = Path(mkdtemp(prefix="auditcheck-test-"))
    (place / "breaches.yaml").write_text(yaml.safe_dump(SHORTFALLS))
    breaches = ["--breaches", place / "breaches.yaml"] if falls_short else []
    run("synth", place / "made", "--children", children, "--seed", 3, *breaches)
    where = place / "made" / "case-records"
    run("run", where, "--as-of", "2015-03-31", "--profile", "local-example", "--out", place / "run", "--without", "workbook")
    return place / "run"


def order(folder: Path, period: Period | None = None, policy: Policy = DFE, commentary: str = "") -> Order:
    """What the command would make a book of."""
    read = source.of_folder(folder)
    return Order([read], book(), chosen(book(), "local-example"), period or up_to(read.as_of, YEAR), commentary, policy)


@cache
def open_book(folder: Path) -> Book:
    """The book of a run with nothing hidden."""
    return make(order(folder, policy=OPEN))


@cache
def hidden_book(folder: Path) -> Book:
    """The book of a run as the board gets it."""
    return make(order(folder))


LAST_YEAR = Period(date(2014, 7, 1), AS_OF)
