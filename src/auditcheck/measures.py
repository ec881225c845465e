"""Every measure of a run: the figures that `checks.measure` counts, and the rates over what other rules observed.

A figure can be asked for on an earlier day too (a target that was to be reached by then): records are then looked at as they stood on
that day, as far as they are dated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from auditcheck import checks
from auditcheck.audit import NOT_EVALUATED, RULE_ERROR, Observed, RuleRun, no_local_standard, where_it_failed
from auditcheck.casefile import CaseFile
from auditcheck.checks import measure
from auditcheck.checks.figure import CannotBeShown, Figure
from auditcheck.checks.gathered import Counted, Gathered, Records
from auditcheck.checks.ground import Ground
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, MET, NOT_MET, Observations
from auditcheck.clock import Length
from auditcheck.duties import Duties
from auditcheck.rulebook.model import YEAR, Rule
from auditcheck.values import Mask


@dataclass(frozen=True)
class Named:
    """One figure to be worked out: a measure, or one of those beside it (``AGG-ASM-08.from_start``)."""

    id: str
    title: str
    rule: Rule
    spec: Mapping[str, Any]


def named(rule: Rule) -> Iterator[Named]:
    """The figures of one measure, its own first."""
    yield Named(rule.id, rule.title, rule, rule.body)
    for more in rule.body.get("also", ()):
        yield Named(f"{rule.id}.{more['name']}", f"{rule.title}: {more['title']}", rule, more)


@dataclass
class Measures:
    """The measures of a run. ``figures``: by id the figure, or in words why there is none; ``runs``: what became of each rule.

    ``counted``: what a figure is made of as at a day, all children together.
    """

    runs: dict[str, RuleRun]
    as_of: int
    rules: dict[str, Rule]
    counted: Callable[[Named, int], Gathered | str]
    figures: dict[str, Figure | str] = field(default_factory=dict)

    @classmethod
    def of(cls, runs: dict[str, RuleRun], as_of: int, rules: Sequence[Rule], counted: Callable[[Named, int], Gathered | str]) -> Measures:
        """Work out every measure. What one lacks, or where it fails, is put down as what became of that rule."""
        found = cls(runs, as_of, {rule.id: rule for rule in rules}, counted)
        for rule in rules:
            if rule.check == "measure" and runs[rule.id].status not in (NOT_EVALUATED, RULE_ERROR):
                found._work_out(rule)
        return found

    def _work_out(self, rule: Rule) -> None:
        try:
            for one in named(rule):
                if "targets" not in one.spec:  # those are told from the targets that a profile agrees
                    self.figures[one.id] = self.figure(one)
        except Exception as error:  # one broken measure must not cost the others; it is reported and the run exits 2
            self.failed(rule, error)
            return
        why = self.figures.get(rule.id)
        if isinstance(why, str):
            self.runs[rule.id] = RuleRun(rule, NOT_EVALUATED, why)

    def failed(self, rule: Rule, error: Exception) -> str:
        """Put down that a measure failed; why, in words."""
        self.runs[rule.id] = RuleRun(rule, RULE_ERROR, where_it_failed(error))
        return self.runs[rule.id].why

    def figure(self, one: Named, day: int | None = None) -> Figure | str:
        """One figure as at a day (None: the as-of day), or why there is none."""
        found = self.counted(one, self.as_of if day is None else min(day, self.as_of))
        return found if isinstance(found, str) else found.figure()

    def of_rule(self, rule_id: str, period: Length, day: int | None = None) -> Figure | str:
        """The share met of one rule's observations in the period, or why there is none."""
        rule = self.rules.get(rule_id)
        if rule is None:
            return f"{rule_id} is not selected"
        spec = {"rate": {"rules": [rule_id], "of": "due" if rule.check in _TIMED else "open"}}
        return self.figure(Named(rule_id, rule.title, replace(rule, settings={"period": period}), spec), day)


