"""What a case's observations add up to: exemption, justification, supersession, escalation, composition."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace

import pytest
from judgement_oracle import conclude

from auditcheck.judgement import ComposedFinding, Conclusion, Judge, Observed, Premise, RuleRefused, RuleShape, Subject, Together
from auditcheck.judgement.engine import Engine
from auditcheck.judgement.joins import check_joins
from auditcheck.judgement.reasoning import FIELDS, reasoning, superseding_levels

PLAN, BY_PLAN = ("plans", 3), ("by plans", 3)
NO_PLAN, NO_OWNER, NO_DATE = RuleShape("PLAN"), RuleShape("OWNER", ("PLAN",)), RuleShape("DATE", ("OWNER",))
REVIEW = RuleShape("REVIEW", escalates_after=3)
DRIFT = RuleShape("DRIFT", together=Together("plans", (Premise("REVIEW", True),), (Premise("OVERDUE"), Premise("DRIFT.unseen"))))
RULES = [NO_PLAN, NO_OWNER, NO_DATE, REVIEW, DRIFT, RuleShape("OVERDUE")]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(RULES)


def on_plan(rule: str, outcome: str = "not_met", **more: object) -> Observed:
    return Observed(rule, outcome, links=(PLAN, BY_PLAN), **more)  # type: ignore[arg-type]


def test_an_empty_case_has_nothing_to_conclude(judge: Judge) -> None:
    assert judge.case([], []) == Conclusion((), (), (), (), None)


@pytest.mark.parametrize(
    ("outcome", "exempt", "reason", "expected"),
    [
        ("not_met", "no", "no", "not_met"),
        ("not_met", "yes", "no", "not_applicable"),
        ("met", "yes", "no", "not_applicable"),
        ("cannot_tell", "yes", "yes", "not_applicable"),
        ("not_met", "unknown", "no", "cannot_tell"),
        ("not_met", "unknown", "yes", "cannot_tell"),
        ("justified", "unknown", "no", "cannot_tell"),
        ("met", "unknown", "no", "met"),
        ("not_yet_due", "unknown", "no", "not_yet_due"),
        ("not_met", "no", "yes", "justified"),
        ("cannot_tell", "no", "yes", "cannot_tell"),
        ("met", "no", "yes", "met"),
    ],
)
def test_exemption_comes_before_justification(judge: Judge, outcome: str, exempt: str, reason: str, expected: str) -> None:
    assert judge.case([Observed("OVERDUE", outcome, exempt, reason)], []).outcomes == (expected,)


@pytest.mark.parametrize("outcome", ["not_met", "cannot_tell", "justified", "not_yet_due", "met"])
def test_no_plan_at_all_supersedes_what_is_missing_from_it(judge: Judge, outcome: str) -> None:
    result = judge.case([on_plan("OWNER", outcome), on_plan("PLAN")], [])
    assert result.outcomes == ("not_applicable", "not_met")
    assert result.superseded_by == ("PLAN", None)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (on_plan("PLAN", exempt="yes"), on_plan("OWNER")),
        (on_plan("PLAN", exempt="unknown"), on_plan("OWNER")),
        (on_plan("PLAN", reason="yes"), on_plan("OWNER")),
        (on_plan("PLAN", "cannot_tell"), on_plan("OWNER")),
        (Observed("PLAN", "not_met", links=(("by plans", 4),)), on_plan("OWNER")),
        (Observed("PLAN", "not_met", links=(("by referrals", 3),)), on_plan("OWNER")),
        (Observed("PLAN", "not_met", links=(PLAN,)), on_plan("OWNER")),  # they share what a composed rule is about
    ],
)
def test_only_a_standing_breach_on_the_same_record_supersedes(judge: Judge, above: Observed, below: Observed) -> None:
    result = judge.case([above, below], [])
    assert (result.outcomes[1], result.superseded_by[1]) == (below.outcome, None)


def test_what_is_superseded_does_not_supersede(judge: Judge) -> None:
    assert judge.case([on_plan("DATE"), on_plan("OWNER"), on_plan("PLAN")], []).outcomes == ("not_met", "not_applicable", "not_met")
    assert judge.case([on_plan("DATE"), on_plan("OWNER")], []).superseded_by == ("OWNER", None)


def test_the_third_in_a_row_and_every_later_one_is_escalated(judge: Judge) -> None:
    late = [on_plan("REVIEW", "not_met", reason="yes" if place == 1 else "no", series=0, place=place) for place in range(5)]
    assert judge.case(late, []).escalated == (False, False, True, True, True)
    broken = [*late[:2], replace(late[2], outcome="met"), *late[3:]]
    assert judge.case(broken, []).escalated == (False,) * 5
    elsewhere = [*late[:2], replace(late[2], series=1)]
    assert judge.case(elsewhere, []).escalated == (False,) * 3


def test_what_has_no_place_or_no_series_is_in_no_row(judge: Judge) -> None:
    rules = Judge([RuleShape("TWICE", escalates_after=2)])
    for series, places, escalated in [
        (0, (0, 1), (False, True)), (0, (-1, 0), (False, False)), (-1, (0, 1), (False, False)), (0, (0, 2), (False, False)),
    ]:  # fmt: skip
        late = [Observed("TWICE", "not_met", series=series, place=place) for place in places]
        assert rules.case(late, []).escalated == escalated


def test_without_rules_each_observation_is_judged_by_itself() -> None:
    assert Judge([]).case([Observed("ANY", "not_met", reason="yes"), Observed("ANY", "met", "yes")], []).outcomes == (
        "justified", "not_applicable",
    )  # fmt: skip


def test_so_many_composed_rules_that_they_take_two_strata() -> None:
    """Nothing is doubtful before all that is certain is known."""
    shapes = [RuleShape("A"), RuleShape("B", ("A",))]
    shapes += [RuleShape(f"C-{n}", together=Together("plans", (), (Premise("A"), Premise("B", n > 50)))) for n in range(51)]
    check_joins(reasoning(shapes, superseding_levels(shapes)), FIELDS)
    many = [RuleShape(f"C-{n}", together=Together("plans", (Premise(f"P-{n % 4}"),))) for n in range(201)]
    check_joins(reasoning(many, superseding_levels(many)), FIELDS)


def test_rows_of_one_shape_are_reasoned_about_once_wherever_they_begin() -> None:
    """Of two rows one is longer; which of them begins later says nothing."""
    rules = Judge([RuleShape("TWICE", escalates_after=2), RuleShape("D", together=Together("plans", (Premise("TWICE"),)))])
    for begin in ((0, 7), (7, 0), (3, 3)):
        late = [on_plan("TWICE", series=series, place=begin[series] + n) for series in (0, 1) for n in range(2 + series)]
        assert rules.case(late, [Subject("D", PLAN)]).escalated == (False, True, False, True, True)
    assert rules.reasoned == 1


def test_a_composed_finding_names_what_it_stands_on(judge: Judge) -> None:
    observed = [on_plan("OVERDUE", "met"), on_plan("REVIEW", reason="yes"), on_plan("DRIFT.unseen"), Observed("OVERDUE", "not_met")]
    assert judge.case(observed, [Subject("DRIFT", PLAN)]).composed == (ComposedFinding("DRIFT", PLAN, "not_met", (1, 2)),)
    assert judge.case(observed, []).composed == ()
    assert judge.case(observed[:2], [Subject("DRIFT", PLAN)]).composed == ()


def test_one_open_premise_makes_it_cannot_tell(judge: Judge) -> None:
    observed = [on_plan("REVIEW"), on_plan("OVERDUE", "cannot_tell"), on_plan("DRIFT.unseen", "met")]
    assert judge.case(observed, [Subject("DRIFT", PLAN)]).composed == (ComposedFinding("DRIFT", PLAN, "cannot_tell", (0,), (1,)),)
    all_open = [replace(o, outcome="cannot_tell") for o in observed]
    assert judge.case(all_open, [Subject("DRIFT", PLAN)]).composed == (ComposedFinding("DRIFT", PLAN, "cannot_tell", (), (0, 1, 2)),)


def test_twenty_overdue_actions_on_one_plan(judge: Judge) -> None:
    overdue = [Observed("OVERDUE", "not_met", links=(("plan_actions", n), PLAN)) for n in range(20)]
    result = judge.case([*overdue, on_plan("REVIEW")], [Subject("DRIFT", PLAN)])
    assert result.composed == (ComposedFinding("DRIFT", PLAN, "not_met", tuple(range(21))),)


def test_twenty_reviews_late_in_a_row_with_a_finding_each() -> None:
    """Twenty observations that are all different to the engine, on one record and in one series."""
    rules = [REVIEW, RuleShape("DRIFT", together=Together("plans", (Premise("REVIEW"),)))]
    late = [on_plan("REVIEW", series=0, place=place) for place in range(20)]
    result = Judge(rules).case(late, [Subject("DRIFT", PLAN)])
    assert result.escalated == (False, False, *[True] * 18)
    assert result.composed == (ComposedFinding("DRIFT", PLAN, "not_met", tuple(range(20))),)


def test_random_cases_agree_with_the_plain_evaluator() -> None:
    """Each seed has a rulebook, and so a ruleset, of its own: many in one process stay apart."""
    seen: set[str] = set()
    for seed in range(150):
        rng = random.Random(seed)
        shapes = random_rules(rng)
        judge = Judge(shapes)
        for _ in range(20):
            observed, subjects = random_case(rng, shapes)
            expected = conclude(shapes, observed, subjects)
            assert judge.case(observed, subjects) == expected, (seed, shapes, observed, subjects)
            seen.update(finding.outcome for finding in expected.composed)
            seen.update(["superseded"] if any(expected.superseded_by) else [], ["escalated"] if any(expected.escalated) else [])
    assert seen == {"not_met", "cannot_tell", "superseded", "escalated"}


def test_the_order_of_observations_makes_no_difference() -> None:
    for seed in range(40):
        rng = random.Random(seed)
        shapes = random_rules(rng)
        observed, subjects = random_case(rng, shapes)
        expected = conclude(shapes, observed, subjects)
        for _ in range(5):
            order = rng.sample(range(len(observed)), len(observed))
            result = Judge(shapes).case([observed[i] for i in order], rng.sample(subjects, len(subjects)))
            assert result.outcomes == tuple(expected.outcomes[i] for i in order)
            assert result.superseded_by == tuple(expected.superseded_by[i] for i in order)
            assert result.escalated == tuple(expected.escalated[i] for i in order)
            assert tuple(in_order(finding, order) for finding in result.composed) == expected.composed


def in_order(finding: ComposedFinding, order: list[int]) -> ComposedFinding:
    because, unknown = (tuple(sorted(order[i] for i in indices)) for indices in (finding.because, finding.unknown))
    return replace(finding, because=because, unknown=unknown)


def test_the_same_shape_is_reasoned_about_once() -> None:
    judge = Judge(RULES)
    for n in (3, 8, 5):
        plan = ("plans", n)
        links = (("plan_actions", n + 1), plan)
        observed = [Observed("REVIEW", "not_met", links=(plan,), series=n, place=n), Observed("OVERDUE", "not_met", links=links)]
        found = judge.case(observed, [Subject("DRIFT", plan)]).composed
        assert found == (ComposedFinding("DRIFT", plan, "not_met", (0, 1)),)
    assert (judge.asked, judge.reasoned) == (3, 1)


def test_without_its_joins_the_conclusions_vanish() -> None:
    observed = [on_plan("REVIEW", series=0, place=n) for n in range(3)] + [on_plan("OVERDUE"), on_plan("PLAN"), on_plan("OWNER")]
    joins = reasoning(RULES, superseding_levels(RULES))

    def without(*words: str) -> Conclusion:
        kept = [join for join in joins if not join.name.startswith(words)]
        return Judge(RULES, Engine(kept, FIELDS)).case(observed, [Subject("DRIFT", PLAN)])

    whole = without("nothing")
    assert whole == conclude(RULES, observed, [Subject("DRIFT", PLAN)])
    assert whole.composed and any(whole.escalated) and any(whole.superseded_by)
    assert without("found", "doubtful").composed == ()
    assert not any(without("3 in a row").escalated)
    assert not any(without("superseded").superseded_by)
    assert without("settled").composed == ()


def test_a_case_that_cannot_be_judged_says_so_and_leaves_the_next_one_alone(judge: Judge) -> None:
    broken = [on_plan("X" * 1_001), on_plan("REVIEW"), on_plan("OVERDUE")]
    result = judge.case(broken, [Subject("DRIFT", PLAN)])
    assert result.unjudged is not None
    assert "1000 bytes" in result.unjudged
    assert (result.outcomes, result.superseded_by, result.escalated, result.composed) == (("not_met",) * 3, (None,) * 3, (False,) * 3, ())
    after = judge.case(broken[1:], [Subject("DRIFT", PLAN)])
    assert (after.unjudged, len(after.composed)) == (None, 1)


def test_a_rulebook_of_full_size_is_judged() -> None:
    rules = [RuleShape(f"R-{n}", ("R-0",) if n else (), 3) for n in range(239)]
    for n in range(40):
        every = (Premise(f"R-{n}"), Premise(f"R-{n + 1}", True))
        rules.append(RuleShape(f"D-{n}", together=Together("plans", every, (Premise(f"R-{n + 2}"),))))
    observed = [on_plan(f"R-{n}", "justified" if n % 2 else "not_met", series=0, place=n) for n in range(1, 239, 3)]
    observed += [on_plan(f"R-{n}", "cannot_tell" if n == 7 else "not_met") for n in range(5, 9)]
    subjects = [Subject(f"D-{n}", PLAN) for n in range(40)]
    result = Judge(rules).case(observed, subjects)
    assert result == conclude(rules, observed, subjects)
    assert {finding.outcome for finding in result.composed} == {"not_met", "cannot_tell"}


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ([RuleShape("A", ("B",)), RuleShape("B", ("A",))], "circle: A < B < A"),
        ([RuleShape("A", together=Together("plans"))], "at least one premise"),
        ([RuleShape("A"), RuleShape("A")], "its own"),
        ([RuleShape("A or justified")], "one word"),
        ([RuleShape("A", escalates_after=0)], "at least 1"),
        ([DRIFT, RuleShape("A", ("DRIFT",))], "cannot supersede"),
        ([replace(DRIFT, superseded_by=("A",))], "neither superseded nor escalated"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(rules: list[RuleShape], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Judge(rules)


def test_more_in_a_row_than_the_engine_can_join_is_refused() -> None:
    assert Judge([RuleShape("A", escalates_after=15)]).case([], []).unjudged is None
    with pytest.raises(RuleRefused, match="16 in a row: 16 patterns"):
        Judge([RuleShape("A", escalates_after=16)])


@pytest.mark.parametrize("wrong", [Observed("A", "late"), Observed("A", "met", exempt="maybe"), Observed("A", "met", reason="unknown")])
def test_an_observation_outside_the_vocabulary_is_refused(judge: Judge, wrong: Observed) -> None:
    with pytest.raises(ValueError, match="not an observation"):
        judge.case([wrong], [])


def test_a_subject_that_the_rule_does_not_speak_about_is_refused(judge: Judge) -> None:
    for subject in (Subject("DRIFT", ("referrals", 0)), Subject("PLAN", PLAN)):
        with pytest.raises(ValueError, match="does not speak about"):
            judge.case([], [subject])


def test_without_the_engine_nothing_is_concluded() -> None:
    script = (
        "import sys; sys.modules['durable_rules_engine'] = None\n"
        "from auditcheck.judgement.engine import EngineMissing, ready\n"
        "try: ready()\n"
        "except EngineMissing as why: print(why)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert "Python 3.11 or 3.12" in done.stdout
    assert "C compiler" in done.stdout
    assert "No conclusions can be drawn without it." in done.stdout


def random_rules(rng: random.Random) -> list[RuleShape]:
    """Two to nine rules that supersede and escalate, and up to four composed ones."""
    ids = [f"R-{n}" for n in range(rng.randint(2, 9))]
    shapes = [
        RuleShape(rule, tuple(rng.sample(ids[:n], min(n, rng.choice([0, 0, 1, 2])))), rng.choice([None, None, 1, 2, 3, 4]))
        for n, rule in enumerate(ids)
    ]
    for n in range(rng.randint(0, 4)):
        needed = rng.randint(0, 3)
        sizes = (needed, rng.randint(0 if needed else 1, 3))
        every, one = (tuple(Premise(rng.choice([*ids, "IN.line"]), rng.random() < 0.4) for _ in range(size)) for size in sizes)
        shapes.append(RuleShape(f"C-{n}", together=Together(rng.choice(["plans", "referrals"]), every, one)))
    return shapes


def random_case(rng: random.Random, shapes: list[RuleShape]) -> tuple[list[Observed], list[Subject]]:
    """Up to twenty-five observations on few records, so that they meet often."""
    records = rng.randint(1, 3)
    rules = [*(shape.id for shape in shapes if not shape.together), "IN.line"]
    outcomes = ["not_met"] * 5 + ["cannot_tell"] * 2 + ["justified", "met", "not_yet_due", "not_applicable"]

    def observation() -> Observed:
        links = tuple(
            (rng.choice(["plans", "referrals", "by plans", "by visits"]), rng.randrange(records)) for _ in range(rng.randint(0, 3))
        )
        series, place = rng.choice([(-1, -1), (rng.randrange(2), rng.randrange(6)), (rng.randrange(2), rng.randrange(6))])
        exempt, reason = rng.choice(["no"] * 6 + ["yes", "unknown"]), rng.choice(["no"] * 4 + ["yes"])
        return Observed(rng.choice(rules), rng.choice(outcomes), exempt, reason, links, series, place)

    composed = [(shape.id, shape.together) for shape in shapes if shape.together]
    subjects = [Subject(rule, (together.subject, rng.randrange(records))) for rule, together in composed for _ in range(rng.randint(0, 3))]
    return [observation() for _ in range(rng.choice([0, 1, 2, 4, 6, 10, 16, 25]))], subjects
