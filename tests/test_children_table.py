"""children.parquet: who the children are, in ids and codes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from running import results_of

from auditcheck.children_table import CHILDREN
from auditcheck.cli import main

AS_OF = date(2015, 6, 30)
REFERRALS = [{"referral_id": "R1", "child_id": "C1", "received_at": "2015-01-01"}]


def child(as_of: date = AS_OF, plans: list[dict[str, str]] | None = None, **said: str) -> dict[str, Any]:
    """The row of one child."""
    tables = {"children": [{"child_id": "C1", **said}], "referrals": REFERRALS}
    made = results_of(tables | ({"plans": [{"child_id": "C1", **plan} for plan in plans]} if plans else {}), as_of)
    (row,) = made.children().to_pylist()
    return dict(row)


@pytest.mark.parametrize(
    ("born", "as_of", "age"),
    [
        ("2005-06-30", AS_OF, "10"),
        ("2005-07-01", AS_OF, "9"),
        ("2015-06-30", AS_OF, "0"),
        ("2004-02-29", date(2015, 2, 27), "10"),
        ("2004-02-29", date(2015, 2, 28), "11"),
        ("2004-02-29", date(2016, 2, 28), "11"),
        ("2005-02-31", AS_OF, None),
        ("", AS_OF, None),
        ("2015-07-01", AS_OF, "unborn"),
    ],
)
def test_age_in_whole_years_at_the_as_of_date(born: str, as_of: date, age: str | None) -> None:
    assert child(as_of, date_of_birth=born)["age"] == age


def test_an_expected_child_is_unborn_and_one_who_died_stays_as_old() -> None:
    assert child(date_of_birth="", expected_birth_date="2015-09-01")["age"] == "unborn"
    gone = child(date_of_birth="2005-06-30", died_on="2015-06-29")
    assert (gone["age"], gone["died"]) == ("9", "yes")
    assert child(date_of_birth="2005-06-30", died_on="2015-07-01")["died"] == "no"


def test_the_plan_is_the_open_one_else_the_latest() -> None:
    old = {"plan_id": "P1", "kind": "child_in_need", "started_on": "2014-01-01", "ended_on": ""}
    new = {"plan_id": "P2", "kind": "child_protection", "started_on": "2015-01-01", "category": "neglect", "latest_category": "physical"}
    ended = child(plans=[old, {**new, "ended_on": "2015-03-01"}])
    assert (ended["plan_kind"], ended["plan_started"], ended["plan_category"]) == ("child_in_need", "2014-01-01", None)
    both = child(plans=[old, {**new, "ended_on": "2015-07-01"}])
    assert (both["plan_kind"], both["plan_category"], both["plan_ended"]) == ("child_protection", "physical", None)


def test_what_is_no_word_of_its_list_is_unreadable_and_a_placeholder_is_nothing() -> None:
    made = child(
        disabled="perhaps",
        ethnicity="tbc",
        sex=" F ",
        restricted="maybe",
        plans=[{"plan_id": "P1", "kind": "Cp", "started_on": "2015-01-01"}],
    )
    assert (made["disabled"], made["ethnicity"], made["gender"], made["plan_kind"]) == ("unreadable", None, "f", "unreadable")
    assert made["restricted"] == "yes"


def test_a_run_writes_it_for_every_child_by_id(tmp_path: Any) -> None:
    CliRunner().invoke(main, ["run", "fixtures/northshire", "--out", str(tmp_path / "run"), "--fail-on", "never", "--without", "workbook"])
    table = pq.read_table(tmp_path / "run" / "children.parquet")
    assert tuple(table.column_names) == CHILDREN
    ids = table["child_id"].to_pylist()
    assert ids == sorted(ids) and len(ids) == 61
    one = dict(zip(ids, table.to_pylist(), strict=True))["C58"]
    assert (one["restricted"], one["team"], one["plan_kind"]) == ("yes", "Northshire West", "child_protection")
