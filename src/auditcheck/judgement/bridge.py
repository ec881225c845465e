"""Between columns and cases: which observations some rule can react to go to the judge, case by case, and its conclusions come back.

Only what matters is asked: an observation that no exemption, reason, supersession, repetition or composed rule touches keeps its outcome.
``everything=True`` (tests) asks about all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from auditcheck import contract
from auditcheck.checks.ground import settle_population
from auditcheck.checks.scope import Scope
from auditcheck.checks.suspended import suspend
from auditcheck.checks.verdict import (
    CANNOT_TELL,
    JUSTIFIED,
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    NOT_YET_DUE,
    OUTCOMES,
    UNSETTLED,
    Observations,
    Verdict,
)
from auditcheck.duties import Duties
from auditcheck.judgement.network import Judge
from auditcheck.judgement.shapes import Conclusion, Link, Observed, Premise, RuleShape, Subject, Together
from auditcheck.rulebook.model import Rule
from auditcheck.values import Mask, never

Place = tuple[int, int]  # (which observations, place in them)

#: What a premise that only still overdue observations satisfy is called: they are told to the judge a second time under this name.
_OVERDUE = ".overdue"


@dataclass
class Judged:
    """Conclusions that are no outcome: what was escalated, what composed findings stand on, and which children could not be judged."""

    composed: list[Observations] = field(default_factory=list)
    escalated: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    because: dict[tuple[str, int], list[Place]] = field(default_factory=dict)
    unknown: dict[tuple[str, int], list[Place]] = field(default_factory=dict)
    unjudged: dict[int, str] = field(default_factory=dict)


def judge(
    duties: Duties, rules: Sequence[Rule], found: Sequence[Observations], premises: Sequence[Observations], everything: bool = False
) -> Judged:
    """Settle ``found`` in place and draw the composed conclusions. Raises EngineMissing where durable-rules can't be loaded.

    ``rules``: those that were evaluated. Places in the result index ``[*found, *premises]``.
    """
    together = {rule.id: rule for rule in rules if rule.check == "together"}
    asked = _Asked(duties, rules, [*found, *premises], everything)
    shapes = [_shape(rule) for rule in rules] + [RuleShape(o.rule.id) for o in _first_of_each(premises)]
    shapes += [RuleShape(rule.id + _OVERDUE, rule.superseded_by) for rule in rules if rule.id + _OVERDUE in asked.composed]
    judge_ = Judge(shapes)
    result = Judged()
    subjects = {rule.id: _subjects(duties, rule) for rule in together.values()}
    per_child = _subjects_by_child(duties, together, subjects)
    for child in sorted(asked.by_child):
        places = asked.by_child[child]
        about = [Subject(rule, (together[rule].subject, row)) for rule, row in per_child.get(child, ())]
        told = [(place, observed) for place in places for observed in asked.observed(place)]
        concluded = judge_.case([observed for _, observed in told], about)
        _apply(asked, [place for place, _ in told], concluded, child, result)
    result.composed = [_composed(duties, rule, subjects[rule.id], result, _asked_of(asked, rule)) for rule in together.values()]
    return result


def _shape(rule: Rule) -> RuleShape:
    together = None
    if rule.check == "together":
        together = Together(rule.subject, *(tuple(_premise(rule, item) for item in rule.body.get(part, ())) for part in ("all", "any")))
    return RuleShape(rule.id, rule.superseded_by, rule.escalates.after if rule.escalates else None, together)


def _premise(rule: Rule, item: Mapping[str, str]) -> Premise:
    name = item["rule"] if "rule" in item else f"{rule.id}.{item['name']}"
    name += _OVERDUE if str(item.get("overdue", "")) == "true" else ""
    return Premise(name, str(item.get("or_justified", "")) == "true")


def _first_of_each(found: Sequence[Observations]) -> list[Observations]:
    return list({o.rule.id: o for o in found}.values())


def _subjects(duties: Duties, rule: Rule) -> tuple[Scope, Mask, Verdict]:
    """The records a composed rule could speak about, and what is settled of the others."""
    scope = Scope.of(duties, rule.subject)
    inside = scope.holds(rule.where)
    verdict = Verdict.of(len(scope.rows))
    for unless in rule.unless:
        exempt = scope.holds(unless.when)
        verdict.settle(exempt.yes, NOT_APPLICABLE, f"Exempt: {unless.because}")
    settle_population(verdict, inside, rule)
    return (
        scope,
        inside.yes & (verdict.outcome == UNSETTLED) & ~duties.not_happened(rule.subject) & (duties.cf.child(rule.subject) >= 0),
        verdict,
    )


def _subjects_by_child(
    duties: Duties, together: Mapping[str, Rule], subjects: Mapping[str, tuple[Scope, Mask, Verdict]]
) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for name, rule in together.items():
        child = duties.cf.child(rule.subject)
        for row in np.flatnonzero(subjects[name][1]).tolist():
            found[int(child[row])].append((name, row))
    return found


class _Asked:
    """The observations that go to the judge, by child, and how each is told."""

    def __init__(self, duties: Duties, rules: Sequence[Rule], every: Sequence[Observations], everything: bool) -> None:
        self.duties, self.every = duties, every
        self.superseders = {by for rule in rules for by in rule.superseded_by}
        self.composed: dict[str, set[str]] = defaultdict(set)  # observed rule -> tables of the composed rules that it bears on
        for rule in rules:
            for premise in (*_shape_premises(rule),):
                self.composed[premise].add(rule.subject)
        self.tables = {table for tables in self.composed.values() for table in tables}
        self._of_child: dict[str, dict[int, list[int]]] = {}
        self.links = [self._links(observations) for observations in every]
        self.by_child: dict[int, list[Place]] = defaultdict(list)
        for n, observations in enumerate(every):
            wanted = np.ones(len(observations), bool) if everything else self._matters(observations)
            child = duties.cf.child(observations.subject_table)[observations.subject_rows]
            for place in np.flatnonzero(wanted).tolist():
                self.by_child[int(child[place])].append((n, place))

    def _matters(self, o: Observations) -> Mask:
        """Where some rule could react: see the module's first words."""
        outcome, rule = o.verdict.outcome, o.rule
        breach = outcome == NOT_MET
        wanted: Mask = (o.exempt >= 0) | ((o.exempt == -2) & (breach | (outcome == JUSTIFIED))) | (breach & o.excused)
        for by in rule.superseded_by:
            wanted |= self._superseded(o, by)
        if rule.escalates:
            wanted |= breach | (outcome == JUSTIFIED)
        if rule.id in self.superseders:
            wanted |= breach
        if rule.id in self.composed or rule.id + _OVERDUE in self.composed:
            wanted |= breach | (outcome == CANNOT_TELL) | (outcome == JUSTIFIED)
        return wanted

    def _superseded(self, o: Observations, by: str) -> Mask:
        """Where the record of a superseding rule is in breach, whatever this one says of it."""
        rows = self._rows_of_rule(o, by)
        breached = [a.subject_rows[(a.verdict.outcome == NOT_MET) & ~a.happened.known] for a in self.every if a.rule.id == by]
        return np.isin(rows, np.concatenate(breached)) if rows is not None and breached else np.zeros(len(o), bool)

    def _links(self, o: Observations) -> dict[str, list[tuple[str, np.ndarray]]]:
        """The records that the observations hang on, by the name under which a rule may join on them; for each name they are told under.

        A breach supersedes others only while what it misses is still missing: a plan written late has content to look at.
        """
        by = [(f"by {name}", self._rows_of_rule(o, name)) for name in o.rule.superseded_by]
        if o.rule.id in self.superseders:
            by.append((f"by {o.rule.id}", np.where(o.happened.known, -1, o.subject_rows)))
        told = {}
        for name in (o.rule.id, o.rule.id + _OVERDUE):
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

    def _astray(self, name: str, o: Observations, i: int, tables: Sequence[str]) -> list[Observed]:
        """A breach whose record does not say what it hangs on may bear on any of the child's: for each of them it can't be told."""
        over = name.endswith(_OVERDUE) and bool(o.happened.known[i])
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


