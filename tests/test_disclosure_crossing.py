"""Tables that cross, and every small table of two teams: the attacker finds no small count, and nothing is hidden for nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from disclosure_attacker import Attacker, Print, read
from disclosure_cases import AGES, MONTHS, RESULTS, SPANS, TEAMS, Cases, assert_nothing_found, by_age, by_both, by_service, by_team, release

from auditcheck.disclosure import (
    DFE,
    RATE,
    ROUND5,
    CannotRelease,
    NotATable,
    Policy,
    Raw,
    Released,
    attack,
    everyone,
    hiding,
    joined,
    layout,
    one,
    protect,
    system,
)
from auditcheck.disclosure.layout import Layout
from auditcheck.disclosure.rings import ring
from auditcheck.disclosure.solver import Program, Undecided, Work

Packs = list[list[tuple[Callable[..., Raw], str]]]
CROSSING: dict[str, tuple[Packs, dict[str, tuple[int, ...]]]] = {
    # Each gave a count away once. Of each team and age: met in July and August, not met in July and August.
    "team by age over both months, team in one, age in the other: a ring through the months": (
        [[(by_both, "to August"), (by_team, "July"), (by_age, "August")]],
        {"Alsager 0": (0, 5, 2, 0), "Alsager 1": (2, 3, 3, 1), "Crewe 0": (1, 4, 0, 0), "Crewe 1": (2, 0, 0, 0), "Disley 0": (4, 0, 0, 0),
         "Disley 1": (0, 3, 3, 0)},
    ),
    "teams joined over both months, apart in one: who knows the teams knows that there are no others": (
        [[(by_service, "to August"), (by_team, "July"), (by_age, "July"), (by_age, "to August")]],
        {"Alsager 1": (2, 0, 0, 0), "Crewe 1": (3, 0, 0, 3), "Disley 0": (0, 0, 0, 4), "Disley 1": (0, 1, 0, 0)},
    ),
    "the same, where the teams stand in a later pack": (
        [[(by_service, "August"), (by_age, "August")], [(by_team, "to August")]],
        {"Alsager 0": (0, 2, 0, 0), "Crewe 0": (0, 0, 0, 3), "Crewe 1": (0, 0, 0, 3), "Disley 0": (0, 4, 0, 3), "Disley 1": (0, 0, 0, 3)},
    ),
    "zeros hidden: what is left of a total of which nothing is left is no count": (
        [[(by_age, "to August"), (by_team, "July")], [(by_team, "to August"), (by_age, "July"), (by_team, "August")]],
        {"Crewe 1": (0, 0, 3, 0), "Disley 0": (0, 2, 0, 4), "Disley 1": (0, 0, 3, 0)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("zeros", [False, True], ids=["shown", "hidden"])
@pytest.mark.parametrize("case", CROSSING)
def test_tables_that_cross_tell_no_more_than_each(case: str, zeros: bool) -> None:
    packs, counts = CROSSING[case]
    policy = Policy(hide_zeros=zeros)
    places = list(product(["met", "not_met"], MONTHS))
    named = {key: dict(zip(places, some, strict=True)) for key, some in counts.items()}
    held = Cases({(t, a, r, m): named.get(f"{t} {a}", {}).get((r, m), 0) for t, a, r, m in product(TEAMS, AGES, RESULTS, MONTHS)})
    assert_nothing_found(held, release([[table(held, span, RATE) for table, span in pack] for pack in packs], policy), policy)


def test_tables_of_one_count_alone_that_cross_tell_no_more_than_each() -> None:
    met = {"Alsager 0": (0, 2), "Alsager 1": (3, 3), "Disley 1": (0, 5)}  # in July and August
    held = Cases(
        {(team, age, "met", month): met.get(f"{team} {age}", (0, 0))[month - 7] for team, age, month in product(TEAMS, AGES, MONTHS)}
    )
    pack = [(by_both, "to August"), (by_team, "July"), (by_age, "August")]
    assert_nothing_found(held, release([[table(held, span, {"d": RATE["d"]}) for table, span in pack]]))


def by_three(crewe: tuple[int, int], disley: tuple[int, int]) -> Raw:
    """A table of two small teams (met, decided), a large one, and their total."""
    rows = {"Alsager": (20, 45), "Crewe": crewe, "Disley": disley}
    cells = {(one(team),): {"n": n, "d": d} for team, (n, d) in rows.items()}
    return Raw(
        "visits",
        "visits",
        ("team",),
        cells | {(everyone(),): {"n": sum(n for n, _ in rows.values()), "d": sum(d for _, d in rows.values())}},
    )


@pytest.mark.parametrize("policy", [DFE, Policy(smallest=5), Policy(hide_zeros=True)], ids=["plain", "fewer than 5", "zeros hidden"])
def test_every_small_table_keeps_what_is_promised(policy: Policy) -> None:
    numbers = [(n, d) for n in (0, 1, 4, 5, 6, 7) for d in (7, 8, 30)]
    for at, crewe in enumerate(numbers):
        for disley in numbers[at % 4 :: 4]:
            table = by_three(crewe, disley)
            (safe,) = protect([table], policy, Released())
            attacker = Attacker(read([safe], least=policy.least_hidden), frozenset({"team", "outcome"}))
            for row in safe.rows:
                of = {"team": row.parts[0].members}
                for count, outcomes in RATE.items():
                    if row.value(count) is None:
                        low, high = attacker.possible({**of, "outcome": outcomes})
                        assert low <= table.cells[row.parts][count] <= high
                        assert high - low >= 5 and high >= 6, (crewe, disley, row.labels, count, low, high)
                late = table.cells[row.parts]["d"] - table.cells[row.parts]["n"]
                if policy.small(late):
                    low, high = attacker.possible({**of, "outcome": RATE["d"] - RATE["n"]})
                    assert high - low >= 5 and high >= 6, (crewe, disley, row.labels, "late", low, high)


@pytest.mark.parametrize(
    ("crewe", "disley", "hidden"),
    [
        ((3, 30), (4, 30), {"Crewe n", "Disley n"}),  # 7 together: each is 1 to 6
        ((3, 30), (3, 30), {"Crewe n", "Disley n", "Alsager n"}),  # 6 together: each would be 1 to 5
        ((0, 30), (0, 30), set()),
        ((6, 30), (6, 30), set()),
        ((5, 30), (9, 30), {"Crewe n", "Disley n"}),
        ((25, 30), (9, 30), {"Crewe n", "Disley n"}),  # 5 late in Crewe
        ((7, 8), (12, 30), {"Crewe n", "Disley n"}),  # 1 late: met are 0 to 8, so Disley's 11 to 19
    ],
)  # fmt: skip
def test_no_more_is_hidden_than_must_be(crewe: tuple[int, int], disley: tuple[int, int], hidden: set[str]) -> None:
    (safe,) = protect([by_three(crewe, disley)], DFE, Released())
    assert {f"{row.labels[0]} {count}" for row in safe.rows for count in RATE if row.value(count) is None} == hidden


def test_primary_alone_is_found_out() -> None:
    """The attacker can win: the same tables with only their small counts hidden."""
    held = Cases({atom: 1 + 7 * number for number, atom in enumerate(product(TEAMS, AGES, RESULTS, MONTHS))})
    raw = by_team(held, "July", RATE)
    prints = []
    for key, counts in raw.cells.items():
        for name, outcomes in RATE.items():
            of = {"team": key[0].members, "period": raw.fixed["period"].members, "outcome": outcomes}
            hide = counts[name] == min(c["n"] for c in raw.cells.values())
            prints.append(Print(of, 1 if hide else counts[name], float("inf") if hide else counts[name]))
    with pytest.raises(AssertionError):
        assert_nothing_found(held, prints)


def test_tables_that_cross_in_a_ring_are_refused() -> None:
    sets = [frozenset(pair) for pair in (("team", "age"), ("age", "kind"), ("kind", "team"))]
    assert ring(sets) == frozenset(sets)
    assert ring([*sets, frozenset({"team", "age", "kind"})]) == frozenset()
    assert ring([*sets[:2], frozenset({"team"}), frozenset()]) == frozenset()
    tables = []
    for names in (("team", "age"), ("age", "kind"), ("kind", "team")):
        cells = {(one("a"), one("b")): {"n": 20, "d": 40}}
        tables.append(Raw(" by ".join(names), "visits", names, cells))
    with pytest.raises(NotATable, match="cross in a ring"):
        protect(tables, DFE, Released())
    assert len(protect(tables[:2], DFE, Released())) == 2


@pytest.mark.parametrize(("times", "hides"), [(1, True), (7, False)])
def test_where_there_are_too_many_combinations_nothing_that_hides_is_released(
    monkeypatch: pytest.MonkeyPatch, times: int, hides: bool
) -> None:
    held = Cases({atom: times * number for number, atom in enumerate(product(TEAMS, AGES, RESULTS, MONTHS))})
    pack = [by_both(held, "to August", RATE), by_team(held, "July", RATE)]
    assert any(cell is None for safe in protect(pack, DFE, Released()) for row in safe.rows for cell in row.shown.values()) == hides
    monkeypatch.setattr(system, "MOST", 10)
    with pytest.raises(CannotRelease, match="too many ways to try them all") if hides else nullcontext():
        protect(pack, DFE, Released())


def test_where_the_solver_comes_to_no_end_nothing_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(*_: object) -> None:
        raise Undecided("Time limit reached")

    monkeypatch.setattr(Program, "least", stuck)
    with pytest.raises(CannotRelease, match=r"could not be worked out .the solver said: Time limit reached"):
        protect([by_three((3, 30), (4, 30))], DFE, Released())


def test_what_each_page_says_of_what_is_hidden() -> None:
    assert DFE.convention() == "Counts of 1 to 5 are shown as c. Some larger counts are also c so that the small ones cannot be worked out."
    assert Policy(hide_zeros=True).convention().startswith("Counts of 0 to 5 are shown as c. Some larger")
    assert ROUND5.convention().endswith("worked out. Other counts are rounded to the nearest 5.")


def by_services(all_but_crewe: int, south: int, total: int) -> list[Raw]:
    """South (Alsager, Crewe) and all but Crewe (Alsager, Disley) in one table, everybody in another: each team can be worked out."""
    services = {joined("South", ["Alsager", "Crewe"]): south, joined("All but Crewe", ["Alsager", "Disley"]): all_but_crewe}
    rows = {(part,): {"d": count} for part, count in services.items()}
    every = {(one("visits"),): {"d": total}}
    counts = {"d": RATE["d"]}
    return [Raw("services", "visits", ("team",), rows, counts=counts), Raw("all", "visits", ("kind",), every, counts=counts)]


@pytest.mark.parametrize(
    ("numbers", "hidden"), [((30, 40, 50), False), ((30, 20, 50), False), ((30, 40, 67), True), ((30, 40, 43), True), ((36, 40, 76), False)]
)
def test_a_team_that_can_be_worked_out_is_no_secret_if_it_is_large_or_nought(numbers: tuple[int, int, int], hidden: bool) -> None:
    """Alsager is what both services have beyond the total, Crewe and Disley what is left of each."""
    safes = protect(by_services(*numbers), DFE, Released())
    assert any(row.value("d") is None for safe in safes for row in safe.rows) == hidden
    attacker = Attacker(read(safes), frozenset({"team", "kind", "outcome"}))
    for team in TEAMS if hidden else ():
        low, high = attacker.possible({"team": frozenset([team]), "outcome": RATE["d"]})
        assert low >= 6 or (high - low >= 5 and high >= 6), (team, low, high)


@pytest.mark.parametrize("rounds", [0, 1])
@pytest.mark.parametrize("case", list(CROSSING)[:3])
def test_a_quick_choice_is_as_safe(case: str, rounds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With very many counts to choose among, the choice is not the cheapest."""
    monkeypatch.setattr(hiding, "ROUNDS", rounds)
    test_tables_that_cross_tell_no_more_than_each(case, False)


