"""What a case's observations add up to: facts into the engine, its conclusions back out. Nothing is decided here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .cases import Located, Part, Relations, parts
from .engine import Engine, Unjudged
from .joins import Fact
from .process import EngineProcess
from .reasoning import FIELDS, premise_name, reasoning, superseding_levels
from .shapes import BY, OUTCOMES, ComposedFinding, Conclusion, Link, Observed, Premise, RuleShape, Subject, Together

__all__ = ["ComposedFinding", "Conclusion", "Judge", "Link", "Observed", "Premise", "RuleShape", "Subject", "Together"]

#: How many parts of cases are remembered; the oldest is forgotten first.
_REMEMBERED = 200_000

_YES_NO_UNKNOWN = frozenset({"yes", "no", "unknown"})


class Judge:
    """Judges cases one by one, remembering parts of cases it has seen.

    Raises ValueError where the rules contradict each other (a circle of superseding, a composed rule without premises), RuleRefused where
    the engine could not judge them safely, EngineMissing. ``engine`` stands in for the joins made from the shapes.
    """

    def __init__(self, shapes: Sequence[RuleShape], engine: Engine | EngineProcess | None = None) -> None:
        _check_shapes(shapes)
        self._levels = superseding_levels(shapes)
        self._relations = Relations(shapes)
        self._together = {shape.id: shape.together for shape in shapes if shape.together}
        self._engine = engine or EngineProcess(reasoning(shapes, self._levels), FIELDS)
        self._seen: dict[Part, Conclusion] = {}
        #: Parts looked up, and those that had to be reasoned about.
        self.asked, self.reasoned = 0, 0

    def case(self, observed: Sequence[Observed], subjects: Sequence[Subject]) -> Conclusion:
        """Everything concluded about one case; the order of either argument makes no difference.

        Raises ValueError for an observation outside the vocabulary or a subject that its rule does not speak about.
        """
        self._check_case(observed, subjects)
        outcomes = [o.outcome for o in observed]
        by: list[str | None] = [None] * len(observed)
        escalated = [False] * len(observed)
        composed: list[ComposedFinding] = []
        try:
            for located in parts(observed, subjects, self._relations):
                judged = self._part(located.part)
                for n, indices in enumerate(located.indices):
                    for i in indices:
                        outcomes[i], by[i], escalated[i] = judged.outcomes[n], judged.superseded_by[n], judged.escalated[n]
                composed += (_restored(finding, located) for finding in judged.composed)
        except Unjudged as why:
            nothing = Conclusion(tuple(o.outcome for o in observed), (None,) * len(observed), (False,) * len(observed))
            return Conclusion(nothing.outcomes, nothing.superseded_by, nothing.escalated, (), str(why))
        composed.sort(key=lambda finding: (finding.rule, finding.link))
        return Conclusion(tuple(outcomes), tuple(by), tuple(escalated), tuple(composed))

    def _check_case(self, observed: Sequence[Observed], subjects: Sequence[Subject]) -> None:
        for o in observed:
            if o.outcome not in OUTCOMES or o.exempt not in _YES_NO_UNKNOWN or o.reason not in ("yes", "no"):
                raise ValueError(f"not an observation that can be judged: {o}")
        for subject in subjects:
            together = self._together.get(subject.rule)
            if together is None or together.subject != subject.link[0]:
                raise ValueError(f"{subject.rule} does not speak about {subject.link[0]}")

    def _part(self, part: Part) -> Conclusion:
        self.asked += 1
        judged = self._seen.get(part)
        if judged is None:
            self.reasoned += 1
            judged = self._read(part, self._engine.conclude(self._facts(part)))
            if len(self._seen) >= _REMEMBERED:
                del self._seen[next(iter(self._seen))]
            self._seen[part] = judged
        return judged

    def _facts(self, part: Part) -> Iterator[Fact]:
        premises: dict[tuple[str, int], set[Premise]] = defaultdict(set)
        for rule, record in part.about:
            yield {"k": f"subject {rule}", "to": record}
            for premise in (*self._together[rule].all, *self._together[rule].any):
                premises[premise.rule, record].add(premise)
        for i, o in enumerate(part.observed):
            level = self._levels.get(o.rule, 0)
            yield {"k": "observed", "i": i, "rule": o.rule, "level": level, "outcome": o.outcome, "exempt": o.exempt, "reason": o.reason}
            for kind, record in o.links:
                if kind == BY:
                    yield {"k": "link", "i": i, "to": record}
                for premise in premises[o.rule, record]:
                    forgiving = "yes" if premise.or_justified else "no"
                    yield {"k": "bears", "i": i, "premise": premise_name(premise), "forgiving": forgiving, "to": record}
            if o.series >= 0:
                after = self._relations.escalates[o.rule]
                yield {"k": "place", "i": i, "rule": o.rule, "series": o.series, "place": o.place, "after": after}
        rules = {o.rule for o in part.observed}
        for of in rules:
            for by in rules.intersection(self._relations.superseded_by.get(of, ())):
                yield {"k": "supersedes", "of": of, "by": by}

    def _read(self, part: Part, concluded: Sequence[Fact]) -> Conclusion:
        outcomes = [o.outcome for o in part.observed]
        by: dict[int, list[str]] = defaultdict(list)
        escalated = [False] * len(outcomes)
        sure: dict[tuple[str, int], list[int]] = defaultdict(list)
        unsure: dict[tuple[str, int], list[int]] = defaultdict(list)
        for fact in concluded:
            kind, i = str(fact["k"]), int(fact.get("i", -1))
            if kind == "standing":
                outcomes[i] = str(fact["outcome"])
            elif kind == "exempted":
                outcomes[i] = "not_applicable"
            elif kind.startswith("superseded "):
                outcomes[i] = "not_applicable"
                by[i].append(str(fact["by"]))
            elif kind == "escalated":
                escalated[i] = True
            elif kind == "evidence":
                (sure if fact["sure"] == "yes" else unsure)[str(fact["premise"]), int(fact["to"])].append(i)
        composed = tuple(finding for fact in concluded for finding in self._composed(fact, sure, unsure))
        first = (min(by[i], key=self._relations.superseded_by[o.rule].index) if i in by else None for i, o in enumerate(part.observed))
        return Conclusion(tuple(outcomes), tuple(first), tuple(escalated), composed)

    def _composed(
        self, fact: Fact, sure: dict[tuple[str, int], list[int]], unsure: dict[tuple[str, int], list[int]]
    ) -> Iterator[ComposedFinding]:
        word, _, rule = str(fact["k"]).partition(" ")
        if word not in ("found", "doubtful"):
            return
        record = int(fact["to"])
        keys = {(premise_name(premise), record) for premise in (*self._together[rule].all, *self._together[rule].any)}
        because = tuple(sorted({i for key in keys for i in sure.get(key, ())}))
        unknown = tuple(sorted({i for key in keys if key not in sure for i in unsure.get(key, ())}))
        outcome, unknown = ("not_met", ()) if word == "found" else ("cannot_tell", unknown)
        yield ComposedFinding(rule, ("", record), outcome, because, unknown)


def _restored(finding: ComposedFinding, located: Located) -> ComposedFinding:
    def indices(entries: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted(i for n in entries for i in located.indices[n]))

    link = located.links[finding.link[1]]
    return ComposedFinding(finding.rule, link, finding.outcome, indices(finding.because), indices(finding.unknown))


def _check_shapes(shapes: Sequence[RuleShape]) -> None:
    composed = {shape.id for shape in shapes if shape.together}
    names: set[str] = set()
    for shape in shapes:
        if shape.id in names or not shape.id or " " in shape.id:
            raise ValueError(f"{shape.id!r}: the name of a rule must be its own, and one word")
        names.add(shape.id)
        if shape.together and not (shape.together.all or shape.together.any):
            raise ValueError(f"{shape.id}: a composed rule needs at least one premise")
        if shape.together and (shape.superseded_by or shape.escalates_after is not None):
            raise ValueError(f"{shape.id}: a composed rule is neither superseded nor escalated")
        if above := sorted(composed.intersection(shape.superseded_by)):
            raise ValueError(f"{shape.id}: a composed rule ({above[0]}) cannot supersede another")
        if shape.escalates_after is not None and shape.escalates_after < 1:
            raise ValueError(f"{shape.id}: escalates after at least 1 in a row")
