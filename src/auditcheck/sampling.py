"""Which cases to draw: how many from each stratum, and which, so that the same seed gives the same cases whatever the order of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from math import ceil, sqrt

from auditcheck.disclosure.intervals import Z95


def proportionate(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    """Split ``n`` among strata in proportion to their sizes, by largest remainder (equal ones: the larger stratum, then by name).

    No stratum gets more than it holds; where ``n`` is more than all hold, every case is drawn.
    """
    whole = sum(sizes.values())
    n = min(n, whole)
    quota = {name: Fraction(n * size, whole) if whole else Fraction(0) for name, size in sizes.items()}
    given = {name: int(part) for name, part in quota.items()}
    order = sorted(sizes, key=lambda name: (given[name] - quota[name], -sizes[name], name))
    for name in order[: n - sum(given.values())]:
        given[name] += 1
    return given


def at_least(sizes: Mapping[str, int], n: int, floor: int) -> tuple[dict[str, int], int]:
    """As `proportionate`, but with at least ``floor`` from each stratum (all of it where it holds fewer), and the floor that was kept.

    Where ``n`` is too small for that, the floor is the greatest for which it is not; 0: some strata may stay without a case.
    """
    n = min(n, sum(sizes.values()))
    while sum(min(size, floor) for size in sizes.values()) > n:
        floor -= 1
    raised: dict[str, int] = {}
    while True:
        rest = {name: size for name, size in sizes.items() if name not in raised}
        given = proportionate(rest, n - sum(raised.values()))
        short = {name: min(rest[name], floor) for name in rest if given[name] < min(rest[name], floor)}
        if not short:
            return given | raised, floor
        raised |= short


def with_share(high: int, others: int, n: int, share: float) -> tuple[int, int]:
    """How many high-risk and other cases make up a sample of ``n``: at least ``share`` of high risk, more where they are more among all.

    What one of the two can't give, the other does.
    """
    n = min(n, high + others)
    proportion = proportionate({"high": high, "others": others}, n)["high"]
    wanted = min(max(proportion, ceil(Fraction(str(share)) * n)), high)
    wanted = max(wanted, n - others)
    return wanted, n - wanted


def drawn(ids: Iterable[str], n: int, seed: str) -> list[str]:
    """``n`` of the ids, in the order in which they are drawn: that of a hash of seed and id, so nothing else about the ids decides."""
    return sorted(ids, key=lambda name: _ticket(seed, name))[:n]


def _ticket(seed: str, name: str) -> str:
    return sha256(f"{seed}\x1f{name}".encode()).hexdigest()


def frame_hash(rows: Iterable[Sequence[str]]) -> str:
    """A name for exactly these cases with these strata, in whatever order: to show later that a sample came from this list."""
    return sha256("\n".join(sorted("\x1f".join(row) for row in rows)).encode()).hexdigest()


def size_for(margin: float, population: int) -> int:
    """How many cases give a share to within ``margin`` (0.1: ten points) with 95% confidence, at worst, for a population so large."""
    first = Z95**2 * 0.25 / margin**2
    return min(ceil(first / (1 + (first - 1) / population) - 1e-9), population) if population else 0


def margin_of(n: int, population: int) -> float:
    """The other way round: to within what a share from ``n`` cases is known, with 95% confidence, at worst."""
    if n >= population or not n:
        return 0.0 if n else 1.0
    return Z95 * sqrt(0.25 / n * (population - n) / (population - 1))