@pytest.mark.parametrize("case", list(CROSSING)[:3])
def test_a_choice_that_is_not_looked_for_long_is_as_safe(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hiding, "SEARCH", 0)
    monkeypatch.setattr(hiding, "BETTER", 0)
    test_tables_that_cross_tell_no_more_than_each(case, False)


@pytest.mark.parametrize(("hidden", "of"), [(True, 11), (False, 3)])
def test_a_table_with_nothing_but_its_total_is_held_against_earlier_ones(hidden: bool, of: int) -> None:
    """14 to August less 11 in July are 3 in August. Of such a table by team no team is named, which is not to say that there is none."""
    released = Released()
    held = Cases({("Alsager", "0", "met", 7): of, ("Alsager", "0", "met", 8): 14 - of})
    for span in ("July", "to August"):
        (safe,) = protect([held.table(span, {"team": [everyone()]}, SPANS[span], {"d": RATE["d"]})], DFE, released)
        released.add([safe])
    assert safe.rows[0].shown == {"d": None if hidden else 14} and not safe.notes


def test_what_takes_too_long_to_protect_is_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack, "ENOUGH", 0)
    with pytest.raises(CannotRelease, match="too much work"):
        protect([by_three((3, 30), (20, 30))], DFE, Released())


@pytest.mark.parametrize(("tables", "said"), [(4, ""), (5, " and 1 more"), (6, " and 2 more")])
def test_a_refusal_names_a_few_tables_and_counts_the_others(tables: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack, "ENOUGH", 0)
    some = by_three((3, 30), (20, 30))
    with pytest.raises(CannotRelease, match=rf"'first', 'second', 'third', 'fourth'{said}\) could not be worked out"):
        protect([replace(some, name=name) for name in ("first", "second", "third", "fourth", "fifth", "sixth")[:tables]], DFE, Released())


