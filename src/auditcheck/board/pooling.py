"""Rows joined before anything has to be hidden: what is too small to be shown by itself is shown together with others.

The door of `disclosure` decides what is hidden; here the tables are made so that little is left to hide, and that little is quickly
found. Too small are counts that the policy hides, and larger ones that only a few children are behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from auditcheck.board.tally import Number
from auditcheck.disclosure import Policy

T = TypeVar("T")


@dataclass(frozen=True)
class Pooled(Generic[T]):
    """``alone``: what can stand by itself, in the order given; ``together``: the rest, to be one row, which can stand if it ``fits``."""

    alone: tuple[T, ...]
    together: tuple[T, ...]
    fits: bool


def together(names: Sequence[str]) -> str:
    """What a row of several is called."""
    return f"{len(names)} together: {', '.join(names[:3])}{', ...' if len(names) > 3 else ''}"


def small_rate(number: Number, policy: Policy) -> bool:
    """Whether a rate shows, or lets somebody subtract, what may not be shown."""
    return any(map(policy.small, (number.met, number.known - number.met, number.known, number.children_met, number.children_not)))


def pooled(things: Sequence[T], size: Callable[[T], int], small: Callable[[Sequence[T]], bool]) -> Pooled[T]:
    """Join what is small, and with it the next by size (what has none is no help) as long as the joined row is still small.

    ``small``: whether some things, counted together, are too small to show.
    """
    together = [thing for thing in things if small([thing])]
    rest = sorted((thing for thing in things if thing not in together and size(thing)), key=size)
    while rest and together and (len(together) < 2 or small(together)):
        together.append(rest.pop(0))
    alone = tuple(thing for thing in things if thing not in together)
    return Pooled(alone, tuple(thing for thing in things if thing in together), not together or not small(together))
