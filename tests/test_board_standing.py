"""How the targets of the run's own profile stand in the board's book: no status tells what a figure hides.

Each attack tries every small number that may be behind a `c`: what the book says of the target must be the same of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from board_few import MADE_WITH, book_of, row, run
from board_runs import book

from auditcheck.board.aimed import of_share
from auditcheck.board.asked import printed, shows
from auditcheck.board.book import Measure
from auditcheck.board.files import figures
from auditcheck.board.measure_pages import missed
from auditcheck.board.sentences import decisions, judged_by, target_in_words
from auditcheck.board.shown import Figure
from auditcheck.disclosure import DFE, ROUND5, Policy
from auditcheck.measure_rows import wanted
from auditcheck.rulebook.model import Amount, Target
from auditcheck.rulebook.notices import Notice, Reference
from auditcheck.rulebook.profile import chosen
from auditcheck.targets import held

MARCH = "2015-03-31"
CAME, AGAIN, LIVES, VACANT, AGREED, LOAD = "AGG-PARENT-13", "AGG-REREF-11", "AGG-LOC-22", "AGG-VAC-03", "AGG-DUE-25", "AGG-CASE-02"
Months = dict[str, tuple[int, int, int]]


def at_least(measure: str, number: str, shape: str = "standing", by: str = "") -> Target:
    return Target(measure, Amount(Fraction(number), "%"), None, shape, date.fromisoformat(by) if by else None, None, "", (), ())


def aiming(rows: Iterable[dict[str, str]], target: Target, status: str, figure: str = "") -> list[dict[str, str]]:
    """The rows of measures.csv with one target of the first."""
    first, *others = rows
    due = target.by.isoformat() if target.by else ""
    aim = {"target": wanted(target, "%"), "target_due": due, "target_figure": figure, "target_status": status}
    return [first | aim, *others]


def measure(
    rows: list[dict[str, str]], *targets: Target, months: dict[str, Months] | None = None, name: str = "", policy: Policy = DFE
) -> Measure:
    """What the book makes of the first row, or the measure named."""
    profile = replace(chosen(book(), MADE_WITH), targets=targets)
    found = book_of(run(MARCH, rows, (), months), profile=profile, policy=policy)
    return next(one for one in found.measures if one.id == (name or rows[0]["measure_id"]))


def status(one: Measure) -> str:
    return one.targets[0]["status"]


def stands(target: Target, n: int, d: int, unknown: int) -> str:
    """How a share stands to a target, as a run says."""
    every = d + unknown
    return held(target, Fraction(100 * n, every), Fraction(100 * (n + unknown), every))


# ---- how many can't be told


@pytest.mark.parametrize(("number", "told"), [("88", "hidden"), ("91", "hidden"), ("92", "not_met"), ("100", "not_met"), ("80", "met")])
def test_a_status_does_not_tell_how_many_could_not_be_told(number: str, told: str) -> None:
    """Of 90 of 100 and a few: 80.4 to 91.1% where up to twelve can't be told, whatever the run knows."""
    target = at_least(CAME, number)
    found = [measure(aiming([row(CAME, 90, 100, few, MARCH)], target, stands(target, 90, 100, few)), target) for few in (1, 2, 3, 4, 5)]
    assert {one.figure.unknown for one in found if one.figure} == {None}
    assert {status(one) for one in found} == {told}


@pytest.mark.parametrize(("unknown", "told"), [(0, "met"), (20, "cannot_tell")])
def test_where_that_is_shown_so_is_the_status(unknown: int, told: str) -> None:
    target = at_least(CAME, "88")
    assert stands(target, 90, 100, unknown) == told
    assert status(measure(aiming([row(CAME, 90, 100, unknown, MARCH)], target, told), target)) == told


@pytest.mark.parametrize(("unknown", "told"), [(0, "met"), (7, "met"), (3, "hidden")])
def test_a_target_that_was_changed_since_tells_no_more(unknown: int, told: str) -> None:
    """The run's words are of a target that the profile no longer has."""
    target = at_least(CAME, "50")
    assert status(measure(aiming([row(CAME, 90, 100, unknown, MARCH)], target, "met"), at_least(CAME, "60"))) == told


