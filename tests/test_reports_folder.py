"""A folder of results appears whole or not at all, for its owner only."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditcheck.reports.folder import OutputRefused, whole


def write(out: Path, text: str, replace: bool = False) -> None:
    with whole(out, replace) as folder:
        (folder / "run.json").write_text(text)


def hidden(place: Path) -> list[str]:
    return sorted(entry.name for entry in place.iterdir() if entry.name.startswith("."))


def test_results_appear_under_the_name_only_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with whole(out, replace=False) as folder:
        assert folder.parent == out.parent and folder.name.startswith(".")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "run.json").write_text("{}")
        assert not out.exists()
    assert (out / "run.json").read_text() == "{}" and hidden(out.parent) == []


def test_an_exception_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole(tmp_path / "out", replace=False) as folder:
        (folder / "run.json").write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_an_exception_leaves_the_earlier_results(tmp_path: Path) -> None:
    write(tmp_path / "out", "first")
    with pytest.raises(ZeroDivisionError), whole(tmp_path / "out", replace=True):
        raise ZeroDivisionError
    assert (tmp_path / "out" / "run.json").read_text() == "first" and hidden(tmp_path) == []


@pytest.mark.parametrize("in_one_step", [True, False])
def test_results_are_replaced_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool) -> None:
    if not in_one_step:
        monkeypatch.setattr("auditcheck.reports.folder.exchanged", lambda one, other: False)  # a system that can't
    write(tmp_path / "out", "first")
    (tmp_path / "out" / "old.csv").write_text("old")
    with pytest.raises(OutputRefused, match=r"not empty.*--replace"):
        write(tmp_path / "out", "second")
    assert (tmp_path / "out" / "run.json").read_text() == "first"
    write(tmp_path / "out", "second", replace=True)
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == ["run.json"]
    assert (tmp_path / "out" / "run.json").read_text() == "second" and hidden(tmp_path) == []


def test_a_folder_that_is_not_ours_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "draft.txt").write_text("mine")
    with pytest.raises(OutputRefused, match=r"no run\.json"):
        write(tmp_path / "letters", "x", replace=True)
    assert (tmp_path / "letters" / "draft.txt").read_text() == "mine"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", "x")
    assert (tmp_path / "out" / "run.json").read_text() == "x" and hidden(tmp_path) == []


def test_a_file_in_the_place_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputRefused, match="is a file"):
        write(tmp_path / "out", "x", replace=True)
    with pytest.raises(OutputRefused, match="can't be written"):
        write(tmp_path / "out" / "below", "x")


def test_the_block_never_runs_when_the_place_is_taken(tmp_path: Path) -> None:
    write(tmp_path / "out", "first")
    ran = []
    with pytest.raises(OutputRefused), whole(tmp_path / "out", replace=False):
        ran.append(True)
    assert ran == []


def test_a_place_taken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused), whole(tmp_path / "out", replace=False):
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "theirs").write_text("x")
    assert [entry.name for entry in tmp_path.rglob("*")] == ["out", "theirs"]


def test_the_old_results_come_back_when_the_swap_fails_halfway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "out", "first")
    really = Path.rename

    def fail_for_the_new(self: Path, target: Path) -> Path:
        if "-new-" in self.name:
            raise OSError(5, "Input/output error")
        return really(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new)
    monkeypatch.setattr("auditcheck.reports.folder.exchanged", lambda one, other: False)  # a system that can't do it in one step
    with pytest.raises(OutputRefused, match="unchanged"):
        write(tmp_path / "out", "second", replace=True)
    assert (tmp_path / "out" / "run.json").read_text() == "first" and hidden(tmp_path) == []


@pytest.mark.parametrize("umask", [0o277, 0o777])
def test_the_folder_can_be_written_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    was = os.umask(umask)
    try:
        with whole(tmp_path / "out", replace=False) as folder:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        os.umask(was)


@pytest.fixture
def open_umask() -> Iterator[None]:
    was = os.umask(0)
    yield
    os.umask(was)


@pytest.mark.usefixtures("open_umask")
def test_only_the_owner_can_read_whatever_the_umask(tmp_path: Path) -> None:
    with whole(tmp_path / "out", replace=False) as folder:
        (folder / "a" / "b").mkdir(parents=True)
        (folder / "a" / "b" / "c.csv").write_text("x")
        (folder / "run.json").write_text("x")
    modes = {str(p.relative_to(tmp_path)): oct(stat.S_IMODE(p.stat().st_mode)) for p in tmp_path.rglob("*")}
    assert modes == {"out": "0o700", "out/a": "0o700", "out/a/b": "0o700", "out/a/b/c.csv": "0o600", "out/run.json": "0o600"}


KILLED = """
import sys
from pathlib import Path
from auditcheck.reports.folder import whole
with whole(Path(sys.argv[1]), replace=True) as folder:
    (folder / "findings.csv").write_text("half")
    print("halfway", flush=True)
    sys.stdin.read()
