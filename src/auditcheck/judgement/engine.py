"""The only door to durable-rules: one case's facts in, what follows from them out.

The engine is used in the one way that a million random cases found right: direct calls, one default session that is deleted after each
case, no threads, no retraction, short decimal ids, one fact a call, the markers of the strata last and in order.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType

from .joins import Derived, Fact, Join, Value, check_value, compiled

#: Ids of facts are decimal numbers; the engine looks them up by a hash that is free of collisions below this.
_MOST_FACTS = 100_000

#: Rulesets made in this process, by their text. The same joins share one; others get a name of their own, which the engine keeps apart.
_rulesets: dict[str, int] = {}


class EngineMissing(Exception):
    """durable-rules cannot be imported. The message is a sentence for the person who ran the command."""


class Unjudged(Exception):
    """This case could not be judged, which is not the same as nothing to report. The message is a sentence."""


class Engine:
    """Joins made ready to judge cases.

    ``fields``: every field that facts carry -> int or str. Raises RuleRefused for joins the engine could judge wrongly, EngineMissing.
    """

    def __init__(self, joins: Sequence[Join], fields: Mapping[str, type]) -> None:
        rules = compiled(joins, fields)
        self._fields = dict(fields)
        self._joins = {join.name: join for join in joins}
        self._strata = sorted({join.stratum for join in joins})
        self._wanted = _wanted(joins)
        self._engine = _imported()
        self._handle = _ruleset(self._engine, rules)
        # Deleting a session in which no action ever started frees memory that was never set.
        self._run(deque(), [-1])

    def conclude(self, facts: Iterable[Fact]) -> list[Fact]:
        """What follows from one case's facts: the derived facts, each once, sorted by content.

        A fact is ``k`` (its kind) and fields; equal facts count once. Raises Unjudged.
        """
        given: dict[tuple[tuple[str, Value], ...], Fact] = {}
        for fact in facts:
            # Checked before equal facts become one, because to Python True, 1 and 1.0 are equal.
            self._check(fact)
            given[_content(fact)] = fact
        derived = self._run(deque(given[key] for key in sorted(given, key=str)), self._strata)
        return sorted(derived, key=lambda fact: str(_content(fact)))

    def _check(self, fact: Fact) -> None:
        missing = self._wanted.get(str(fact.get("k")), frozenset()).difference(fact)
        wrong = [why for field, value in fact.items() if field != "k" and (why := check_value(field, value, self._fields))]
        if missing or wrong or type(fact.get("k")) is not str:
            problems = [*wrong, *(f"{name} is missing" for name in sorted(missing))] or ["it has no kind"]
            raise Unjudged(f"A fact of this case cannot be judged ({', '.join(problems)}).")

    def _run(self, waiting: deque[Fact], strata: Sequence[int]) -> list[Fact]:
        seen = {_content(fact) for fact in waiting}
        derived: list[Fact] = []
        asserted: list[Fact] = []
        try:
            for marker in [None, *strata]:
                if marker is not None:
                    waiting.append({"k": "marker", "s": marker})
                while waiting:
                    for fact in self._matched(waiting.popleft(), asserted):
                        if (content := _content(fact)) not in seen:
                            seen.add(content)
                            derived.append(fact)
                            waiting.append(fact)
            return derived
        except Unjudged:
            raise
        except Exception as error:  # the engine raises bare exceptions of its own
            raise Unjudged(f"The rules engine could not judge this case ({error}).") from error
        finally:
            self._forget()

    def _matched(self, fact: Fact, asserted: list[Fact]) -> list[Fact]:
        """Assert one fact; the facts that its matches derive."""
        kind = str(fact["k"])
        if kind != "marker" and kind not in self._wanted:
            return []
        if len(asserted) >= _MOST_FACTS:
            raise Unjudged(f"This case has more than {_MOST_FACTS:,} facts to weigh.")
        tested = fact if kind == "marker" else {"k": kind, **{field: fact[field] for field in self._wanted[kind]}}
        code, offset = self._engine.assert_fact(self._handle, json.dumps({**tested, "id": str(len(asserted)), "t": 1}))
        asserted.append(fact)
        if code not in (0, 1):
            raise Unjudged("The rules engine refused a fact of this case.")
        found: list[Fact] = []
        state = self._engine.start_action_for_state(self._handle, offset)
        match = state and state[1]
        while match:
            found += self._derive(json.loads(match), asserted)
            match = self._engine.complete_and_start_action(self._handle, offset)
        return found

    def _derive(self, match: dict[str, dict[str, dict[str, str]]], asserted: list[Fact]) -> list[Fact]:
        ((name, found),) = match.items()
        if name == "marker":
            return []
        facts = {alias: asserted[int(message["id"])] for alias, message in found.items() if alias != "mk"}
        made = [_made(derived, facts) for derived in self._joins[name].derives]
        for fact in made:
            self._check(fact)
        return made

    def _forget(self) -> None:
        try:
            self._engine.delete_state(self._handle, None)
        except Exception as error:
            # Raised where the very first fact could not be read: there is no session to delete then.
            if "309" not in str(error):
                raise Unjudged(f"The rules engine could not put this case away ({error}).") from error


def ready() -> None:
    """Raise EngineMissing where nothing could be judged, before any work is done."""
    _imported()


def _imported() -> ModuleType:
    try:
        import durable_rules_engine
    except ImportError as error:
        raise EngineMissing(
            "The rules engine durable-rules cannot be loaded: it needs Python 3.11 or 3.12, and a C compiler when it is installed. "
            "No conclusions can be drawn without it."
        ) from error
    module: ModuleType = durable_rules_engine
    return module


def _ruleset(engine: ModuleType, rules: dict[str, object]) -> int:
    text = json.dumps(rules)
    if text not in _rulesets:
        _rulesets[text] = engine.create_ruleset(f"judgement-{len(_rulesets)}", text)
    return _rulesets[text]


def _wanted(joins: Sequence[Join]) -> dict[str, frozenset[str]]:
    """Kind -> the fields that some pattern tests or another refers to; a fact must carry them all."""
    wanted: dict[str, set[str]] = {}
    for join in joins:
        kinds = {pattern.alias: pattern.kind for pattern in join.patterns}
        for pattern in join.patterns:
            links = (*pattern.join, *pattern.successor)
            wanted.setdefault(pattern.kind, set()).update([field for field, _ in pattern.equal], [field for field, _, _ in links])
            for _, alias, theirs in links:
                wanted.setdefault(kinds[alias], set()).add(theirs)
        for derived in join.derives:
            for _, alias, theirs in derived.copied:
                wanted[kinds[alias]].add(theirs)
            if derived.named_by:
                wanted[kinds[derived.named_by[0]]].add(derived.named_by[1])
    return {kind: frozenset(names) for kind, names in wanted.items()}


def _made(derived: Derived, facts: Mapping[str, Fact]) -> Fact:
    kind = derived.kind if derived.named_by is None else f"{derived.kind} {facts[derived.named_by[0]][derived.named_by[1]]}"
    return {"k": kind, **{field: facts[alias][theirs] for field, alias, theirs in derived.copied}, **dict(derived.equal)}


def _content(fact: Fact) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(fact.items()))
