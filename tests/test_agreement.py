"""Two other ways to the same answer: a slow plain evaluator written apart, and every fact through durable-rules."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from invented_rules import rules
from oracle import evaluate, load_rules
from oracle.judgement import PREFERRED, Key
from oracle.random_cases import AS_OF, LOCAL, random_case_files
from oracle_slices import CHILDREN, KINDS, LACKING, PARTLY, RULES, Slice, known, of_invented_rules, slice_of
from running import book, export_of, outcomes, results_of

from auditcheck import clock
from auditcheck.audit import EVALUATED, observe
from auditcheck.judgement.bridge import judge
from auditcheck.nightly import finished
from auditcheck.results import Results
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Rulebook
from auditcheck.rulebook.profile import apply
from auditcheck.rulebook.suspensions import undated

#: Children, where there is time.
MANY = 250


@pytest.mark.parametrize("kind", KINDS)
def test_the_slow_evaluator_agrees_on_every_observation(kind: str) -> None:
    case = known(kind)
    agree(case, results_of(case.tables, AS_OF, case.coverage))


@pytest.mark.parametrize("kind", KINDS)
def test_the_slow_evaluator_agrees_on_invented_rules(kind: str) -> None:
    """Each says something in a way in which no shipped rule says it."""
    case = of_invented_rules(kind)
    agree(case, results_of(case.tables, AS_OF, case.coverage, None, invented()))


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize(("coverage", "lacking"), [({}, {}), (PARTLY, {}), (PARTLY, LACKING)])
def test_the_slow_evaluator_agrees_on_many(seed: int, coverage: dict[str, str], lacking: dict[str, str]) -> None:
    case = slice_of(seed, MANY, coverage, lacking)
    agree(case, results_of(case.tables, AS_OF, case.coverage))


@cache
def invented() -> Rulebook:
    folder = Path(mkdtemp(prefix="auditcheck-test-"))
    (folder / "plan").mkdir()
    for name in ("editions.yaml", "sources.yaml"):
        (folder / name).write_bytes((RULES / name).read_bytes())
    for rule in rules():
        (folder / "plan" / f"{rule['id']}.yaml").write_text(json.dumps(rule), "utf-8")
    return load(folder, examples=False)


def agree(case: Slice, results: Results) -> None:
    """The same outcome of every observation, the same days where both name one, and the same rules that can't be asked."""
    fast = worst(results)
    unjudged = {name for name, run in results.seen.runs.items() if run.status != EVALUATED and run.rule.kind != "measure"}
    assert set(case.left_out) == unjudged
    keys = set(case.results) | set(fast)
    slow = {key: result.outcome for key, result in case.results.items()}
    told = {key: (fast.get(key, "not_applicable"), slow.get(key, "not_applicable")) for key in keys}
    assert len(keys) > 4_000 and {key: both for key, both in told.items() if both[0] != both[1]} == {}
    assert _other_days(results, case) == {}


def worst(results: Results) -> dict[Key, str]:
    """(rule, table, record, class) -> outcome; of a record that is judged for two subjects, as the slow evaluator keeps it."""
    found: dict[Key, str] = {}
    table = results.table().to_pydict()
    keys = zip(table["rule_id"], table["table"], table["record_id"], [c or "" for c in table["class"]], strict=True)
    for key, outcome in zip(keys, table["outcome"], strict=True):
        found[key] = min(found.get(key, outcome), outcome, key=PREFERRED.index)
    return found


def _other_days(results: Results, case: Slice) -> dict[tuple[str, ...], tuple[str, str]]:
    """Where something applies and both name a day of the same thing, but not the same one."""
    asked, found, compared = {rule_id: run.rule for rule_id, run in results.seen.runs.items()}, {}, 0
    for row in results.table().to_pylist():
        key = (row["rule_id"], row["table"], row["record_id"], row["class"] or "")
        slow = case.results.get(key)
        if slow is None or row["outcome"] != slow.outcome or row["outcome"] == "not_applicable" or asked[row["rule_id"]].check == "exists":
            continue
        days = {"trigger": (row["trigger_at"], slow.trigger), "happened": (row["happened_at"], slow.happened)}
        if "hours" not in str(asked[row["rule_id"]].limit):  # 24 hours from some time of a day of 25
            days["due"] = (row["due_at"], slow.due)
        for what, (one, other) in days.items():
            compared += bool(one and other)
            if one and other and one[: len(other)] != other[: len(one)]:
                found[*key, what] = (one, other)
    assert compared > 2_000, compared
    return found


def test_the_two_agree_on_what_is_suspended(tmp_path: Path) -> None:
    """Every rule that can be suspended, for half a year and another month."""
    times = [("2014-09-01", "2015-03-01"), ("2015-05-01", "2015-06-01")]
    shutil.copytree(RULES, tmp_path / "rules")
    for rule in book().rules.values():
        if not undated(rule.subject, rule.check, rule.body):
            said = [f"  - {{from: {a}, until: {b}, because: a test, law: none, verified: local}}" for a, b in times]
            path = tmp_path / "rules" / rule.file
            path.write_text(path.read_text("utf-8").rstrip() + "\nsuspended:\n" + "\n".join(said) + "\n", "utf-8")
    tables = random_case_files(5, CHILDREN)
    slow, _ = evaluate(load_rules(tmp_path / "rules"), tables, AS_OF, {}, LOCAL)
    fast = outcomes(results_of(tables, AS_OF, rules=load(tmp_path / "rules")))
    free = outcomes(results_of(tables, AS_OF))
    keys = set(slow) | set(fast)
    told = {key: (fast.get(key, "not_applicable"), slow[key].outcome if key in slow else "not_applicable") for key in keys}
    assert {key: both for key, both in told.items() if both[0] != both[1]} == {}
    assert sum(fast[key] != free[key] for key in fast) > 400


@pytest.mark.parametrize("seed", [11, 12])
def test_asking_durable_rules_about_every_fact_changes_nothing(seed: int) -> None:
    tables = random_case_files(seed, 120)
    few = outcomes(results_of(tables, AS_OF))
    rules = apply(book(), "local-example")
    seen = observe(export_of(tables), rules, clock.day_number(AS_OF))
    evaluated = [rule for rule in rules if seen.runs[rule.id].status == EVALUATED]
    judged = judge(seen.duties, evaluated, seen.observations, seen.premises, everything=True)
    assert not judged.unjudged
    assert outcomes(finished(seen, judged, rules, book(), clock.day_number(AS_OF))) == few
