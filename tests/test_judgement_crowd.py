"""A crowd of small cases that are nearly alike, judged by a handful of rules: none is taken for another, and none is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

import invented_rules
import numpy as np
import pytest
from invented_rules import CONFERENCES, GROUPS, PROTECTION, Spec
from oracle import contract, evaluate
from oracle.casefile import Row
from oracle.random_cases import AS_OF
from oracle_slices import Slice
from running import export_of, outcomes
from test_agreement import agree, book_of
from test_judgement_cases import told

from auditcheck import clock
from auditcheck.audit import EVALUATED, observe
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, NOT_APPLICABLE, NOT_MET
from auditcheck.judgement import bridge
from auditcheck.judgement.bridge import Judged, judge
from auditcheck.judgement.engine import Unjudged
from auditcheck.judgement.network import Judge
from auditcheck.judgement.process import EngineProcess
from auditcheck.judgement.shapes import Conclusion, Observed, Subject
from auditcheck.nightly import finished
from auditcheck.results import Results
from auditcheck.rulebook.model import Rulebook
from auditcheck.rulebook.profile import apply

rule = invented_rules._rule
CLOSED = [{"when": {"open": "false"}, "because": "closed"}]
GROUP, CONFERENCE, OWNER, VIEWS = "INV-P-01", "INV-P-02", "INV-P-09", "INV-P-05"


def rules() -> list[Spec]:
    late = {"within": {"trigger": "started_on", "event": CONFERENCES}}
    groups = {"recurs": {"of": GROUPS, "starts": "started_on"}}
    waits = [{"when": {"status": "open"}, "because": "it waits"}]
    either = [{"when": PROTECTION, "because": "of another kind"}, *CLOSED]
    found = [
        rule("plans", {"within": {"trigger": "started_on", "event": GROUPS}}, "3 weeks", id=GROUP),
        rule("plans", late, "2 months", id=CONFERENCE, justified_by=["event.late_reason"], unless=CLOSED),
        rule("plan_actions", {"states": {"all": [{"field": "owner"}]}}, id=OWNER, unless=waits),
        rule("plans", {"states": {"all": [{"field": "child_views"}]}}, id=VIEWS, superseded_by=[GROUP, CONFERENCE], unless=either),
        rule("plan_actions", {"states": {"all": [{"field": "status"}]}}, id="INV-P-06", superseded_by=[VIEWS, OWNER]),
        rule("plans", groups, "1 month", id="INV-P-07", escalates={"after": 2, "to": "high"}, unless=CLOSED),
        rule("plans", groups, "1 month", id="INV-P-08", escalates={"after": 2, "to": "high"}),
    ]
    premises: dict[str, Spec] = {
        "01": {"all": [{"rule": CONFERENCE}]},
        "02": {"all": [{"rule": CONFERENCE, "or_justified": "true"}, {"rule": GROUP}]},
        "03": {"any": [{"rule": OWNER}, {"rule": GROUP, "overdue": "true"}]},
        "04": {"all": [{"rule": CONFERENCE, "or_justified": "true", "overdue": "true"}], "any": [{"rule": OWNER}, {"rule": VIEWS}]},
        "07": {"all": [{"rule": VIEWS, "overdue": "true"}]},
    }
    found += [rule("plans", {"together": one}, kind="composed", id=f"INV-C-{n}") for n, one in premises.items()]
    some = {"where": PROTECTION, "unless": [{"when": {"open": "true"}, "because": "open"}]}
    found.append(rule("plans", {"together": {"any": [{"rule": CONFERENCE}, {"rule": OWNER}]}}, kind="composed", id="INV-C-05", **some))
    return [*found, rule("children", {"together": {"any": [{"rule": OWNER}, {"rule": VIEWS}]}}, kind="composed", id="INV-C-06")]


#: Rules that are judged by themselves, so that no other stands in for them.
BOOKS = {
    "one premise": [CONFERENCE, "INV-C-01"],
    "two premises": [CONFERENCE, GROUP, "INV-C-01", "INV-C-02"],
    "superseded": [GROUP, CONFERENCE, OWNER, VIEWS, "INV-P-06"],
    "in a row": ["INV-P-07", "INV-P-08", CONFERENCE],
    "overdue": [OWNER, GROUP, CONFERENCE, VIEWS, "INV-C-03", "INV-C-04", "INV-C-07"],
    "about some": [CONFERENCE, OWNER, "INV-C-05"],
    "about children": [OWNER, GROUP, CONFERENCE, VIEWS, "INV-C-06"],
}


@cache
def book() -> Rulebook:
    return book_of(rules())


def crowd(seed: int, children: int, unread: str = "?") -> dict[str, list[Row]]:
    """Of each child a plan or two, and few things about them, each in one of few ways."""
    random = Random(seed)
    tables: dict[str, list[Row]] = {name: [] for name in ("children", "plans", "core_groups", "conferences", "plan_actions")}

    def add(table: str, **row: str) -> str:
        name = f"{table[0].upper()}{len(tables[table])}"
        tables[table].append(dict.fromkeys(contract.tables()[table], "") | {contract.keys()[table]: name, **row})
        return name

    for _ in range(children):
        child = add("children")
        for _ in range(random.choice([1, 1, 2])):
            plan = add(
                "plans", child_id=child, started_on=random.choice(["2015-01-05", "2015-01-05", "2015-05-20", unread]),
                ended_on=random.choice(["", "", "", "2015-04-01", unread]), kind=random.choice(["child_protection", "child_in_need", ""]),
                child_views=random.choice(["", "Hers"]),
            )  # fmt: skip
            for day in random.choice([[], [], ["2015-01-20"], ["2015-03-20"], ["2015-01-20", "2015-02-10"], ["2015-03-20", "2015-03-25"]]):
                add("core_groups", child_id=child, plan_id=plan, held_on=day)
            for _ in range(random.choice([0, 1, 1])):
                when, why = random.choice(["2015-02-01T10:00", "2015-04-20T10:00", unread]), random.choice(["", "snow"])
                add("conferences", child_id=child, plan_id=plan, held_at=when, late_reason=why)
            for _ in range(random.choice([0, 0, 1, 2])):
                owner, status, of = random.choice(["", "W1"]), random.choice(["", "open"]), random.choice([plan] * 4 + [""])
                add("plan_actions", child_id=child, plan_id=of, owner=owner, status=status)
    return tables


def judged(names: list[str], tables: dict[str, list[Row]], everything: bool) -> tuple[Results, Judged]:
    day = clock.day_number(AS_OF)
    own = replace(book(), rules={name: book().rules[name] for name in sorted(names)})
    asked = apply(own, None)
    seen = observe(export_of(tables), asked, day)
    assert all(seen.runs[name].status == EVALUATED for name in names)
    found = judge(seen.duties, asked, seen.observations, seen.premises, everything)
    return finished(seen, found, asked, own, day), found


@pytest.mark.parametrize("names", BOOKS)
def test_nobody_is_taken_for_another(names: str) -> None:
    tables = crowd(7, 150)
    results, found = judged(BOOKS[names], tables, False)
    assert told(results, found) == told(*judged(BOOKS[names], tables, True))
    composed = {(o.rule.id, int(row)): o.verdict.outcome[i] for o in found.composed for i, row in enumerate(o.rows)}
    assert {composed[at] for at in found.because} <= {NOT_MET, CANNOT_TELL}  # of what nobody asks, nothing is concluded


def case_of(plans: Sequence[Row], **tables: Sequence[Row]) -> dict[str, list[Row]]:
    """Plans that began in January, and what hangs on them; what is not said is blank. C9 has a record of everything."""
    last, made = {"child_id": "C9"}, {}
    children = [{"child_id": name} for name in sorted({plan["child_id"] for plan in plans})]
    every = {"children": children, "plans": plans, "core_groups": (), "conferences": (), "plan_actions": ()} | tables
    for table, rows in every.items():
        blank = dict.fromkeys(contract.tables()[table], "") | ({"started_on": "2015-01-05"} if table == "plans" else {})
        made[table] = [blank | {contract.keys()[table]: f"{table[0].upper()}{n}"} | row for n, row in enumerate((*rows, last))]
    return made


def test_what_hangs_on_nothing_does_not_hang_on_the_first_record() -> None:
    """Each child's plan lacks views. The one's action hangs on no plan, the other's on its own; both lack an owner."""
    tables = case_of([{"child_id": "C0"}, {"child_id": "C1"}], plan_actions=[{"child_id": "C0"}, {"child_id": "C1", "plan_id": "P1"}])
    names = [VIEWS, OWNER, "INV-P-06"]
    found = told(*judged(names, tables, False))
    assert found == told(*judged(names, tables, True))
    assert [f"while {by} is" in str(found["outcomes"]) for by in (VIEWS, OWNER)] == [True, True]


