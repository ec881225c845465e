"""Thirty months of a synthetic authority: a change of level that was planted is named, and nothing else is beyond the published rate."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from board_runs import SHORTFALLS, run

from auditcheck.board import spc
from auditcheck.board.page import methods
from auditcheck.checks.figure import in_figures

PLANTED, TITLE, CHANGED = "AGG-TIMELY-26", "Visits, child in need reviews and core groups in time", "2014-01"
#: Shares of visits that were never recorded before and after the change, and of assessments that are late, all the time.
BEFORE, AFTER, LATE = 0.06, 0.12, 0.35
#: Breaches of other rules, so that little is small enough to be hidden.
OTHERS = {rule: share for rule, share in SHORTFALLS.items() if not rule.startswith(("VIS-", "LAC-VIS", "CG-", "ASM-45"))}


def lot(*words: str) -> float:
    """A number from 0 to 1 that these words always draw."""
    return int(sha256("|".join(words).encode()).hexdigest()[:8], 16) / 2**32


def rewritten(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The board's folder of a run over 6,000 children, of whom from January 2014 on more visits are missing."""
    place = tmp_path_factory.mktemp("thirty")
    (place / "breaches.yaml").write_text(yaml.safe_dump(OTHERS), encoding="utf-8")
    run("synth", place / "made", "--children", 6000, "--seed", 11, "--breaches", place / "breaches.yaml")
    records = place / "made" / "case-records"
    visits = read(records / "visits.csv")
    kept = [row for row in visits if lot("lost", row["visit_id"]) > (BEFORE if row["visited_at"] < CHANGED else AFTER)]
    rewritten(records / "visits.csv", kept)
    assessments = read(records / "assessments.csv")
    for row in assessments:
        late = date.fromisoformat(row["started_on"][:10]) + timedelta(days=75)
        if row["authorised_on"] and late <= date(2015, 3, 31) and lot("late", row["assessment_id"]) < LATE:
            row["authorised_on"] = late.isoformat()
    rewritten(records / "assessments.csv", assessments)
    quick = ("--without", "workbook", "--without", "cases", "--without", "pages")
    run("run", records, "--as-of", "2015-03-31", "--profile", "local-example", "--out", place / "run", *quick)
    return place / "run" / "board"


@pytest.mark.deep
def test_the_planted_change_is_charted_with_limits_of_the_first_year_and_named(book: Path) -> None:
    rows = [row for row in read(book / "figures.csv") if row["table"] == "Trends" and row["line"] == PLANTED]
    assert len(rows) >= 30 and rows[-1]["group"] == "Mar 2015"
    points = [(int(row["numerator"]), int(row["denominator"])) for row in rows]
    limits = spc.limits_of_rates(points, 12)
    first = sum(n for n, _ in points[:12]), sum(d for _, d in points[:12])
    assert max(d for _, d in points) > 3 * min(d for _, d in points), "the numbers grow, so the limits are p-prime"
    assert limits[-1].mean == Fraction(100 * first[0], first[1])
    page = (book / "book.html").read_text("utf-8")
    said = next(text for text in re.findall("<desc[^>]*>([^<]*)", page) if text.startswith(f"Line chart, {TITLE}"))
    assert f"The mean and limits are those of {rows[0]['group']} to {rows[11]['group']}." in said
    assert f"Mean {in_figures(limits[-1].mean)}%" in said and "more than chance" in said
    assert f"{TITLE}: worse than before by more than chance." in page
    assert f"{TITLE}: worse, a real change" in page


@pytest.mark.deep
def test_what_was_not_changed_shows_no_signal_beyond_the_published_rate(book: Path) -> None:
    page = (book / "book.html").read_text("utf-8")
    others = [text for text in re.findall("<desc[^>]*>([^<]*)", page) if "Mean" in text and TITLE not in text]
    assert others and not [text for text in others if "more than chance" in text]


def series(lots: random.Random, cases: Sequence[int]) -> list[tuple[int, int]]:
    return [(sum(lots.random() < 0.85 for _ in range(d)), d) for d in cases]


@pytest.mark.deep
@pytest.mark.parametrize(
    ("cases", "least", "most"), [([120] * 30, 0.04, 0.08), ([40 + 6 * month for month in range(30)], 0.08, 0.15)], ids=["equal", "growing"]
)
def test_the_published_rate_of_false_signals(cases: list[int], least: float, most: float) -> None:
    """What the methods say of a month at which nothing has changed, tried out."""
    lots, times, signals = random.Random(7), 1500, 0
    for _ in range(times):
        points = series(lots, cases)
        values = [Fraction(100 * n, d) for n, d in points]
        signals += bool(spc.signals(values, spc.limits_of_rates(points, 12))[-1])
    assert least < signals / times < most, signals / times
    assert "6 in 100" in methods()["Charts"] and "11 in 100" in methods()["Charts"]
