"""What can't be told from limits is not told: points that do not vary give none, and a real change leaves them behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from board_few import MADE_WITH, book_of, row, run
from board_runs import book

from auditcheck.board import charts, measure_pages, sentences, trends
from auditcheck.board.asked import shows
from auditcheck.board.book import Book, Measure
from auditcheck.board.periods import months
from auditcheck.board.trends import ASSURANCE, CHANGED, NO_VARIATION
from auditcheck.board.unknown import unknown
from auditcheck.measure_rows import wanted
from auditcheck.rulebook.model import Amount, Target
from auditcheck.rulebook.notices import Notice, Reference
from auditcheck.rulebook.profile import chosen
from auditcheck.targets import held

AGAIN, MARCH = "AGG-REREF-11", date(2015, 3, 31)
WILL, SOMETIMES, WILL_NOT = ASSURANCE.values()
OF = 100


def aim(least: int | None = None, most: int | None = None) -> Target:
    ends = [None if one is None else Amount(Fraction(one), "%") for one in (least, most)]
    return Target(AGAIN, *ends, "standing", None, None, "", (), ())


def made(points: Sequence[int], target: Target) -> tuple[Book, Measure]:
    """The book of a measure of so many of 100 in each month, the last of them March 2015."""
    by_month = {one.first.isoformat()[:7]: (n, OF - n, 0) for one, n in zip(months(MARCH, len(points)), points, strict=True)}
    n, d = sum(points[-12:]), OF * 12
    stands = {"target": wanted(target, "%"), "target_status": held(target, Fraction(100 * n, d), Fraction(100 * n, d))}
    asked = Notice((Reference("A notice", "1", "Fewer children come again", evidence=(AGAIN,)),))
    profile = replace(chosen(book(), MADE_WITH), targets=(target,), notice=asked)
    rows = [row(AGAIN, n, d, 0, "2015-03-31", good="higher") | stands]
    found = book_of(run("2015-03-31", rows, (), {AGAIN: by_month}), profile=profile)
    return found, found.measures[0]


STILL = [OF] * 12 + [66, 93, 80, 85, 75, 90, 70, 88, 82, 79, 91, 84] * 2
JUMP = [90, 90, 90, 90, 90, 80, 90, 90, 90, 90, 90, 90, *STILL[12:]]


@pytest.mark.parametrize(
    ("points", "shown"), [(STILL, "all are 100.0%"), (JUMP, "but for single jumps, which limits leave out")], ids=["still", "jump"]
)
def test_points_that_do_not_vary_give_no_limits_and_no_verdict(points: list[int], shown: str) -> None:
    found, one = made(points, aim(least=95))
    assert (one.trend.variation, one.trend.assurance, one.failing) == (NO_VARIATION, NO_VARIATION, True)
    chart = one.trend.chart
    assert chart is not None and chart.limits is None and set(chart.meanings) == {"no change"}
    told = charts.text(chart)
    assert f"Apr 2012 to Mar 2013, show no variation ({shown}), so nothing can be told from limits." in told
    assert "The latest point, Mar 2015, is 84.0%." in told and "limits 1" not in told and "limit</text>" not in charts.svg(chart, "k")
    (headline,) = [said for said in sentences.headlines(found) if "on average" in said]
    assert headline.endswith(
        "81.9% on average over the latest 12 points, Mar 2015 84.0% (84 of 100); "
        "nothing can be told from limits, as there was no variation to make them of."
    )
    (evidence,) = shows(found)[0].evidence
    assert "Trend: can't be told from limits, no variation" in evidence.sentences
    assert measure_pages.missed(one, one.targets[0])["means"].startswith("Nothing can be told from limits")
    (unseen,) = [said for said in unknown(found) if "limits" in said]
    assert unseen.startswith("Whether these changed by more than chance can't be told") and one.title in unseen


def test_without_a_target_there_is_no_word_on_one_that_does_not_vary() -> None:
    found, _ = made(STILL, aim(least=95))
    safe = next(one for one in found.safes if one.dimensions == ("period",) and len(one.rows) == 36)
    assert trends.of_series("Again", safe, "higher", None, 20).assurance == ""


VARIED = [80, 84, 81, 83, 79, 85, 82, 84, 80, 83, 81, 82]
LOWER = [n - 22 for n in VARIED]


@pytest.mark.parametrize(
    ("points", "variation", "assurance"),
    [
        (VARIED + VARIED, "No real change", WILL),
        (VARIED + LOWER, "Worse: real change", CHANGED),
        (LOWER + VARIED, "Better: real change", CHANGED),
        (LOWER + LOWER, "No real change", WILL_NOT),
        ([*VARIED, *VARIED[:11], 60], "Worse: real change", CHANGED),
        ([*VARIED, *LOWER[:11], 82], "No real change", CHANGED),
        ([*VARIED, *LOWER[:7], *VARIED[:8]], "No real change", WILL),
        ([*VARIED, 60, *VARIED[:3]], "No real change", WILL),
    ],
    ids=["steady", "fallen", "risen", "low", "latest alone", "shift till now", "shift long over", "one long over"],
)
def test_after_a_real_change_the_limits_tell_nothing_of_a_target(points: list[int], variation: str, assurance: str) -> None:
    found, one = made(points, aim(least=70))
    assert (one.trend.variation, one.trend.assurance) == (variation, assurance)
    if assurance == CHANGED:
        assert "Limits are those of before" in measure_pages.missed(one, one.targets[0])["means"]
        assert not any("Effort alone" in said for said in sentences.decisions(found))


@pytest.mark.parametrize(("least", "most", "assurance"), [(70, 95, WILL), (70, 83, SOMETIMES), (60, 70, WILL_NOT), (83, 95, SOMETIMES)])
def test_a_target_with_two_ends_is_met_where_both_are(least: int, most: int, assurance: str) -> None:
    assert made(VARIED + VARIED, aim(least, most))[1].trend.assurance == assurance


@pytest.mark.parametrize(
    ("points", "least", "most", "went"),
    [
        (VARIED + LOWER, 70, None, "Mean of the latest 12 points 60.0%. Natural limits {} to {}. Missed at each of the latest 12 points."),
        ([*VARIED, *VARIED[:11], 60], 70, None, "Mean of the latest 12 points 80.2%. Natural limits {} to {}. Missed at the latest point."),
        ([*VARIED, *LOWER[:11], 82], 70, None, "Mean of the latest 12 points 61.8%. Natural limits {} to {}."),
        (VARIED + LOWER, None, 58, "Mean of the latest 12 points 60.0%. Natural limits {} to {}. Missed at each of the latest 3 points."),
        (STILL, 83, None, "Mean of the latest 12 points 81.9%."),
        (VARIED[:10], 90, None, "No trend"),
    ],
)
def test_beside_a_target_that_is_missed_it_stands_how_the_measure_went(points: list[int], least: int, most: int, went: str) -> None:
    _, one = made(points, aim(least, most))
    limits = one.trend.chart.limits[-1] if one.trend.chart and one.trend.chart.limits else None
    ends = [charts.percent(end) for end in (limits.lower, limits.upper)] if limits else []
    assert measure_pages.missed(one, one.targets[0])["course"] == went.format(*ends)
