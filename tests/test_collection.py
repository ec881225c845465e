"""`auditcheck template`: what a service fills in is what an audit reads."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from commands import TABLES_ALONE
from openpyxl.worksheet.worksheet import Worksheet

from auditcheck import contract
from auditcheck.cli import main

NORTHSHIRE = Path(__file__).parent.parent / "fixtures" / "northshire"
RUN = ("--as-of", "2015-06-30", "--fail-on", "never")


def auditcheck(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "collection"
    done = auditcheck("template", "--out", folder)
    assert done.exit_code == 0, done.output
    return folder


def headers(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as text:
        return next(csv.reader(text))


def test_every_field_that_a_rule_reads_can_be_filled_in(collection: Path) -> None:
    rules = json.loads(auditcheck("rules", "list", "--format", "json").stdout)
    read = {place for rule in rules for place in (*rule["needs"], *rule["uses"])}
    offered = {f"{file.stem}.{name}" for file in (collection / "tables").glob("*.csv") for name in headers(file)}
    assert read and read <= offered | {place for place in read if place.startswith("cases.")}


def test_the_empty_tables_are_a_case_record_folder_without_children(collection: Path, tmp_path: Path) -> None:
    done = auditcheck("run", collection / "tables", *RUN, "--out", tmp_path / "out")
    assert done.exit_code == 2 and "holds no children" in done.output


def test_the_data_package_describes_the_csv_files(collection: Path) -> None:
    package = json.loads((collection / "tables" / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        assert headers(collection / "tables" / resource["path"]) == [field["name"] for field in resource["schema"]["fields"]]
        for link in resource["schema"]["foreignKeys"]:
            assert link["reference"]["resource"] in {one["name"] for one in package["resources"]}


def test_closed_lists_are_drop_downs_and_dates_are_checked(collection: Path) -> None:
    sheet = openpyxl.load_workbook(collection / "collection.xlsx")["plan_actions"]
    names = [cell.value for cell in sheet[1]]
    checks = {names[min(c.min_col for c in one.sqref.ranges) - 1]: one for one in sheet.data_validations.dataValidation}
    assert checks["status"].type == "list" and checks["status"].formula1 == '"open,completed,abandoned,superseded"'
    assert checks["due_on"].type == "date"
    assert "needed by" in sheet.cell(1, names.index("owner") + 1).comment.text


def test_only_the_tables_named(tmp_path: Path) -> None:
    done = auditcheck("template", "--out", tmp_path / "two", "--table", "core_groups", "--table", "plan_actions")
    assert done.exit_code == 0
    assert sorted(file.name for file in (tmp_path / "two" / "tables").glob("*.csv")) == ["core_groups.csv", "plan_actions.csv"]


def test_a_table_that_is_not_one_has_a_nearest_name(tmp_path: Path) -> None:
    done = auditcheck("template", "--out", tmp_path / "out", "--table", "plan_action")
    assert done.exit_code == 2 and "Did you mean 'plan_actions'?" in done.output and not (tmp_path / "out").exists()


def test_the_same_rules_give_the_same_bytes(collection: Path, tmp_path: Path) -> None:
    auditcheck("template", "--out", tmp_path / "again")
    for file in (path for path in collection.rglob("*") if path.is_file()):
        assert (tmp_path / "again" / file.relative_to(collection)).read_bytes() == file.read_bytes(), file.name


def test_a_filled_in_workbook_is_audited_as_the_folder_is(collection: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(collection / "collection.xlsx")
    for file in NORTHSHIRE.glob("*.csv"):
        if file.stem in contract.supplied():
            book[file.stem].delete_rows(1, 1)
            _fill(book[file.stem], file)
    book.save(tmp_path / "filled.xlsx")
    for name, export in (("folder", NORTHSHIRE), ("book", tmp_path / "filled.xlsx")):
        done = auditcheck(
            "run",
            export,
            "--as-of",
            "2015-06-30",
            "--out",
            tmp_path / name,
            "--profile",
            "local-example",
            "--fail-on",
            "never",
            *TABLES_ALONE,
        )
        assert done.exit_code == 0, done.output
    assert (tmp_path / "book" / "findings.csv").read_text("utf-8") == (tmp_path / "folder" / "findings.csv").read_text("utf-8")


def _fill(sheet: Worksheet, file: Path) -> None:
    """As a person would: dates typed as dates."""
    fields = contract.tables()[file.stem]
    with file.open(encoding="utf-8", newline="") as text:
        header, *rows = csv.reader(text)
    sheet.append(header)
    for row in rows:
        sheet.append([_typed(fields[name].type if name in fields else "text", value) for name, value in zip(header, row, strict=True)])


def _typed(kind: str, value: str) -> object:
    try:
        if kind == "date":
            return date.fromisoformat(value)
        return datetime.fromisoformat(value) if kind == "moment" and "T" in value else value or None
    except ValueError:
        return value or None


def test_a_workbook_without_a_record_says_so(collection: Path, tmp_path: Path) -> None:
    done = auditcheck("run", collection / "collection.xlsx", *RUN, "--out", tmp_path / "out")
    assert done.exit_code == 2 and "Fill it in" in done.output


def test_records_that_lead_to_no_child_stop_the_audit(collection: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(collection / "collection.xlsx")
    book["children"].append(["C1"])
    del book["core_groups"]
    book.create_sheet("core_groups").append(["core_group_id", "held_on"])
    book["core_groups"].append(["G1", date(2015, 3, 2)])
    book.save(tmp_path / "filled.xlsx")
    done = auditcheck("run", tmp_path / "filled.xlsx", *RUN, "--out", tmp_path / "out")
    assert done.exit_code == 2 and "set aside" in (tmp_path / "out" / "quality.csv").read_text("utf-8")