def test_two_rows_are_not_one_and_a_gap_is_no_row() -> None:
    """Four breaches: in a row on one plan; twice two, on two plans; the same where the second two are the third and the fourth there."""
    late, early = ["2015-02-10", "2015-03-15", "2015-04-20", "2015-05-25"], ["2015-01-12", "2015-01-20"]
    later, then = [*early, "2015-03-15", "2015-04-20"], ["2015-01-20", "2015-03-01", "2015-04-10"]
    plans = [
        ("C0", late, "2015-05-26"),
        ("C1", late[:2], "2015-03-16"),
        ("C1", late[:2], "2015-03-16"),
        ("C2", late[:2], "2015-03-16"),
        ("C2", later, "2015-04-21"),
        # Three and two, and two and three: of one child the first began with a breach, of the other the second.
        ("C3", late[:3], "2015-04-21"),
        ("C3", then, "2015-04-11"),
        ("C4", then, "2015-04-11"),
        ("C4", late[:3], "2015-04-21"),
        ("C5", ["2015-02-10", "2015-03-15", "2015-04-01", "2015-05-05", "2015-06-10"], "2015-06-11"),  # four, and a gap
    ]
    tables = case_of(
        [{"child_id": child, "ended_on": end} for child, _, end in plans],
        core_groups=[{"child_id": child, "plan_id": f"P{n}", "held_on": day} for n, (child, days, _) in enumerate(plans) for day in days],
    )
    _, found = judged(["INV-P-08"], tables, False)
    results, whole = judged(["INV-P-08"], tables, True)
    assert found.escalated == whole.escalated
    every = results.seen.observations
    escalated = [(int(every[n].subject_rows[i]), int(every[n].place[i])) for n, places in found.escalated.items() for i in places]
    assert sorted(escalated) == [
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 3),
        (5, 1),
        (5, 2),
        (6, 2),
        (7, 2),
        (8, 1),
        (8, 2),
        (9, 1),
        (9, 4),
    ]