def _shape_premises(rule: Rule) -> list[str]:
    together = _shape(rule).together
    return [premise.rule for premise in (*together.all, *together.any)] if together else []


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


def _apply(asked: _Asked, places: Sequence[Place], concluded: Conclusion, child: int, result: Judged) -> None:
    if concluded.unjudged:
        result.unjudged[child] = concluded.unjudged
        return
    done: set[Place] = set()
    for (n, i), outcome, by, escalated in zip(places, concluded.outcomes, concluded.superseded_by, concluded.escalated, strict=True):
        if (n, i) in done:
            continue
        done.add((n, i))
        o = asked.every[n]
        if escalated:
            result.escalated[n].add(i)
        if outcome != OUTCOMES[o.verdict.outcome[i]]:
            _reword(o, i, OUTCOMES.index(outcome), by)
    for finding in concluded.composed:
        key = (finding.rule, finding.link[1])
        result.because[key] = [places[i] for i in finding.because]
        if finding.outcome == "cannot_tell":
            result.unknown[key] = [places[i] for i in finding.unknown]


def _reword(o: Observations, i: int, outcome: int, by: str | None) -> None:
    """Give one observation its judged outcome and the reason for it."""
    if by is not None:
        text = f"Not asked while {by} is not met"
    elif outcome == NOT_APPLICABLE:
        text = f"Exempt: {o.rule.unless[int(o.exempt[i])].because}"
    elif outcome == JUSTIFIED:
        text = o.verdict.reasons[o.verdict.reason[i]] + "; a reason is recorded"
    else:
        text = "Cannot tell whether an exemption applies: " + o.verdict.reasons[o.verdict.reason[i]].lower()
    if text not in o.verdict.reasons:
        o.verdict.reasons = [*o.verdict.reasons, text]
    o.verdict.outcome[i], o.verdict.reason[i] = outcome, o.verdict.reasons.index(text)


