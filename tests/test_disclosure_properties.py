"""Whatever the cases are, whatever tables are made of them and whatever was released before: the attacker finds no small count."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from disclosure_cases import AGES, MONTHS, RESULTS, SPANS, TABLES, TEAMS, Cases, assert_nothing_found, release
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auditcheck.disclosure import OUTCOMES, RATE, Policy, Raw

SEARCH = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True)


@st.composite
def cases(draw: Callable[..., object]) -> Cases:
    """Few or many cases, with many empty cells."""
    atoms = list(product(TEAMS, AGES, RESULTS, MONTHS))
    most = draw(st.sampled_from([2, 5, 12, 40]))
    counts = draw(st.lists(st.one_of(st.just(0), st.integers(0, most)), min_size=len(atoms), max_size=len(atoms)))
    return Cases(dict(zip(atoms, counts, strict=True)))  # type: ignore[arg-type]


@SEARCH
@given(cases(), st.lists(st.sampled_from(TABLES), min_size=1, max_size=4, unique=True), st.sampled_from([RATE, OUTCOMES]))
def test_one_pack(held: Cases, tables: list[Callable[..., Raw]], counts: dict[str, frozenset[str]]) -> None:
    assert_nothing_found(held, release([[table(held, "to August", counts) for table in tables]]))


@SEARCH
@given(
    cases(),
    st.lists(st.tuples(st.sampled_from(TABLES), st.sampled_from(sorted(SPANS))), min_size=2, max_size=5, unique=True),
    st.integers(1, 4),
    st.booleans(),
)
def test_packs_one_after_another(held: Cases, wanted: list[tuple[Callable[..., Raw], str]], cut: int, zeros: bool) -> None:
    made, policy = [table(held, span, RATE) for table, span in wanted], Policy(hide_zeros=zeros)
    assert_nothing_found(held, release([pack for pack in (made[:cut], made[cut:]) if pack], policy), policy)


@SEARCH
@given(cases(), st.lists(st.sampled_from(TABLES), min_size=1, max_size=3, unique=True))
def test_with_zeros_hidden(held: Cases, tables: list[Callable[..., Raw]]) -> None:
    policy = Policy(hide_zeros=True)
    prints = release([[table(held, "to August", RATE) for table in tables]], policy)
    assert_nothing_found(held, prints, policy)