def test_a_program_that_takes_too_many_steps_is_stopped_on_the_way() -> None:
    """One program may take longer than all others together: what is counted are its steps. Here of a table of 20 by 20 and its margins."""
    lot, size = np.random.default_rng(1), 20
    rows = [dict.fromkeys(map(int, line), 1.0) for square in (np.arange(size**2).reshape(size, size),) for line in (*square, *square.T)]
    right, low, high = np.full(2 * size, 100.0), np.zeros(size**2), np.full(size**2, 50.0)
    aim = lot.random(size**2)
    with pytest.raises(Undecided, match="too much work"):
        Program(rows, right, right, low, high, Work(size**2 * 30)).least(aim)
    enough = Work(10_000_000)
    assert Program(rows, right, right, low, high, enough).least(aim)[0].sum() == pytest.approx(2000)
    assert size**2 * 30 < enough.done < enough.most


def test_what_is_left_of_the_work_is_what_a_program_may_take() -> None:
    assert Work(1000).steps(1000) == 1
    with pytest.raises(Undecided, match="too much work"):
        Work(1000).steps(1001)
    spent = Work(1000, done=951)
    assert spent.steps(49) == 1
    with pytest.raises(Undecided, match="too much work"):
        spent.steps(50)


def test_of_a_quick_choice_the_dearest_count_is_shown_again_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hiding, "ROUNDS", 0)
    (safe,) = protect([by_three((3, 30), (4, 30))], DFE, Released())
    assert {row.labels[0] for row in safe.rows if row.value("n") is None} == {"Crewe", "Disley"}


def test_what_no_table_adds_up_is_laid_out_apart() -> None:
    """What can't be told bears names of its own for each table, so that many tables of it would multiply what has to be tried."""
    held = Cases({atom: number % 40 for number, atom in enumerate(product(TEAMS, AGES, RESULTS, MONTHS))})
    untold = [
        Raw(f"untold {n}", "visits", ("team",), {(one(team),): {"d": 20} for team in TEAMS}, counts={"d": frozenset({f"cannot tell {n}"})})
        for n in range(9)
    ]
    pack = [by_both(held, "to August", RATE), by_team(held, "July", RATE)]
    alone, beside = (sum(map(len, each)) for each in (all_layouts(pack), all_layouts([*pack, *untold])))
    assert alone < beside <= alone + 9 * len(TEAMS)
    assert {frozenset({f"cannot tell {n}"}) for n in range(9)} < set(layout.outcomes([*pack, *untold]))


def all_layouts(pack: list[Raw]) -> list[list[Layout]]:
    return [layout.layouts(pack, True, told) for told in layout.outcomes(pack)]
