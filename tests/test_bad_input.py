"""Bad input through the command line: a sentence or a line of quality.csv for each, never a traceback, never a silent loss."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from commands import FIRST, GOOD, LATER, NORTHSHIRE, OUTCOMES, WRITTEN, Run, audit, folder, marked, small_book

PLANS, CONFERENCES = GOOD["plans.csv"], GOOD["conferences.csv"]
CHILD = "<Child><ChildIdentifiers><LAchildID>C1</LAchildID></ChildIdentifiers></Child>"
NESTED = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?>\n<!DOCTYPE m [<!ENTITY e0 "ha">{NESTED}]>\n<Message>{CHILD.replace("C1", "&e9;")}</Message>'
DOCTYPE = f'<?xml version="1.0"?>\n<!DOCTYPE Message SYSTEM "file:///etc/hostname">\n<Message>{CHILD}</Message>'


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_book(tmp_path_factory.mktemp("book"))


@pytest.fixture
def run(tmp_path: Path, book: Path) -> Callable[..., Run]:
    """Audits the small export with some files changed (None: left out), or whatever ``export`` is."""

    def go(export: Path | None = None, as_of: str | None = "2015-06-30", **changed: str | bytes | None) -> Run:
        files = {name.replace("__", "."): data for name, data in changed.items()}
        return audit(export or folder(tmp_path / "export", files), tmp_path / "results" / "out", "--rules", book, as_of=as_of)

    return go


def refused(found: Run, *parts: str) -> None:
    """Exit 2, one sentence that says these parts and names no folder of the machine; nothing is written, not even a leftover."""
    assert found.status == 2
    assert found.said.startswith("auditcheck: ")
    assert found.said.count("\n") == 1
    assert [part for part in parts if part not in found.said] == []
    assert str(found.out.parents[1]) not in found.said
    assert not found.out.parent.exists()


def stopped(found: Run, file: str, problem: str) -> None:
    """Exit 2 with DIR written: the table is named on standard error, in quality.csv, in run.json and on every page and sheet."""
    assert found.status == 2
    assert [line for line in found.said.splitlines() if line.startswith(f"INCOMPLETE: {file}: ") and problem in line] != []
    assert [(q["file"], problem in q["problem"]) for q in found.quality if q["stopped"] == "yes"] == [(file, True)]
    assert (found.info["complete"], found.info["exit_status"]) == (False, 2)
    lists = marked(found.out)
    assert set(lists.values()) == {True} and {"index.html", "quality.html", "exceptions.xlsx"} < set(lists)
    sealed = {"restricted/index.html", "restricted/exceptions.xlsx"}
    assert sealed <= set(lists) or not (found.out / "restricted").exists()


def test_the_small_export_is_sound(run: Callable[..., Run]) -> None:
    found = run()
    assert (found.status, found.quality, found.outcomes) == (1, [], OUTCOMES)
    assert not any(marked(found.out).values())


# What cannot be read at all: a sentence, and nothing written.


def test_a_missing_folder(run: Callable[..., Run], tmp_path: Path) -> None:
    refused(run(tmp_path / "nowhere"), "nowhere does not exist.", "Expected a folder or .zip")


def test_an_empty_folder(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "tonight").mkdir()
    refused(run(tmp_path / "tonight"), "tonight is an empty folder.", "children.csv, plans.csv")


def test_the_folder_one_stands_in_has_a_name(run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tonight").mkdir()
    monkeypatch.chdir(tmp_path / "tonight")
    refused(run(Path()), "tonight is an empty folder.")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("plans.csv", PLANS, "plans.csv is a single CSV file; put it in a folder"),
        ("notes.txt", "the plans are late", "notes.txt is text, but neither XML nor a table"),
        ("empty.zip", "", "empty.zip is empty"),
        ("annex-a.xlsx", PLANS, "annex-a.xlsx is named like a workbook but holds comma-separated text (CSV)"),
        ("cin.xml", PLANS, "cin.xml is a single CSV file"),
        ("cin.xml", f"<?xml version='1.0'?>\n<Message>\n{CHILD}\n<Chi", "cin.xml breaks off or is not well-formed XML at line 4"),
        ("cin.xml", BOMB, "cin.xml carries a document type definition (DOCTYPE): it is refused"),
        ("cin.xml", DOCTYPE, "cin.xml carries a document type definition (DOCTYPE): it is refused"),
        ("cin.xml", "<Message><Header/></Message>", "it is not a CIN census"),
    ],
)
def test_a_file_that_is_no_export(run: Callable[..., Run], tmp_path: Path, name: str, data: str, says: str) -> None:
    (tmp_path / name).write_text(data)
    refused(run(tmp_path / name), says)


def test_a_workbook_without_lists(run: Callable[..., Run], tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "budget.xlsx")
    refused(run(tmp_path / "budget.xlsx"), "budget.xlsx is an Excel workbook without any Annex A list (its sheets: Sheet)")


@pytest.mark.parametrize("name", ["../plans.csv", "/plans.csv", "..\\plans.csv", "C:/plans.csv"])
def test_a_zip_whose_names_lead_out_of_it(run: Callable[..., Run], tmp_path: Path, name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name
    with zipfile.ZipFile(tmp_path / "tonight.zip", "w") as held:
        held.writestr("children.csv", GOOD["children.csv"])
        held.writestr(info, PLANS)
    refused(run(tmp_path / "tonight.zip"), "tonight.zip has a member with an unsafe name or kind")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tonight.zip"], "nothing is unpacked to disk"


def test_no_child_at_all(run: Callable[..., Run]) -> None:
    headers = {name.replace(".", "__"): text.splitlines()[0] for name, text in GOOD.items()}
    refused(run(**headers), "export holds no children, so there is nothing to audit.")


def test_a_name_that_is_no_text(run: Callable[..., Run], tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xe9.zip"))
    path.write_text(PLANS)
    refused(run(path), "n\ufffd.zip: its name, or that of a folder it lies in, is not UTF-8. Rename it.")


# The as-of date.


def test_no_day_to_speak_of(run: Callable[..., Run]) -> None:
    refused(run(as_of=None), "No as-of date: say --as-of YYYY-MM-DD")


def test_the_day_of_the_manifest(run: Callable[..., Run]) -> None:
    found = run(as_of=None, manifest__yml="as_of: 2014-04-10\n")
    assert (found.status, found.info["as_of"]) == (0, "2014-04-10")
    assert found.outcomes[FIRST, "P3"] == "not_yet_due"


def test_the_day_asked_for_outranks_the_manifest(run: Callable[..., Run]) -> None:
    assert run(manifest__yml="as_of: 2014-04-10\n").outcomes == OUTCOMES


@pytest.mark.parametrize("day", ["2206-06-30", "1815-06-30"])
def test_a_day_outside_the_calendar(run: Callable[..., Run], day: str) -> None:
    refused(run(as_of=day), f"--as-of {day} lies outside the calendar: expected a day from 1900-01-01 to 2099-12-31.")


@pytest.mark.parametrize("day", ["2206-06-30", "2015-06-31", "spring"])
def test_a_manifest_whose_day_is_none(run: Callable[..., Run], day: str) -> None:
    refused(run(as_of=None, manifest__yml=f"as_of: {day}\n"), "No as-of date")


@pytest.mark.parametrize("day", ["1900-01-01", "2099-12-31"])
def test_the_ends_of_the_calendar(run: Callable[..., Run], day: str) -> None:
    assert run(as_of=day).info["as_of"] == day


# Whole tables that are lost: the rest is audited, and nobody can take it for complete.


def test_a_table_without_a_byte(run: Callable[..., Run]) -> None:
    found = run(conferences__csv="")
    stopped(found, "conferences.csv", "an empty file, without even a header")
    assert (found.rules[FIRST]["status"], found.rules[FIRST]["why"]) == ("not_evaluated", "table missing: conferences")
    assert found.findings == {(WRITTEN, "P3")}


def test_children_without_a_byte_are_known_from_their_records(run: Callable[..., Run]) -> None:
    found = run(children__csv="")
    stopped(found, "children.csv", "an empty file, without even a header")
    assert (found.info["children"], found.outcomes) == (3, OUTCOMES)


def test_no_column_that_leads_to_a_child(run: Callable[..., Run]) -> None:
    found = run(conferences__csv="conference_id,kind,held_at\nK1,initial,2014-01-10T10:00\n")
    stopped(found, "conferences.csv", "no column child_id and none that leads to a child: the table is set aside")
    assert [(q["row"], q["column"]) for q in found.quality] == [("1", "child_id")]
    assert found.findings == {(WRITTEN, "P3")}


def test_damaged_parquet(run: Callable[..., Run]) -> None:
    found = run(conferences__csv=None, conferences__parquet=b"PAR1 and nothing more PAR1")
    stopped(found, "conferences.parquet", "cannot be read as Parquet")
    assert found.findings == {(WRITTEN, "P3")}


def test_a_quotation_mark_that_is_never_closed(run: Callable[..., Run]) -> None:
    stopped(run(conferences__csv=CONFERENCES.replace("K2,C1", 'K2,"C1')), "conferences.csv", "a quotation mark is opened and not closed")


def test_a_folder_named_like_a_table(run: Callable[..., Run], tmp_path: Path) -> None:
    place = folder(tmp_path / "export", {"conferences.csv": None})
    (place / "conferences.csv").mkdir()
    stopped(run(place), "conferences.csv", "named after a table but not a file: the table is missing")


# Records and values that cannot be taken as they stand: each is told with its place, and nothing is guessed.


def test_no_key_column(run: Callable[..., Run]) -> None:
    found = run(conferences__csv=CONFERENCES.replace("conference_id,", "number,"))
    assert ("1", "conference_id", "", "no column conference_id: its records are named by child, date and kind instead") in found.told(
        "conferences.csv"
    )
    review = (LATER, "conferences:C1:2014-03-20:review:1")
    assert found.outcomes == {key: what for key, what in OUTCOMES.items() if key[0] != LATER} | {review: "not_met"}


def test_the_same_row_twice(run: Callable[..., Run]) -> None:
    found = run(plans__csv=PLANS + PLANS.splitlines()[3] + "\n")
    assert found.told("plans.csv") == [("5", "plan_id", "P3", "an identical copy of another row; counted once")]
    assert (found.status, found.outcomes) == (1, OUTCOMES)


def test_one_id_with_two_contents(run: Callable[..., Run]) -> None:
    found = run(plans__csv=PLANS + "P3,C3,child_protection,2015-06-29,\n")
    what = "rows 4, 5 share this id but differ in started_on: those fields count as unreadable"
    assert found.told("plans.csv") == [("4", "plan_id", "P3", what)]
    assert found.outcomes == OUTCOMES | {(FIRST, "P3"): "cannot_tell", (WRITTEN, "P3"): "cannot_tell"}


def test_a_child_that_children_does_not_know(run: Callable[..., Run]) -> None:
    found = run(plans__csv=PLANS + "P9,C9,child_protection,2014-01-10,2014-01-10\n")
    assert found.told("plans.csv") == [("5", "child_id", "C9", "no such child in children; audited all the same")]
    assert found.info["children"] == 4
    assert found.outcomes == OUTCOMES | {(FIRST, "P9"): "not_met", (WRITTEN, "P9"): "met"}


UNREADABLE = "not a date that can be read (expected YYYY-MM-DD, 1900 to 2099)"


@pytest.mark.parametrize("text", ["31/02/2015", "05/06/2015", "2206-01-15", "2015-02-29", "2014-1-15", "15 Jan 2014", "20140115", "42019"])
def test_a_date_that_is_none_or_may_be_two(run: Callable[..., Run], text: str) -> None:
    found = run(plans__csv=PLANS.replace("2014-01-15", text))
    assert found.told("plans.csv") == [("2", "document_on", text, UNREADABLE)]
    assert (found.status, found.outcomes) == (1, OUTCOMES | {(WRITTEN, "P1"): "cannot_tell"})


def test_a_file_of_windows_text(run: Callable[..., Run]) -> None:
    text = PLANS.replace("document_on\n", "document_on,needs\n").replace(
        "\nP1,C1,child_protection,2014-01-10,2014-01-15", "\nP1,C1,,,,Zo\xeb"
    )
    found = run(
        plans__csv=text.replace("2015-06-20,", "2015-06-20,,").replace("C3,child_protection,2014-01-10,", "C3,,,,").encode("cp1252")
    )
    what = "not UTF-8 (first seen in this line): read as Windows text (cp1252)"
    assert ("2", "", "", what) in found.told("plans.csv")
    assert found.outcomes[WRITTEN, "P2"] == "not_yet_due"


def test_a_byte_order_mark(run: Callable[..., Run]) -> None:
    found = run(plans__csv=b"\xef\xbb\xbf" + PLANS.encode())
    assert (found.status, found.quality, found.outcomes) == (1, [], OUTCOMES)


def test_a_row_with_too_many_cells_is_set_aside_and_shown(run: Callable[..., Run]) -> None:
    found = run(plans__csv=PLANS + "P4,C1,care,,,one,two\n")
    assert found.told("plans.csv") == [("5", "", "P4,C1,care,,,one,two", "7 cells where the header has 5: the row is set aside")]
    assert (found.status, found.outcomes) == (1, OUTCOMES)


def test_a_table_with_a_header_alone_is_empty_not_missing(run: Callable[..., Run]) -> None:
    found = run(conferences__csv=CONFERENCES.splitlines()[0])
    assert (found.status, found.quality, found.rules[LATER]["status"]) == (1, [], "evaluated")
    assert found.outcomes == {key: what for key, what in OUTCOMES.items() if key[0] != LATER} | {(FIRST, "P1"): "not_met"}


def test_what_has_not_happened_yet_is_listed(run: Callable[..., Run]) -> None:
    found = run(
        plans__csv=PLANS + "P4,C1,child_protection,2015-07-10,\n", conferences__csv=CONFERENCES + "K4,C1,P1,review,2015-09-10T14:00\n"
    )
    ahead = "dated after 2015-06-30, so it has not happened yet"
    assert found.told("conferences.csv") == [("5", "held_at", "2015-09-10T14:00", f"planned: {ahead}")]
    assert found.told("plans.csv") == [("5", "started_on", "2015-07-10", f"future: {ahead}")]
    assert found.outcomes == OUTCOMES


def test_a_column_that_no_table_has(run: Callable[..., Run]) -> None:
    found = run(plans__csv=PLANS.replace("document_on", "dokument_on"))
    assert found.told("plans.csv") == [("1", "dokument_on", "", "plans has no such field: the column is ignored")]
    assert (found.rules[WRITTEN]["status"], found.rules[WRITTEN]["why"]) == ("not_evaluated", "field missing: plans.document_on")


def test_a_stray_file_whose_name_is_no_text(run: Callable[..., Run], tmp_path: Path) -> None:
    place = folder(tmp_path / "export")
    Path(os.fsdecode(os.fsencode(place) + b"/caf\xe9.csv")).write_text("x")
    found = run(place)
    assert found.told("caf\ufffd.csv") == [("", "", "", "not named after a table (such as plans.csv): not read")]
    assert found.outcomes == OUTCOMES


@pytest.mark.parametrize("day", ["1900-01-01", "2099-12-31"])
def test_every_rule_and_report_at_the_ends_of_the_calendar(tmp_path: Path, day: str) -> None:
    """Measures too, whose period would begin before the calendar does."""
    done = audit(NORTHSHIRE, tmp_path / "out", "--fail-on", "never", "--without", "workbook", "--without", "cases", as_of=day)
    assert done.status == 0
