"""quality.html and completeness.csv: how good the records are, in counts; and the warnings about an export as a whole."""

from __future__ import annotations

import csv
import shutil
from importlib import resources
from pathlib import Path

import lxml.html
import pytest
from commands import NORTHSHIRE, Run, audit, rows

PAGES_ALONE = ("--without", "workbook", "--without", "cases", "--without", "board")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return audit(NORTHSHIRE, tmp_path_factory.mktemp("whole") / "out", "--fail-on", "never", *PAGES_ALONE)


def text(page: Path) -> str:
    return " ".join(" ".join(lxml.html.parse(str(page)).getroot().itertext()).split())


def changed(place: Path, table: str, change: str) -> Path:
    """Northshire with one table left out, halved, or without one of its columns (``table`` is then ``table.field``)."""
    shutil.copytree(NORTHSHIRE, place)
    name, _, field = table.partition(".")
    file = place / f"{name}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        header, *body = csv.reader(lines)
    if change == "gone":
        file.unlink()
        return place
    if change == "halved":
        body = body[: len(body) // 2]
    at = header.index(field) if field else -1
    if change == "no column":
        header, body = header[:at] + header[at + 1 :], [row[:at] + row[at + 1 :] for row in body]
    if change == "blank":
        body = [[*row[:at], "", *row[at + 1 :]] for row in body]
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *body])
    return place


def test_every_field_supplied_is_counted(whole: Run) -> None:
    found = {(row["table"], row["field"]): row for row in rows(whole.out / "completeness.csv")}
    for file in NORTHSHIRE.glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines))
        for name in header:
            if (file.stem, name) in found:
                row = found[file.stem, name]
                assert int(row["filled"]) + int(row["placeholder"]) + int(row["unreadable"]) <= int(row["records"])
    ours = found["plan_actions", "owner"]
    with (NORTHSHIRE / "plan_actions.csv").open(encoding="utf-8", newline="") as lines:
        owners = [row["owner"].strip() for row in csv.DictReader(lines)]
    assert int(ours["records"]) == len(owners) and int(ours["filled"]) <= sum(map(bool, owners))
    assert int(ours["filled"]) + int(ours["placeholder"]) == sum(map(bool, owners))


def test_every_word_that_holds_a_place_is_counted_as_one_and_no_other(tmp_path: Path) -> None:
    words = (resources.files("auditcheck") / "data" / "placeholders.txt").read_text("utf-8").split("\n")
    holds = [form for word in words if word.strip() for form in (word, f"[{word.upper()}]", f" {word}.")]
    owners = [*holds, *(f"{word} 2" for word in words if word.strip()), "W12", "(3)", "0", "7.", "Amara", ""]
    place = tmp_path / "export"
    place.mkdir()
    for name, lines in {
        "children": ["child_id,date_of_birth", "C1,2010-01-01"],
        "plans": ["plan_id,child_id,kind,started_on", "P1,C1,child_in_need,2015-01-05"],
        "plan_actions": ["action_id,child_id,plan_id,owner", *(f'A{n},C1,P1,"{owner}"' for n, owner in enumerate(owners))],
    }.items():
        (place / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = audit(place, tmp_path / "out", "--fail-on", "never", *PAGES_ALONE, "--without", "pages")
    found = {(row["table"], row["field"]): row for row in rows(run.out / "completeness.csv")}["plan_actions", "owner"]
    assert (int(found["records"]), int(found["placeholder"])) == (len(owners), len(holds))
    assert int(found["filled"]) == len(owners) - len(holds) - 1


def test_the_page_counts_and_names_no_child_and_no_value(whole: Run) -> None:
    said = text(whole.out / "quality.html")
    assert "How full each field is" in said and "DQ-CHI-13" in said and "2 April 3015" not in said
    with (NORTHSHIRE / "children.csv").open(encoding="utf-8", newline="") as lines:
        children = [row["child_id"] for row in csv.DictReader(lines)]
    assert not [child for child in children if f" {child} " in said]


def test_the_list_leads_to_the_page(whole: Run) -> None:
    links = lxml.html.parse(str(whole.out / "index.html")).xpath("//a/@href")
    assert "quality.html" in links
    sealed = lxml.html.parse(str(whole.out / "restricted" / "index.html")).xpath("//a/@href")
    assert "../quality.html" in sealed


def test_a_day_that_bears_far_too_many_records_stands_out(tmp_path: Path) -> None:
    visits = [f"V{n},C1,2015-0{1 + n % 5}-{1 + n % 27:02d}\n" for n in range(60)] + [f"M{n},C1,2014-04-01\n" for n in range(40)]
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "children.csv").write_text("child_id,date_of_birth\nC1,2010-01-01\n", encoding="utf-8")
    (tmp_path / "export" / "visits.csv").write_text("visit_id,child_id,visited_at\n" + "".join(visits), encoding="utf-8")
    said = text(audit(tmp_path / "export", tmp_path / "out").out / "quality.html")
    assert "visits.visited_at 1 April 2014 40 40%" in said and said.count("visits.visited_at") == 1


