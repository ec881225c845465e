"""One count of the system that `system` makes of the figures of a pack and of those before it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass
class Cell:
    """``truth``: the count, where it is known here. ``current``: of the pack at hand; else of an earlier one, or one that nobody printed.

    ``counted``: what is counted today of other days, which need not be what earlier packs counted. ``known``: what earlier packs told of
    it. ``hidden_before``: an earlier pack hid it. ``name``: for a person. ``laid_out``: it only stands between other cells.
    """

    name: str
    truth: int | None = None
    counted: int | None = None
    current: bool = False
    known: tuple[float, float] = (0, inf)
    hidden_before: bool = False
    laid_out: bool = False

    @property
    def most_told(self) -> float:
        """The largest number that anything says of it; of a figure that was rounded there is no truth, only what it lies between."""
        low, high = self.known
        return max(self.truth or 0, low, high if high < inf else 0)