def test_each_outcome_says_why() -> None:
    results, _ = judged([CONFERENCE, VIEWS], crowd(7, 150), False)
    said = {
        (o.rule.id, int(x), int(o.exempt[i]), o.verdict.reasons[o.verdict.reason[i]])
        for o in results.seen.observations
        for i, x in enumerate(o.verdict.outcome)
    }
    exempt = {text for rule, _, which, text in said if rule == CONFERENCE and which >= 0}
    assert exempt == {"Exempt: closed", "The duty ended before the limit was reached"}
    justified = [text for rule, outcome, _, text in said if outcome == JUSTIFIED]
    assert justified and all(text.startswith("A conference") and text.endswith("; a reason is recorded") for text in justified)
    unsure = [text for rule, outcome, which, text in said if (rule, outcome, which) == (VIEWS, CANNOT_TELL, -2)]
    assert unsure and all(text.startswith("Cannot tell whether an exemption applies: ") for text in unsure)


def test_cases_that_are_alike_are_told_the_judge_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told_: list[int] = []
    whole = Judge.case

    def case(judge_: Judge, observed: Sequence[Observed], subjects: Sequence[Subject]) -> Conclusion:
        told_.append(len(observed))
        return whole(judge_, observed, subjects)

    monkeypatch.setattr(Judge, "case", case)
    tables, few, many = crowd(3, 400), [CONFERENCE, OWNER, "INV-C-05"], []
    for everything in (False, True):
        told_.clear()
        judged(few, tables, everything)
        many.append(len(told_))
    assert many[0] < 200 <= 400 <= many[1]


