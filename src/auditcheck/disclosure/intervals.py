"""The range within which chance alone could put a share."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959964


def wilson(n: int, d: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of n of d (0 to 1, both ends). d must be above 0."""
    middle, spread, whole = 2 * n + z * z, z * sqrt(z * z + 4 * n * (1 - n / d)), 2 * (d + z * z)
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
