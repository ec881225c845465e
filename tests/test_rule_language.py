"""Whatever somebody writes into a rule or a profile: it is refused with file, line and column, or accepted and then it runs."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from commands import ROOT, small_book
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from running import export_of

from auditcheck import clock, yaml_text
from auditcheck.example_runs import test_examples as run_examples
from auditcheck.nightly import audit
from auditcheck.rulebook import RulebookError, load
from auditcheck.rulebook.profile import apply

AS_OF = date(2015, 6, 30)
RULES = ROOT / "rules"
PLACED = re.compile(r"[^:]+:\d+:\d+: \[[^]]*] \S")
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True)
MANY = settings(FEW, max_examples=1_000)
#: Longer than any of these takes: what is not done by then hangs.
SECONDS = 120

#: What people write where something else belongs.
ODD = (
    *(None, "", 0, -1, 1, 10**9, 10**30, 1.5, True, [], {}, [[]], {"": ""}, [None], "x" * 5_000, "a: b", "no", "yes", "none", "given"),
    *(
        "2015-02-30",
        "9999-12-31",
        "0001-01-01",
        "0 days",
        "9999 months",
        "9999 working days",
        "-1 days",
        "10 moons",
        "=1+1",
        "{due}",
        "{x}",
    ),
    *("\u202egnirts", "\x00", "../../etc/passwd", "event.", ".", "child_id", "children.date_of_birth", "plan_id.child_id.kind"),
    *({"not": []}, {"not": {"not": "x"}}, {"any": []}, {"all": [{}]}, {"table": "visits"}, {"from": "2015-01-01", "is": "none"}),
)


@pytest.fixture(autouse=True)
def nothing_hangs() -> Iterator[None]:
    signal.alarm(SECONDS * 10)
    yield
    signal.alarm(0)


@cache
def shipped() -> list[tuple[str, Any]]:
    """Every rule as it is written: its file and its value."""
    files = sorted(path for path in RULES.glob("*/*.yaml") if path.parent.name != "profiles")
    return [(path.relative_to(RULES).as_posix(), yaml_text.read(path.read_bytes()).value) for path in files]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value within a value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(inner, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(value: Any, chance: Random) -> Any:
    """The value with one thing in it left out, odd, moved, renamed, or taken from another rule."""
    value = deepcopy(value)
    # Few of the places are in examples, which are most of a rule.
    every = [path for path in places(value) if path[0] != "examples" or chance.random() < 0.1]
    if not every:
        return value
    *above, key = chance.choice(every)
    holder = at(value, tuple(above))
    match chance.randrange(6):
        case 0:
            del holder[key]
        case 1:
            holder[key] = chance.choice(ODD)
        case 2:
            holder[key] = deepcopy(at(value, chance.choice(every)))
        case 3:
            other = chance.choice(shipped())[1]
            holder[key] = deepcopy(at(other, chance.choice(list(places(other)))))
        case 4 if isinstance(holder, dict):
            holder[chance.choice([f"{key}s", "", "where", "not", "x" * 300])] = holder.pop(key)
        case _ if isinstance(holder, list):
            holder.append(deepcopy(holder[key]))
        case _:
            other = chance.choice(shipped())[1]
            holder.update(deepcopy({word: inner for word, inner in other.items() if chance.random() < 0.1}))
    return value


def spoiled(text: str, chance: Random) -> str:
    """The text with a line gone, twice there or indented otherwise, or characters that mean something put in."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines[place] = ""
            case 1:
                lines.insert(place, lines[place])
            case 2:
                lines[place] = " " * chance.randrange(6) + lines[place].strip()
            case _:
                column = chance.randrange(len(lines[place]) + 1)
                more = chance.choice(
                    ["{", "]", ": ", "- ", "#", "'", '"', "&a ", "*a", "!!python/name:x ", "|\n", "\t", "\x00", "\ufeff", "%", "? "]
                )
                lines[place] = lines[place][:column] + more + lines[place][column:]
    return "\n".join(lines)


def written(name: str, value: Any, chance: Random) -> str:
    """A file of rules or a profile, changed as a value or as a text."""
    if chance.random() < 0.3:
        return spoiled((RULES / name).read_text("utf-8"), chance)
    for _ in range(chance.randint(1, 3)):
        value = changed(value, chance)
    return json.dumps(value, ensure_ascii=False, indent=1)


def is_refused_or_runs(name: str, text: str) -> bool:
    """Whether it was accepted; the rule stands among those that it may name. Anything raised but a refusal fails the test."""
    with TemporaryDirectory() as folder:
        book = small_book(Path(folder), "sources.yaml")
        (book / name).parent.mkdir(exist_ok=True)
        (book / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            rulebook = load(book)
        except RulebookError as refused:
            assert refused.problems and all(PLACED.match(line) for line in refused.problems), refused.problems
            return False
        run_examples(rulebook)
        audit(export_of({"children": [{"child_id": "C1"}]}), apply(rulebook, None), rulebook, clock.day_number(AS_OF)).table()
        return True


def rule_is_refused_or_runs(seed: int) -> bool:
    chance = Random(seed)
    name, value = chance.choice(shipped())
    return is_refused_or_runs(name, written(name, value, chance))


def profile_is_refused_or_runs(seed: int) -> bool:
    chance = Random(seed)
    name = chance.choice(sorted(path.name for path in RULES.glob("profiles/*.yaml")))
    file = f"profiles/{name}"
    text = written(file, yaml_text.read((RULES / file).read_bytes()).value, chance)
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            apply(whole_book(), path)
        except RulebookError as refused:
            assert refused.problems and all(PLACED.match(line.replace(f"{folder}/", "")) for line in refused.problems), refused.problems
            return False
    return True


@cache
def whole_book() -> Any:
    return load()


seeds = st.integers(0, 2**32)


@FEW
@given(seeds)
def test_a_rule_is_refused_or_runs(seed: int) -> None:
    rule_is_refused_or_runs(seed)


@FEW
@given(seeds)
def test_a_profile_is_refused_or_runs(seed: int) -> None:
    profile_is_refused_or_runs(seed)


@pytest.mark.deep
@MANY
@given(seeds)
def test_many_rules_are_refused_or_run(seed: int) -> None:
    rule_is_refused_or_runs(seed)


@pytest.mark.deep
@MANY
@given(seeds)
def test_many_profiles_are_refused_or_run(seed: int) -> None:
    profile_is_refused_or_runs(seed)


@pytest.mark.parametrize("one", [rule_is_refused_or_runs, profile_is_refused_or_runs])
def test_both_happen(one: Callable[[int], bool]) -> None:
    """What is changed here is neither always refused nor never."""
    assert {one(seed) for seed in range(60)} == {True, False}
