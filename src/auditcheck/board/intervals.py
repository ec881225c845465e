"""How far chance alone could move a share: Wilson's interval, and limits of a funnel. Checked against PHEindicatormethods (093fd28)."""

from __future__ import annotations

from math import sqrt

#: 95 and 99.8 per cent of a normal distribution, two-sided.
Z95, Z998 = 1.959964, 3.090232


def wilson(met: int, known: int, z: float = Z95) -> tuple[float, float]:
    """The range of a share ``met`` / ``known`` as two shares from 0 to 1. Raises ZeroDivisionError where nothing is known."""
    middle = 2 * met + z * z
    way = z * sqrt(z * z + 4 * met * (1 - met / known))
    width = 2 * (known + z * z)
    return max((middle - way) / width, 0.0), min((middle + way) / width, 1.0)


def funnel(share: float, known: int, z: float = Z95) -> tuple[float, float]:
    """Between which shares a team with ``known`` cases lies by chance, where all teams do alike; from 0 to 1."""
    way = z * sqrt(share * (1 - share) / known)
    return max(share - way, 0.0), min(share + way, 1.0)
