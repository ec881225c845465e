"""Two other ways to the same answer: a slow plain evaluator written apart, and every fact through durable-rules."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from agreeing import other_days, other_figures, rows, worst
from invented_rules import Spec, rules
from oracle import evaluate, load_rules
from oracle.random_cases import AS_OF, LOCAL, random_case_files
from oracle_slices import CHILDREN, HANDFULS, KINDS, LACKING, PARTLY, RULES, Slice, handful, known, of_invented_rules, slice_of
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


@pytest.mark.parametrize("seed", HANDFULS)
def test_the_slow_evaluator_agrees_on_a_handful_of_children(seed: int) -> None:
    """Whose records are the first and the last of their tables."""
    case = handful(seed)
    agree(case, results_of(case.tables, AS_OF, case.coverage, None, invented()), 300)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize(("coverage", "lacking"), [({}, {}), (PARTLY, {}), (PARTLY, LACKING)])
def test_the_slow_evaluator_agrees_on_many(seed: int, coverage: dict[str, str], lacking: dict[str, str]) -> None:
    case = slice_of(seed, MANY, coverage, lacking)
    agree(case, results_of(case.tables, AS_OF, case.coverage))


@cache
def invented() -> Rulebook:
    return book_of(rules())


def book_of(specs: list[Spec]) -> Rulebook:
    """A rulebook of some rules, beside the shipped sources and editions."""
    folder = Path(mkdtemp(prefix="auditcheck-test-"))
    (folder / "plan").mkdir()
    for name in ("editions.yaml", "sources.yaml"):
        (folder / name).write_bytes((RULES / name).read_bytes())
    for rule in specs:
        (folder / "plan" / f"{rule['id']}.yaml").write_text(json.dumps(rule), "utf-8")
    return load(folder, examples=False)


def agree(case: Slice, results: Results, many: int = 4_000) -> None:
    """The same outcome of every observation, the same days where both name one, and the same rules that can't be asked; what is late is so
    late as its days say."""
    told = rows(results)
    fast = worst(told)
    asked = {rule_id: run.rule for rule_id, run in results.seen.runs.items()}
    unjudged = {name for name, run in results.seen.runs.items() if run.status != EVALUATED and run.rule.kind != "measure"}
    assert set(case.left_out) == unjudged
    keys = set(case.results) | set(fast)
    slow = {key: result.outcome for key, result in case.results.items()}
    both = {key: (fast.get(key, "not_applicable"), slow.get(key, "not_applicable")) for key in keys}
    assert len(keys) > many and {key: each for key, each in both.items() if each[0] != each[1]} == {}
    assert list(other_days(told, asked, case.results)) == []
    assert list(other_figures(told, asked, AS_OF)) == []


@pytest.mark.deep
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
    few = results_of(tables, AS_OF)
    rules = apply(book(), "local-example")
    seen = observe(export_of(tables), rules, clock.day_number(AS_OF))
    evaluated = [rule for rule in rules if seen.runs[rule.id].status == EVALUATED]
    judged = judge(seen.duties, evaluated, seen.observations, seen.premises, everything=True)
    assert not judged.unjudged
    assert outcomes(finished(seen, judged, rules, book(), clock.day_number(AS_OF))) == outcomes(few)
    # What it stands on, too: cases that look alike are judged once, and each is told of its own records.
    assert judged.because == few.judged.because and judged.unknown == few.judged.unknown and judged.escalated == few.judged.escalated
    assert len(judged.because) > 100 and any(judged.escalated.values())
