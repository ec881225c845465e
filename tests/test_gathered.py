"""What a measure counted in parts of the service: it adds up, and a figure is made of the sum with its bounds and what stands beside it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from invented_service import AS_OF, service
from running import book, results_of

from auditcheck.checks.figure import Figure, in_figures, share, with_unit
from auditcheck.checks.gathered import KNOWN, MAYBE, UNPAID, Counted, Grouped, Held, OfEveryone, Records, Same, Spans, added
from auditcheck.checks.ground import Ground
from auditcheck.checks.measure import can_be_split, gathered, is_of_children, shape_of
from auditcheck.checks.scope import Answer
from auditcheck.checks.tally import PARTS, Asked
from auditcheck.checks.verdict import MET, NOT_MET
from auditcheck.clock import Length
from auditcheck.measures import named


def held(*pairs: tuple[str, str, int], parts: int = PARTS) -> Held:
    each, what, state = zip(*pairs, strict=True) if pairs else ((), (), ())
    columns = {"each": pa.array(each, pa.string()), "what": pa.array(what, pa.string()), "state": pa.array(state, pa.int8())}
    return Held("children", pa.table({**columns, "parts": pa.array([parts] * len(pairs), pa.int64())}), 1, 2)


def told(figure: Figure) -> tuple[Fraction | None, ...]:
    return figure.numerator, figure.denominator, figure.low, figure.high, figure.highest


@pytest.mark.parametrize(
    ("counted", "numerator", "denominator", "low", "high", "highest"),
    [
        (held(("A", "1", KNOWN), ("A", "2", KNOWN), ("B", "3", KNOWN)), 3, 2, Fraction(3, 2), Fraction(3, 2), 2),
        (held(("A", "1", KNOWN), ("A", "2", MAYBE)), 1, 1, Fraction(1, 2), 2, 1),
        (held(("A", "1", KNOWN), ("B", "2", UNPAID)), 1, 1, 1, 2, 1),
        (held(("A", "1", KNOWN), ("B", "2", MAYBE)), 1, 1, Fraction(1, 2), 2, 1),
        (held(("A", "1", KNOWN), ("B", "2", UNPAID), ("B", "3", UNPAID), ("B", "4", UNPAID)), 1, 1, 1, 4, 1),  # B may count for much
        (held(("A", "1", MAYBE)), 0, 0, 0, None, None),
        (held(("A", "1", UNPAID)), 0, 0, 1, None, None),
        (held(), 0, 0, None, None, None),
        (held(("A", "1", KNOWN), ("A", "2", KNOWN), parts=PARTS // 2), 2, Fraction(1, 2), 4, 4, 2),
    ],
)
def test_who_holds_what(counted: Held, numerator: int, denominator: int, low: object, high: object, highest: object) -> None:
    assert told(counted.figure()) == (numerator, denominator, low, high, highest)


def test_the_same_held_twice_is_held_once_also_by_two_parts_of_the_service() -> None:
    one, other = held(("A", "1", KNOWN), ("B", "1", KNOWN)), held(("A", "1", KNOWN), ("A", "2", KNOWN))
    assert told((one + other).figure())[:2] == (3, 2)


@pytest.mark.parametrize(
    ("loads", "said"),
    [
        ([3], "From 3 to 3 children each; the middle half from 3 to 3."),
        ([1, 5], "From 1 to 5 children each; the middle half from 1 to 5."),
        ([1, 2, 3, 4], "From 1 to 4 children each; the middle half from 1 to 3."),
        ([1, 2, 3, 4, 5], "From 1 to 5 children each; the middle half from 2 to 4."),
        ([1, 2, 3, 4, 5, 6, 7, 8], "From 1 to 8 children each; the middle half from 2 to 6."),
    ],
)
def test_how_the_whole_is_spread(loads: list[int], said: str) -> None:
    found = held(*((str(holder), f"{holder} {n}", KNOWN) for holder, load in enumerate(loads) for n in range(load))).figure()
    assert found.beside == said and found.highest == loads[-1]


def test_how_long_records_lasted() -> None:
    longer = Spans("days", 1, 0, 5, 5, 1, 2)
    assert told((longer + longer).figure()) == (10, 2, 5, 5, 5)
    one, other = Spans("days", 2, 1, 30, 20, 1, 2), Spans("days", 1, 0, 0, 0, 1, 2)
    both = (one + other).figure()
    assert told(both) == (30, 3, Fraction(30, 4), None, 20) and both.unknown == 1 and both.beside == "The longest was 20.0 days."
    assert told(other.figure()) == (0, 1, 0, 0, 0)
    weeks = Spans("weeks", 2, 0, 21, 14, 1, 2).figure()
    assert told(weeks) == (3, 2, Fraction(3, 2), Fraction(3, 2), 2)
    none = Spans("days", 0, 0, 0, 0, 1, 2).figure()
    assert told(none) == (0, 0, None, None, None) and none.beside == ""


def test_counts_add_up_and_unknown_may_be_either() -> None:
    found = (Counted(1, 2, 1, 1, 2, "Beside.") + Counted(2, 3, 2, 1, 2)).figure()
    assert (found.numerator, found.denominator, found.unknown) == (3, 5, 3)
    assert (found.low, found.high, found.value, found.beside) == (Fraction(300, 8), Fraction(600, 8), 60, "Beside.")
    nothing = share(0, 0, 0, 1, 2)
    assert (nothing.low, nothing.high, nothing.value) == (None, None, None)


def test_the_same_count_is_the_same_whichever_records_it_was_made_of() -> None:
    """In one go they are known, of a sum no more."""
    records = Records("plans", np.arange(2), np.array([MET, NOT_MET], np.int8))
    assert Counted(1, 2, 0, 1, 2, records=(records,)) == Counted(1, 2, 0, 1, 2)


def test_of_a_group_one_record_is_enough() -> None:
    def grouped(*rows: tuple[str, bool, bool]) -> Grouped:
        group, yes, unknown = zip(*rows, strict=True)
        return Grouped(pa.table({"group": group, "yes": yes, "unknown": unknown}), 1, 2)

    unsure = (("C", False, True), ("D", False, True))
    found = grouped(("A", False, True), ("B", False, False), *unsure) + grouped(("A", True, False), ("B", False, False))
    figure = found.figure()
    assert (figure.numerator, figure.denominator, figure.unknown) == (1, 2, 2)


def test_who_is_there_whole_each_time_is_counted_once() -> None:
    def mask(*said: int) -> np.ndarray:
        return np.array(said, bool)

    members = Answer(mask(1, 1, 1, 0, 0), mask(0, 0, 0, 1, 0))
    one = OfEveryone(members, Asked(Answer(mask(1, 0, 0, 1, 1), mask(0, 1, 0, 0, 0)), None, None, None, None), 1, 2)
    figure = (one + one).figure()
    assert (figure.numerator, figure.denominator, figure.unknown) == (1, 2, 2)
    same = Same(figure)
    assert (same + Same(share(9, 9, 9, 1, 2))).figure() is figure


def test_what_cannot_be_shown_in_one_part_cannot_be_shown() -> None:
    good = Counted(1, 2, 0, 1, 2)
    assert added([good, "no table", good]) == "no table" == added(["no table", good])
    assert added([good, good]) == Counted(2, 4, 0, 1, 2)


@pytest.mark.parametrize(
    ("number", "places", "said"),
    [(Fraction(1, 20), 1, "0.1"), (Fraction(49, 1000), 1, "0.0"), (Fraction(5, 2), 0, "3"), (Fraction(12), 1, "12.0"), (None, 1, "")],
)
def test_rounded_away_from_zero(number: Fraction | None, places: int, said: str) -> None:
    assert in_figures(number, places) == said


def test_with_its_unit() -> None:
    assert [with_unit(Fraction(412, 10), "%"), with_unit(Fraction(18), "children"), with_unit(None, "%")] == [
        "41.2%",
        "18.0 children",
        "no bound",
    ]


@pytest.mark.parametrize(
    ("unknown", "known", "over", "only"),
    [(1, 9, 10, False), (1, 8, 10, True), (101, 399, 20, True), (100, 400, 20, False), (0, 0, 0, False)],
)
def test_too_much_that_is_unknown_leaves_the_bounds_alone(unknown: int, known: int, over: int, only: bool) -> None:
    figure = share(0, known, unknown, 1, 2)
    assert figure.only_bounds(over) is only
    assert figure.told(over) == (None if only or not known else 0)


def test_which_measures_can_be_counted_in_parts() -> None:
    """All of children; of workers and posts those that ask what their records had, and not among which."""
    shipped = [rule for rule in book().rules.values() if rule.check == "measure"]
    assert all(can_be_split(one.rule, one.spec) for rule in shipped for one in named(rule))
    worker = next(rule for rule in shipped if rule.subject == "workers")
    child = next(rule for rule in shipped if is_of_children(rule.subject))
    had = {"table": "supervisions", "at": "held_on", "match": "worker_id"}
    for spec, split in [
        ({"share": {"counts": {"had": had}}}, True),
        ({"share": {"counts": {"meets": {}}}}, True),
        ({"share": {"counts": {"had": had | {"each": "child_id"}}}}, True),
        ({"share": {"counts": {"had": had | {"each": "worker_id"}}}}, False),
        ({"share": {"counts": {"had": had}, "each": "team"}}, False),
        ({"share": {"counts": {}, "each": "team"}}, True),
        ({"share": {"counts": {}, "among": {"had": had}}}, False),
        ({"share": {"counts": {}, "among": {"known_by": had}}}, False),
        ({"share": {"counts": {}, "among": {"meets": {}}}}, True),
        ({"ratio": {"counts": {}}}, False),
        ({"rate": {"among": {"had": had}}}, True),
        ({"targets": {"among": {"had": had}}}, True),
    ]:
        assert shape_of(spec) in spec
        assert can_be_split(worker, spec) is split, spec
        assert can_be_split(child, spec)


def test_what_is_there_whole_in_every_part_is_counted_once() -> None:
    """Posts and workers, but for what their records had."""
    ground = Ground(results_of(service(), AS_OF).seen.duties)
    kinds: dict[bool, set[type]] = {True: set(), False: set()}
    for rule in book().rules.values():
        if rule.check == "measure":
            for one in named(rule):
                if shape_of(one.spec) not in ("rate", "targets"):
                    kinds[is_of_children(rule.subject)].add(type(gathered(ground, rule, one.spec, Length(12, "months"))))
    assert kinds == {True: {Counted, Grouped, Spans, Held}, False: {OfEveryone, Same}}