def test_how_late_records_are_entered(tmp_path: Path) -> None:
    visits = [f"V{n},C1,2015-03-02,2015-03-{2 + n:02d}\n" for n in range(11)]
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "children.csv").write_text("child_id,date_of_birth\nC1,2010-01-01\n", encoding="utf-8")
    (tmp_path / "export" / "visits.csv").write_text("visit_id,child_id,visited_at,recorded_at\n" + "".join(visits), encoding="utf-8")
    said = text(audit(tmp_path / "export", tmp_path / "out").out / "quality.html")
    assert "visits 11 5 days 9 days" in said


def test_the_same_export_again_raises_no_alarm(whole: Run, tmp_path: Path) -> None:
    again = audit(NORTHSHIRE, tmp_path / "out", "--fail-on", "never", *PAGES_ALONE, "--previous", whole.out)
    assert again.status == 0 and again.info["warnings"] == []


@pytest.mark.parametrize(
    ("table", "change", "says", "stops"),
    [
        ("visits", "gone", "visits is missing: the run of 30 June 2015 had", True),
        ("visits", "halved", "50% fewer than the", True),
        ("visits.child_seen", "no column", "The column visits.child_seen is missing: it was there on 30 June 2015.", False),
        ("visits.child_seen", "blank", "visits.child_seen is filled in for 0% of its records", False),
    ],
)
def test_what_has_shrunk_is_said_loudly(whole: Run, tmp_path: Path, table: str, change: str, says: str, stops: bool) -> None:
    export = changed(tmp_path / "export", table, change)
    less = audit(export, tmp_path / "out", "--fail-on", "never", *PAGES_ALONE, "--previous", whole.out)
    assert less.status == (2 if stops else 0)
    assert any(says in one for one in less.info["incomplete" if stops else "warnings"]), less.info
    assert says in less.said and says in text(less.out / "index.html") and says in text(less.out / "quality.html")


def test_children_who_are_gone(whole: Run, tmp_path: Path) -> None:
    shutil.copytree(NORTHSHIRE, tmp_path / "export")
    for file in (tmp_path / "export").glob("*.csv"):
        lines = file.read_text("utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not any(f"C{n:02d}" in line for n in range(1, 11))), encoding="utf-8")
    less = audit(tmp_path / "export", tmp_path / "out", "--fail-on", "never", *PAGES_ALONE, "--previous", whole.out)
    assert any("10 of the 61 children of 30 June 2015 are not in this export (16%)." in one for one in less.info["warnings"])


def test_a_profile_sets_what_is_worth_a_warning(whole: Run, tmp_path: Path) -> None:
    export = changed(tmp_path / "export", "visits", "halved")
    profile = tmp_path / "ours.yaml"
    profile.write_text("id: ours\ntitle: Ours\nrules: all\nlast_night: {warns_at: 60%, stops_at: 90%}\n", encoding="utf-8")
    calm = audit(export, tmp_path / "out", "--fail-on", "never", *PAGES_ALONE, "--previous", whole.out, "--profile", profile)
    assert calm.status == 0 and not any("fewer than" in one for one in calm.info["warnings"])
    profile.write_text("id: ours\ntitle: Ours\nrules: all\nlast_night: {warns_at: 200%}\n", encoding="utf-8")
    wrong = audit(export, tmp_path / "other", "--profile", profile)
    assert wrong.status == 2 and "expected a share from 1% to 100%" in wrong.said


def test_an_export_older_than_it_says(tmp_path: Path) -> None:
    late = audit(NORTHSHIRE, tmp_path / "out", "--fail-on", "never", *PAGES_ALONE, as_of="2016-06-30")
    stale = [one for one in late.info["warnings"] if "may be older than it says" in one]
    assert bool(stale) == (late.info["data_up_to"] > "2015-07-14")


def test_a_folder_that_is_no_run_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    refused = audit(NORTHSHIRE, tmp_path / "out", "--previous", tmp_path / "nothing", *PAGES_ALONE)
    assert refused.status == 2 and "is not the folder of an earlier run" in refused.said and not (tmp_path / "out").exists()
