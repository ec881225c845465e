"""What `exports.read` makes of things that are no export, and how it tells the formats apart."""

from __future__ import annotations

import io
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from auditcheck.exports import read
from auditcheck.raw import BadExport


def refused(path: Path) -> str:
    with pytest.raises(BadExport) as caught:
        read(path)
    message = str(caught.value)
    assert str(path.parent) not in message, "messages name the file, not where it lies"
    return message


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in members.items():
            held.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.xml", b" \n ", "nothing but blanks"),
        ("book.xlsx", b"child_id,started_on\nA,2024-01-01\n", "named like a workbook but holds comma-separated text"),
        ("plans.csv", b"\xef\xbb\xbfchild_id,started_on\nA,2024-01-01\n", "single CSV file"),
        ("plans.parquet", b"PAR1....PAR1", "single Parquet file"),
        ("board.pdf", b"%PDF-1.7\n", "a PDF"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "old Office"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("page.xls", b"<html><table></table></html>", "web page"),
        ("page.html", b"<!DOCTYPE html>\n<html></html>", "web page"),
        ("data.json", b'{"plans": []}', "JSON"),
        ("notes.txt", b"The plans are late", "neither XML nor a table"),
        ("noise.bin", b"\x01\x02\0\x03", "not of a kind"),
        ("cut.zip", b"PK\x03\x04\x14\0", "damaged or cut short"),
    ],
)
def test_what_is_no_export_is_named_and_what_was_expected_is_said(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    message = refused(tmp_path / name)
    assert name in message
    assert says in message


def test_a_missing_path(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "nowhere")


def test_the_format_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    zipped(tmp_path / "tables.xml", {"plans.csv": b"plan_id,child_id\nP,C\n"})
    assert read(tmp_path / "tables.xml").kind == "case-records"
    (tmp_path / "census.xlsx").write_text("<M><Child><ChildIdentifiers><LAchildID>C</LAchildID></ChildIdentifiers></Child></M>")
    assert read(tmp_path / "census.xlsx").kind == "cin-census"
    book = openpyxl.Workbook()
    book.active.title = "List 1"
    book.active.append(["Child Unique ID", "Date of Contact", "Contact Source"])
    book.save(tmp_path / "annex.zip.xlsx")
    (tmp_path / "annex.zip.xlsx").rename(tmp_path / "annex.csv")
    assert read(tmp_path / "annex.csv").kind == "annex-a"


@pytest.mark.parametrize(
    ("member", "says"),
    [
        ("xl/workbook.bin", "xlsb"),
        ("word/document.xml", "Word document"),
    ],
)
def test_other_office_files(tmp_path: Path, member: str, says: str) -> None:
    assert says in refused(zipped(tmp_path / "file.xlsx", {member: b"x"}))


def test_an_open_document(tmp_path: Path) -> None:
    path = zipped(tmp_path / "file.ods", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})
    assert "OpenDocument" in refused(path)


@pytest.mark.parametrize("name", ["../plans.csv", "/plans.csv", "a/../plans.csv", "C:/plans.csv", "a\\plans.csv"])
def test_names_that_lead_out_of_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as held:
        held.writestr(info, "plan_id,child_id\nP,C\n")
    assert "unsafe name" in refused(tmp_path / "evil.zip")


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("plans.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as held:
        held.writestr(info, "/etc/passwd")
    assert "unsafe name or kind" in refused(tmp_path / "link.zip")


@pytest.mark.parametrize("names", [["a/plans.csv", "b/visits.csv"], ["a/b/plans.csv"], ["plans.csv", "a/visits.csv"]])
def test_folders_within_a_zipped_folder_are_refused(tmp_path: Path, names: list[str]) -> None:
    path = zipped(tmp_path / "deep.zip", dict.fromkeys(names, b"plan_id,child_id\nP,C\n"))
    assert "folders within folders" in refused(path)


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as held:
        held.writestr("plans.csv", "plan_id,child_id\n")
    path = zipped(tmp_path / "outer.zip", {"plans.zip": inner.getvalue(), "visits.csv": b"visit_id,child_id\n"})
    assert "another archive" in refused(path)


def test_a_member_that_grows_two_hundred_times_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"plans.csv": b"plan_id,child_id\n" + b"0" * 51_000_000})
    assert "200 times" in refused(path)


def test_a_total_above_eight_gib_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "huge.zip", {f"{name}.csv": b"x" for name in ("plans", "visits", "reviews")})
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 0xF0000000)  # the size that the directory declares
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)
    assert "8 GiB" in refused(path)


def test_a_damaged_member_is_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w", zipfile.ZIP_STORED) as held:
        held.writestr("plans.csv", "plan_id,child_id\nP1,C1\n")
    data = (tmp_path / "bad.zip").read_bytes().replace(b"P1,C1", b"P1,C2")
    (tmp_path / "bad.zip").write_bytes(data)
    assert "cannot be unpacked" in refused(tmp_path / "bad.zip")


def test_a_member_twice_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning), zipfile.ZipFile(tmp_path / "twice.zip", "w") as held:
        held.writestr("plans.csv", "plan_id,child_id\n")
        held.writestr("plans.csv", "plan_id,child_id\nP,C\n")
    assert "twice" in refused(tmp_path / "twice.zip")


def test_importing_the_door_brings_in_no_heavy_library() -> None:
    code = "import sys, auditcheck.exports; print([m for m in ('pyarrow', 'lxml', 'python_calamine', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
