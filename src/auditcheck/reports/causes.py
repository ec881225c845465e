"""One cause behind many rows: forty findings from one missing template are one thing to put right, not forty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditcheck.reports.order import DONE

if TYPE_CHECKING:
    import pandas as pd

#: A rule that fails for more than this share of the children it could be judged of, and for no fewer than so many of them, more likely
#: has one cause than many. Both figures are judgement, to be tuned with what services say of their lists; no source sets them.
SHARE, FEWEST = 0.30, 10


@dataclass(frozen=True)
class Cause:
    """A rule with the same answer for ``children`` of the ``of`` that it asks about. ``unknown``: it can't be told, else it is not met."""

    rule_id: str
    title: str
    severity: str
    children: int
    of: int
    unknown: bool

    @property
    def percent(self) -> int:
        return round(100 * self.children / self.of)


def causes(findings: pd.DataFrame, cannot_tell: pd.DataFrame, eligible: Mapping[str, tuple[int, int]]) -> list[Cause]:
    """The causes of a whole run, restricted children counted; those with the most children first."""
    found = []
    for which, frame in enumerate((findings[findings["section"] != DONE], cannot_tell)):
        for rule, (title, severity, children) in _by_rule(frame).items():
            of = eligible.get(rule, (0, 0))[which]
            if children >= FEWEST and children > SHARE * of > 0:
                found.append(Cause(rule, title, severity, children, of, unknown=which == 1))
    return sorted(found, key=lambda cause: (cause.unknown, -cause.children, cause.rule_id))


def _by_rule(frame: pd.DataFrame) -> dict[str, tuple[str, str, int]]:
    """Title, severity and how many children, of each rule."""
    of = frame[frame["child_id"] != ""].groupby("rule_id", sort=True).agg({"title": "first", "severity": "first", "child_id": "nunique"})
    return {str(rule): (str(title), str(severity), int(n)) for rule, title, severity, n in of.itertuples(name=None)}
