"""Commands on a real file system that has no room left, at whatever moment: nothing half done stands, and the next one is as any other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT

#: Mounts are made in a namespace of its own, of which nobody else sees anything.
APART = ["unshare", "--mount", *([] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["--user", "--map-root-user"])]


def why_not(place: Path) -> str:
    """Why no file system can be mounted on a folder here; '' where it can."""
    if shutil.which("unshare") is None or shutil.which("mount") is None:
        return "there is no unshare or no mount"
    tried = subprocess.run([*APART, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, text=True)
    return tried.stderr.strip() if tried.returncode else ""


@pytest.mark.deep
@pytest.mark.parametrize(
    ("kind", "rooms", "filled"),
    [
        ("every report", 20, {"ledger.sqlite can't be used", "board/", "board/tmp", ".html", "restricted/tmp"}),
        ("tables alone", 16, {"ledger.sqlite can't be used", ".csv", ".parquet"}),
        ("many more findings", 8, {"findings.csv", "The results of this run stand; the next run adds them to the ledger."}),
        ("large tables", 5, {".shelf", ".portions", "The table visits can't be put down where the results go: No space left on device."}),
        ("a pack that is released", 10, {"book.html", "tmp", "can't be put down in released.jsonl: No space left on device."}),
        ("an unattended night", 16, {"index.html can't be written", "2015-07-01 can't be written", ".html"}),
    ],
)
def test_no_room_on_a_real_disk(tmp_path: Path, kind: str, rooms: int, filled: set[str]) -> None:
    """``filled``: where it must have been full at least once, by the file that was written last (tmp: a part of a workbook) or by what
    was said."""
    if reason := why_not(tmp_path):
        pytest.skip(f"no small file system can be mounted here: {reason}")
    words = [*APART, sys.executable, str(Path(__file__).with_name("full_disk.py")), str(tmp_path), kind, str(rooms)]
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path})
    assert done.returncode == 0, done.stderr
    tries = [json.loads(line) for line in done.stdout.splitlines()]
    full = [one for one in tries if one["status"] == 2]
    assert len(full) >= rooms // 2 and all(one["status"] in (0, 2) for one in tries), "most had too little room"
    for one in full:  # a sentence, and nothing of an interpreter that ends
        assert one["said"].count("\n") == 1 and one["said"].startswith("auditcheck: ") and "fault" not in one["said"], one
    assert {where for where in filled if any(where in one["last"] + one["said"] for one in full)} == filled
