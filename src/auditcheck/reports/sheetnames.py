"""Names that Excel takes for sheets: at most 31 characters, none of them reserved, no two alike."""

from __future__ import annotations

import re

from auditcheck.reports.words import visible

OURS = ("Start here", "All", "Due soon", "Cannot tell", "Not checked")

_LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\s\x00-\x1f]+")
_EXCELS_OWN = "history"


class SheetNames:
    """Hands out names for sheets that are not `OURS`."""

    def __init__(self) -> None:
        self._taken = {name.lower() for name in (*OURS, _EXCELS_OWN)}

    def take(self, wanted: str) -> str:
        """The name wanted, or the nearest one that Excel takes and no other sheet has."""
        plain = _cut(_FORBIDDEN.sub(" ", visible(wanted)), _LONGEST) or "Team"
        name, ordinal = plain, 1
        while name.lower() in self._taken:
            ordinal += 1
            ending = f" ({ordinal})"
            name = _cut(plain, _LONGEST - len(ending)) + ending
        self._taken.add(name.lower())
        return name


def _cut(name: str, longest: int) -> str:
    """Cut to so many UTF-16 units, as Excel counts; no blank or apostrophe at either end."""
    units = name.strip(" '").encode("utf-16-le")[: 2 * longest]
    return units.decode("utf-16-le", "ignore").strip(" '")