def test_a_hidden_figure_has_a_hidden_status_and_one_that_is_not_there_none() -> None:
    target = at_least(CAME, "50")
    assert status(measure(aiming([row(CAME, 97, 100, 0, MARCH)], target, "met"), target)) == "hidden"
    absent = row(CAME, "", "", 0, MARCH) | {"status": "not_evaluated", "period_from": "", "period_to": ""}
    assert status(measure(aiming([absent], target, "cannot_tell"), target)) == "cannot_tell"
    absent = row(CAME, "", "", 0, MARCH) | {"status": "not_evaluated", "period_from": "", "period_to": ""}
    due = at_least(CAME, "50", "by", "2014-12-31")
    assert status(measure(aiming([absent], due, "cannot_tell"), due)) == "cannot_tell"


@pytest.mark.parametrize(("number", "told"), [("88", "hidden"), ("60", "met"), ("99", "not_met")])
def test_of_a_rounded_figure_the_status_tells_no_more_than_it_does(number: str, told: str) -> None:
    """80 of 91 are shown as 80 of 90: 78 to 82 of 88 to 92."""
    target = at_least(CAME, number)
    exact = stands(target, 80, 91, 0)
    assert status(measure(aiming([row(CAME, 80, 91, 0, MARCH)], target, exact), target, policy=ROUND5)) == told
    seen = of_share(Figure(80, 90, None, 0), ROUND5)
    assert (seen.low, seen.high) == (Fraction(7800, 92), Fraction(8200, 88)) and not seen.whole
    assert of_share(Figure(80, 90, None, 0), DFE).low == of_share(Figure(80, 90, None, 0), DFE).high == Fraction(8000, 90)


# ---- the figure of a day that has passed

MONTHS = [f"{year}-{month:02}" for year in (2012, 2013, 2014, 2015) for month in range(1, 13)][3:39]
DUE = "2014-12-31"


def referrals(few: int) -> Months:
    """20 of 40 in each month, and so many of 40 in March 2014."""
    return {month: (few, 40 - few, 0) if month == "2014-03" else (20, 20, 0) for month in MONTHS}


def by_december(few: int, number: str, **more: str) -> Measure:
    """Re-referrals with a target for the year 2014, as the run has it; ``more``: columns of its row that are otherwise."""
    months, target = referrals(few), at_least(AGAIN, number, "by", more.get("target_due", DUE))
    met = sum(months[month][0] for month in MONTHS if "2014-01" <= month <= "2014-12")
    told = f"{100 * met / 480:.1f}"
    (made,) = aiming([row(AGAIN, 240, 480, 0, MARCH)], target, stands(target, met, 480, 0), told)
    return measure([made | more], target, months={AGAIN: months})


@pytest.mark.parametrize("number", ["46", "46.35", "46.5", "40"])
def test_the_status_of_a_day_that_has_passed_does_not_tell_a_month_of_it(number: str) -> None:
    """March 2014 is hidden: it lies in the year to December and not in that to March. All other months are 20 of 40."""
    found = [by_december(few, number) for few in (1, 2, 3, 4, 5)]
    assert {status(one) for one in found} == {"hidden"}
    assert {dict(one.trend.rows)["Mar 2014"].n for one in found} == {None}
    assert {figure.n for one in found for when, figure in one.trend.rows if when != "Mar 2014"} == {20}


@pytest.mark.parametrize(("number", "told"), [("50", "met"), ("51", "not_met")])
def test_where_the_figure_of_that_day_may_be_shown_so_is_its_status(number: str, told: str) -> None:
    assert status(by_december(20, number)) == told


@pytest.mark.parametrize(
    "more",
    [
        {"target_due": "2014-12-30"},  # within a month
        {"target_due": "2012-12-31"},  # before the months begin
        {"target_figure": "49.9"},  # the run had counted something else
        {"period_from": "2014-04-02"},  # no whole months
    ],
    ids=str,
)
def test_where_its_months_do_not_tell_the_figure_of_that_day_the_status_is_hidden(more: dict[str, str]) -> None:
    assert status(by_december(20, "40", **more)) == "hidden"


