"""The adapter to durable-rules: what it concludes, and every known trap that it refuses before the engine can fall into it."""

from __future__ import annotations

import ast
import ctypes
import itertools
import multiprocessing
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import durable_rules_engine
import pytest

import auditcheck
from auditcheck.judgement import engine as module
from auditcheck.judgement.engine import Engine, EngineMissing, Unjudged, ready
from auditcheck.judgement.joins import Derived, Fact, Join, Pattern, RuleRefused, check_joins, compiled

FIELDS: dict[str, type] = {"plan": int, "n": int, "name": str}
LATE = Pattern("a", "late")
SAME_PLAN = Pattern("b", "blank", join=(("plan", "a", "plan"),))
BOTH = Join("both", 1, (LATE, SAME_PLAN), (Derived("drift", (("plan", "a", "plan"),)),))


def late(plan: int, n: int = 0) -> Fact:
    return {"k": "late", "plan": plan, "n": n}


def test_facts_are_joined_and_conclusions_come_once_and_sorted() -> None:
    engine = Engine([BOTH], FIELDS)
    facts: list[Fact] = [late(2), late(1), late(1, 5), {"k": "blank", "plan": 1}, {"k": "blank", "plan": 2}, {"k": "blank", "plan": 3}]
    assert engine.conclude(facts) == [{"k": "drift", "plan": 1}, {"k": "drift", "plan": 2}]
    assert engine.conclude([late(1)]) == []
    assert engine.conclude([]) == []


def test_successors_make_a_row_in_any_order() -> None:
    patterns = [LATE]
    for before, alias in itertools.pairwise("abc"):
        patterns.append(Pattern(alias, "late", join=(("plan", before, "plan"),), successor=(("n", before, "n"),)))
    engine = Engine([Join("row", 1, tuple(patterns), (Derived("row", (("n", "c", "n"),)),))], FIELDS)
    for order in itertools.permutations([late(1, 4), late(1, 5), late(1, 6), late(2, 7)]):
        assert engine.conclude(order) == [{"k": "row", "n": 6}]


def test_a_negated_kind_is_complete_before_it_is_asked_for() -> None:
    blocked = Join("blocked", 1, (LATE, SAME_PLAN), (Derived("excused", (("plan", "a", "plan"),)),))
    excused = Pattern("none", "excused", join=(("plan", "a", "plan"),), negated=True)
    stands = Join("stands", 2, (excused, LATE), (Derived("stands", (("plan", "a", "plan"),)),))
    engine = Engine([stands, blocked], FIELDS)
    facts: list[Fact] = [late(1), late(2), {"k": "blank", "plan": 1}]
    for order in itertools.permutations(facts):
        assert [fact for fact in engine.conclude(order) if fact["k"] == "stands"] == [{"k": "stands", "plan": 2}]


def test_many_different_rulesets_in_one_process_stay_apart() -> None:
    def engine(number: int) -> Engine:
        tell = Derived("told", (("plan", "a", "plan"),), (("n", number),))
        return Engine([Join("one", 1, (replace(LATE, equal=(("n", number),)),), (tell,))], FIELDS)

    engines = [engine(number) for number in range(300)]
    for number in (*range(300), *reversed(range(300))):
        facts = [late(1, number), late(2, number + 1)]
        assert engines[number].conclude(facts) == [{"k": "told", "plan": 1, "n": number}]


@pytest.mark.parametrize(
    "fact",
    [late(True), late(1.0), late(None), late("1"), late(2**62), {"k": "late", "n": 1}, {**late(1), "other": 1}, {"plan": 1}],  # type: ignore[arg-type]
)
def test_a_fact_the_engine_would_misread_leaves_the_case_unjudged(fact: Fact) -> None:
    engine = Engine([BOTH], FIELDS)
    with pytest.raises(Unjudged):
        engine.conclude([fact, late(1), {"k": "blank", "plan": 1}])
    assert engine.conclude([late(1), {"k": "blank", "plan": 1}]) == [{"k": "drift", "plan": 1}]


def test_the_engine_is_given_the_one_form_it_reads_rightly() -> None:
    """Marker first, negations last, flat groups, and at the end of each a comparison that is never false: else it may crash."""
    none = Pattern("none", "excused", equal=(("name", "x"),), join=(("plan", "a", "plan"),), negated=True)
    after = replace(SAME_PLAN, successor=(("n", "a", "n"),))
    tail = {"t": {"mk": "t"}}
    assert compiled([Join("all", 2, (none, LATE, after), ())], FIELDS)["all"] == {
        "all": [
            {"mk": {"$and": [{"k": "marker"}, {"s": 2}]}},
            {"a": {"$and": [{"k": "late"}, tail]}},
            {"b": {"$and": [{"k": "blank"}, {"plan": {"a": "plan"}}, {"n": {"$add": {"$l": {"a": "n"}, "$r": 1}}}, tail]}},
            {"none$not": {"$and": [{"k": "excused"}, {"name": "x"}, {"plan": {"a": "plan"}}, tail]}},
        ]
    }


