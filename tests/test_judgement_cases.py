"""What goes to the judge case by case, and what comes back: the same as if every fact of every case went there."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from invented_rules import rules as invented_rules
from oracle.random_cases import AS_OF, random_case_files
from running import export_of
from test_agreement import invented

from auditcheck import clock
from auditcheck.audit import EVALUATED, observe
from auditcheck.checks.verdict import JUSTIFIED, NOT_MET
from auditcheck.judgement import network
from auditcheck.judgement.bridge import Judged, judge
from auditcheck.judgement.cases import Relations, parts
from auditcheck.judgement.network import Judge
from auditcheck.judgement.shapes import Observed, RuleShape
from auditcheck.nightly import finished
from auditcheck.results import Results
from auditcheck.rulebook.model import Rulebook
from auditcheck.rulebook.profile import apply

REACTING = [rule["id"] for rule in invented_rules() if {"superseded_by", "escalates", "unless", "justified_by"} & rule.keys()]
COMPOSED = [rule["id"] for rule in invented_rules() if rule.get("kind") == "composed"]


def book() -> Rulebook:
    """Of the invented rules those that others react to, and those that react."""
    every = invented().rules
    wanted = {name for name in every if name.startswith("INV-P-") or name in REACTING or name in COMPOSED}
    return replace(invented(), rules={name: every[name] for name in sorted(wanted)})


def judged(seed: int, children: int, everything: bool) -> tuple[Results, Judged]:
    rules, day = apply(book(), None), clock.day_number(AS_OF)
    seen = observe(export_of(random_case_files(seed, children)), rules, day)
    evaluated = [rule for rule in rules if seen.runs[rule.id].status == EVALUATED]
    found = judge(seen.duties, evaluated, seen.observations, seen.premises, everything)
    return finished(seen, found, rules, book(), day), found


def told(results: Results, found: Judged) -> dict[str, Any]:
    """Everything that was concluded, by the names of the records."""
    every = [*results.seen.observations, *results.seen.premises]

    def names(places: list[tuple[int, int]]) -> list[tuple[str, str]]:
        return sorted((every[n].rule.id, str(results.cf.ids(every[n].table)[int(every[n].rows[i])])) for n, i in places)

    return {
        "outcomes": sorted(map(str, results.table().to_pylist())),
        "escalated": names([(n, i) for n, places in found.escalated.items() for i in places]),
        "because": {key: names(places) for key, places in found.because.items()},
        "unknown": {key: names(places) for key, places in found.unknown.items()},
    }


@pytest.mark.parametrize(("seed", "children"), [(51, 40), (52, 3), (53, 3), (54, 2)])
def test_what_no_rule_reacts_to_need_not_be_asked(seed: int, children: int) -> None:
    few, all_ = told(*judged(seed, children, False)), told(*judged(seed, children, True))
    assert few == all_
    assert children < 10 or (len(few["escalated"]) > 5 and len(few["because"]) > 20 and len(few["unknown"]) > 5)


def test_only_breaches_of_one_record_that_follow_each_other_are_repeated() -> None:
    """Against a plain count: every place in a series from the second breach in a row on."""
    results, found = judged(55, 40, False)
    every = [(n, o) for n, o in enumerate(results.seen.observations) if o.rule.escalates]
    assert len({o.rule.id for _, o in every}) == 1
    breach = {
        (int(o.subject_rows[i]), int(o.place[i])): (n, i)
        for n, o in every
        for i in range(len(o))
        if o.verdict.outcome[i] in (JUSTIFIED, NOT_MET)
    }
    expected = [at for (subject, place), at in breach.items() if (subject, place - 1) in breach]
    assert sorted((n, i) for n, places in found.escalated.items() for i in places) == sorted(expected)
    assert len(expected) > 5


def test_a_judge_forgets_what_it_has_not_seen_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_REMEMBERED", 2)
    judge_ = Judge([RuleShape("ONE", escalates_after=2)])
    cases = [[Observed("ONE", "not_met", series=1, place=place) for place in range(many)] for many in range(1, 6)]
    first = [judge_.case(case, []).escalated for case in cases]
    assert first == [judge_.case(case, []).escalated for case in cases]
    assert len(judge_._seen) <= 2


def test_a_row_is_written_the_same_in_whatever_order_its_records_come() -> None:
    """So that what was judged of one row is known of every row like it."""
    relations = Relations([RuleShape("ONE", escalates_after=2)])
    row = [Observed("ONE", "not_met", series=7, place=place) for place in (3, 4, 5)]
    assert len({one.part for order in permutations(row) for one in parts(order, [], relations)}) == 1
