"""All the reports of a run together: what goes where, and who may appear in it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import openpyxl
import pyarrow as pa
import pytest
from reports_view import OBSERVATION, finding, frame, observation, quality, rules, view

from auditcheck.reports import write_reports
from auditcheck.reports.folder import whole
from auditcheck.reports.view import RunView

OBSERVATIONS = pa.table({"rule_id": ["CPC-ICPC-01"], "outcome": ["met"]})
SEALED = "SEALED-1"
TABLES = ["findings.csv", "findings.parquet", "observations.parquet", "quality.csv", "rules.csv", "run.json"]


def reported(out: Path, run: RunView) -> Path:
    with whole(out, replace=False) as folder:
        write_reports(folder, run, [OBSERVATIONS])
    return out


def sealed_run() -> RunView:
    """One restricted child in every list, beside others; once named only inside a record's natural key and in a quality item."""
    theirs = {"child_id": SEALED, "team": "Sealed team", "worker_id": "W-SEALED"}
    return view(
        [finding(1), finding(2, **theirs), finding(3, child_id="", record_id=f"cases:{SEALED}:2015-01-01")],
        due_soon=frame([observation(1), observation(2, **theirs)], OBSERVATION),
        cannot_tell=frame([observation(1), observation(2, **theirs)], OBSERVATION),
        rules=rules(("CPC-ICPC-01", "evaluated", ""), ("C-3", "rule_error", f"Broke at {SEALED}.")),
        quality=quality(("children.csv", "restricted", SEALED, f"{SEALED} appears twice")),
        restricted=frozenset({SEALED}),
    )


def readable(path: Path) -> str:
    """Every word that a reader of the page or the workbook can find in it."""
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8")
    book = openpyxl.load_workbook(path)
    cells = (str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    return "\n".join((*book.sheetnames, *cells))


def test_what_a_run_leaves(tmp_path: Path) -> None:
    out = reported(tmp_path / "out", view())
    assert sorted(entry.name for entry in out.iterdir()) == sorted([*TABLES, "exceptions.xlsx", "index.html", "teams", "challenge"])
    assert [entry.name for folder in ("teams", "challenge") for entry in (out / folder).iterdir()] == ["crewe-1.html"] * 2


def test_restricted_children_are_only_under_restricted(tmp_path: Path) -> None:
    out = reported(tmp_path / "out", sealed_run())
    for path in (*(out / "teams").iterdir(), *(out / "challenge").iterdir()):
        assert "SEALED" not in readable(path).upper() and "sealed" not in path.name, path.name
    for name in ("index.html", "exceptions.xlsx"):
        assert "SEALED" not in readable(out / name).upper(), name
        assert "C00001" in readable(out / name), name
        assert SEALED in readable(out / "restricted" / name), name
        assert "C00001" not in readable(out / "restricted" / name), name


def test_restricted_children_are_counted_for_everybody(tmp_path: Path) -> None:
    out = reported(tmp_path / "out", sealed_run())
    document = lxml.html.parse(str(out / "index.html"))
    counts = [" ".join(item.text_content().split()) for item in document.xpath("//ul[@class='counts']/li")]
    assert counts == ["3 Act today", "2 Due soon", "0 Overdue and known", "2 Cannot tell"]
    assert "4 of the 7 rows in all concern children whose records are restricted." in readable(out / "index.html")
    assert "4 of the 7 rows in all" in readable(out / "exceptions.xlsx")
    sealed = lxml.html.parse(str(out / "restricted" / "index.html"))
    assert " ".join(sealed.xpath("//ul[@class='counts']/li")[0].text_content().split()) == "2 Act today"
    assert (out / "findings.csv").read_text(encoding="utf-8").count(SEALED) == 2


def test_an_unseen_character_in_the_id_opens_no_door(tmp_path: Path) -> None:
    odd = "SEALED\u200e-1"
    out = reported(tmp_path / "out", view([finding(1), finding(2, child_id=odd)], restricted=frozenset({odd})))
    assert "SEALED" not in readable(out / "index.html") and "SEALED" in readable(out / "restricted" / "index.html")


def test_an_id_with_signs_of_a_pattern_is_only_an_id(tmp_path: Path) -> None:
    run = view([finding(1), finding(2, child_id="C.*(")], restricted=frozenset({"C.*("}))
    out = reported(tmp_path / "out", run)
    assert "C00001" in readable(out / "index.html") and "C.*(" not in readable(out / "index.html")


def test_the_restricted_pages_of_an_incomplete_run_say_so(tmp_path: Path) -> None:
    out = reported(tmp_path / "out", view([finding(1)], restricted=frozenset({"C00001"}), complete=False))
    assert "INCOMPLETE" in readable(out / "restricted" / "index.html") and "INCOMPLETE" in readable(out / "restricted" / "exceptions.xlsx")


def test_a_second_run_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = reported(tmp_path / "1", sealed_run()), reported(tmp_path / "2", sealed_run())
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(files) == len(TABLES) + 6
    for file in files:
        assert (first / file).read_bytes() == (second / file).read_bytes(), file


@pytest.fixture
def open_umask() -> Iterator[None]:
    was = os.umask(0)
    yield
    os.umask(was)


@pytest.mark.usefixtures("open_umask")
def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    out = reported(tmp_path / "out", sealed_run())
    for path in (out, *out.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_naming_the_reports_loads_none_of_the_heavy_libraries() -> None:
    code = "import sys, auditcheck.reports, auditcheck.reports.folder; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "auditcheck.reports" in loaded and not {"pandas", "numpy", "pyarrow", "jinja2", "xlsxwriter"} & set(loaded)
