"""What a service has agreed to hide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Policy:
    """How counts are protected.

    ``smallest``: the smallest count shown; 1 to ``smallest`` - 1 are hidden (6: "1 to 5"; 5: "fewer than 5").
    ``width``, ``reach``: what may be worked out of a hidden count is at least a range of whole numbers whose ends differ by ``width`` and
    whose upper end is ``reach`` or more.
    ``hide_zeros``: a zero is hidden too (it is shown as 0 otherwise).
    ``cover_zeros``: a zero may be hidden, where it would give another count away; `protect` takes that up where nothing else is enough.
    ``round_to``: counts that are shown are rounded to this multiple (1: not rounded), and percentages worked out from rounded counts.
    ``merge``: of a dimension, the label of the row into which its small rows are joined before anything is hidden
    (``{"team": "Other teams"}``). ``smallest_row``: rows with fewer are small, by the count that ``row_size`` names.
    ``order``: of a dimension, its labels in the order to print. Agreed beforehand, as an order by size would tell sizes; else by name.
    """

    name: str = "dfe"
    smallest: int = 6
    width: int = 5
    reach: int = 6
    hide_zeros: bool = False
    cover_zeros: bool = False
    round_to: int = 1
    merge: Mapping[str, str] = field(default_factory=dict)
    smallest_row: int = 10
    row_size: str = "d"
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def small(self, count: int) -> bool:
        """Whether a count may not be shown for its own sake."""
        return (count > 0 or self.hide_zeros) and count < self.smallest

    def rounded(self, count: int) -> int:
        """A count as it is shown: to the nearest multiple, halves up."""
        return (2 * count + self.round_to) // (2 * self.round_to) * self.round_to

    def meant(self, shown: int) -> tuple[int, int]:
        """What a count may be, given what is printed of it."""
        return (shown - self.round_to // 2, shown + (self.round_to - 1) // 2) if shown else (0, 0)

    def between(self, count: int) -> tuple[int, int]:
        """What a count that is shown may be, for all its reader can tell."""
        if not count:
            return 0, 0
        shown, spread = self.rounded(count), self.round_to // 2
        return max(self.smallest, shown - spread) if self.round_to > 1 else shown, shown + (self.round_to - 1) // 2

    @property
    def least_hidden(self) -> int:
        """What everybody knows of a hidden count: where a zero is always shown, what is hidden is at least 1."""
        return 0 if self.may_hide_zeros else 1

    @property
    def may_hide_zeros(self) -> bool:
        """Whether a zero may be hidden, for its own sake or another's."""
        return self.hide_zeros or self.cover_zeros

    def convention(self) -> str:
        """The sentence that belongs on every page."""
        first = 0 if self.hide_zeros else 1
        said = f"Counts of {first} to {self.smallest - 1} are shown as c. "
        said += "Some larger counts are also c so that the small ones cannot be worked out."
        said += " In some tables a c may also be a 0: they say so." if self.cover_zeros and not self.hide_zeros else ""
        return f"{said} Other counts are rounded to the nearest {self.round_to}." if self.round_to > 1 else said


DFE = Policy()
"""1 to 5 hidden, as the Department for Education's statistics on children in need do (secondhand: reports on its data guidance)."""

ROUND5 = Policy(name="round5", smallest=8, round_to=5)
"""1 to 7 hidden and the rest to the nearest 5, as NHS Digital's hospital statistics (the last step from memory); best for the public."""

POLICIES = {policy.name: policy for policy in (DFE, ROUND5)}
