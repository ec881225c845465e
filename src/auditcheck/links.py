"""Links in folders that others may write to: through one that leads out, they could have another's files read."""

from __future__ import annotations

import os
from pathlib import Path


def leads_out(entry: Path, folder: Path) -> bool:
    """Whether an entry of a folder is a link to somewhere outside it."""
    # realpath, for Path.resolve can't bear links that go round in a circle.
    return entry.is_symlink() and not Path(os.path.realpath(entry)).is_relative_to(os.path.realpath(folder))
