"""What judgement must conclude, in plain loops over every observation: slow, and meant to be obviously right."""

from __future__ import annotations

from collections.abc import Sequence

from auditcheck.judgement.shapes import ComposedFinding, Conclusion, Observed, Premise, RuleShape, Subject


def conclude(shapes: Sequence[RuleShape], observed: Sequence[Observed], subjects: Sequence[Subject]) -> Conclusion:
    """The five steps one after another."""
    rules = {shape.id: shape for shape in shapes}
    first = [_settled(o) for o in observed]
    by = [_superseded_by(rules, observed, first, i) for i in range(len(observed))]
    final = ["not_applicable" if above else outcome for above, outcome in zip(by, first, strict=True)]
    escalated = [_escalated(rules, observed, final, i) for i in range(len(observed))]
    findings = [found for subject in set(subjects) if (found := _composed(rules, observed, final, subject))]
    findings.sort(key=lambda finding: (finding.rule, finding.link))
    return Conclusion(tuple(final), tuple(by), tuple(escalated), tuple(findings))


def _settled(o: Observed) -> str:
    if o.exempt == "yes":
        return "not_applicable"
    if o.exempt == "unknown" and o.outcome in ("not_met", "justified"):
        return "cannot_tell"
    if o.outcome == "not_met" and o.reason == "yes":
        return "justified"
    return o.outcome


def _superseded_by(rules: dict[str, RuleShape], observed: Sequence[Observed], first: Sequence[str], i: int) -> str | None:
    if first[i] == "not_applicable" or observed[i].rule not in rules:
        return None
    for above in rules[observed[i].rule].superseded_by:
        for j, other in enumerate(observed):
            shares = [link for link in set(other.links) & set(observed[i].links) if link[0].startswith("by ")]
            if other.rule == above and shares and first[j] == "not_met" and _superseded_by(rules, observed, first, j) is None:
                return above
    return None


def _escalated(rules: dict[str, RuleShape], observed: Sequence[Observed], final: Sequence[str], i: int) -> bool:
    o = observed[i]
    after = rules[o.rule].escalates_after if o.rule in rules else None
    if after is None or o.series < 0 or o.place < 0 or final[i] not in ("not_met", "justified"):
        return False
    places = {
        p.place
        for p, outcome in zip(observed, final, strict=True)
        if (p.rule, p.series) == (o.rule, o.series) and p.place >= 0 and outcome in ("not_met", "justified")
    }
    return all(o.place - back in places for back in range(after))


def _composed(rules: dict[str, RuleShape], observed: Sequence[Observed], final: Sequence[str], subject: Subject) -> ComposedFinding | None:
    together = rules[subject.rule].together
    assert together is not None

    def those(premise: Premise, outcomes: tuple[str, ...]) -> set[int]:
        return {i for i, o in enumerate(observed) if o.rule == premise.rule and subject.link in o.links and final[i] in outcomes}

    holding = {p: those(p, ("not_met", "justified") if p.or_justified else ("not_met",)) for p in (*together.all, *together.any)}
    unknown = {p: those(p, ("cannot_tell",)) for p in holding if not holding[p]}
    because = tuple(sorted(set().union(*holding.values())))
    open_ones = tuple(sorted(set().union(*unknown.values())))
    if all(holding[p] for p in together.all) and (not together.any or any(holding[p] for p in together.any)):
        return ComposedFinding(subject.rule, subject.link, "not_met", because, ())
    possible = {p: bool(holding[p] or unknown[p]) for p in holding}
    if all(possible[p] for p in together.all) and (not together.any or any(possible[p] for p in together.any)):
        return ComposedFinding(subject.rule, subject.link, "cannot_tell", because, open_ones)
    return None
