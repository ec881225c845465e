"""A folder of results appears whole or not at all, and only its owner can read it."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from auditcheck.reports.exchange import exchanged

try:
    import fcntl
except ImportError:  # Windows: folders can't be locked there, so a killed run's folder stays until somebody removes it
    CAN_LOCK = False
else:
    CAN_LOCK = True

#: What the system says where a file finds no room: of the disk, of an account, or of one file.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NEW, _OLD, _GONE = ".auditcheck-new-", ".auditcheck-old-", ".auditcheck-gone-"
_LEFT = re.compile(r"\.(?P<of>.+)\.auditcheck-(?P<kind>new|old|gone)-[^.]*")


class OutputRefused(Exception):
    """The results may not or cannot be put there. The message is a sentence for the person who ran the command; exit 2."""


@contextmanager
def whole(out: Path, replace: bool, mark: str = "run.json") -> Iterator[Path]:
    """Yield an empty hidden folder beside ``out``; rename it to ``out`` if the block ends well, else remove it.

    An existing ``out`` that holds anything is refused unless ``replace``, and even then unless it holds ``mark``: only results of an
    earlier run are ever replaced. A killed run leaves hidden folders, which the next run for the same ``out`` clears away.

    Raises:
        OutputRefused: ``out`` is not free, or its place can't be written, or there is no room.
    """
    out = out.resolve()
    made = [parent for parent in out.parents if not parent.exists()]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        clear_leftovers(out.parent, out.name)
        refuse_unless_free(out, replace, mark)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}{_NEW}", dir=out.parent))
        new.chmod(0o700)
    except OSError as problem:
        raise OutputRefused(f"{out.parent} can't be written: {problem.strerror}.") from problem
    with _held(new):
        try:
            yield new
            _owner_only(new)
            refuse_unless_free(out, replace, mark)
            _put(new, out)
        except BaseException as fault:
            shutil.rmtree(new, ignore_errors=True)
            for parent in made:
                with contextlib.suppress(OSError):  # somebody else put something there
                    parent.rmdir()
            if isinstance(fault, OSError) and fault.errno in _FULL:
                why = os.strerror(fault.errno)  # Arrow and others say more in its place
                raise OutputRefused(f"{out} can't be written: {why}. Nothing was written. Make room and do it again.") from fault
            raise


def refuse_unless_free(out: Path, replace: bool, mark: str = "run.json") -> None:
    """Raise `OutputRefused` where ``whole`` would, without touching anything: to know before the work begins."""
    if not out.resolve().name:
        raise OutputRefused(f"{out} can't hold results. Name a folder in it.")
    if not out.exists():
        return
    if not out.is_dir():
        raise OutputRefused(f"{out} is a file, not a folder. Name another place for the results.")
    try:
        empty = not any(out.iterdir())
    except OSError as problem:
        raise OutputRefused(f"{out} can't be read: {problem.strerror}.") from problem
    if empty:
        return
    if not replace:
        raise OutputRefused(f"{out} is not empty. Name another folder, or say --replace to put the new results in its place.")
    if not (out / mark).is_file():
        raise OutputRefused(f"{out} holds no {mark}, so it is not the result of an earlier run and is not replaced. Name another folder.")


def discard(folder: Path) -> None:
    """Remove results. They lose their name first, at once: killed in the middle, this leaves no half of them under it."""
    gone = folder.with_name(f".{folder.name}{_GONE}{token_hex(4)}")
    folder.rename(gone)
    shutil.rmtree(gone)


def clear_leftovers(place: Path, name: str = "") -> None:
    """Clear what killed runs left in a folder: of the results called ``name``, or of all of them.

    A run killed between two renames has the only results aside: they are put back.
    """
    for left in sorted(place.iterdir()):
        found = _LEFT.fullmatch(left.name)
        if not found or name not in ("", found["of"]) or not left.is_dir():
            continue
        out = place / found["of"]
        if found["kind"] == "old" and not out.exists() and any(left.iterdir()):
            left.rename(out)
        elif not _in_use(left):
            shutil.rmtree(left, ignore_errors=True)


def _put(new: Path, out: Path) -> None:
    """Make ``new`` the folder ``out``. What stood there is removed if that succeeds, and stands there still if it fails."""
    try:
        if not out.exists():
            new.rename(out)
        elif exchanged(new, out):
            shutil.rmtree(new, ignore_errors=True)  # by this name go the old ones now
        else:
            _put_by_two_renames(new, out)
    except OSError as problem:
        raise OutputRefused(f"The results can't be put at {out}: {problem.strerror}. What was there is unchanged.") from problem


def _put_by_two_renames(new: Path, out: Path) -> None:
    """Between the two nothing stands there: `clear_leftovers` puts right what a process killed in that moment leaves."""
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}{_OLD}", dir=out.parent))
    out.rename(aside)
    try:
        new.rename(out)
    except BaseException:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Lock the folder for as long as this process lives, so that a run beside it does not take it for a leftover."""
    if not CAN_LOCK:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network shares can't lock a folder
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _in_use(folder: Path) -> bool:
    """Whether a living run holds the folder; also where that can't be known."""
    if not CAN_LOCK:
        return True
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _owner_only(folder: Path) -> None:
    """Files 0600 and folders 0700, whatever wrote them. Until then the folder itself, 0700 from birth, keeps everyone else out."""
    for entry in sorted(folder.rglob("*")):
        entry.chmod(0o700 if entry.is_dir() else 0o600)
    folder.chmod(0o700)