def test_a_child_whose_case_could_not_be_judged_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is judged as one of a kind or with others; and what is composed can't be told."""

    def nothing(engine: EngineProcess, facts: object) -> None:
        raise Unjudged("Nothing could be judged.")

    tables = crowd(5, 60)
    for names in ([CONFERENCE], [CONFERENCE, "INV-C-01"]):
        _, whole = judged(names, tables, False)
        bridge._judge.cache_clear()
        with monkeypatch.context() as broken:
            broken.setattr(EngineProcess, "conclude", nothing)
            results, found = judged(names, tables, False)
        bridge._judge.cache_clear()
        assert not whole.unjudged and 10 < len(found.unjudged) < 60 and set(found.unjudged.values()) == {"Nothing could be judged."}
        (late,) = [o for o in results.seen.observations if o.rule.id == CONFERENCE]
        touched = (late.exempt >= 0) & (late.verdict.outcome != NOT_APPLICABLE) | (late.exempt == -2) & np.isin(
            late.verdict.outcome, (NOT_MET, JUSTIFIED)
        )
        child = results.cf.child("plans")
        assert set(child[late.subject_rows[touched]].tolist()) <= set(found.unjudged)
        for o in found.composed:
            of = child[o.rows]
            assert (o.verdict.outcome[np.isin(of, list(found.unjudged))] == CANNOT_TELL).all()
            assert not (o.verdict.outcome == NOT_MET).any()


@pytest.mark.parametrize(("seed", "unread"), [(1, "?"), (2, "?"), (3, "2015-05-21")])
def test_the_slow_evaluator_agrees_on_a_crowd(seed: int, unread: str) -> None:
    """But on what is overdue while the day it happened on is in doubt (see `invented_rules`)."""
    tables = crowd(seed, 60, unread)
    some = [one for one in rules() if unread != "?" or one["id"] not in ("INV-C-03", "INV-C-04")]
    case = Slice(tables, {}, *evaluate(some, tables, AS_OF, {}, {}))
    results, found = judged([one["id"] for one in some], tables, False)
    agree(case, results, 500)
    assert len(found.because) > 50 and len(found.unknown) > 10 and any(found.escalated.values())


def test_nothing_composed_is_said_of_what_is_nobodys() -> None:
    found = outcomes(judged([CONFERENCE, "INV-C-01"], case_of([{"child_id": ""}, {"child_id": "C0"}]), False)[0])
    assert {record for rule, _, record, _ in found if rule == "INV-C-01"} == {"P1", "P2"}


def test_what_two_rules_have_in_common_for_a_third_makes_neither_the_ground_of_the_other() -> None:
    """The core group was late and is held, so that views are asked for, though both rules bear on a composed one about the plan."""
    tables = crowd(1, 1) | {
        "plans": [{"plan_id": "P", "child_id": "C0", "started_on": "2015-01-05", "kind": "child_in_need", "child_views": ""}],
        "core_groups": [{"core_group_id": "G", "child_id": "C0", "plan_id": "P", "held_on": "2015-03-20"}],
        "plan_actions": [],
    }
    names = [GROUP, CONFERENCE, OWNER, VIEWS, "INV-C-02", "INV-C-04"]
    results, _ = judged(names, tables, False)
    told_ = outcomes(results)
    assert [told_[name, "plans", "P", ""] for name in (GROUP, VIEWS)] == ["not_met", "not_met"]
    late = tables | {"core_groups": tables["core_groups"][:0]}
    told_ = outcomes(judged(names, late, False)[0])
    assert [told_[name, "plans", "P", ""] for name in (GROUP, VIEWS)] == ["not_met", "not_applicable"]
