"""Nothing of a child is written outside the results, not for a moment: the system's folder for temporary files stays empty.

What is written there stays when a command is killed, and not everywhere does its owner alone see it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import audit, folder, invoke, process, small_book

from auditcheck.ledger.store import writing

#: The process kills itself the moment it makes a file in the system's folder for temporary files.
DIES = """
import os, sys
def dies(event, args, place=os.environ["TMPDIR"] + "/"):
    if event == "open" and args[2] & os.O_CREAT and str(args[0]).startswith(place):
        os.kill(os.getpid(), 9)
sys.addaudithook(dies)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service with one night, and what the commands need for more."""
    made = tmp_path_factory.mktemp("service")
    folder(made / "export")
    small_book(made / "book")
    (made / "hook").mkdir()
    (made / "hook" / "sitecustomize.py").write_text(DIES, encoding="utf-8")
    night = audit(made / "export", made / "night", "--rules", made / "book", "--ledger", made / "ledger.sqlite", "--fail-on", "never")
    assert night.status == 0, night.said
    draw = ("--run", made / "night", "--rules", made / "book", "--n", "1", "--seed", "7")
    status, _, said = invoke("sample", "draw", *draw, "--out", made / "sample")
    assert status == 0, said
    return made


@pytest.mark.parametrize(
    "words",
    [
        "run {in_}/export --as-of 2015-07-01 --rules {in_}/book --ledger {in_}/ledger.sqlite --fail-on never --out {out}/out",
        "board {in_}/night --rules {in_}/book --out {out}/out",
        pytest.param("board {in_}/night --rules {in_}/book --out {out}/out --pdf", marks=pytest.mark.deep),
        "sample draw --run {in_}/night --rules {in_}/book --n 1 --seed 8 --out {out}/out",
        "sample read {in_}/sample --run {in_}/night --rules {in_}/book --out {out}/out",
        "actions export --ledger {in_}/ledger.sqlite --as-of 2015-07-15 --out {out}/out/actions.xlsx",
        "template --rules {in_}/book --out {out}/out",
        "synth {out}/out --children 3 --seed 3 --format annex-a",
    ],
    ids=lambda words: words.split()[0],
)
def test_a_command_writes_no_temporary_file(place: Path, tmp_path: Path, words: str) -> None:
    (tmp_path / "temporary").mkdir()
    done = process(*words.format(in_=place, out=tmp_path).split(), blocker=str(place / "hook"), TMPDIR=str(tmp_path / "temporary"))
    assert done.returncode in (0, 1), (done.returncode, done.stderr)
    assert list(tmp_path.rglob("*.xlsx")), "there is a workbook"
    assert list((tmp_path / "temporary").iterdir()) == []
    assert list(tmp_path.rglob(".*")) == [], "nor anything hidden elsewhere"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks Linux which files a process has open")
def test_the_ledger_sorts_nothing_into_temporary_files(tmp_path: Path) -> None:
    """SQLite takes their names away at once, but what is in them is on the disk."""
    with writing(tmp_path / "ledger.sqlite") as db:
        db.execute("CREATE TEMP TABLE ids AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000) SELECT i FROM n")
        files = {str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()}
    assert not [name for name in files if "etilqs" in name], "SQLite's temporary files"
