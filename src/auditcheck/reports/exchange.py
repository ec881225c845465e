"""Two folders change places in one step, where the system can do that: at no moment is either name without its folder."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_FROM_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


def exchanged(one: Path, other: Path) -> bool:
    """Whether they have changed places. If not, nothing was moved: the system can't (only Linux can, and not on every file system)."""
    try:
        renameat2 = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError, TypeError):  # TypeError: Windows
        return False
    return bool(renameat2(_FROM_HERE, os.fsencode(one), _FROM_HERE, os.fsencode(other), _EXCHANGE) == 0)
