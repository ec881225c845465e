"""Which observations some rule can react to, and how the judge is told them.

An observation that no exemption, reason, supersession, repetition or composed rule touches keeps its outcome. One that only its own
exemption or reason touches is judged *alone*: it comes out as every other of its kind. The rest go to the judge case by case, and of what
bears on composed rules only what is about a record for which every premise is met by something that may hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from auditcheck import contract
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, NOT_MET, OUTCOMES, Observations
from auditcheck.duties import Duties
from auditcheck.judgement.shapes import BY, Link, Observed, Premise, RuleShape, Together
from auditcheck.rulebook.model import Rule
from auditcheck.values import Mask

Place = tuple[int, int]  # (which observations, place in them)

#: What a premise that only still overdue observations satisfy is called: they are told to the judge a second time under this name.
OVERDUE = ".overdue"


class Asked:
    """The observations that go to the judge, and how each is told. ``everything`` (tests): all of them, case by case."""

    def __init__(self, duties: Duties, rules: Sequence[Rule], every: Sequence[Observations], everything: bool) -> None:
        self.duties, self.every = duties, every
        self.superseders = {by for rule in rules for by in rule.superseded_by}
        self.together = {rule.id: together for rule in rules if (together := shape(rule).together)}
        self.composed: dict[str, set[str]] = defaultdict(set)  # observed rule -> tables of the composed rules that it bears on
        for together in self.together.values():
            for premise in (*together.all, *together.any):
                self.composed[premise.rule].add(together.subject)
        self.tables = {table for tables in self.composed.values() for table in tables}
        self._of_child: dict[str, dict[int, list[int]]] = {}
        self.links = [self._links(observations) for observations in every]
        #: Composed rule -> records of its table (n,) that it may have something to say about.
        self.possible = {rule: self._possible(together, everything) for rule, together in self.together.items()}
        self.by_child: dict[int, list[Place]] = defaultdict(list)
        self.alone: list[tuple[int, npt.NDArray[np.intp]]] = []
        repeated = self._repeated(rules)
        for n, observations in enumerate(every):
            with_others, alone = self._bears(observations) | repeated[n], self._alone(observations)
            wanted = np.ones(len(observations), bool) if everything else with_others
            child = duties.cf.child(observations.subject_table)[observations.subject_rows]
            for place, of in zip(np.flatnonzero(wanted).tolist(), child[wanted].tolist(), strict=True):
                self.by_child[of].append((n, place))
            if (alone & ~wanted).any():
                self.alone.append((n, np.flatnonzero(alone & ~wanted)))

    @staticmethod
    def _alone(o: Observations) -> Mask:
        """Where the observation's own exemption or reason may change it."""
        breach = o.verdict.outcome == NOT_MET
        unsure: Mask = (o.exempt == -2) & (breach | (o.verdict.outcome == JUSTIFIED))
        touched: Mask = (o.exempt >= 0) | unsure | (breach & o.excused)
        return touched

    def _bears(self, o: Observations) -> Mask:
        """Where it may bear on another observation, or another on it, but for those in a row."""
        wanted: Mask = np.zeros(len(o), bool)
        for by in o.rule.superseded_by:
            wanted |= self._superseded(o, by)
        if o.rule.id in self.superseders:
            wanted |= o.verdict.outcome == NOT_MET
        for rule, together in self.together.items():
            for premise in (*together.all, *together.any):
                if premise.rule.removesuffix(OVERDUE) == o.rule.id:
                    holds, rows = self._may_hold(premise, o), rows_of(self.duties, o, together.subject)
                    if rows is not None:
                        about = (
                            np.where(rows >= 0, self.possible[rule][np.maximum(rows, 0)], True) if len(self.possible[rule]) else rows < 0
                        )
                        wanted |= holds & about
        return wanted

    def _repeated(self, rules: Sequence[Rule]) -> list[Mask]:
        """Of each observations (m,): which stand in so many breaches in a row that their rule raises the severity."""
        found = [np.zeros(len(o), bool) for o in self.every]
        for rule in rules:
            if rule.escalates:
                breaches = [
                    (n, np.flatnonzero(np.isin(o.verdict.outcome, (NOT_MET, JUSTIFIED)) & (o.place >= 0)))
                    for n, o in enumerate(self.every)
                    if o.rule.id == rule.id
                ]
                keys = [self.every[n].subject_rows[some].astype(np.int64) << 32 | self.every[n].place[some] for n, some in breaches]
                long = _in_rows(np.concatenate([np.zeros(0, np.int64), *keys]), rule.escalates.after)
                for (n, some), key in zip(breaches, keys, strict=True):
                    found[n][some] = np.isin(key, long)
        return found

    def _possible(self, together: Together, everything: bool) -> Mask:
        """The records that a composed rule may have something to say about: every premise is met by something that may hold."""
        n = self.duties.cf.n(together.subject)
        if everything:
            return np.ones(n, bool)
        found = np.ones(n, bool)
        for premise in together.all:
            found &= self._met(together.subject, premise)
        return found & np.logical_or.reduce([self._met(together.subject, premise) for premise in together.any]) if together.any else found

    def _met(self, table: str, premise: Premise) -> Mask:
        """The records of ``table`` (n,) about which something may hold that meets a premise."""
        owner = self.duties.cf.child(table)
        found = np.zeros(len(owner), bool)
        for o in self.every:
            rows = rows_of(self.duties, o, table) if o.rule.id == premise.rule.removesuffix(OVERDUE) else None
            if rows is not None:
                holds = self._may_hold(premise, o)
                found[rows[holds & (rows >= 0)]] = True
                child = self.duties.cf.child(o.subject_table)[o.subject_rows[holds & (rows < 0)]]  # it may be about any of the child's
                found |= np.isin(owner, child)
        return found

    @staticmethod
    def _may_hold(premise: Premise, o: Observations) -> Mask:
        holds: Mask = np.isin(o.verdict.outcome, (NOT_MET, JUSTIFIED, CANNOT_TELL))
        return holds & ~o.happened.known if premise.rule.endswith(OVERDUE) else holds

    def _superseded(self, o: Observations, by: str) -> Mask:
        """Where the record of a superseding rule is in breach, whatever this one says of it."""
        rows = self._rows_of_rule(o, by)
        breached = [a.subject_rows[(a.verdict.outcome == NOT_MET) & ~a.happened.known] for a in self.every if a.rule.id == by]
        return np.isin(rows, np.concatenate(breached)) if rows is not None and breached else np.zeros(len(o), bool)

    def _links(self, o: Observations) -> dict[str, list[tuple[str, np.ndarray]]]:
        """The records that the observations hang on, by the name under which a rule may join on them; for each name they are told under.

        A breach supersedes others only while what it misses is still missing: a plan written late has content to look at.
        """
        by = [(BY + name, self._rows_of_rule(o, name)) for name in o.rule.superseded_by]
        if o.rule.id in self.superseders:
            by.append((BY + o.rule.id, np.where(o.happened.known, -1, o.subject_rows)))
        told = {}
        for name in (o.rule.id, o.rule.id + OVERDUE):
            if name == o.rule.id or name in self.composed:
                joins = [(table, rows_of(self.duties, o, table)) for table in sorted(self.composed.get(name, ()))]
                told[name] = [(link, rows) for link, rows in [*by, *joins] if rows is not None]
        return told

    def _rows_of_rule(self, o: Observations, rule: str) -> np.ndarray | None:
        """The record of another rule's subject that each observation is, or hangs on."""
        table = next((other.subject_table for other in self.every if other.rule.id == rule), "")
        return rows_of(self.duties, o, table) if table else None

    def observed(self, place: Place) -> list[Observed]:
        """One observation as the judge is told it: under its rule's name and, while it is overdue, under that of an overdue premise."""
        n, i = place
        o = self.every[n]
        exempt = {-1: "no", -2: "unknown"}.get(int(o.exempt[i]), "yes")
        happened = bool(o.happened.known[i])
        reason = "yes" if o.excused[i] and happened else "no"
        told: list[Observed] = []
        astray: list[Observed] = []
        for name, joins in self.links[n].items():
            links: tuple[Link, ...] = tuple((link, int(rows[i])) for link, rows in joins if rows[i] >= 0)
            astray += self._astray(name, o, i, [link for link, rows in joins if rows[i] < 0 and link in self.tables])
            if name == o.rule.id:
                series = int(o.subject_rows[i]) if o.rule.escalates and o.place[i] >= 0 else -1
                place_ = int(o.place[i]) if series >= 0 else -1
                told.append(Observed(name, OUTCOMES[o.verdict.outcome[i]], exempt, reason, links, series, place_))
            elif not happened:
                told.append(Observed(name, OUTCOMES[o.verdict.outcome[i]], exempt, reason, links))
        return told + astray

    def kinds(self) -> Iterator[tuple[int, npt.NDArray[np.intp], Observed]]:
        """The observations that are judged alone, each kind once: which observations, the places, and what the judge is told."""
        for n, places in self.alone:
            o = self.every[n]
            reason = o.excused[places] & o.happened.known[places]
            kind = np.stack([o.verdict.outcome[places], np.clip(o.exempt[places], -2, 0), reason], axis=1)
            for outcome, exempt, excused in np.unique(kind, axis=0).tolist():
                same = places[(kind == (outcome, exempt, excused)).all(axis=1)]
                told = Observed(o.rule.id, OUTCOMES[outcome], {-1: "no", -2: "unknown", 0: "yes"}[exempt], "yes" if excused else "no")
                yield n, same, told

    def _astray(self, name: str, o: Observations, i: int, tables: Sequence[str]) -> list[Observed]:
        """A breach whose record does not say what it hangs on may bear on any of the child's: for each of them it can't be told."""
        over = name.endswith(OVERDUE) and bool(o.happened.known[i])
        if over or o.exempt[i] >= 0 or o.verdict.outcome[i] not in (NOT_MET, JUSTIFIED, CANNOT_TELL):
            return []
        child = int(self.duties.cf.child(o.subject_table)[o.subject_rows[i]])
        links = tuple((table, row) for table in tables for row in self._rows_of_child(table).get(child, ()))
        return [Observed(name, "cannot_tell", links=links)] if links else []

    def _rows_of_child(self, table: str) -> dict[int, list[int]]:
        if table not in self._of_child:
            found: dict[int, list[int]] = defaultdict(list)
            for row, child in enumerate(self.duties.cf.child(table).tolist()):
                found[child].append(row)
            self._of_child[table] = found
        return self._of_child[table]


