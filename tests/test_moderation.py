"""How far two graders agree: published tables and the figures that other programs gave for them; the paradox that AC1 answers."""

from __future__ import annotations

import pytest

from auditcheck import agreement
from auditcheck.agreement import identity, linear, quadratic

PUBLISHED = [[130, 56], [9, 5]]  # PMC7222679
PARADOX = [[118, 5], [2, 0]]
GRADES = [[1, 1, 0, 0], [0, 9, 5, 0], [0, 2, 15, 3], [0, 0, 1, 3]]  # figures by scikit-learn, statsmodels and irrCAC


def test_two_published_tables_where_nearly_all_grades_are_alike() -> None:
    assert agreement.moderation(PUBLISHED).same / 200 == pytest.approx(0.675)
    assert agreement.kappa(PUBLISHED) == pytest.approx(0.02197, abs=5e-6)
    assert agreement.gwet(PUBLISHED) == pytest.approx(0.53258, abs=5e-6)
    assert agreement.moderation(PARADOX).same / 125 == pytest.approx(0.944)
    assert agreement.kappa(PARADOX) == pytest.approx(-0.0234, abs=5e-5)
    assert agreement.gwet(PARADOX) == pytest.approx(0.9408, abs=5e-5)


def test_four_grades() -> None:
    seen = agreement.moderation(GRADES)
    assert (seen.n, seen.same, seen.within_one, seen.lowered, seen.raised) == (40, 28, 40, 9, 3)
    assert [agreement.kappa(GRADES, w) for w in (identity, linear, quadratic)] == pytest.approx([0.5132, 0.6040, 0.7170], abs=5e-5)
    assert [agreement.gwet(GRADES, w) for w in (identity, linear, quadratic)] == pytest.approx([0.6227, 0.8084, 0.9183], abs=5e-5)
    assert agreement.kappa_interval(GRADES) == pytest.approx((0.28, 0.74), abs=0.005)


def test_lower_is_a_later_grade_and_two_apart_is_not_within_one() -> None:
    seen = agreement.moderation([[0, 0, 2], [0, 1, 0], [1, 0, 0]])
    assert (seen.within_one, seen.lowered, seen.raised) == (1, 2, 1)


def test_what_is_not_defined_is_none() -> None:
    nobody, everybody_good = [[0, 0], [0, 0]], [[5, 0], [0, 0]]
    assert agreement.kappa(nobody) is agreement.gwet(nobody) is agreement.kappa_interval(nobody) is None
    assert agreement.kappa(everybody_good) is None
    assert agreement.gwet(everybody_good) == 1
