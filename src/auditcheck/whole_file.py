"""A file appears under its name whole or not at all, and only its owner can read it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield an empty hidden file beside ``path``, which takes its place if the block ends well and else goes.

    What a killed process left by that hidden name is written over by the next. Raises OSError, of ``path``, where there is no room.
    """
    path = path.resolve()  # where it is a link, what it leads to is replaced
    new = path.with_name(f".{path.name}.new")
    try:
        new.touch(mode=0o600)
        new.chmod(0o600)
        os.truncate(new, 0)
        yield new
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException as fault:
        with suppress(OSError):
            new.unlink()
        if isinstance(fault, OSError):
            raise OSError(fault.errno, fault.strerror or str(fault), str(path)) from fault
        raise
