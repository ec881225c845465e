"""Runs the command in a child of this process that ends by itself, and says how it went."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

#: More than any of these files needs: a run that takes longer hangs.
SECONDS = 120
MEBIBYTES = 2048


@dataclass(frozen=True)
class Ended:
    """``status``: its exit code, or minus the signal that ended it; ``mebibytes``: the most memory that it held at once."""

    status: int
    said: str
    mebibytes: int


def ended(words: list[str], folder: Path) -> Ended:
    """One command in a child process of its own; what it prints goes to a file in the folder."""

    def command() -> None:
        from auditcheck.cli import main

        main(words, standalone_mode=True)

    return done(command, folder)


def done(what: Callable[[], object], folder: Path) -> Ended:
    """Anything in a child process of its own, which ends with 0 if it ends well and with 99 if it raises."""
    said = folder / "said.txt"
    child = os.fork()
    if child == 0:
        _child(what, said)
    _, status, used = os.wait4(child, 0)
    return Ended(os.waitstatus_to_exitcode(status), said.read_text("utf-8", "replace"), used.ru_maxrss // 1024)


def _child(what: Callable[[], object], said: Path) -> None:
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    code = 99
    try:
        what()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def everything_in(folder: Path) -> dict[str, bytes | str]:
    """What stands where, links and pipes included: to see what a run left outside its own folder."""
    return dict(sorted(_walk(folder, folder)))


def _walk(folder: Path, top: Path) -> Iterator[tuple[str, bytes | str]]:
    for entry in os.scandir(folder):
        name = str(Path(entry.path).relative_to(top))
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), top)
        else:
            size = entry.stat(follow_symlinks=False).st_size
            yield name, f"link to {Path(entry.path).readlink()}" if entry.is_symlink() else f"{size} bytes"