@dataclass
class Counting:
    """What one audit counts for the measures; what it worked out is remembered."""

    seen: Observed
    observations: Sequence[Observations]
    before: dict[str, RuleRun] = field(init=False)  # what became of each rule before any figure was made
    _known: dict[tuple[str, int], Gathered | str] = field(default_factory=dict)
    _grounds: dict[int, Ground] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.before = dict(self.seen.runs)

    def __call__(self, one: Named, day: int) -> Gathered | str:
        """What one figure is made of, or why it can't be shown."""
        if (one.id, day) not in self._known:
            period = one.rule.length("period") if "period" in one.rule.settings else YEAR
            self._known[one.id, day] = self._counted(one, day, period)
        return self._known[one.id, day]

    def over(self, one: Named, period: Length) -> Gathered | str:
        """The same over another period than the figure's own, up to the as-of day."""
        return self._counted(one, self.seen.duties.as_of, period)

    def _counted(self, one: Named, day: int, period: Length) -> Gathered | str:
        if one.rule.check == "measure" and self.before[one.rule.id].why:
            return self.before[one.rule.id].why
        try:
            if "rate" in one.spec:
                return self._rate(one.rule, one.spec["rate"], day, period)
            return measure.gathered(self._ground(day), one.rule, one.spec, period)
        except CannotBeShown as why:
            return str(why)

    def _ground(self, day: int) -> Ground:
        if day not in self._grounds:
            duties = self.seen.duties
            self._grounds[day] = Ground(duties if day == duties.as_of else Duties(_afresh(duties.cf), day))
        return self._grounds[day]

    def _rate(self, rule: Rule, said: Mapping[str, Any], day: int, period: Length) -> Counted:
        """met / (met + justified + not met) of the observations that fall in the period; what can't be told is unknown."""
        as_of = self.seen.duties.as_of
        if "check" in said:
            ((kind, body),) = said["check"].items()
            if no_local_standard(self.seen.cf, rule):
                raise CannotBeShown("no local standard set")
            ground = self._ground(day)
            found, lacking = checks.observe(ground, replace(rule, check=kind, body=body)), ""
        else:
            ground = self._ground(as_of)
            if said.get("of") == "open" and day != as_of:
                raise CannotBeShown("what it rests on is only known on the as-of date")
            found, lacking = self._of_rules(said["rules"])
        first = day
        if said.get("of") != "open":
            first, found, more = _reached(ground, found, measure.first_day(day, period))
            lacking = f"{lacking} {more}".strip()
        records = tuple(_counted(ground, o, said, first, day) for o in found)
        outcome = np.concatenate([one.outcome for one in records]) if records else np.zeros(0, np.int8)
        met, not_met, unknown = (int((outcome == one).sum()) for one in (MET, NOT_MET, CANNOT_TELL))
        return Counted(met, met + not_met, unknown, first, day, lacking, () if adds_up(said) else records)

    def _of_rules(self, rules: Sequence[str]) -> tuple[list[Observations], str]:
        """Their observations, and in words which of them have none to show. Raises CannotBeShown where none has."""
        lacking = {rule_id: self._lacks(rule_id) for rule_id in rules}
        gone = [f"{rule_id} ({why})" for rule_id, why in lacking.items() if why]
        if len(gone) == len(rules):
            raise CannotBeShown(f"it rests on {gone[0]}" if len(gone) == 1 else f"it rests on {', '.join(gone)}")
        found = [o for o in self.observations if o.rule.id in rules]
        return found, f"Left out, as they are not evaluated: {', '.join(gone)}." if gone else ""

    def _lacks(self, rule_id: str) -> str:
        run = self.seen.runs.get(rule_id)
        if run is None:
            return "not selected"
        return "the rule failed" if run.status == RULE_ERROR else run.why if run.status == NOT_EVALUATED else ""


#: Kinds of check whose observations have a day by which something was due.
_TIMED = ("within", "recurs", "before")


def _reached(ground: Ground, found: Sequence[Observations], first: int) -> tuple[int, list[Observations], str]:
    """The first day that the export shows of them all, those that it can show over a period, and in words which it can't.

    Raises CannotBeShown where it can show none.
    """
    shown, hidden = [], dict[str, str]()
    for o in found:
        try:
            first = max(first, measure.reach(ground, o.table, first))
            shown.append(o)
        except CannotBeShown as why:
            hidden[o.rule.id] = str(why)
    if hidden and not shown:
        raise CannotBeShown(next(iter(hidden.values())))
    return first, shown, " ".join(f"Left out: {rule_id} ({why})." for rule_id, why in hidden.items())


def adds_up(rate: Mapping[str, Any]) -> bool:
    """Whether a rate is a sum over what rules observed, each in its own day: then observations.parquet tells it."""
    return "rules" in rate and rate.get("of") != "open" and not rate.keys() & {"counts", "outlasts"}


def _counted(ground: Ground, o: Observations, said: Mapping[str, Any], first: int, last: int) -> Records:
    """Those of one rule's observations that are counted in the period, and what as."""
    outcome = o.verdict.outcome
    told = (outcome == MET) | (outcome == JUSTIFIED) | (outcome == NOT_MET)
    unsure = outcome == CANNOT_TELL
    if said.get("of") == "open":
        inside = ground.duties.is_open(o.subject_table)[o.subject_rows]
        maybe = inside
    else:
        inside, maybe = _in_period(ground, o, said.get("of", "due"), first, last)
    if "outlasts" in said:
        ended = ground.duties.own_end(o.subject_table)
        gone = o.due.known & (ended.day[o.subject_rows] <= o.due.day)
        inside, maybe = inside & ~gone, maybe & ~gone
    good = o.happened.known & (o.happened.day <= last) if said.get("counts") == "happened" else outcome == MET
    counts_as = np.where(unsure, CANNOT_TELL, np.where(good, MET, NOT_MET)).astype(np.int8)
    some = np.flatnonzero((inside & told) | (maybe & unsure))
    return Records(o.table, o.rows[some].astype(np.intp), counts_as[some])


def _in_period(ground: Ground, o: Observations, by: str, first: int, last: int) -> tuple[Mask, Mask]:
    """Which observations fall in the period, and which may.

    Where their day is not known, one whose event lies outside the period, that began after it or ended before it does not.
    """
    when = {"due": o.due, "happened": o.happened, "started": o.trigger}[by]
    inside = when.known & (when.day >= first) & (when.day <= last)
    outside = o.happened.known & ((o.happened.day < first) | (o.happened.day > last))
    outside |= o.trigger.known & (o.trigger.day > last)
    outside |= ground.duties.own_end(o.subject_table).day[o.subject_rows] < first
    if by == "happened":
        outside |= o.due.known & ((o.due.day < first) | (o.due.day > last))
    return inside, inside | (~when.known & ~outside)


def _afresh(cf: CaseFile) -> CaseFile:
    """The same records for another day: what is worked out for a day is left behind, what was read is kept."""
    memory = {key: value for key, value in cf._memory.items() if "cases" not in key}
    return CaseFile({name: table for name, table in cf.tables.items() if name != "cases"}, cf.coverage, [], memory)