"""


def halfway(out: Path) -> subprocess.Popen[str]:
    run = subprocess.Popen([sys.executable, "-c", KILLED, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None and run.stdout.readline() == "halfway\n"
    return run


def kill(run: subprocess.Popen[str]) -> None:
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert run.returncode == -signal.SIGKILL


def test_a_killed_run_leaves_nothing_under_the_name_and_the_next_run_clears_up(tmp_path: Path) -> None:
    kill(halfway(tmp_path / "out"))
    assert not (tmp_path / "out").exists() and len(hidden(tmp_path)) == 1
    write(tmp_path / "out", "next")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_run_beside_it_is_not_taken_for_a_leftover(tmp_path: Path) -> None:
    other = halfway(tmp_path / "out")
    write(tmp_path / "out", "mine")
    assert len(hidden(tmp_path)) == 1
    other.communicate("")
    assert other.returncode == 0 and (tmp_path / "out" / "findings.csv").read_text() == "half"


def test_results_set_aside_by_a_run_killed_between_two_renames_come_back(tmp_path: Path) -> None:
    write(tmp_path / "out", "first")
    (tmp_path / "out").rename(tmp_path / ".out.auditcheck-old-abc")
    ran = []
    with pytest.raises(OutputRefused, match="not empty"), whole(tmp_path / "out", replace=False):
        ran.append(True)
    assert ran == [] and (tmp_path / "out" / "run.json").read_text() == "first" and hidden(tmp_path) == []


#: Replaces results again and again; each time the process kills itself one step later, until it is let live to the end.
KILLED_AT_EVERY_STEP = """
import os, sys
from pathlib import Path
from auditcheck.reports.folder import whole

def replaced(out, text, steps=None):
    def step(event, args):
        steps.pop() if steps else os.kill(os.getpid(), 9)
    with whole(out, replace=True) as folder:
        for name in ("run.json", "findings.csv"):
            (folder / name).write_text(text)
        if steps is not None:
            sys.addaudithook(step)

status, steps = 1, 0
while status:
    out = Path(sys.argv[1]) / str(steps) / "out"
    replaced(out, "old")
    child = os.fork()
    if not child:
        replaced(out, "new", [None] * steps)
        os._exit(0)
    status, steps = os.waitpid(child, 0)[1], steps + 1
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere two renames are needed")
def test_a_run_killed_at_any_step_leaves_the_old_results_or_the_new_ones_under_the_name(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED_AT_EVERY_STEP, str(tmp_path)], check=True, timeout=60)
    found = []
    for place in sorted(tmp_path.iterdir(), key=lambda place: int(place.name)):
        assert (place / "out").is_dir(), f"killed after {place.name} steps"
        found.append({entry.name: entry.read_text() for entry in (place / "out").iterdir()})
        write(place / "out", "next", replace=True)
        assert hidden(place) == []
    old, new = ({"run.json": text, "findings.csv": text} for text in ("old", "new"))
    swapped = found.index(new)
    assert 0 < swapped < len(found) - 1 and found == [old] * swapped + [new] * (len(found) - swapped)
