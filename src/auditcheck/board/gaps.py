"""Which points of a series are charted where some are hidden: from unbroken ones on, with few hidden between the others.

Hidden are mostly the months at which little was not met (or met), so limits of a stretch with hidden ones would lie too low (or high), and
call the others a real change. So the points that fix the limits are unbroken. After them a hidden point breaks the line; what is worked
out of points next to each other (a moving range, a run of seven) does not reach across.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

#: At most one point in so many may be hidden.
ONE_IN = 6


def begin(shown: Sequence[bool], fixed: int) -> int:
    """Where the longest stretch up to the latest point begins that can be charted; the number of points: there is none.

    ``fixed``: so many points fix the limits, and none of them may be hidden; with fewer points there are no limits.
    """

    def fits(at: int) -> bool:
        some = shown[at:]
        unbroken = all(some[:fixed]) or sum(some) < fixed
        return some[0] and unbroken and ONE_IN * (len(some) - sum(some)) <= len(some)

    return next(filter(fits, range(len(shown))), len(shown))


def breaks(places: Sequence[int]) -> frozenset[int]:
    """Of points at these places, those that do not follow on the one before."""
    return frozenset(i for i in range(1, len(places)) if places[i] != places[i - 1] + 1)


def windows(points: int, size: int, broken: Collection[int]) -> list[range]:
    """Every so many points in a row, none broken from the one before it."""
    return [range(at, at + size) for at in range(points - size + 1) if not any(at < one < at + size for one in broken)]
