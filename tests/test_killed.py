"""A run that is killed, or finds the disk full, at any moment: what was there stays whole, and the next run is as any other."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest
from commands import GOOD, ROOT, folder, invoke, small_book

FIRST, SECOND = "2015-06-30", "2015-07-01"


Content = bytes | list[dict[str, object]]


def content(path: Path) -> Content:
    """What a file says: its bytes, or the rows of a Parquet file."""
    return pq.read_table(path).to_pylist() if path.suffix == ".parquet" else path.read_bytes()


class Service:
    """Two nights of a small service, done undisturbed, and what they left: the control that every disturbed one must come to equal.

    The second is done twice, of an early export and of the whole one: what is disturbed always replaces something.
    """

    def __init__(self, place: Path, *more: str, visits: int = 0, children: int = 0) -> None:
        """``more``: options of every run; ``visits``: so many rows of a large table; ``children``: so many more on the second night."""
        self.place, self.book, self.more = place, small_book(place / "book"), more
        held = GOOD["conferences.csv"] + "K4,C1,P1,review,2014-09-19T10:00\n"
        large = {"visits.csv": "visit_id,child_id\n" + "".join(f"V{number},C2\n" for number in range(visits))} if visits else {}
        numbers = range(100, 100 + children)
        later = large | {
            "conferences.csv": held,
            "children.csv": GOOD["children.csv"] + "".join(f"C{number},\n" for number in numbers),
            "plans.csv": GOOD["plans.csv"] + "".join(f"P{number},C{number},child_protection,2014-01-10,\n" for number in numbers),
        }
        self.exports = {FIRST: folder(place / "first", large), SECOND: folder(place / "second", later)}
        begun = place / "begun"
        self.run(FIRST, begun)
        self.run(SECOND, begun, self.exports[FIRST])
        self.early = self.files(begun / SECOND)
        shutil.copytree(begun, place / "control")
        started = time.monotonic()
        self.run(SECOND, place / "control")
        self.seconds = time.monotonic() - started
        self.whole = {day: self.files(place / "control" / day) for day in (FIRST, SECOND)}
        assert "continuing" in str(self.whole[SECOND]["findings.csv"]), "the second night knows the first"
        assert self.whole[SECOND] != self.early

    def words(self, day: str, place: Path, export: Path | None = None) -> list[str]:
        out = ["--out", str(place / day), "--ledger", str(place / "ledger.sqlite"), "--replace"]
        return ["run", str(export or self.exports[day]), "--as-of", day, "--rules", str(self.book), "--fail-on", "never", *out, *self.more]

    def run(self, day: str, place: Path, export: Path | None = None) -> None:
        status, _, said = invoke(*self.words(day, place, export))
        assert status == 0, said

    def start(self, day: str, place: Path, biggest_file: int | None = None, hook: Path | None = None) -> subprocess.Popen[bytes]:
        def limit() -> None:
            if biggest_file is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (biggest_file, biggest_file))

        command = [sys.executable, "-m", "auditcheck", *self.words(day, place)]
        path = os.pathsep.join(map(str, filter(None, [hook, ROOT / "src"])))
        environment = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}  # what it leaves half made is no compiled module
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limit)

    @staticmethod
    def files(folder: Path) -> dict[str, Content]:
        """Every file of a run but run.json, whose durations differ."""
        found = (path for path in folder.rglob("*") if path.is_file() and path.name != "run.json")
        return {str(path.relative_to(folder)): content(path) for path in found}

    def is_as_it_should_be(self, place: Path, disturbed: str) -> None:
        """The first night is whole, so is the second, old or new, the ledger is sound; done again the second is the control."""
        assert self.files(place / FIRST) == self.whole[FIRST], disturbed
        assert self.files(place / SECOND) in (self.early, self.whole[SECOND]), disturbed
        seen = {entry.name for entry in place.iterdir() if not entry.name.startswith(".")}
        assert seen <= {FIRST, SECOND, "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.sqlite-journal"}, (
            disturbed,
            seen,
        )
        status, _, said = invoke("ledger", "check", place / "ledger.sqlite")
        assert status == 0, (disturbed, said)
        self.run(SECOND, place)
        assert self.files(place / SECOND) == self.whole[SECOND], disturbed
        assert {entry.name for entry in place.iterdir()} == {FIRST, SECOND, "ledger.sqlite"}, disturbed


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(tmp_path_factory.mktemp("service"))


def killed(service: Service, place: Path, after: float) -> bool:
    """Start the second night and kill it after so many seconds; whether it still ran."""
    shutil.copytree(service.place / "begun", place)
    child = service.start(SECOND, place)
    try:
        child.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return True
    return False


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_killed(service: Service, tmp_path: Path, share: float) -> None:
    killed(service, tmp_path / "place", share * service.seconds)
    service.is_as_it_should_be(tmp_path / "place", f"killed after {share} of the time")


#: Kills the process just before the new results take the place of the old, or just after.
AT_THE_SWAP = """
import os, sys
moment = {moment!r}
def dies(event, args):
    if event == moment and ("renameat2" in args or os.path.basename(str(args[0])).startswith(".2015-07-01.auditcheck-new-")):
        os.kill(os.getpid(), 9)
sys.addaudithook(dies)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere two renames are needed")
@pytest.mark.parametrize(("moment", "stands"), [("ctypes.dlsym", "old"), ("shutil.rmtree", "new")])
def test_killed_at_the_swap(service: Service, tmp_path: Path, moment: str, stands: str) -> None:
    """The ledger is not yet written then: where the new results stand, it learns of them from the note beside it."""
    place = tmp_path / "place"
    shutil.copytree(service.place / "begun", place)
    (tmp_path / "sitecustomize.py").write_text(AT_THE_SWAP.format(moment=moment), encoding="utf-8")
    child = service.start(SECOND, place, hook=tmp_path)
    _, said = child.communicate()
    assert child.returncode == -signal.SIGKILL, said
    assert service.files(place / SECOND) == (service.early if stands == "old" else service.whole[SECOND])
    service.is_as_it_should_be(place, f"killed at the swap: {moment}")


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(20))
def test_killed_at_ten_moments(service: Service, tmp_path: Path, seed: int) -> None:
    chance, still_ran = Random(seed), 0
    for number in range(10):
        # Most of the time goes by before anything is written; half the kills fall into the last third.
        share = chance.uniform(0, 1.1) if number % 2 else chance.uniform(0.7, 1.1)
        still_ran += killed(service, tmp_path / str(number), share * service.seconds)
        service.is_as_it_should_be(tmp_path / str(number), f"killed after {share:.3f} of the time")
        shutil.rmtree(tmp_path / str(number))
    assert still_ran, "at least some were killed while they ran"


@pytest.mark.parametrize("size", [0, 4_096])
def test_no_room(service: Service, tmp_path: Path, size: int) -> None:
    no_room(service, tmp_path / "place", size)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(4))
def test_no_room_at_ten_sizes(service: Service, tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    for number in range(10):
        no_room(service, tmp_path / str(number), chance.randrange(60_000))
        shutil.rmtree(tmp_path / str(number))


def no_room(service: Service, place: Path, size: int) -> None:
    """No file may grow past a size, as on a full disk: a sentence and exit code 2, or the whole run."""
    shutil.copytree(service.place / "begun", place)
    child = service.start(SECOND, place, size)
    _, said = child.communicate()
    assert child.returncode in (0, 2) and b"Traceback" not in said, said
    assert child.returncode == 0 or any(words in said for words in (b"Nothing was written", b"can't be written", b"can't be used")), said
    service.is_as_it_should_be(place, f"no file larger than {size} bytes")
