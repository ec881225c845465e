"""A figure of a measure: what was counted, exactly, and both bounds of what could not be told.

Everything is a whole number or an exact fraction, so that neither the order of rows nor the machine moves a digit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

PERCENT = "%"


class CannotBeShown(Exception):
    """This export can't show a figure. The message says what is lacking."""


@dataclass(frozen=True)
class Figure:
    """``numerator`` of ``denominator`` from day ``from_`` to day ``to``, in ``unit``.

    ``unknown`` of ``unknown`` + ``known`` records could not be told; ``low`` and ``high`` are the figure's bounds whatever they hold
    (None: no such bound). ``highest``: the most that one of the measure's parts has (a worker's caseload, a snapshot's rate).
    ``snapshots``: the same measure on each day on which it was taken, oldest first.
    """

    unit: str
    numerator: Fraction
    denominator: Fraction
    known: int
    unknown: int
    low: Fraction | None
    high: Fraction | None
    from_: int
    to: int
    highest: Fraction | None = None
    beside: str = ""
    snapshots: tuple[Figure, ...] = ()

    @property
    def value(self) -> Fraction | None:
        """The figure of what is known; None where there is nothing to count."""
        if not self.denominator:
            return None
        return self.numerator / self.denominator * (100 if self.unit == PERCENT else 1)

    def only_bounds(self, unknown_over: int) -> bool:
        """Whether more than ``unknown_over`` per cent could not be told, so that only the bounds may be shown."""
        return self.unknown * 100 > unknown_over * (self.known + self.unknown)

    def told(self, unknown_over: int) -> Fraction | None:
        """The figure where it may be shown."""
        return None if self.only_bounds(unknown_over) else self.value

    def and_also(self, sentence: str) -> Figure:
        """The same figure with one more sentence beside it."""
        return replace(self, beside=f"{self.beside} {sentence}".strip())


def share(met: int, known: int, unknown: int, from_: int, to: int) -> Figure:
    """``met`` of ``known`` records; the unknown may all be met, or none (design: Outcomes)."""
    every = known + unknown
    low, high = (Fraction(100 * n, every) if every else None for n in (met, met + unknown))
    return Figure(PERCENT, Fraction(met), Fraction(known), known, unknown, low, high, from_, to)


def in_figures(number: Fraction | None, places: int = 1) -> str:
    """Rounded half away from zero, as the Department's statistics are; empty where there is none."""
    if number is None:
        return ""
    scaled = (number * 10**places * 2 + 1) // 2
    return f"{scaled // 10**places}.{scaled % 10**places:0{places}d}" if places else str(scaled)


def exactly(number: Fraction) -> str:
    """A sum as it is: whole, or with as many of four decimals as it has."""
    text = in_figures(number, 4)
    return text.rstrip("0").rstrip(".")


def with_unit(number: Fraction | None, unit: str) -> str:
    """``41.2%``, ``18.0 children``."""
    text = in_figures(number)
    return f"{text}%" if text and unit == PERCENT else f"{text} {unit}" if text else "no bound"
