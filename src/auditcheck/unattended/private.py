"""Files that their owner alone can read."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def private(file: Path) -> Path:
    """The file, made where there is none, and closed to others before more is written to it, also where it is an older one."""
    file.touch(mode=0o600)
    if file.is_file():  # not a device: a log may go to /dev/stderr
        with suppress(PermissionError):  # another account's, which we may write to: whose it is decides who reads it
            file.chmod(0o600)
    return file
