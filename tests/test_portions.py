"""Children audited in portions: whatever the number of them, the same comes out as when all are audited together."""

from __future__ import annotations

import csv
import os
import signal
import threading
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import NORTHSHIRE
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.random_cases import AS_OF, random_case_files
from portion_work import processes_started_here
from running import book, export_of

from auditcheck import portions
from auditcheck.casefile import CaseFile
from auditcheck.nightly import Order, run
from auditcheck.row_order import in_order

EVERY_LIST = frozenset({"workbook", "pages", "cases", "board"})
TEXT = ("findings.csv", "rules.csv", "quality.csv", "completeness.csv", "measures.csv")


def tangled(seed: int, children: int = 120) -> dict[str, list[dict[str, str]]]:
    """Random case files whose children hang together in every way that an export may bring: siblings, a family id that stands for nothing,
    records that name another child's plan, the same id twice, no id, no child; and workers with their caseloads."""
    random, tables = Random(seed), {name: [dict(row) for row in rows] for name, rows in random_case_files(seed, children).items()}
    for child in random.sample(tables["children"], children // 2):
        child["family_id"] = "UNKNOWN FAMILY"
    for name in ("visits", "plan_actions", "conferences", "core_groups"):
        plans = [plan["plan_id"] for plan in tables["plans"]]
        for row in random.sample(tables[name], 2):
            row["plan_id"] = random.choice(plans)
        key = next(iter(tables[name][0]))
        for row in random.sample(tables[name], 12):
            row[random.choice([key, "child_id"])] = ""
    for name in ("referrals", "visits"):
        tables[name] += [dict(row) for row in random.sample(tables[name], 3)]
        one, other = random.sample(tables[name], 2)
        other[next(iter(other))] = one[next(iter(one))]
    tables["visits"].append(tables["visits"][0] | {"visit_id": "V-stray", "child_id": "C-nowhere"})
    tables["involvements"] = [
        {
            "involvement_id": f"I{n}", "child_id": child["child_id"], "worker_id": f"W{n % 5}", "role": "lead",
            "started_on": "2013-01-07", "ended_on": random.choice(["", "", "2014-02-03"]), "team": f"T{n % 3}",
        }
        for n, child in enumerate(tables["children"])
    ]  # fmt: skip
    for n, worker in enumerate(tables["workers"]):
        worker |= {"role": "social_worker", "experience": "assessed_year", "caseload_limit": str(8 + n), "full_time_equivalent": "0.8"}
    tables["establishment"] = [
        {"establishment_id": "S1", "counted_on": str(AS_OF), "role": "social_worker", "established": "10", "vacant": "2.5"}
    ]
    return tables


def written(folder: Path, tables: dict[str, list[dict[str, str]]]) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        columns = sorted({column for row in rows for column in row})
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
    return folder


def audited(export: Path, out: Path, as_of: date, number: int, jobs: int = 1, **more: object) -> Path:
    """A run in so many portions; its folder."""
    run(Order(export, out, as_of, "local-example", fail_on="never", jobs=jobs, portions=number, **more))  # type: ignore[arg-type]
    return out


def assert_same(one: Path, other: Path) -> None:
    for name in TEXT:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    for name in ("findings.parquet", "observations.parquet", "measured.parquet", "measured_months.parquet"):
        left, right = (pq.read_table(place / name) for place in (one, other))
        by = [(column, "ascending") for column in left.column_names]
        assert left.sort_by(by).equals(right.sort_by(by)), name


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A tangled export, and the folder of a run that audited all of its children together."""
    place = tmp_path_factory.mktemp("tangled")
    export = written(place / "export", tangled(20260))
    return export, audited(export, place / "whole", AS_OF, 1, without=frozenset({"workbook"}))


@pytest.mark.parametrize(
    "number", [7, *(pytest.param(some, marks=pytest.mark.deep) for some in (2, Random(AS_OF.toordinal()).randrange(8, 40)))]
)
def test_a_run_in_portions_writes_what_a_whole_one_writes(whole: tuple[Path, Path], tmp_path: Path, number: int) -> None:
    export, together = whole
    apart = audited(export, tmp_path / "apart", AS_OF, number, without=frozenset({"workbook"}))
    assert_same(together, apart)
    for name in ("index.html", "quality.html"):
        assert (together / name).read_bytes() == (apart / name).read_bytes(), name
    assert not any(entry.name.startswith(".") for entry in apart.iterdir())


def test_neither_processes_nor_lists_left_out_change_what_is_written(whole: tuple[Path, Path], tmp_path: Path) -> None:
    export, together = whole
    assert_same(together, audited(export, tmp_path / "apart", AS_OF, 3, jobs=2, without=EVERY_LIST))


def test_northshire_in_portions(tmp_path: Path) -> None:
    one, other = (audited(NORTHSHIRE, tmp_path / str(n), date(2015, 6, 30), n, without=EVERY_LIST) for n in (1, 5))
    assert_same(one, other)


def test_a_process_killed_halfway_costs_nothing_but_time(whole: tuple[Path, Path], tmp_path: Path) -> None:
    export, together = whole
    killed, over, before = list[int](), threading.Event(), set(processes_started_here())

    def kill_one() -> None:
        while not killed and not over.wait(0.01):
            for worker in set(processes_started_here()) - before:  # not the browser of other tests
                if not killed:
                    killed.append(worker)
                    os.kill(worker, signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    try:
        apart = audited(export, tmp_path / "apart", AS_OF, 5, jobs=2, without=EVERY_LIST)
    finally:
        over.set()
        killer.join()
    assert len(killed) == 1, "no process was killed, so nothing was tried"
    assert_same(together, apart)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(20))
def test_any_export_in_any_number_of_portions(seed: int, tmp_path: Path) -> None:
    export = written(tmp_path / "export", tangled(seed))
    one, other = (audited(export, tmp_path / str(n), AS_OF, n, without=EVERY_LIST) for n in (1, Random(seed).randrange(2, 30)))
    assert_same(one, other)


def test_no_portion_cuts_a_family_or_a_reference(tmp_path: Path) -> None:
    cf = CaseFile.of(export_of(tangled(5)))
    whole = CaseFile.of(export_of(tangled(5)))
    size = {name: len(table) for name, table in cf.tables.items()}
    families = dict(zip(whole.ids("children").to_pylist(), whole.text("children", "family_id").to_pylist(), strict=True))
    cut = [portion.case_files() for portion in portions.cut(cf, 9, tmp_path / "portions")]
    assert len(cut) > 3
    where: dict[str, set[int]] = {}
    plans = set(whole.ids("plans").to_pylist())
    for n, part in enumerate(cut):
        for child in part.ids("children").to_pylist():
            where.setdefault(families[child], set()).add(n)
        elsewhere = plans.difference(part.ids("plans").to_pylist())
        for table in ("visits", "plan_actions", "conferences", "reviews"):
            assert elsewhere.isdisjoint(part.text(table, "plan_id").to_pylist())
    assert {family for family, places in where.items() if len(places) > 1} <= {"", "unknown", "UNKNOWN FAMILY"}
    for name, n in size.items():
        lengths = [part.n(name) for part in cut]
        assert lengths == [n] * len(cut) if name in ("workers", "establishment") else sum(lengths) == n, name


def test_a_family_id_that_stands_for_nothing_is_no_family_in_any_portion(tmp_path: Path) -> None:
    rows = [{"child_id": f"C{n:03}", "family_id": "UNKNOWN"} for n in range(100)]
    cut = portions.cut(CaseFile.of(export_of({"children": rows})), 4, tmp_path / "portions")
    sizes = [portion.case_files().n("children") for portion in cut]
    assert len(sizes) > 1 and sum(sizes) == 100 and min(sizes) > portions.MOST


@given(st.lists(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30)), max_size=60), min_size=1, max_size=5), st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_tables_in_order_are_merged_in_order(several: list[list[tuple[str, int]]], at_once: int) -> None:
    by = [("word", "ascending"), ("number", "ascending")]
    schema = pa.schema([("word", pa.string()), ("number", pa.int64()), ("of", pa.int64())])
    tables = [
        pa.table([[w for w, _ in rows], [n for _, n in rows], [place] * len(rows)], schema=schema)
        for place, rows in enumerate(map(sorted, several))
    ]
    merged = pa.concat_tables(in_order(tables, by, at_once))
    assert merged.select(["word", "number"]).equals(pa.concat_tables(tables).sort_by(by).select(["word", "number"]))
    rows = [tuple(row.values()) for row in merged.to_pylist()]
    assert sorted(rows) == sorted(tuple(row.values()) for table in tables for row in table.to_pylist())


def test_components_are_found_whatever_the_steps_between() -> None:
    one, other = np.array([9, 3, 7, 5, 1]), np.array([3, 7, 5, 1, 2])
    assert portions._components(11, one, other).tolist() == [0, 1, 1, 1, 4, 1, 6, 1, 8, 1, 10]


def test_every_shipped_rule_can_be_told_in_portions() -> None:
    assert portions.can_be_cut(rule for rule in book().rules.values() if rule.stage == "active")