def test_of_what_rules_observed_the_months_tell_it_too() -> None:
    name, rule = "AGG-RCPC-06", "CPC-RCPC1-11"
    seen = [(rule, what, f"{month}-10", count) for month in MONTHS for what, count in (("met", 20), ("not_met", 20))]
    for number, told in (("50", "met"), ("51", "not_met")):
        target = at_least(name, number, "by", DUE)
        rows = aiming([row(name, 240, 480, 0, MARCH)], target, told, "50.0")
        profile = replace(chosen(book(), MADE_WITH), targets=(target,))
        (found,) = book_of(run(MARCH, rows, seen), profile=profile).measures
        assert status(found) == told


def test_a_mean_of_a_day_that_has_passed_is_of_nobody_knows_how_many() -> None:
    target = replace(at_least("AGG-A1-16", "400", "by", DUE), at_least=None, at_most=Amount(Fraction(400), "days"))
    made = row("AGG-A1-16", 4000, 10, 0, MARCH) | {"unit": "days"}
    aim = {"target": wanted(target, "days"), "target_due": DUE, "target_figure": "380.0", "target_status": "met"}
    assert status(measure([made | aim], target)) == "hidden"


@pytest.mark.parametrize(
    ("shape", "by", "vacant", "told"), [("at_any_time", "", 12, "met"), ("by", DUE, 12, "met"), ("by", DUE, 3, "hidden")]
)
def test_posts_are_no_children(shape: str, by: str, vacant: int, told: str) -> None:
    target = replace(at_least(VACANT, "20", shape, by), at_least=None, at_most=Amount(Fraction(20), "%"))
    rows = aiming([row(VACANT, vacant, 80, 0, MARCH, MARCH)], target, "met", "15.0")
    assert status(measure(rows, target)) == told


# ---- the figure that decided


@pytest.mark.parametrize(("number", "stands"), [("60", "not met"), ("50", "met")])
def test_a_target_of_a_day_that_has_passed_stands_beside_the_figure_of_that_day(number: str, stands: str) -> None:
    """Half of those of 2014, and fewer since: the year to March is not what was judged."""
    months, target = referrals(20) | dict.fromkeys(("2015-01", "2015-02", "2015-03"), (10, 30, 0)), at_least(AGAIN, number, "by", DUE)
    rows = aiming([row(AGAIN, 210, 480, 0, MARCH, good="higher")], target, stands.replace(" ", "_"), "50.0")
    found = book_of(run(MARCH, rows, (), {AGAIN: months}), profile=replace(chosen(book(), MADE_WITH), targets=(target,)))
    (one,) = found.measures
    assert one.told == "43.8%"
    assert target_in_words(one.targets[0]) == f"at least {number}% by 31 December 2014: {stands} (50.0% on 31 December 2014)"
    assert missed(one, one.targets[0])["judged"] == "50.0% on 31 December 2014"
    assert [said for said in decisions(found) if "not met" in said] == [
        f"{AGAIN}: the target is not met (50.0% on 31 December 2014). Decide what is done, by whom and by when."
    ] * one.failing
    (line,) = [line for line in figures(found) if line["table"] == "Measures on the day of a target"]
    assert (line["about"], line["line"], line["numerator"], line["denominator"]) == (DUE, AGAIN, "240", "480")


@pytest.mark.parametrize("few", [1, 3, 5])
def test_nothing_is_said_of_the_figure_where_the_status_is_hidden(few: int) -> None:
    one = by_december(few, "40")
    assert (one.targets[0]["judged"], one.on_day, target_in_words(one.targets[0])) == ("", {}, "at least 40% by 31 December 2014: hidden")


def test_today_s_figure_never_stands_for_one_of_an_earlier_day() -> None:
    """A caseload of 12.4 in April 2012 was judged, and is not shown; today's is 5.4."""
    between = (Amount(Fraction(16), "children"), Amount(Fraction(18), "children"))
    target = Target(LOAD, *between, "average_by", date(2012, 4, 30), None, "", (), ())
    made = row(LOAD, 754, 139, 0, MARCH, MARCH) | {"unit": "children", "value": "5.4", "target": wanted(target, "children")}
    made |= {"target_due": "2012-04-30", "target_figure": "12.4", "target_status": "not_met"}
    found = book_of(run(MARCH, [made]), profile=replace(chosen(book(), MADE_WITH), targets=(target,)))
    (one,) = found.measures
    unseen = "the figure of 30 April 2012 is not shown"
    assert (one.told, one.on_day) == ("5.4 children", {})
    assert target_in_words(one.targets[0]) == f"from 16 to 18 children on average by 30 April 2012: not met ({unseen})"
    assert missed(one, one.targets[0])["judged"] == unseen.capitalize().replace("april", "April")
    assert next(decisions(found)) == f"{LOAD}: the target is not met ({unseen}). Decide what is done, by whom and by when."


