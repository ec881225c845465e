"""Parquet files that swell when they are decoded are refused; those that only repeat themselves, as tables do, are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditcheck.exports import read
from auditcheck.raw import BadExport, RawTable

MANY = 3_000_000


def repeated(value: str | bytes, times: int = MANY) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(times, np.int32)), [value])


def export(place: Path, columns: dict[str, pa.Array] | pa.Table, **how: object) -> Path:
    """A folder with plans.parquet, without what Arrow adds to say how it was in memory."""
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    pq.write_table(table, place / "plans.parquet", compression="zstd", store_schema=False, **how)
    return place


def plans(place: Path, columns: dict[str, pa.Array] | pa.Table, **how: object) -> RawTable:
    return read(export(place, columns, **how)).tables["plans"]


@pytest.mark.parametrize(
    ("column", "how"),
    [
        (lambda: repeated("x" * 300), {}),
        (lambda: repeated(b"x" * 300), {}),
        (lambda: repeated("x" * 10_000_000, 1000), {}),
        (lambda: pa.ListArray.from_arrays(pa.array([0, MANY], pa.int32()), repeated("x" * 300)), {}),
        (lambda: pa.array(["x" * 10_000] * 60_000), {"use_dictionary": False, "column_encoding": {"plan_id": "DELTA_BYTE_ARRAY"}}),
        (lambda: pa.array(["x" * 10_000] * 60_000), {"use_dictionary": False}),
        (lambda: pa.nulls(40_000_000, pa.string()), {}),
        (lambda: pa.array(np.ones(40_000_000, bool)), {}),
    ],
    ids=["text", "bytes", "long text", "a list", "differences", "plain", "nothing", "yes"],
)
def test_a_file_that_swells_is_refused(tmp_path: Path, column: Callable[[], pa.Array], how: dict[str, object]) -> None:
    place = export(tmp_path, {"plan_id": column()}, **how)
    assert (place / "plans.parquet").stat().st_size < 2_000_000
    with pytest.raises(BadExport) as caught:
        read(place)
    assert str(caught.value) == (
        "plans.parquet decodes to more than 100 times its size and more than 256 MB; it was not read. "
        "If it is what your system exports, export that table as CSV."
    )


def test_files_that_swell_together_are_refused_together(tmp_path: Path) -> None:
    """Each is within what one may decode to."""
    for name in ("plans", "visits", "reviews"):
        pq.write_table(pa.table({"child_id": repeated("x" * 300, 400_000)}), tmp_path / f"{name}.parquet")
    with pytest.raises(BadExport, match=r"visits\.parquet and the Parquet files read before it decode to more than 100 times their size"):
        read(tmp_path)


def test_arrows_own_dictionaries_are_no_way_round(tmp_path: Path) -> None:
    pq.write_table(pa.table({"plan_id": repeated("x" * 300)}), tmp_path / "plans.parquet")
    with pytest.raises(BadExport, match="decodes to more than"):
        read(tmp_path)


def test_a_column_that_has_no_text_is_not_decoded(tmp_path: Path) -> None:
    swelling = pa.StructArray.from_arrays([repeated("x" * 3000)], ["part"])
    found = read(export(tmp_path, {"plan_id": repeated("P"), "child_id": repeated("C"), "needs": swelling}))
    assert ["the column is ignored" in problem.problem for problem in found.problems] == [True]


def test_short_codes_many_times_and_one_long_text_among_them(tmp_path: Path) -> None:
    codes = ["CIN", "CPP", ""] * 100_000 + ["x" * 1_000_000]
    found = plans(tmp_path, {"plan_id": pa.array(codes), "child_id": repeated("C1", len(codes))}, row_group_size=70_000)
    assert found.columns["plan_id"].to_pylist() == codes
    assert set(found.columns["child_id"].to_pylist()) == {"C1"}


def test_a_name_with_a_point_is_another_column(tmp_path: Path) -> None:
    found = plans(tmp_path, {"plan_id.old": pa.array(["A"]), "plan_id": pa.array(["B"]), "child_id": pa.array(["C"])})
    assert found.columns["plan_id"].to_pylist() == ["B"]


def test_a_file_without_rows(tmp_path: Path) -> None:
    found = plans(tmp_path, {"plan_id": pa.array([], pa.string()), "child_id": pa.array([], pa.list_(pa.string()))})
    assert [len(column) for column in found.columns.values()] == [0, 0]
