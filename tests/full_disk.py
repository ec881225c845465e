"""Commands on a file system that is full: ``python full_disk.py PLACE KIND ROOMS`` within a mount namespace of its own.

Prints a line of JSON for each room (bytes) that a command was given: how it ended, what it said, and which file was the last that it wrote.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from commands import GOOD, ROOT, TABLES_ALONE, folder, invoke, small_book
from test_killed import SECOND, Content, Service

PLENTY = 1 << 30
#: Tells, outside the full disk, which file of the hidden folder was written last before the folder is removed.
WATCHES = """
import os, sys
def watches(event, args):
    if event == "shutil.rmtree" and ".auditcheck-new-" in str(args[0]):
        files = [entry for top, _, _ in os.walk(args[0]) for entry in os.scandir(top) if entry.is_file()]
        found = [(entry.stat().st_mtime_ns, os.path.relpath(entry.path, args[0])) for entry in files]
        with open({told!r}, "a") as file:
            print(max(found)[1] if found else "", file=file)
sys.addaudithook(watches)
"""


class Disk:
    """A file system of its own, in memory, whose size can be said."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir()

    def __enter__(self) -> Disk:
        self._mount(f"size={PLENTY}")
        return self

    def __exit__(self, *_: object) -> None:
        # Lazily: what the library of Parquet has mapped into memory it may still hold.
        subprocess.run(["umount", "--lazy", self.place], check=True)
        self.place.rmdir()

    def leave(self, room: int) -> None:
        """Make it so small that there is only so much room (bytes, in pages)."""
        held = os.statvfs(self.place)
        self._mount(f"remount,size={(held.f_blocks - held.f_bfree) * held.f_frsize + room}")

    def _mount(self, how: str) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", how, "tmpfs", self.place], check=True)


class Tried(Protocol):
    """A command that replaces what an earlier one left. ``begun``: a folder with what that was."""

    begun: Path

    def words(self, place: Path) -> list[str]:
        """What is typed, in a copy of ``begun``."""
        ...

    def holds(self, place: Path, disturbed: str) -> None:
        """Nothing half done stands there; done again, with room, it gives what an undisturbed one gives, and nothing is left over."""
        ...


class Night:
    """`auditcheck run` with a ledger, in place of an earlier run of the same day."""

    def __init__(self, place: Path, *more: str, visits: int = 0, children: int = 0) -> None:
        self.service = Service(place, *more, visits=visits, children=children)
        self.begun = place / "begun"

    def words(self, place: Path) -> list[str]:
        return self.service.words(SECOND, place)

    def holds(self, place: Path, disturbed: str) -> None:
        self.service.is_as_it_should_be(place, disturbed)


class Pack:
    """`auditcheck board --release`, in place of an earlier book, with the ledger of what was released."""

    def __init__(self, place: Path) -> None:
        self.service, self.begun = Service(place, *TABLES_ALONE), place / "packs"
        self.begun.mkdir()
        self._done(self.begun, "begun/2015-06-30")
        ledger = self.begun / "released.jsonl"  # as long as one of years, so that it may be what there is no room for
        ledger.write_text(ledger.read_text("utf-8").removesuffix("\n") + " " * 200_000 + "\n", encoding="utf-8")
        self.early = self._files(self.begun)
        shutil.copytree(self.begun, place / "later")
        self._done(place / "later")
        self.whole = self._files(place / "later")
        assert len(self.early) == len(self.whole) and all(
            self.early[name] != self.whole[name] for name in ("released.jsonl", "book/book.html")
        )

    def words(self, place: Path, run: str = "control/2015-07-01") -> list[str]:
        out = ["--out", str(place / "book"), "--released", str(place / "released.jsonl"), "--release", "--replace"]
        return ["board", str(self.service.place / run), "--rules", str(self.service.book), *out]

    def _done(self, place: Path, run: str = "control/2015-07-01") -> None:
        status, _, said = invoke(*self.words(place, run))
        assert status == 0, said

    def holds(self, place: Path, disturbed: str) -> None:
        held = self._files(place, hidden=False)
        new = {name: held[name] == self.whole[name] for name in held}
        assert held.keys() == self.early.keys(), disturbed
        assert len({new[name] for name in new if self.early[name] != self.whole[name]}) == 1, ("the book and the ledger agree", disturbed)
        assert all(new[name] or held[name] == self.early[name] for name in held), disturbed
        self._done(place)
        assert self._files(place) == self.whole, disturbed

    def _files(self, place: Path, hidden: bool = True) -> dict[str, bytes]:
        found = {str(path.relative_to(place)): path for path in place.rglob("*") if path.is_file()}
        return {name: path.read_bytes() for name, path in found.items() if hidden or not name.startswith(".")}


