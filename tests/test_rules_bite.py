"""Changing a rule makes one of its examples fail: every limit by one unit, and each condition, comparison and value one at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import mutants
import pytest
from mutants import Fate, equivalent, fates
from mutations import KINDS

pytestmark = pytest.mark.xdist_group("rules_bite")  # all in one process: the changed rules are run once


@cache
def every() -> list[Fate]:
    return fates(mutants.chosen(()))


@pytest.mark.deep
@pytest.mark.parametrize("kind", KINDS)
def test_every_change_makes_an_example_fail(kind: str) -> None:
    known = equivalent()
    found = [fate for fate in every() if fate.kind == kind]
    assert len(found) > 100
    assert [fate.name for fate in found if not fate.killed and fate.name not in known] == []


@pytest.mark.deep
def test_every_changed_rule_could_be_run() -> None:
    """One that breaks down is told from its rule for the wrong reason."""
    assert [fate.name for fate in every() if fate.broken] == []


@pytest.mark.deep
def test_every_rule_is_changed() -> None:
    """All that have examples, but those that ask for any record at all of a table, and the count of targets: nothing in them can change."""
    unchanged = {rule.id for rule in mutants.chosen(())} - {fate.rule for fate in every()}
    assert unchanged == {"ADV-LAC-02", "CHR-EXIST-01", "AGG-DUE-25"}


@pytest.mark.deep
def test_what_is_called_equivalent_survives() -> None:
    alive = {fate.name for fate in every() if not fate.killed}
    assert [f"{name}: {why}" for name, why in equivalent().items() if name not in alive] == []


def test_a_rule_without_its_boundary_example_is_noticed() -> None:
    (rule,) = mutants.chosen(["CPC-ICPC-01"])
    whole = [fate for fate in fates([rule]) if fate.kind == "figure"]
    weak = [fate for fate in fates([replace(rule, examples=rule.examples[:1])]) if fate.kind == "figure"]
    assert [fate.name for fate in whole if not fate.killed] == []
    assert [fate.name for fate in weak if not fate.killed] != []
