"""Workbooks with something far beyond their data are refused before they fill the memory; formatting far beyond it is no matter."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from auditcheck.exports import read
from auditcheck.raw import BadExport

HEADER = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age", "Date of Contact", "Contact Source"]
MEMBER = "xl/worksheets/sheet1.xml"


def book(path: Path, beyond: str, after: str = "", also: dict[str, str] | None = None) -> Path:
    """An Annex A workbook of one contact, with something written below it and something after all cells."""
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.title = "List 1"
    for row in (HEADER, [1, "b) Female", "a) WBRI", "2015-01-25", 6, "2020-09-16", "q) Police"]):
        made.active.append(row)
    plain = io.BytesIO()
    made.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, text.replace("</sheetData>", f"{beyond}</sheetData>{after}") if name == MEMBER else text)
        for name, text in (also or {}).items():
            new.writestr(name, text)
    return path


def refused(path: Path) -> str:
    with pytest.raises(BadExport) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("beyond", "where"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "XFD1048576, which makes 17,180 million cells"),
        ('<row r="1048576"><c r="Z1048576" t="inlineStr"><is><t>x</t></is></c></row>', "Z1048576, which makes 27 million cells"),
        ('<row r="9"><c r="XFD9"><v>1</v></c></row><row r="90000"><c r="A90000"><v>1</v></c></row>', "A90000 and XFD9, which makes"),
        ('<row r="1048576"><c><v>1</v></c></row><row r="9"><c r="XFD9"><v>1</v></c></row>', "A1048576 and XFD9, which makes"),
        ("<row r='1048576'><c s='1' r='zz1048576'><v>1</v></c></row>", "ZZ1048576, which makes"),
        ('<x:row xmlns:x="y"><x:c r = "ZZ1048576"><x:v>1</x:v></x:c></x:row>', "ZZ1048576, which makes"),
        ('<row><c s=">" r="ZZ1048576"><v>1</v></c></row>', "ZZ1048576, which makes"),
        ('<row r="1048576"><c r="ZZ1048576"><f>A1</f></c></row>', "ZZ1048576, which makes"),
    ],
)
def test_what_stands_far_out_is_refused_and_told(tmp_path: Path, beyond: str, where: str) -> None:
    said = refused(book(tmp_path / "annex.xlsx", beyond))
    assert said.startswith(f"annex.xlsx: on sheet List 1 something stands as far out as {where}"), said
    assert said.endswith("Delete the rows and columns beyond the data, save it, and give it again.")


def test_a_place_that_cannot_be_told_is_damage(tmp_path: Path) -> None:
    assert "is a damaged workbook" in refused(book(tmp_path / "annex.xlsx", '<row><c r="A1" r="ZZ1048576"><v>1</v></c></row>'))


@pytest.mark.parametrize(
    "beyond", ['<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>', '<row r="1048576"><c s="0"/></row>']
)
def test_cells_that_are_only_formatted_do_not_count(tmp_path: Path, beyond: str) -> None:
    after = '<extLst><ext><x:f xmlns:x="y">A1</x:f></ext></extLst>'
    found = read(book(tmp_path / "annex.xlsx", beyond, after))
    assert found.accounted() == read(book(tmp_path / "plain.xlsx", "")).accounted()
    assert len(found.tables["contacts"]) == 1


def test_a_workbook_that_is_one_of_another_kind_as_well_is_refused(tmp_path: Path) -> None:
    """The reader goes by the name of the file, and the cells of an OpenDocument sheet say how often they repeat."""
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    sheet = f'<office:spreadsheet><table:table table:name="List 1">{row}</table:table></office:spreadsheet>'
    content = f"<office:document-content><office:body>{sheet}</office:body></office:document-content>"
    said = refused(book(tmp_path / "annex.ods", "", also={"content.xml": content, "META-INF/manifest.xml": "<manifest/>"}))
    assert said == "annex.ods is no Excel workbook (.xlsx): open it in Excel, save it as one, and give that."
