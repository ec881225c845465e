"""Parquet files whose footer or page headers say what is not so: refused or set aside in a sentence, before they fill the memory.

Arrow goes by the headers of pages where a footer says otherwise, and ends the process over some footers that contradict themselves.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hostile import parquet_lies as lies
from hostile.running import MEBIBYTES, done

from auditcheck.exports import read
from auditcheck.raw import BadExport

SWELLS = "plans.parquet decodes to more than 100 times its size and more than 256 MB"
DIFFER = "its pages and its footer say different things"
MEGABYTE = 1 << 20


def repeated(value: str | bytes, times: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(times, np.int32)), [value])


def export(place: Path, plans: pa.Array, **how: object) -> lies.File:
    """A folder with plans.parquet, taken apart."""
    (place / "children.csv").write_text("child_id\nC1\n", encoding="utf-8")
    table = pa.table({"plan_id": plans, "child_id": repeated("C1", len(plans))})
    pq.write_table(table, place / "plans.parquet", **({"compression": "zstd", "store_schema": False} | how))  # type: ignore[arg-type]
    return lies.File(place / "plans.parquet")


def footer_says(file: lies.File, field: int, value: int) -> None:
    lies.put(next(file.chunks()), value, field)


def pages_say(file: lies.File, value: int, *field: int) -> None:
    for header, _ in file.pages[0]:
        if field[0] in header:
            lies.put(header, value, *field)


def rows_are(file: lies.File, rows: int) -> None:
    lies.put(file.footer, rows, lies.NUM_ROWS)
    for group in file.footer[lies.ROW_GROUPS][1][1]:
        lies.put(group, rows, lies.GROUP_ROWS)


def small() -> pa.Array:
    return pa.array([f"P{number}" for number in range(1000)])


def a_list() -> pa.Array:
    return pa.ListArray.from_arrays(pa.array([0, 3_000_000], pa.int32()), repeated("x" * 300, 3_000_000))


#: What is written, how it lies, and what must be said.
LIES: dict[str, tuple[Callable[[], pa.Array], dict[str, object], Callable[[lies.File], None], str]] = {
    "a long value many times and a small footer": (
        lambda: repeated("x" * (10 * MEGABYTE), 1000),
        {},
        lambda file: footer_says(file, lies.UNCOMPRESSED, 100),
        SWELLS,
    ),
    "one value by the footer, a hundred thousand by the page": (
        lambda: repeated("x" * MEGABYTE, 100_000),
        {},
        lambda file: footer_says(file, lies.VALUES, 1),
        DIFFER,
    ),
    "one value by the footer, a list of millions by the page": (a_list, {}, lambda file: footer_says(file, lies.VALUES, 1), DIFFER),
    "pages that say two gigabytes": (
        small,
        {},
        lambda file: pages_say(file, 2**31 - 1, lies.PAGE_UNCOMPRESSED),
        SWELLS,
    ),
    "pages that say less than nothing": (
        small,
        {},
        lambda file: pages_say(file, -5, lies.PAGE_UNCOMPRESSED),
        "the header of a page holds a number below 0",
    ),
    "pages that say little": (
        lambda: pa.array(["x" * (10 * MEGABYTE)]),
        {"use_dictionary": False},
        lambda file: pages_say(file, 1000, lies.PAGE_UNCOMPRESSED),
        "cannot be read as Parquet (ZSTD decompression failed",
    ),
    "pages that say more values": (small, {}, lambda file: pages_say(file, 10**9, lies.DATA_HEADER, lies.PAGE_VALUES), DIFFER),
    "more rows than there are": (small, {}, lambda file: rows_are(file, 2000), "its columns are not as long as its footer says"),
    "a thousand million rows": (small, {}, lambda file: rows_are(file, 10**9), SWELLS),
    "fewer values and rows": (
        small,
        {},
        lambda file: (rows_are(file, 10), footer_says(file, lies.VALUES, 10))[0],
        DIFFER,
    ),
    "a dictionary of a thousand million": (
        small,
        {},
        lambda file: pages_say(file, 10**9, lies.DICTIONARY_HEADER, lies.PAGE_VALUES),
        SWELLS,
    ),
    "values of two gigabytes by the schema": (
        lambda: pa.array([b"abcd"] * 3, pa.binary(4)),
        {},
        lambda file: lies.put(file.footer, 2**31 - 1, 2, 1, 2),
        SWELLS,
    ),
    "a schema that Arrow dies of": (
        small,
        {},
        lambda file: lies.put(file.footer, 0, 2, 1, 3),
        "cannot be read as Parquet (",
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_told_of_and_fills_no_memory(tmp_path: Path, name: str) -> None:
    column, how, lie, says = LIES[name]
    place = tmp_path / "export"
    place.mkdir()

    def written() -> None:
        file = export(place, column(), **how)
        lie(file)
        file.write()

    assert done(written, tmp_path).status == 0, "the memory that writing takes is not counted"
    ended = done(lambda: told(place), tmp_path)
    assert ended.status == 0 and says in ended.said, ended
    assert ended.mebibytes < MEBIBYTES, ended


def told(place: Path) -> None:
    """Print what became of an export."""
    try:
        found = read(place)
    except BadExport as refused:
        print(refused)
    else:
        print(found.problems, {name: len(table) for name, table in found.tables.items()})


def test_a_file_taken_apart_and_put_together_is_the_same(tmp_path: Path) -> None:
    """What is tried here is the lie, and nothing else about the file."""
    file = export(tmp_path, small(), data_page_size=500, write_batch_size=100, use_dictionary=False)
    before = (tmp_path / "plans.parquet").read_bytes()
    assert file.write().read_bytes() == before and len(file.pages[0]) > 2
    assert [len(read(tmp_path).tables["plans"]), *read(tmp_path).problems] == [1000]


def test_a_footer_that_takes_gigabytes_to_read_is_not_read(tmp_path: Path) -> None:
    file = export(tmp_path, small())
    file.write()
    with (tmp_path / "plans.parquet").open("ab") as end:
        end.write(bytes(20 * MEGABYTE) + (20 * MEGABYTE).to_bytes(4, "little") + b"PAR1")
    assert ["its footer is larger than 16 MB" in problem.problem for problem in read(tmp_path).problems if problem.stopped] == [True]


COLUMNS: list[Callable[[Random, int], pa.Array]] = [
    lambda chance, rows: pa.array([f"P{number}" for number in range(rows)]),
    lambda chance, rows: repeated("x" * chance.choice([3, 300, 100_000]), rows),
    lambda chance, rows: pa.array(["x" * chance.choice([3, 5_000])] * rows),
    lambda chance, rows: pa.ListArray.from_arrays(pa.array([0] + [rows] * rows, pa.int32()), repeated("x" * 300, rows)),
    lambda chance, rows: pa.array([b"abcd"] * rows, pa.binary(4)),
    lambda chance, rows: pa.array(range(rows)),
    lambda chance, rows: pa.array([1.5] * rows),
    lambda chance, rows: pa.array([None if number % 2 else "a" for number in range(rows)], pa.string()),
]


def lying(place: Path, chance: Random) -> None:
    """A file of any form, in which one to four numbers are others."""
    rows = chance.choice([1, 5, 3_000])
    column = chance.choice(COLUMNS)(chance, rows)
    how: dict[str, object] = {"compression": chance.choice(["zstd", "snappy", "gzip", "none", "lz4", "brotli"])}
    if chance.random() < 0.5:
        how |= {"use_dictionary": False}
        if pa.types.is_string(column.type):
            how |= {"column_encoding": {"plan_id": chance.choice(["PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])}}
    how |= {"data_page_version": chance.choice(["1.0", "2.0"]), "data_page_size": chance.choice([200, MEGABYTE])}
    file = export(place, column, **how)
    for _ in range(chance.randint(1, 4)):
        one = chance.choice([file.footer, file.footer, *(header for pages in file.pages for header, _ in pages[:3])])
        way = chance.choice(list(lies.numbers(one)))
        was = lies.get(one, *way)
        another = [0, 1, -1, 2, 7, was + 1, was - 1, was * 2, was * 1000, 10**7, 3 * 10**8, 10**9, 2**31 - 1, 2**31, -(2**31), 2**40, 2**62]
        lies.put(one, chance.choice(another), *way)
    file.write()


@pytest.mark.deep
@pytest.mark.parametrize("hundred", range(8))
def test_any_lie(tmp_path: Path, hundred: int) -> None:
    for number in range(100):
        place = tmp_path / "export"
        place.mkdir()
        lying(place, Random(hundred * 100 + number))
        ended = done(lambda place=place: told(place), tmp_path)  # type: ignore[misc]
        assert ended.status == 0 and ended.mebibytes < MEBIBYTES, (number, ended)
        shutil.rmtree(place)
