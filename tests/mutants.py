"""Do the examples bite? Changes every rule in every way that `mutations` knows and runs its examples; where all pass, it survives.

    python tests/mutants.py CPC-ICPC-01 visit    # the survivors of some rules or areas (none named: all)

Every rule is changed once a pass, so that one pass is about as quick as `auditcheck rules test`.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml
from mutations import Mutant, mutants

from auditcheck import example_runs
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Rule, Rulebook

EQUIVALENT = Path(__file__).with_name("equivalent_mutants.yaml")


@dataclass(frozen=True)
class Fate:
    """What became of a mutant. ``broken``: it could not be run, which proves nothing."""

    rule: str
    kind: str
    what: str
    killed: bool
    broken: bool

    @property
    def name(self) -> str:
        return f"{self.rule}: {self.what}"


def equivalent() -> dict[str, str]:
    """The mutants that no example could tell from the rule, by name, and why."""
    return {f"{rule}: {what}": why for rule, one in (yaml.safe_load(EQUIVALENT.read_text()) or {}).items() for what, why in one.items()}


def fates(rules: Iterable[Rule], processes: int = 2) -> list[Fate]:
    """Run the examples of every mutant of the rules. Raises ValueError where one fails without any change."""
    rules = list(rules)
    unchanged = [Mutant(rule, "", "nothing") for rule in rules]
    if failing := sorted({fate.rule for one in _passes(unchanged) for fate in _run(one) if fate.killed or fate.broken}):
        raise ValueError(f"an example of {', '.join(failing)} fails as it is: run auditcheck rules test")
    rounds = list(_passes([m for rule in rules for m in mutants(rule)]))
    if processes < 2 or len(rounds) < 4:
        return [fate for one in rounds for fate in _run(one)]
    with ProcessPoolExecutor(processes) as pool:
        return [fate for found in pool.map(_run, rounds) for fate in found]


def _passes(every: list[Mutant]) -> Iterator[list[Mutant]]:
    """Each pass changes a rule at most once, and none that another one of the pass stands on."""
    waiting: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in every:
        waiting[mutant.rule.id].append(mutant)
    while waiting:
        chosen: dict[str, Mutant] = {}
        held: set[str] = set()
        for rule_id in sorted(waiting, key=lambda r: (-len(waiting[r]), r)):
            needed = _stands_on(rule_id)
            if rule_id not in held and not needed & chosen.keys():
                chosen[rule_id] = waiting[rule_id].pop(0)
                held |= needed
        yield list(chosen.values())
        waiting = defaultdict(list, {rule_id: left for rule_id, left in waiting.items() if left})


@cache
def _book() -> Rulebook:
    return load()


@cache
def _stands_on(rule_id: str) -> frozenset[str]:
    """The other rules whose observations a rule reacts to or counts, however far away."""
    rule = _book().rules[rule_id]
    direct = {*rule.superseded_by, *_named(rule.body)}
    return frozenset(direct.union(*map(_stands_on, direct)))


def _named(body: object) -> Iterator[str]:
    """The rules that a check names: the premises of `together`, and those of which a `rate` is."""
    if isinstance(body, dict):
        yield from ([body["rule"]] if isinstance(body.get("rule"), str) else [])
        yield from body.get("rules", ())
    for part in body.values() if isinstance(body, dict) else body if isinstance(body, list | tuple) else ():
        yield from _named(part)


def _run(changed: list[Mutant]) -> list[Fate]:
    book = _book()
    rules = book.rules | {mutant.rule.id: mutant.rule for mutant in changed}
    try:
        tested = example_runs.test_examples(replace(book, rules=rules), [mutant.rule.id for mutant in changed])
    except Exception as error:
        if len(changed) > 1:
            return [fate for mutant in changed for fate in _run([mutant])]
        return [Fate(changed[0].rule.id, changed[0].kind, f"{changed[0].what} ({type(error).__name__}: {error})", False, True)]
    failed, broken = set(), set()
    for line in tested.failures:
        found = re.search(r"\[([A-Z0-9-]+)\] example", line)
        assert found, line
        failed.add(found[1])
        if "the rule was " in line:
            broken.add(found[1])
    return [Fate(m.rule.id, m.kind, m.what, m.rule.id in failed, m.rule.id in broken) for m in changed]


def chosen(names: Iterable[str]) -> list[Rule]:
    """The rules with examples of some ids or areas (none named: all)."""
    wanted = set(names)
    rules = [rule for rule in _book().rules.values() if not wanted or rule.id in wanted or rule.area in wanted]
    if lost := wanted - {rule.id for rule in rules} - {rule.area for rule in rules}:
        sys.exit(f"no rule or area is named {', '.join(sorted(lost))}")
    return [rule for rule in rules if rule.examples and rule.stage != "retired"]


def main() -> None:
    started = time.perf_counter()
    try:
        found, known = fates(chosen(sys.argv[1:])), equivalent()
    except ValueError as error:
        sys.exit(str(error))
    for fate in sorted(found, key=lambda f: (f.rule, f.kind, f.what)):
        if fate.broken:
            print(f"broken    {fate.kind:10}{fate.name}")
        elif not fate.killed and fate.name not in known:
            print(f"survives  {fate.kind:10}{fate.name}")
        elif fate.killed and fate.name in known:
            print(f"stale     {fate.kind:10}{fate.name}: {known[fate.name]}")
    for kind, number in Counter(f.kind for f in found).items():
        alive = [f for f in found if f.kind == kind and not f.killed]
        print(f"{kind}: {number} mutants, {number - len(alive)} killed, {sum(f.name in known for f in alive)} equivalent, "
              f"{sum(f.name not in known for f in alive)} survive")  # fmt: skip
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
