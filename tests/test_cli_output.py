"""What a run leaves behind: the same bytes each time, the owner's alone, and nothing of the machine in it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from commands import NORTHSHIRE, ROOT, Run, audit, control_characters, process, rows


@pytest.fixture(scope="module")
def northshire(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The invented authority, on the day that its manifest says."""
    return audit(NORTHSHIRE, tmp_path_factory.mktemp("northshire") / "out", "--profile", "local-example", as_of=None)


def test_a_run_ends_with_what_was_read_and_found_and_where_to_look(northshire: Run) -> None:
    assert northshire.status == 1
    assert "61 children, 4,653 records, as of 2015-06-30 (profile local-example)" in northshire.said
    assert f"could not be taken as they stood: {len(northshire.quality)} (quality.csv)" in northshire.said
    assert re.findall(r"\bC\d\d\b", northshire.said) == []


def test_every_file_is_the_owners_alone(northshire: Run) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in [northshire.out, *northshire.out.rglob("*")]}
    folders = {path.name for path in [northshire.out, *northshire.out.rglob("*")] if path.is_dir()}
    assert modes == {name: 0o700 if name in folders else 0o600 for name in modes}
    assert {"restricted", "findings.csv", "observations.parquet"} < set(modes)


def test_names_of_files_say_nothing_of_a_child(northshire: Run) -> None:
    names = " ".join(str(path.relative_to(northshire.out)) for path in northshire.out.rglob("*"))
    assert [row["child_id"] for row in rows(NORTHSHIRE / "children.csv") if row["child_id"] in names] == []


def test_no_file_says_where_it_was_made(northshire: Run) -> None:
    places = [str(northshire.out.parent).encode(), str(ROOT).encode()]
    files = [path for path in northshire.out.rglob("*") if path.is_file()]
    contents = {str(path): path.read_bytes() for path in files if path.suffix != ".xlsx"}
    for book in (path for path in files if path.suffix == ".xlsx"):
        with zipfile.ZipFile(book) as held:
            contents |= {f"{book}:{name}": held.read(name) for name in held.namelist()}
    assert [name for name, data in contents.items() if any(place in data for place in places)] == []


def test_run_json_names_inputs_without_their_folder(northshire: Run) -> None:
    names = [each["name"] for each in northshire.info["inputs"]]
    assert names == sorted(path.name for path in NORTHSHIRE.iterdir() if not path.name.startswith("expected"))


def test_a_second_run_writes_the_same_bytes_and_no_control_characters(northshire: Run, tmp_path: Path) -> None:
    words = ("run", NORTHSHIRE, "--as-of", "2015-06-30", "--profile", "local-example", "--out", tmp_path / "out")
    done = process(*words, PYTHONHASHSEED="7")
    assert (done.returncode, done.stdout, control_characters(done.stderr)) == (1, "", set())
    assert done.stderr == northshire.said.replace(str(northshire.out), str(tmp_path / "out"))
    second = Run(done.returncode, done.stderr, tmp_path / "out")
    both = [{str(p.relative_to(run.out)): p.read_bytes() for p in run.out.rglob("*") if p.is_file()} for run in (northshire, second)]
    assert both[0].keys() == both[1].keys()
    assert [name for name in both[0] if both[0][name] != both[1][name] and not name.endswith((".parquet", "run.json"))] == []
    for name in ("observations.parquet", "findings.parquet"):
        assert pq.read_table(northshire.out / name).equals(pq.read_table(second.out / name))
    assert northshire.info | {"durations": 0} == second.info | {"durations": 0}


def test_planned_meetings_are_listed(northshire: Run) -> None:
    ahead = "planned: dated after 2015-06-30, so it has not happened yet"
    assert [(column, value, what) for _, column, value, what in northshire.told("conferences.csv") if what.startswith("planned")] == [
        ("held_at", "2015-09-10T14:00", ahead)
    ]


def test_a_zip_of_the_folder_gives_the_same_findings(northshire: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as held:
        for path in NORTHSHIRE.iterdir():
            held.write(path, f"northshire/{path.name}")
    zipped = audit(tmp_path / "export.zip", tmp_path / "out", "--profile", "local-example", as_of=None)
    assert (zipped.out / "findings.csv").read_bytes() == (northshire.out / "findings.csv").read_bytes()
    assert [each["name"] for each in zipped.info["inputs"]] == ["export.zip"]


def test_typed_parquet_gives_the_same_findings(northshire: Run, tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "manifest.yml").write_bytes((NORTHSHIRE / "manifest.yml").read_bytes())
    kinds = set()
    for path in NORTHSHIRE.glob("*.csv"):
        if not path.name.startswith("expected"):
            table = pyarrow.csv.read_csv(path)  # which makes dates, moments and figures of what looks like them
            kinds |= {str(kind) for kind in table.schema.types}
            pq.write_table(table, export / f"{path.stem}.parquet")
    assert {"date32[day]", "timestamp[s]", "int64", "null"} < kinds
    found = audit(export, tmp_path / "out", "--profile", "local-example", as_of=None)
    assert (found.out / "findings.csv").read_bytes() == (northshire.out / "findings.csv").read_bytes()
