"""What audits came to, in the board's book: delivery, who was left out, grades, agreement and themes; and nothing small."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import disclosure_attacker
import pytest
from audit_results import ORDER, pairs, results
from board_runs import OPEN
from commands import folder, invoke, rows, small_book
from forms import graded

from auditcheck.board import audit_tables, bars
from auditcheck.board.audit_tables import AuditsShown
from auditcheck.board.audits import NotAudits, read
from auditcheck.board.periods import Period, quarters, short
from auditcheck.disclosure import DFE, Policy, Released, Safe, protect

YEAR = Period(date(2014, 7, 1), date(2015, 6, 30))
#: Auditor by row, moderator by column: forty cases (tests/test_moderation.py), and sixty of whom enough are raised too.
TWICE = [[1, 1, 0, 0], [0, 9, 5, 0], [0, 2, 15, 3], [0, 0, 1, 3]]
MORE = [[7, 4, 0, 0], [6, 9, 5, 0], [0, 2, 15, 3], [0, 0, 1, 8]]


def shown(place: Path, policy: Policy = DFE) -> AuditsShown:
    raw = audit_tables.tables(read([place]), YEAR, policy)
    safe = dict(zip(map(id, raw.raws), protect(raw.raws, policy, Released()), strict=True))
    return audit_tables.shown(raw, lambda one: safe[id(one)])


def test_an_open_book_says_what_the_reports_ask_word_for_word(tmp_path: Path) -> None:
    said = " ".join(shown(results(tmp_path / "a", pairs(TWICE), 44), OPEN).says)
    assert "44 cases were planned. 40 were audited and given a grade; 40 of these were moderated." in said
    assert "40 audits were graded twice. 28 grades matched; 12 differed by one grade." in said
    assert "grade. 9 of the 12 were graded lower by the moderator, 3 higher." in said
    assert "Exact match 70.0%, within one grade 100.0%; lowered by the moderator 22.5%, raised 7.5%." in said
    assert "drawn at random with the seed 2015Q2 from 308 children, records as at 30 April 2015, spread by plan kind" in said
    assert "Left out: 7 because the child has died; 3 because the child is restricted." in said


def test_what_is_small_is_hidden_and_can_not_be_subtracted(tmp_path: Path) -> None:
    found = shown(results(tmp_path / "a", pairs(TWICE), 44))
    said = " ".join(found.says)
    assert "3 higher" not in said and "9 of the 12" not in said and "c of the 12 were graded lower by the moderator, c higher" in said
    assert "c because the child is restricted" in said and "3 because" not in said
    # Four of 44 are not graded: one of the two is hidden.
    assert "44 cases were planned. 40 were audited" not in said
    assert dict(found.grades.lines) == {"Good or better": 16, "Not yet good": 24, "All audits": 40}


def test_enough_of_everything_hides_nothing(tmp_path: Path) -> None:
    found = shown(results(tmp_path / "a", pairs(MORE), 60, excluded={"the child has died": 7}))
    assert "60 audits were graded twice. 39 grades matched; 21 differed by one grade." in found.says
    assert "12 of the 21 were graded lower by the moderator, 9 higher." in found.says
    assert dict(found.grades.lines)["Requires improvement to be good"] == 20 and "33.3%" in found.percents
    (theme,) = found.themes
    assert theme[0] == "The child's voice and lived experience" and (theme[1].n, theme[1].d) == (30, 60)


@pytest.mark.parametrize("seed", range(12))
def test_nobody_who_solves_the_tables_finds_a_hidden_count(tmp_path: Path, seed: int) -> None:
    """Planned, done and moderated, grades of the year and of its quarters and both tables of agreement are one system of equations."""
    lots = random.Random(seed)
    some = [(lots.choice(ORDER), lots.choice((*ORDER, "", "not_applicable"))) for _ in range(lots.randint(22, 90))]
    quarters = [lots.choice(("2014-05-05", "2014-08-20", "2015-02-11", "2015-05-20")) for _ in some]
    raw = audit_tables.tables(read([results(tmp_path / "a", some, len(some) + lots.randint(0, 9), quarters)]), YEAR, DFE)
    safe = dict(zip(map(id, raw.raws), protect(raw.raws, DFE, Released()), strict=True))
    printed = [one for one in safe.values() if one.population == raw.delivery.population]
    prints = disclosure_attacker.read(printed)
    assert drawn(bars.svg(audit_tables.shown(raw, lambda one: safe[id(one)]).quarters, "k")) <= printed_counts(raw, safe)
    attacker = disclosure_attacker.Attacker(prints, frozenset({"grade", "difference", "outcome", "period"}))
    for one in prints:
        if one.hidden:
            low, high = attacker.possible(one.of)
            assert high - low >= 5 and high >= 6, (one.of, low, high)


def drawn(svg: str) -> set[tuple[str, int]]:
    """(quarter, count) of every count written on a bar or to be worked out of the widths of its parts, in the order drawn."""
    found = set()
    rows = re.split(r'(?=<text [^>]*text-anchor="end">)', svg)[1:]
    for row in rows:
        name = re.findall(r'text-anchor="end">([^<]*)<', row)[0]
        wide = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)" height="24"', row)]
        written = [int(count) for count in re.findall(r'text-anchor="middle" fill="[^"]*">(\d+)<', row)]
        if written:
            each = max(wide) / max(written)  # pixels of a case
            found |= {(name, round(width / each)) for width in wide} | {(name, count) for count in written}
    return found


def printed_counts(raw: audit_tables.AuditTables, safe: Mapping[int, Safe]) -> set[tuple[str, int]]:
    """(quarter, count) of every count of the protected table that is shown."""
    names = {str(one): short(one) for one in raw.quarters.spans}
    rows = safe[id(raw.by_quarter)].rows
    return {(names[row.labels[0]], int(row.csv("d"))) for row in rows if row.csv("d") != "c"}


def by_quarter(*quarters: tuple[str, Sequence[int]]) -> tuple[list[tuple[str, str]], list[str]]:
    """(grades, days) of so many outstanding, good, requiring improvement and inadequate in each quarter."""
    cases = [(grade, day) for day, counts in quarters for grade, count in zip(ORDER, counts, strict=True) for _ in range(count)]
    return [(grade, "") for grade, _ in cases], [day for _, day in cases]


def test_grades_by_quarter_are_drawn_and_said(tmp_path: Path) -> None:
    grades, days = by_quarter(("2014-08-01", (7, 9, 10, 8)), ("2014-11-30", (9, 8, 12, 7)), ("2015-05-20", (12, 14, 7, 6)))
    found = shown(results(tmp_path / "a", grades, len(grades), days))
    names = ["Jul to Sep 2014", "Oct to Dec 2014", "Jan to Jun 2015"]
    assert [(one.name, one.audits) for one in found.quarters] == list(zip(names, (34, 36, 39), strict=True)), "none in spring: joined"
    assert [count for _, count in found.quarters[0].grades] == [8, 10, 9, 7] and found.quarters[0].grades[0][0] == "Inadequate"
    svg, said = bars.svg(found.quarters, "k"), bars.says(found.quarters)
    counts = ((7, 8, 9, 10), (7, 8, 9, 12), (6, 7, 12, 14))
    assert drawn(svg) == {(name, n) for name, some in zip(names, counts, strict=True) for n in some}
    assert said.startswith("Good or better: Jul to Sep 2014 47.1% (16 of 34); Oct to Dec 2014 47.2% (17 of 36); Jan to Jun 2015 66.7% (")
    assert said.endswith("Oct to Dec 2014 and Jan to Jun 2015 differ by no more than chance could explain.") and said in svg


def test_small_quarters_are_joined_small_grades_halved_and_what_is_hidden_has_no_bar(tmp_path: Path) -> None:
    grades, days = by_quarter(("2014-08-01", (3, 3, 2, 3)), ("2014-11-30", (9, 11, 10, 1)), ("2015-05-20", (12, 14, 7, 6)))
    found = shown(results(tmp_path / "a", grades, len(grades), days))
    assert [(one.name, one.grades) for one in found.quarters] == [
        ("Jul to Dec 2014", (("Not yet good", 16), ("Good or better", 26))),
        ("Jan to Jun 2015", (("Not yet good", 13), ("Good or better", 26))),
    ]
    grades += [("not_applicable", "")] * 3
    hidden = shown(results(tmp_path / "b", grades, len(grades), [*days, *["2015-05-20"] * 3]))
    assert dict(hidden.quarters[1].other)["Not applicable"] is None, "three, and the quarter's total or a half is hidden with it"
    svg, lacking = bars.svg(hidden.quarters, "k"), {one.name for one in hidden.quarters if one.lacks}
    assert svg == "" or not {name for name, _ in drawn(svg)} & lacking
    assert all(one.lacks == "hidden (c)" for one in hidden.quarters if one.name in lacking)


def test_one_bar_is_no_chart_nor_are_audits_without_a_day(tmp_path: Path) -> None:
    assert bars.svg(shown(results(tmp_path / "a", pairs(MORE), 60)).quarters, "k") == ""
    grades, days = by_quarter(("2014-11-30", (9, 9, 9, 9)), ("2015-02-01", (9, 9, 9, 9)), ("", (1, 0, 0, 0)))
    undated = shown(results(tmp_path / "b", grades, len(grades), days))
    assert undated.quarters == () and undated.no_quarters == "Some audits bear no day, so grades are not shown by quarter."


@pytest.mark.parametrize(
    ("until", "first", "last"), [("2015-06-30", "2015-01-01", "2015-06-30"), ("2015-05-31", "2014-10-01", "2015-03-31")]
)
def test_quarters_are_whole_and_of_the_calendar(until: str, first: str, last: str) -> None:
    found = quarters(date.fromisoformat(until), 2)
    assert (str(found[0].first), str(found[-1].last)) == (first, last) and len(found) == 2


def test_under_twenty_there_is_no_agreement_and_no_percentage(tmp_path: Path) -> None:
    found = shown(results(tmp_path / "a", [("good", "good")] * 9 + [("inadequate", "good")] * 9, 18))
    assert any("Fewer than 20 cases were graded twice" in sentence for sentence in found.says)
    assert set(found.percents) == {""}


def test_audits_of_another_time_are_not_counted_and_none_moderated_is_said(tmp_path: Path) -> None:
    old = shown(results(tmp_path / "old", pairs(TWICE), 44, on="2013-05-20"))
    assert old.says == ("No audits were done in this period.", "No audits moderated in this period.")
    none = shown(results(tmp_path / "none", [("good", "")] * 30, 30))
    assert "No audits moderated in this period." in none.says


@pytest.mark.parametrize(("planned", "told"), [(30, "30"), (3, "c"), (1, "c")])
def test_a_sample_of_which_nothing_was_audited_is_said_to_have_been_planned(tmp_path: Path, planned: int, told: str) -> None:
    found = shown(results(tmp_path / "a", [("", "")] * planned, planned))
    assert found.says[:2] == (f"{told} cases were planned. No audits were done in this period.", "No audits moderated in this period.")
    assert "drawn at random with the seed 2015Q2" in found.says[2]
    assert dict(found.counts[0].lines)["Planned"] == (30 if told == "30" else None)


def test_a_sample_of_which_nothing_was_audited_stands_beside_others_once_it_was_drawn(tmp_path: Path) -> None:
    done, waits = results(tmp_path / "a", pairs(MORE), 60), results(tmp_path / "b", [("", "")] * 30, 30)
    text = (waits / "samples.json").read_text("utf-8")
    for drawn_on, planned in (("2015-06-30", "90"), ("2015-07-01", "60")):
        (waits / "samples.json").write_text(text.replace("5a3f", "7b1c").replace("2015-04-30", drawn_on), encoding="utf-8")
        raw = audit_tables.tables(read([done, waits]), YEAR, OPEN)
        safe = dict(zip(map(id, raw.raws), protect(raw.raws, OPEN, Released()), strict=True))
        says = audit_tables.shown(raw, lambda one, safe=safe: safe[id(one)]).says
        assert says[0] == f"{planned} cases were planned. 60 were audited and given a grade; 60 of these were moderated."


def test_one_case_planned_is_one_case(tmp_path: Path) -> None:
    assert shown(results(tmp_path / "a", [("", "")], 1), OPEN).says[0] == "1 case was planned. No audits were done in this period."


def test_what_is_no_result_of_audits_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotAudits, match=r"holds no grades\.csv: name the folder that `auditcheck sample read` wrote"):
        read([tmp_path])
    place = results(tmp_path / "a", [("good", "")], 1)
    with pytest.raises(NotAudits, match="case-000 of sample 5a3f, which was read already"):
        read([place, place])
    wrong = results(tmp_path / "b", [("splendid", "")], 1)
    with pytest.raises(NotAudits, match="'splendid' is no grade"):
        read([wrong])


def test_from_the_forms_to_the_book(tmp_path: Path) -> None:
    """By the commands alone: a run, a sample, forms that are filled in and read, and the book."""
    rules, night, forms = small_book(tmp_path / "rules"), tmp_path / "night", tmp_path / "forms"
    with_rules = ("--rules", rules)
    assert invoke("run", folder(tmp_path / "export"), "--as-of", "2015-06-30", "--out", night, *with_rules)[0] < 2
    assert invoke("sample", "--run", night, "--n", "2", "--seed", "spring", "--out", forms, *with_rules)[0] == 0
    for row in rows(forms / "sample.csv"):
        graded(forms / "audit" / f"{row['case']}-audit.xlsx", "Good", "W11", on=date(2015, 6, 20))
    assert invoke("sample", "read", forms, "--run", night, "--out", tmp_path / "results", *with_rules)[0] == 0
    (drawn,) = json.loads((tmp_path / "results" / "samples.json").read_text("utf-8"))
    assert drawn["planned"] == 2 and drawn["design"]["seed"] == "spring" and drawn["design"]["frame"]["excluded"]
    made = invoke("board", night, "--audits", tmp_path / "results", "--out", tmp_path / "book", *with_rules)
    assert made[0] == 0, made[2]
    page = (tmp_path / "book" / "book.html").read_text("utf-8")
    assert "with the seed spring" in page and "No audits moderated in this period." in page
    assert "c cases were planned. c were audited and given a grade" in page
    refused = invoke("board", night, "--audits", night, "--out", tmp_path / "again", *with_rules)
    assert refused[0] == 2 and "holds no grades.csv" in refused[2]
