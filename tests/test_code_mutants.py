"""Changing the code makes a test fail: nine in ten of a seeded sample of changes, and what each kind of change is."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from code_mutants import AT_LEAST, PACKAGES, SAMPLE, everything, logged, package_of, sample, survivors, table, verdict
from code_mutations import KINDS, mutants, mutated

CODE = '''\
def late(day, due, over=0):
    """Whether it is."""
    if not (day > due) or over:
        return False
    note(day)
    return day - due >= 1
'''


def changes(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "code.py"
    path.write_text(CODE, "utf-8")
    return {mutant.what: ast.unparse(mutated(path, mutant.number)) for mutant in mutants("code", path)}


def test_one_thing_is_changed_at_a_time(tmp_path: Path) -> None:
    found, whole = changes(tmp_path), ast.unparse(ast.parse(CODE)).splitlines()
    for what, text in found.items():
        lines = text.splitlines()
        assert len(lines) == len(whole), what
        assert sum(one != other for one, other in zip(lines, whole, strict=True)) == 1, what


def test_the_changes_are_those_that_are_promised(tmp_path: Path) -> None:
    assert set(changes(tmp_path)) == {
        *("late: 0 -> 1", "late: 0 -> -1", "late: not day > due or over -> not (not day > due or over)"),
        *("late: not day > due or over -> not day > due and over", "late: not day > due -> day > due"),
        *("late: day > due -> day >= due", "late: day > due -> day <= due", "late: return False -> return None"),
        *("late: False -> True", "late: note(day) -> pass", "late: return day - due >= 1 -> return None"),
        *("late: day - due >= 1 -> day - due > 1", "late: day - due >= 1 -> day - due < 1", "late: day - due -> day + due"),
        *("late: 1 -> 2", "late: 1 -> 0"),
    }


def test_a_mutant_has_a_name_of_its_own_and_is_of_a_known_kind() -> None:
    every = everything()
    assert len({mutant.name for mutant in every}) == len(every) > 4_000
    assert {mutant.kind for mutant in every} == set(KINDS)


def test_the_sample_is_the_same_each_time_and_has_some_of_every_package() -> None:
    assert sample(20) == sample(20) != sample(20, seed=1)
    drawn = Counter(package_of(mutant) for mutant in sample())
    assert abs(drawn.total() - SAMPLE) <= 2 and min(drawn.values()) >= AT_LEAST and len(drawn) == len(PACKAGES)


def test_a_change_elsewhere_leaves_the_lot_as_it_is() -> None:
    """A mutant is drawn by its name, whatever others there are: of half the modules the same ones come first."""
    drawn = [mutant for mutant in sample(400, names=["checks"]) if mutant.module < "auditcheck.checks.f"]
    assert set(sample(60, names=[one.removeprefix("auditcheck.") for one in {m.module for m in drawn}])) <= set(drawn)


def test_a_log_comes_to_a_table(tmp_path: Path) -> None:
    """Of each mutant the last fate counts; one that is no longer there does not."""
    one, other = everything(["checks.words"])[:2]
    lines = [(one.name, ""), (other.name, "nothing"), (one.name, "a test"), ("gone: 0 -> 1", "")]
    (tmp_path / "log").write_text("".join(json.dumps({"name": name, "by": by}) + "\n" for name, by in lines), "utf-8")
    fates = logged(tmp_path / "log", [one, other])
    assert [fate.killed for fate in fates] == [True, False]
    assert "| auditcheck.checks.words | 2 | 1 | 0 | 50% |" in table(fates)
    assert verdict(fates) == "1 of 2 were killed: fewer than 90%" and verdict(fates[:1]) is None


def test_what_is_said_to_survive_is_there_still() -> None:
    names = {mutant.name for mutant in everything()}
    assert [name for name in survivors() if name not in names] == []
    assert [name for name, why in survivors().items() if not why.startswith(("equivalent: ", "test missing: "))] == []


@pytest.mark.deep
def test_nine_in_ten_of_a_sample_are_killed() -> None:
    """In a process of its own, into which nothing of auditcheck is imported before it is changed."""
    done = subprocess.run([sys.executable, str(Path(__file__).with_name("code_mutants.py"))], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
