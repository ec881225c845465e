"""A big workbook in a process of its own, while this one writes the rest of the run.

Only ever quicker, never needed: where it can't be, or fails, this process writes the workbook after all. Below some thousand rows
starting the process costs what it saves.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditcheck.reports.listing import Listing
from auditcheck.reports.workbook import write_workbook

ENOUGH = 3_000


@contextmanager
def workbook_beside(path: Path, listing: Listing, enough: int = ENOUGH) -> Iterator[None]:
    """Write the workbook of ``listing`` to ``path`` while the block runs, if it has ``enough`` findings and there is a second core."""
    child = _begun(path, listing) if len(listing.findings) >= enough and (os.cpu_count() or 1) > 1 else None
    try:
        yield
        if child is None or child.wait() != 0:
            write_workbook(path, listing)
    finally:
        if child is not None and child.poll() is None:
            child.kill()
            child.wait()


def _begun(path: Path, listing: Listing) -> subprocess.Popen[bytes] | None:
    # -P: a module of the same name in the folder one stands in is not taken for ours.
    command = [sys.executable, "-P", "-m", __name__, os.fspath(path)]
    try:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    # In a thread: the pipe is full until the other process has started and reads.
    threading.Thread(target=_feed, args=(child, pickle.dumps(listing, protocol=pickle.HIGHEST_PROTOCOL)), daemon=True).start()
    return child


def _feed(child: subprocess.Popen[bytes], data: bytes) -> None:
    with contextlib.suppress(OSError), child.stdin as pipe:  # type: ignore[union-attr]
        pipe.write(data)  # where it ends before it has read all, its exit code says so


if __name__ == "__main__":
    # Only what the parent process itself wrote into the pipe is ever unpickled.
    write_workbook(Path(sys.argv[1]), pickle.load(sys.stdin.buffer))