def with_pattern(**changes: object) -> list[Join]:
    return [replace(BOTH, patterns=(LATE, replace(SAME_PLAN, **changes)))]  # type: ignore[arg-type]


def numbered(count: int, **changes: object) -> list[Join]:
    return [replace(BOTH, name=f"join {n}", **changes) for n in range(count)]  # type: ignore[arg-type]


TRAPS = {
    "seventeen patterns": (numbered(1, patterns=tuple(replace(LATE, alias=f"a{n}") for n in range(16)), derives=()), "16 patterns"),
    "a stratum too full": (
        [Join(f"j{n}", 1, (replace(LATE, kind=f"late {n % 50}"),), ()) for n in range(201)],
        "stratum 1: 201 joins",
    ),
    "siblings on a kind": (numbered(65), "65 patterns on one kind"),
    "too many kinds": ([Join(f"j{n}", 1 + n // 200, (replace(LATE, kind=f"late {n}"),), ()) for n in range(481)], "481 kinds"),
    "comparisons in a pattern": (with_pattern(join=(("plan", "a", "plan"),) * 29), "more than 28"),
    "an unknown alias": (with_pattern(join=(("plan", "z", "plan"),)), "'z' is not an earlier pattern"),
    "a later alias": ([replace(BOTH, patterns=(SAME_PLAN, LATE))], "'a' is not an earlier pattern"),
    "its own alias": (with_pattern(join=(("plan", "b", "n"),)), "'b' is not an earlier pattern"),
    "a negated alias": (
        [replace(BOTH, patterns=(replace(LATE, negated=True), SAME_PLAN))],
        "'a' is not an earlier pattern",
    ),
    "a comparison in the first pattern": (
        [replace(BOTH, patterns=(replace(LATE, join=(("plan", "mk", "plan"),)),))],
        "'mk' is not an earlier pattern",
    ),
    "only negations": ([replace(BOTH, patterns=(replace(LATE, negated=True),), derives=())], "must not be negated"),
    "nothing at all": ([replace(BOTH, patterns=(), derives=())], "must not be negated"),
    "a float": (with_pattern(equal=(("n", 1.0),)), "n must be int, not float"),
    "a bool": (with_pattern(equal=(("n", True),)), "n must be int, not bool"),
    "a null": (with_pattern(equal=(("name", None),)), "name must be str, not NoneType"),
    "a number beyond 62 bits": (with_pattern(equal=(("n", 2**62),)), "too large"),
    "a long text": (with_pattern(equal=(("name", "é" * 501),)), "longer than 1000 bytes"),
    "the id": (with_pattern(join=(("id", "a", "id"),)), "unknown field 'id'"),
    "the session": (with_pattern(equal=(("sid", "0"),)), "unknown field 'sid'"),
    "two types joined": (with_pattern(join=(("plan", "a", "name"),)), "different types"),
    "the successor of a text": (with_pattern(successor=(("name", "a", "name"),)), "only whole numbers"),
    "the same alias twice": (with_pattern(alias="a", join=()), "same alias"),
    "the marker's alias": (with_pattern(alias="mk"), "alias 'mk'"),
    "an alias that looks negated": (with_pattern(alias="b$not"), "alias"),
    "the marker's kind": (with_pattern(kind="marker"), "cannot be a kind"),
    "no kind": (with_pattern(kind=""), "cannot be a kind"),
    "stratum nought": ([replace(BOTH, stratum=0)], "numbered from 1"),
    "two joins of one name": ([BOTH, BOTH], "two joins are named"),
    "aliases with one hash": (
        [replace(BOTH, patterns=(replace(LATE, alias="day_late_seq_date"), Pattern("outcome_review_code_decision", "blank")), derives=())],
        "cannot tell the names",
    ),
    "an alias whose hash is nought": (with_pattern(alias="ppkttia"), "cannot tell the names '' and 'ppkttia'"),
    "joins with one hash": ([BOTH, replace(BOTH, name="aylntud")], "cannot tell the names 'aylntud' and 'both'"),
    "a kind that is too long": (with_pattern(kind="é" * 501), "cannot be a kind"),
    "deriving a kind that is too long": ([replace(BOTH, derives=(Derived("x" * 1_001),))], "cannot be a kind"),
    "deriving from an unknown alias": ([replace(BOTH, derives=(Derived("drift", (("plan", "z", "plan"),)),))], "'z' is not"),
    "deriving the marker": ([replace(BOTH, derives=(Derived("marker"),))], "cannot be a kind"),
    "deriving a float": ([replace(BOTH, derives=(Derived("drift", equal=(("n", 0.5),)),))], "not float"),  # type: ignore[arg-type]
    "naming a kind by an unknown alias": ([replace(BOTH, derives=(Derived("drift", named_by=("z", "name")),))], "'z' is not"),
    "negated in its own stratum": (
        [BOTH, Join("no drift", 1, (LATE, Pattern("none", "drift", negated=True)), ())],
        "'drift' is negated before it is complete",
    ),
    "negated while something later feeds it": (
        [
            BOTH,
            Join("blank", 3, (Pattern("a", "empty"),), (Derived("blank", (("plan", "a", "plan"),)),)),
            Join("no drift", 2, (LATE, Pattern("none", "drift", negated=True)), ()),
        ],
        "negated before it is complete",
    ),
    "negated while something later feeds what feeds it": (
        [
            Join("first", 3, (Pattern("a", "empty"),), (Derived("one"),)),
            Join("then", 1, (Pattern("a", "one"),), (Derived("two"),)),
            Join("last", 1, (Pattern("a", "two"),), (Derived("three"),)),
            Join("no three", 2, (LATE, Pattern("none", "three", negated=True)), ()),
        ],
        "'three' is negated before it is complete",
    ),
    "negated while a kind named by a field may still feed it": (
        [
            Join("named", 3, (LATE,), (Derived("empty", named_by=("a", "name")),)),
            Join("blank", 1, (Pattern("a", "empty x"),), (Derived("blank", (("plan", "a", "plan"),)),)),
            Join("no blank", 2, (LATE, Pattern("none", "blank", negated=True)), ()),
        ],
        "'blank' is negated before it is complete .blank can still add",
    ),
    "negated while a kind named by a field may still come": (
        [
            Join("named", 2, (LATE,), (Derived("drift", named_by=("a", "name")),)),
            Join("no drift", 2, (LATE, Pattern("none", "drift x", negated=True)), ()),
        ],
        "negated before it is complete",
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_traps_are_refused_at_load(trap: str) -> None:
    joins, says = TRAPS[trap]
    with pytest.raises(RuleRefused, match=says):
        Engine(joins, FIELDS)


def test_what_is_just_within_the_limits_is_taken() -> None:
    """As many as `TRAPS` has, less one."""
    within = [
        [replace(BOTH, patterns=tuple(replace(LATE, alias=f"a{n}") for n in range(15)), derives=())],
        [Join(f"j{n}", 1, (replace(LATE, kind=f"late {n % 50}"),), ()) for n in range(200)],
        numbered(64),
        with_pattern(join=(("plan", "a", "plan"),) * 28),
        with_pattern(join=(("plan", "a", "plan"),) * 14, successor=(("n", "a", "n"),) * 14),
        with_pattern(equal=(("n", 2**62 - 1), ("name", "é" * 500))),
        with_pattern(equal=(("n", 1 - 2**62),)),
        with_pattern(kind="é" * 500),
        [Join(f"j{n}", 1 + n // 200, (replace(LATE, kind=f"late {n}"),), ()) for n in range(480)],
        [BOTH, Join("no drift", 2, (LATE, Pattern("none", "drift", negated=True)), ())],
    ]
    for joins in within:
        check_joins(joins, FIELDS)
    with pytest.raises(RuleRefused, match="more than 28"):
        check_joins(with_pattern(join=(("plan", "a", "plan"),) * 14, successor=(("n", "a", "n"),) * 15), FIELDS)


def test_a_kind_that_feeds_itself_comes_to_an_end() -> None:
    """One stratum after the other: the drift of a plan comes of itself, and is complete once the blank is."""
    again = Join("again", 2, (Pattern("a", "drift"), SAME_PLAN), (Derived("drift", (("plan", "a", "plan"),)),))
    none = Join("none", 3, (LATE, Pattern("none", "drift", join=(("plan", "a", "plan"),), negated=True)), (Derived("fine"),))
    engine = Engine([none, again, BOTH], FIELDS)
    assert engine.conclude([late(1), {"k": "blank", "plan": 1}]) == [{"k": "drift", "plan": 1}]
    assert engine.conclude([late(1), {"k": "blank", "plan": 2}]) == [{"k": "fine"}]


def test_a_fact_that_lacks_what_a_join_asks_of_it_is_named() -> None:
    """Whether it was given or derived, and whether it is tested, copied or names a kind."""
    named = Join("named", 1, (LATE,), (Derived("drift", (("n", "a", "n"),), named_by=("a", "name")),))
    with pytest.raises(Unjudged, match=r"cannot be judged \(n is missing, name is missing\)"):
        Engine([named], FIELDS).conclude([{"k": "late", "plan": 1}])
    asked = Join("asked", 1, (Pattern("d", "drift", equal=(("n", 1),)),), ())
    with pytest.raises(Unjudged, match=r"cannot be judged \(n is missing\)"):
        Engine([BOTH, asked], FIELDS).conclude([late(1), {"k": "blank", "plan": 1}])


def test_a_case_of_too_many_facts_is_unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The markers of the strata are facts too."""
    monkeypatch.setattr(module, "_MOST_FACTS", 3)
    assert Engine([BOTH], FIELDS).conclude([late(1), {"k": "blank", "plan": 1}]) == [{"k": "drift", "plan": 1}]
    with pytest.raises(Unjudged, match="more than 3 facts"):
        Engine([BOTH], FIELDS).conclude([late(1), late(2), {"k": "blank", "plan": 1}])


def failing(monkeypatch: pytest.MonkeyPatch) -> tuple[Engine, SimpleNamespace]:
    """The adapter, and the engine that it asks: of that a test may set one function so that it fails, as the real one can't be made to."""
    asked = SimpleNamespace(**vars(durable_rules_engine))
    monkeypatch.setitem(sys.modules, "durable_rules_engine", asked)
    return Engine([BOTH], FIELDS), asked


def fails(*_: Any) -> None:
    raise RuntimeError("error code: 101")


def refuses(handle: int, fact: str) -> tuple[int, int]:
    return 2, durable_rules_engine.assert_fact(handle, fact)[1]


@pytest.mark.parametrize(
    ("function", "otherwise", "says"),
    [
        ("assert_fact", fails, r"could not judge this case \(error code: 101\)"),
        ("complete_and_start_action", fails, r"could not judge this case \(error code: 101\)"),
        ("assert_fact", refuses, r"refused a fact of this case"),
        ("delete_state", fails, r"could not put this case away \(error code: 101\)"),
    ],
)
def test_a_case_in_which_the_engine_fails_is_unjudged(monkeypatch: pytest.MonkeyPatch, function: str, otherwise: Any, says: str) -> None:
    engine, asked = failing(monkeypatch)
    monkeypatch.setattr(asked, function, otherwise)
    with pytest.raises(Unjudged, match=says):
        engine.conclude([late(1), {"k": "blank", "plan": 1}])


def test_a_case_of_which_the_engine_was_told_nothing_is_put_away_too() -> None:
    assert Engine([], FIELDS).conclude([]) == []


def test_a_case_that_ends_before_anything_came_of_it_harms_no_other() -> None:
    """Also where memory that was never set is not zero, as it is not in a process that has been at work for long."""
    process = multiprocessing.get_context("fork").Process(target=_cut_short)
    process.start()
    process.join()
    assert process.exitcode == 0


def _cut_short() -> None:
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # glibc's, whose M_PERTURB fills memory as it is taken and given back
        libc.mallopt(-6, 0xA5)
    most, module._MOST_FACTS = module._MOST_FACTS, 1
    engine = Engine([replace(BOTH, name="cut short")], FIELDS)
    with pytest.raises(Unjudged, match="more than 1 facts"):
        engine.conclude([late(1), late(2)])
    module._MOST_FACTS = most
    assert engine.conclude([late(1), {"k": "blank", "plan": 1}]) == [{"k": "drift", "plan": 1}]


def test_without_the_engine_nothing_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    ready()
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(EngineMissing, match="No conclusions can be drawn without it"):
        ready()


def test_fields_the_engine_would_confuse_are_refused() -> None:
    for fields in ({"open_lag_oversight": int, "late_key_late": int}, {"id": str}, {"t": int}, {"n": float}, {"n": bool}, {"$s": int}):
        with pytest.raises(RuleRefused):
            check_joins([], fields)


def test_the_engine_is_imported_in_one_place_and_only_when_needed() -> None:
    source = Path(next(iter(auditcheck.__path__)))
    importing = {}
    for path in sorted(source.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and "durable" in ast.unparse(node)]
        if found:
            importing[path.relative_to(source).as_posix()] = not set(found) & set(tree.body)
    assert importing == {"judgement/engine.py": True}