def _asked_of(asked: _Asked, rule: Rule) -> tuple[Mask, Mask]:
    """Records of the composed rule's table: where an answer rules a premise out, and where one is not yet due (n, n)."""
    n = asked.duties.cf.n(rule.subject)
    ruled_out, awaited = np.zeros(n, bool), np.zeros(n, bool)
    together = _shape(rule).together
    for premise in (*together.all, *together.any) if together else ():
        for o in asked.every:
            rows = rows_of(asked.duties, o, rule.subject) if o.rule.id == premise.rule.removesuffix(_OVERDUE) else None
            if rows is not None:
                outcome = np.where(rows >= 0, o.verdict.outcome, NOT_APPLICABLE)
                ruled_out[rows[np.isin(outcome, (MET,) if premise.or_justified else (MET, JUSTIFIED))]] = True
                awaited[rows[outcome == NOT_YET_DUE]] = True
                if premise.rule.endswith(_OVERDUE):  # late, but no longer overdue
                    ruled_out[rows[np.isin(outcome, (NOT_MET, JUSTIFIED)) & o.happened.known]] = True
    return ruled_out, awaited


def _composed(
    duties: Duties, rule: Rule, subjects: tuple[Scope, Mask, Verdict], result: Judged, asked_of: tuple[Mask, Mask]
) -> Observations:
    """The composed rule's own observations: one a subject."""
    scope, inside, verdict = subjects
    m = len(scope.rows)
    found, doubtful = np.zeros(m, bool), np.zeros(m, bool)
    for name, row in result.because:
        if name == rule.id:
            (doubtful if (name, row) in result.unknown else found)[row] = True
    unjudged = np.isin(duties.cf.child(rule.subject), list(result.unjudged))
    verdict.settle(inside & unjudged, CANNOT_TELL, "Cannot tell: this case could not be judged")
    for unless in rule.unless:
        doubt = inside & found & scope.holds(unless.when).unknown
        verdict.settle(doubt, CANNOT_TELL, f"Cannot tell whether an exemption applies: {unless.because}")
    verdict.settle(inside & found, NOT_MET, "What is needed for this finding holds together")
    verdict.settle(inside & doubtful, CANNOT_TELL, "Cannot tell: part of what is needed for this finding holds, part can't be told")
    ruled_out, awaited = (mask[scope.rows] for mask in asked_of)
    verdict.settle(ruled_out, MET, "What is needed for this finding does not hold together")
    verdict.settle(awaited, NOT_YET_DUE, "Not yet due: what this finding stands on has not fallen due")
    verdict.settle(np.ones(m, bool), NOT_APPLICABLE, "Nothing that this finding stands on is asked of this record")
    keep = ~duties.not_happened(rule.subject) & (duties.cf.child(rule.subject) >= 0)
    observations = Observations(
        rule, rule.subject, scope.rows, verdict, rule.subject, scope.rows, never(m), never(m), never(m), np.full(m, -1, np.int32)
    )
    return suspend(duties, observations.keep(keep))
