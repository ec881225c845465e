"""How a run's figures stand to the targets that a profile agrees, and the share of those targets that are met.

A target with a day is not yet due up to that day; after it, the figure of that day decides, not today's. It is met only where it holds
whatever the unknown records hold, and not met only where it fails whatever they hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import numpy as np

from auditcheck import clock
from auditcheck.checks.figure import Figure, share
from auditcheck.clock import Length
from auditcheck.measures import Measures, Named, named
from auditcheck.rulebook.model import YEAR, Profile, Target

MET, NOT_MET, NOT_YET_DUE, CANNOT_TELL, NO_TARGET = "met", "not_met", "not_yet_due", "cannot_tell", "no_target"


@dataclass(frozen=True)
class Standing:
    """How one target stands: its day (a day number, None where it has none or it is not known), the figure that decides, and why."""

    status: str
    due: int | None
    figure: Figure | None
    why: str = ""


@dataclass
class Targets:
    """The targets of one run. ``start``: the day on which the notice began, None where nobody said."""

    measures: Measures
    agreed: Sequence[Target]
    start: date | None = None
    period: Length = YEAR
    _known: dict[tuple[str, int], Figure | str] = field(default_factory=dict)

    @classmethod
    def of(cls, measures: Measures, profile: Profile) -> Targets:
        """Those of a profile."""
        return cls(measures, profile.targets, profile.notice_start, profile.period or YEAR)

    def names(self) -> dict[str, Named]:
        """Every measure of the run, and the figures beside it, by id."""
        rules = sorted((rule for rule in self.measures.rules.values() if rule.check == "measure"), key=lambda rule: rule.id)
        return {one.id: one for rule in rules for one in named(rule)}

    def standing(self, target: Target) -> Standing:
        """How a target stands at the run's as-of day."""
        as_of = self.measures.as_of
        if not target.bounded:
            return Standing(NO_TARGET, None, None)
        if target.shape == "within" and self.start is None:
            return Standing(CANNOT_TELL, None, None, "the notice's start was not given, so the day it counts to is not known")
        due = self.due(target)
        if due == clock.NAT:
            return Standing(CANNOT_TELL, None, None, "its day lies outside the calendar")
        if due is not None and as_of <= due:
            figure = self.figure(target.measure, as_of)
            return Standing(NOT_YET_DUE, due, figure if isinstance(figure, Figure) else None)
        status, why, deciding = self._judged(target, as_of)
        return Standing(status, due, deciding, why)

    def due(self, target: Target) -> int | None:
        """The day by which a target is to be reached, where it has one and that is known."""
        return due_day(target, self.start)

    def figure(self, name: str, day: int) -> Figure | str:
        """The figure of a measure, or the share met of a rule, as at a day; or why there is none."""
        if (name, day) not in self._known:
            self._known[name, day] = self._figure(name, day)
        return self._known[name, day]

    def _figure(self, name: str, day: int) -> Figure | str:
        one = self.names().get(name)
        if one is None:
            return self.measures.of_rule(name, self.period, day)
        run = self.measures.runs[one.rule.id]
        if run.why and name not in self.measures.figures:
            return run.why
        try:
            if "targets" in one.spec:
                return self._of_targets(day)
            if day == self.measures.as_of:
                return self.measures.figures[name]
            return self.measures.figure(one, day)
        except Exception as error:  # as in Measures: reported, and the run exits 2
            return self.measures.failed(one.rule, error)

    def _of_targets(self, day: int) -> Figure:
        """Of the targets agreed, those on targets themselves left out, how many are met as things stand on a day."""
        own = {name for name, one in self.names().items() if "targets" in one.spec}
        others = [target for target in self.agreed if target.measure not in own and target.bounded]
        stand = [self._judged(target, day)[0] for target in others]
        met, unknown = stand.count(MET), stand.count(CANNOT_TELL)
        return share(met, len(stand) - unknown, unknown, day, day)

    def _judged(self, target: Target, day: int) -> tuple[str, str, Figure | None]:
        """(status, why it can't be told, figure) of one target by the figure of a day, or of its own day where that is earlier."""
        due = self.due(target)
        if (target.shape == "within" and due is None) or due == clock.NAT:
            return CANNOT_TELL, "the day it counts to is not known", None
        at = min(day, due) if due is not None else day
        figure = self.figure(target.measure, at)
        if isinstance(figure, str):
            return CANNOT_TELL, figure, None
        if target.shape == "at_any_time" and figure.snapshots:
            return self._at_any_time(target, figure)
        status = held(target, figure.low, figure.high)
        return status, _why(status, figure), figure

    def _at_any_time(self, target: Target, figure: Figure) -> tuple[str, str, Figure]:
        """Every snapshot of the period since the notice began is put to the test; the first that fails decides."""
        since = clock.day_number(self.start) if self.start else figure.from_
        taken = [one for one in figure.snapshots if one.to >= since]
        said = [held(target, one.low, one.high) for one in taken]
        for status in (NOT_MET, CANNOT_TELL):
            if status in said:
                return status, _why(status, taken[said.index(status)]), taken[said.index(status)]
        return (MET, "", figure) if taken else (CANNOT_TELL, "no snapshot was taken since the notice began", figure)


def due_day(target: Target, start: date | None) -> int | None:
    """The day by which a target is to be reached (NAT: outside the calendar), where it has one and that is known. ``start``: of the
    notice."""
    if target.within is None:
        return clock.day_number(target.by) if target.by else None
    if start is None:
        return None
    return int(clock.add(np.array([clock.day_number(start)], np.int32), target.within)[0])


def held(target: Target, low: Fraction | None, high: Fraction | None) -> str:
    """Whether a figure between two bounds is as the target wants it, whatever the unknown records hold."""
    least = target.at_least.number if target.at_least else None
    most = target.at_most.number if target.at_most else None
    if low is None and high is None:
        return CANNOT_TELL
    if (least is None or (low is not None and low >= least)) and (most is None or (high is not None and high <= most)):
        return MET
    if (least is not None and high is not None and high < least) or (most is not None and low is not None and low > most):
        return NOT_MET
    return CANNOT_TELL


def _why(status: str, figure: Figure) -> str:
    if status != CANNOT_TELL:
        return ""
    return "it depends on the records that can't be told" if figure.unknown else "there is nothing to count"