@pytest.mark.parametrize(("vacant", "judged"), [(6, "an earlier count, which is not shown"), (20, "")])
def test_a_count_in_between_that_missed_a_target_is_not_the_latest(vacant: int, judged: str) -> None:
    target = replace(at_least(VACANT, "20", "at_any_time"), at_least=None, at_most=Amount(Fraction(20), "%"))
    one = measure(aiming([row(VACANT, vacant, 80, 0, MARCH, MARCH)], target, "not_met", "25.0"), target)
    assert (status(one), one.targets[0]["judged"]) == ("not_met", judged)
    assert judged_by(one) == (judged or "25.0%")


def test_of_two_targets_missed_the_latest_figure_is_told() -> None:
    then, now = at_least(AGAIN, "60", "by", DUE), at_least(AGAIN, "60")
    (first,) = aiming([row(AGAIN, 240, 480, 0, MARCH)], then, "not_met", "50.0")
    (second,) = aiming([row(AGAIN, 240, 480, 0, MARCH)], now, "not_met", "50.0")
    one = measure([first, second], then, now, months={AGAIN: referrals(20)})
    assert ([target["judged"] for target in one.targets], judged_by(one)) == (["50.0% on 31 December 2014", ""], "50.0%")


def test_of_another_profile_s_targets_no_day_has_a_figure() -> None:
    target = at_least(AGAIN, "60", "by", DUE)
    rows = aiming([row(AGAIN, 240, 480, 0, MARCH)], target, "not_met", "50.0")
    profile = replace(chosen(book(), MADE_WITH), targets=(target,))
    (one,) = book_of(run(MARCH, rows, (), {AGAIN: referrals(20)}, profile="another"), profile=profile).measures
    assert (one.on_day, status(one)) == ({}, "cannot_tell") and "50.0%" not in target_in_words(one.targets[0])


# ---- how many targets are met


@pytest.mark.parametrize("unknown", [0, 2])
def test_how_many_targets_are_met_does_not_tell_how_a_hidden_one_stands(unknown: int) -> None:
    """Seven targets, one of which has a few that can't be told: with the six others the number would tell how it stands."""
    targets = [at_least(CAME, "88"), *(at_least(LIVES, str(number)) for number in range(50, 56))]
    (first,) = aiming([row(CAME, 90, 100, unknown, MARCH)], targets[0], "met")
    rows = [first, *(aiming([row(LIVES, 60, 80, 0, MARCH, MARCH)], target, "met")[0] for target in targets[1:])]
    found = measure([*rows, row(AGREED, 7, 7, 0, MARCH, MARCH)], *targets, name=AGREED)
    assert (found.told, found.figure is None) == (("c", True) if unknown else ("100.0%", False))


def test_nor_how_many_were_met_when_an_earlier_run_was_made() -> None:
    profile = replace(chosen(book(), MADE_WITH), targets=())
    runs = [run(day, [row(AGREED, 7, 7, 0, day, day)]) for day in ("2015-02-28", MARCH)]
    (found,) = book_of(*runs, profile=profile).measures
    assert (found.told, found.before) == ("100.0%", (("2015-02-28", "c"),))


def test_a_notice_s_pack_puts_down_the_figure_that_a_status_tells_of() -> None:
    target = at_least(AGAIN, "50", "by", DUE)
    rows = aiming([row(AGAIN, 240, 480, 0, MARCH)], target, "met", "50.0")
    asked = Notice((Reference("A notice", "1", "Fewer children come again", evidence=(AGAIN,)),))
    profile = replace(chosen(book(), MADE_WITH), targets=(target,), notice=asked)
    found = book_of(run(MARCH, rows, (), {AGAIN: referrals(20)}), profile=profile)
    assert {table.name for table in printed(found, shows(found))} == {f"{AGAIN} on {MARCH}", f"{AGAIN} on {DUE}"}