def _in_rows(keys: npt.NDArray[np.int64], least: int) -> npt.NDArray[np.int64]:
    """Those of some numbers that stand among at least so many that follow each other without a gap."""
    each = np.unique(keys)
    run = np.cumsum(np.diff(each, prepend=each[:1]) != 1)  # the first begins a run: its difference from itself is 0
    return each[np.bincount(run)[run] >= least] if len(each) else each


def shape(rule: Rule) -> RuleShape:
    """What judgement needs to know of a rule."""
    together = None
    if rule.check == "together":
        together = Together(rule.subject, *(tuple(_premise(rule, item) for item in rule.body.get(part, ())) for part in ("all", "any")))
    return RuleShape(rule.id, rule.superseded_by, rule.escalates.after if rule.escalates else None, together)


def _premise(rule: Rule, item: Mapping[str, str]) -> Premise:
    name = item["rule"] if "rule" in item else f"{rule.id}.{item['name']}"
    name += OVERDUE if str(item.get("overdue", "")) == "true" else ""
    return Premise(name, str(item.get("or_justified", "")) == "true")


def rows_of(duties: Duties, o: Observations, table: str) -> np.ndarray | None:
    """For each observation the row of ``table`` that its subject is, or refers to, or that refers to it by one more step; None: no way."""
    if o.subject_table == table:
        return o.subject_rows
    if table in ("children", "cases"):
        child = duties.cf.child(o.subject_table)[o.subject_rows]
        return child if table == "children" else None
    for name, about in contract.tables()[o.subject_table].items():
        if about.refers_to == table:
            return duties.cf.link(o.subject_table, name)[o.subject_rows]
    return None
