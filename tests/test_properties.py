"""What must change nothing: the order of rows, splitting the children by family, a child who has nothing to do with it, other names."""

from __future__ import annotations

import random
from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle.random_cases import AS_OF, random_case_files
from running import Key, Rows, outcomes, results_of

FEW = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
Tables = Mapping[str, Rows]
SEEDS = st.integers(0, 10_000)


def children_of(tables: Tables) -> list[str]:
    return [row["child_id"] for row in tables["children"]]


def only(tables: Tables, chosen: set[str]) -> dict[str, Rows]:
    return {name: [row for row in rows if row.get("child_id", "") in chosen or "child_id" not in row] for name, rows in tables.items()}


def named(row: Mapping[str, str], new: Mapping[str, str]) -> Mapping[str, str]:
    return {**row, "child_id": new[row["child_id"]]} if "child_id" in row else row


def audited(tables: Tables) -> dict[Key, str]:
    return outcomes(results_of(tables, AS_OF))


@FEW
@given(SEEDS)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    tables = random_case_files(seed, 25)
    shuffled = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}
    assert results_of(shuffled, AS_OF).table().to_pylist() == results_of(tables, AS_OF).table().to_pylist()  # however text is coded


@FEW
@given(SEEDS)
def test_splitting_the_children_by_family_changes_nothing(seed: int) -> None:
    tables = random_case_files(seed, 25)
    families: dict[str, set[str]] = {}
    for row in tables["children"]:
        families.setdefault(row.get("family_id") or row["child_id"], set()).add(row["child_id"])
    half = set().union(*list(families.values())[::2])
    parts = [audited(only(tables, part)) for part in (half, set(children_of(tables)) - half)]
    assert parts[0] | parts[1] == audited(only(tables, set(children_of(tables))))


@FEW
@given(SEEDS)
def test_an_unrelated_child_changes_nothing(seed: int) -> None:
    tables = only(random_case_files(seed, 12), set(children_of(random_case_files(seed, 12))))
    before = audited(tables)
    rows = {"children": [{"child_id": "ZZ"}], "referrals": [{"referral_id": "ZR", "child_id": "ZZ", "received_at": "2015-01-02"}]}
    more = {name: [*rows_, *rows.get(name, [])] for name, rows_ in tables.items()}
    after = audited(more)
    assert {key: outcome for key, outcome in after.items() if "ZZ" not in key[2] and key[2] != "ZR"} == before


@FEW
@given(SEEDS)
def test_other_child_ids_change_nothing_but_themselves(seed: int) -> None:
    tables = only(random_case_files(seed, 12), set(children_of(random_case_files(seed, 12))))
    new = {child: f"N-{i:03d}" for i, child in enumerate(reversed(children_of(tables)))}
    renamed = {
        name: [{**row, "child_id": new[row["child_id"]]} if "child_id" in row else row for row in rows] for name, rows in tables.items()
    }
    plain = {key: outcome for key, outcome in audited(tables).items() if key[1] not in ("cases", "children")}
    assert {key: outcome for key, outcome in audited(renamed).items() if key[1] not in ("cases", "children")} == plain
