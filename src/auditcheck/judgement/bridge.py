"""Between columns and cases: what some rule can react to goes to the judge (`asked`), and its conclusions come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

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
from auditcheck.judgement.alike import Alike
from auditcheck.judgement.asked import OVERDUE, Asked, Place, rows_of, shape
from auditcheck.judgement.network import Judge
from auditcheck.judgement.shapes import Conclusion, RuleShape, Subject
from auditcheck.rulebook.model import Rule
from auditcheck.values import Mask, never


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

    ``rules``: those that were evaluated. Places in the result index ``[*found, *premises]``. ``everything``: see `Asked`; then
    each case is judged, too, however like another it is.
    """
    together = {rule.id: rule for rule in rules if rule.check == "together"}
    asked = Asked(duties, rules, [*found, *premises], everything)
    shapes = [shape(rule) for rule in rules] + [RuleShape(o.rule.id) for o in _first_of_each(premises)]
    shapes += [RuleShape(rule.id + OVERDUE, rule.superseded_by) for rule in rules if rule.id + OVERDUE in asked.composed]
    judge_ = _judge(tuple(shapes))
    result = Judged()
    subjects = {rule.id: _subjects(duties, rule) for rule in together.values()}
    per_child = _subjects_by_child(duties, together, {name: subjects[name][1] & asked.possible[name] for name in together})
    for n, some, kind in asked.kinds():
        _apply_kind(asked, n, some, judge_.case([kind], ()), result)
    alike = Alike(asked, judge_, remember=not everything)
    for child in sorted(asked.by_child):
        about = [Subject(rule, (together[rule].subject, row)) for rule, row in per_child.get(child, ())]
        _apply(asked, *alike.concluded(asked.by_child[child], about), child, result)
    result.composed = [_composed(duties, rule, subjects[rule.id], result, _asked_of(asked, rule)) for rule in together.values()]
    return result


@lru_cache(maxsize=1)
def _judge(shapes: tuple[RuleShape, ...]) -> Judge:
    """The judge of some rules; the next portion of the children goes to the same one, who remembers the parts of cases seen so far."""
    return Judge(shapes)


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


def _subjects_by_child(duties: Duties, together: Mapping[str, Rule], subjects: Mapping[str, Mask]) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for name, rule in together.items():
        child = duties.cf.child(rule.subject)
        for row in np.flatnonzero(subjects[name]).tolist():
            found[int(child[row])].append((name, row))
    return found


def _apply_kind(asked: Asked, n: int, places: npt.NDArray[np.intp], concluded: Conclusion, result: Judged) -> None:
    """Give all observations of a kind the outcome that one of them got."""
    o = asked.every[n]
    if concluded.unjudged:
        child = asked.duties.cf.child(o.subject_table)[o.subject_rows[places]]
        result.unjudged |= dict.fromkeys(child.tolist(), concluded.unjudged)
    elif concluded.outcomes[0] != OUTCOMES[o.verdict.outcome[places[0]]]:
        for i in places.tolist():
            _reword(o, i, OUTCOMES.index(concluded.outcomes[0]), None)


def _apply(asked: Asked, places: Sequence[Place], concluded: Conclusion, child: int, result: Judged) -> None:
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


def _asked_of(asked: Asked, rule: Rule) -> tuple[Mask, Mask]:
    """Records of the composed rule's table: where an answer rules a premise out, and where one is not yet due (n, n)."""
    n = asked.duties.cf.n(rule.subject)
    ruled_out, awaited = np.zeros(n, bool), np.zeros(n, bool)
    together = shape(rule).together
    for premise in (*together.all, *together.any) if together else ():
        for o in asked.every:
            rows = rows_of(asked.duties, o, rule.subject) if o.rule.id == premise.rule.removesuffix(OVERDUE) else None
            if rows is not None:
                outcome = np.where(rows >= 0, o.verdict.outcome, NOT_APPLICABLE)
                ruled_out[rows[np.isin(outcome, (MET,) if premise.or_justified else (MET, JUSTIFIED))]] = True
                awaited[rows[outcome == NOT_YET_DUE]] = True
                if premise.rule.endswith(OVERDUE):  # late, but no longer overdue
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