class Unattended:
    """The second night of `auditcheck nightly`: with the log, the page at the top, and what the run said."""

    def __init__(self, place: Path) -> None:
        self.begun, book = place / "begun", small_book(place / "book")
        assert invoke("init", self.begun, "--name", "Northshire")[0] == 0
        config = self.begun / "auditcheck.toml"
        text = config.read_text("utf-8").replace('profile = "northshire.yaml"', f"rules = {json.dumps(str(book))}")
        without = text.replace("without = []", 'without = ["workbook", "cases", "board"]').replace('"high"', '"never"')
        config.write_text(without, encoding="utf-8")
        folder(self.begun / "exports" / "northshire-2015-06-30")
        self._done(self.begun)
        self.early = self._run(self.begun, "2015-06-30")
        folder(self.begun / "exports" / f"northshire-{SECOND}", {"children.csv": GOOD["children.csv"] + "C4,\n"})
        shutil.copytree(self.begun, place / "later")
        self._done(place / "later")
        self.whole = self._run(place / "later", SECOND)

    def words(self, place: Path) -> list[str]:
        return ["nightly", "--config", str(place / "auditcheck.toml")]

    def _done(self, place: Path) -> None:
        status, _, said = invoke(*self.words(place))
        assert status == 0, said

    def holds(self, place: Path, disturbed: str) -> None:
        results = place / "reports"
        assert self._run(place, "2015-06-30") == self.early, disturbed
        assert not (results / SECOND).exists() or self._run(place, SECOND) == self.whole, disturbed
        assert (results / "index.html").read_text("utf-8").rstrip().endswith("</html>"), disturbed
        self._log(place)
        status, _, said = invoke("ledger", "check", place / "ledger.sqlite")
        assert status == 0, (disturbed, said)
        self._done(place)
        assert self._run(place, SECOND) == self.whole, disturbed
        assert self._log(place)[-1]["step"] == "end" and "has not ended" not in (results / "index.html").read_text("utf-8")
        assert {path.name for path in results.iterdir()} == {".nightly", "2015-06-30", SECOND, "index.html", "last-night.txt"}, disturbed

    def _run(self, place: Path, day: str) -> dict[str, Content]:
        return Service.files(place / "reports" / day)

    def _log(self, place: Path) -> list[dict[str, object]]:
        """Every line of the log is whole."""
        return [json.loads(line) for line in (place / "auditcheck.log").read_text("utf-8").splitlines()]


KINDS: dict[str, Callable[[Path], Tried]] = {
    "every report": Night,
    "tables alone": lambda place: Night(place, *TABLES_ALONE),
    "many more findings": lambda place: Night(place, *TABLES_ALONE, children=1_500),
    "large tables": lambda place: Night(place, *TABLES_ALONE, "--portions", "3", visits=210_000),
    "a pack that is released": Pack,
    "an unattended night": Unattended,
}


def tried(kind: Tried, place: Path, room: int) -> int:
    """The command with so much room, and what must hold of it; then with plenty. Its exit code, which is told with all the rest."""
    hook, told = place.parent / "hook", place.parent / "told"
    hook.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(WATCHES.format(told=str(told)), encoding="utf-8")
    told.write_text("", encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (hook, ROOT / "src")))}
    with Disk(place) as disk:
        shutil.copytree(kind.begun, place, dirs_exist_ok=True)
        disk.leave(room)
        done = subprocess.run([sys.executable, "-m", "auditcheck", *kind.words(place)], capture_output=True, text=True, env=environment)
        disk.leave(PLENTY)
        last = told.read_text("utf-8").strip()
        print(json.dumps({"room": room, "status": done.returncode, "said": done.stderr, "last": last}), flush=True)
        kind.holds(place, f"{room} bytes of room")
    return done.returncode


def main(place: Path, kind: str, rooms: int) -> None:
    """Twice as much until it is enough; then as many rooms as are asked for, from none to that."""
    one = KINDS[kind](place / "service")
    enough = 1 << 15
    while tried(one, place / "disk", enough) != 0:
        enough *= 2
    for number in range(rooms):
        tried(one, place / "disk", enough * number // rooms)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
