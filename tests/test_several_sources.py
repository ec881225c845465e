"""Several sources in one run: the same records become one, disagreements are unreadable, and the order of the sources is nothing."""

# ruff: noqa: E501 (a line of a file is a line here)

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from commands import audit, rows
from test_exports_cin import EPISODE, IDS, message

from auditcheck.exports import read_all
from auditcheck.raw import Export

HEADER = "<Header><CollectionDetails><ReferenceDate>2023-03-31</ReferenceDate></CollectionDetails></Header>"
LOCAL = {
    "plans.csv": (
        "plan_id,child_id,kind,started_on,ended_on,category,document_on\n"
        "P1,C1,child_protection,2022-12-06,,Physical,2022-12-10\n"
        "P2,C2,child_protection,2023-01-05,,neglect,\n"
    ),
    "core_groups.csv": "core_group_id,plan_id,child_id,held_on\nG1,P1,C1,2022-12-15\n",
    "manifest.yml": "as_of: 2023-03-31\n",
}


def local(place: Path, changed: dict[str, str] | None = None) -> Path:
    place.mkdir()
    for name, text in (LOCAL | (changed or {})).items():
        (place / name).write_text(text, encoding="utf-8")
    return place


def census(tmp_path: Path, text: str = message(IDS + EPISODE, header=HEADER)) -> Path:
    (tmp_path / "cin.xml").write_text(text, encoding="utf-8")
    return tmp_path / "cin.xml"


def held(export: Export, table: str) -> list[dict[str, str]]:
    columns = {name: column.to_pylist() for name, column in export.tables[table].columns.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def plan(export: Export, child: str, kind: str = "child_protection") -> dict[str, str]:
    (found,) = [row for row in held(export, "plans") if (row["child_id"], row["kind"]) == (child, kind)]
    return found


def test_the_same_plan_in_two_sources_is_one_plan_and_every_reference_leads_to_it(tmp_path: Path) -> None:
    export = read_all([census(tmp_path), local(tmp_path / "local")])
    joined = plan(export, "C1")
    assert joined["plan_id"] == "P1"
    assert (joined["category"].lower(), joined["document_on"], joined["latest_category"]) == ("physical", "2022-12-10", "multiple")
    assert joined["referral_id"] == "referrals:C1:2022-10-06:1", "what only one source says is taken from it"
    reviews = [row["plan_id"] for row in held(export, "conferences") if row["kind"] == "review"]
    assert reviews == ["P1"] * 3
    assert {row["plan_id"] for row in held(export, "core_groups")} == {"P1"}
    assert export.kind == "case-records + cin-census"
    assert [one.name for one in export.inputs] == ["cin.xml", "core_groups.csv", "manifest.yml", "plans.csv"]
    assert not any("sources disagree" in p.problem for p in export.problems)


def test_a_field_that_differs_is_unreadable_unless_the_profile_ranks_the_sources(tmp_path: Path) -> None:
    paths = [census(tmp_path), local(tmp_path / "local", {"plans.csv": LOCAL["plans.csv"].replace("Physical", "sexual")})]
    export = read_all(paths)
    assert plan(export, "C1")["category"] == "?differs"
    (told,) = [p for p in export.problems if "sources disagree" in p.problem]
    assert (told.column, sorted(told.value.split(" / "))) == ("category", ["physical", "sexual"])
    assert plan(read_all(paths, ["case-records"]), "C1")["category"] == "sexual"
    assert plan(read_all(paths, ["cin-census", "case-records"]), "C1")["category"] == "physical"
    assert any("as the profile ranks it" in p.problem for p in read_all(paths, ["case-records"]).problems)


def test_a_blank_says_nothing_and_a_time_more_than_its_day(tmp_path: Path) -> None:
    conferences = "conference_id,child_id,kind,held_at,plan_id\nK,C1,review,2023-01-15T10:30,P1\n"
    plans = LOCAL["plans.csv"].replace("2022-12-06,,Physical", "2022-12-06,2023-03-01,")
    export = read_all([census(tmp_path), local(tmp_path / "local", {"conferences.csv": conferences, "plans.csv": plans})])
    assert (plan(export, "C1")["ended_on"], plan(export, "C1")["category"]) == ("2023-03-01", "physical")
    reviews = [(row["conference_id"], row["held_at"]) for row in held(export, "conferences") if row["kind"] == "review"]
    assert ("K", "2023-01-15T10:30") in reviews and len(reviews) == 3


def test_what_a_record_s_only_source_has_no_column_for_is_unreadable_not_blank(tmp_path: Path) -> None:
    export = read_all([census(tmp_path), local(tmp_path / "local")])
    assert plan(export, "C1", "child_in_need")["document_on"] == "?differs"
    assert plan(export, "C2")["document_on"] == "", "here the source has the column: the blank is a blank"
    assert plan(export, "C2")["latest_category"] == "?differs"
    assert plan(export, "C2")["ended_on"] == ""
    assert any("are in this source alone" in p.problem and "document_on" in p.problem for p in export.problems)


def test_the_order_of_the_sources_is_nothing(tmp_path: Path) -> None:
    other = local(tmp_path / "other", {"plans.csv": LOCAL["plans.csv"].replace("P1", "X1").replace("2022-12-10", "2022-12-11")})
    paths = [census(tmp_path), local(tmp_path / "local"), other]
    seen = []
    for order in itertools.permutations(paths):
        export = read_all(order)
        seen.append(({name: held(export, name) for name in export.tables}, export.coverage, export.problems, export.inputs))
    assert all(one == seen[0] for one in seen)
    assert plan(read_all(paths), "C1")["document_on"] == "?differs"
    assert sorted(i.name for i in read_all(paths).inputs if "plans" in i.name) == ["local/plans.csv", "other/plans.csv"]


def test_the_same_source_twice_changes_nothing_but_its_inputs(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    once, twice = (read_all([census(tmp_path / part) for part in parts]) for parts in ([""], ["", "again"]))
    assert {name: held(twice, name) for name in twice.tables} == {name: held(once, name) for name in once.tables}
    assert twice.coverage == once.coverage


def test_the_same_number_of_two_systems_is_no_same_record_where_the_child_is_another(tmp_path: Path) -> None:
    other = local(tmp_path / "other", {"plans.csv": "plan_id,child_id,kind,started_on\nP1,C9,child_protection,2023-02-02\n"})
    (other / "core_groups.csv").write_text("core_group_id,plan_id,child_id,held_on\nG9,P1,C9,2023-02-03\n", encoding="utf-8")
    export = read_all([local(tmp_path / "local"), other])
    names = {row["child_id"]: row["plan_id"] for row in held(export, "plans")}
    assert len(set(names.values())) == 3
    assert {row["child_id"]: row["plan_id"] for row in held(export, "core_groups")} == {"C1": names["C1"], "C9": names["C9"]}


def test_two_visits_of_a_day_are_matched_by_what_they_say(tmp_path: Path) -> None:
    one = local(
        tmp_path / "one",
        {
            "visits.csv": "visit_id,child_id,kind,visited_at,child_seen\nV1,C1,child_protection,2023-01-01,no\nV2,C1,child_protection,2023-01-01,yes\n"
        },
    )
    two = local(tmp_path / "two", {"visits.csv": "child_id,kind,visited_at,child_seen\nC1,child_protection,2023-01-01,YES\n"})
    visits = held(read_all([one, two]), "visits")
    assert sorted((row["visit_id"], row["child_seen"].lower()) for row in visits) == [("V1", "no"), ("V2", "yes")]


@pytest.mark.parametrize(
    ("one", "two", "both"),
    [
        ("complete", "latest_only", "complete"),
        ("since 2020-01-01", "since 2019-01-01", "since 2019-01-01"),
        ("since 2020-01-01", "latest_only", "since 2020-01-01"),
        ("latest_only", "latest_only", "latest_only"),
    ],
)
def test_coverage_of_a_table_of_two_sources(tmp_path: Path, one: str, two: str, both: str) -> None:
    manifests = [{"manifest.yml": f"as_of: 2023-03-31\ncoverage:\n  plans: {how}\n"} for how in (one, two)]
    export = read_all([local(tmp_path / name, said) for name, said in zip("ab", manifests, strict=True)])
    assert export.coverage["plans"] == both


def test_sources_of_different_days_give_the_earliest_and_say_so(tmp_path: Path) -> None:
    export = read_all([census(tmp_path), local(tmp_path / "local", {"manifest.yml": "as_of: 2023-06-30\n"})])
    assert export.as_of == "2023-03-31"
    assert any("different days (2023-03-31, 2023-06-30)" in p.problem for p in export.problems)


def test_a_run_over_two_sources(tmp_path: Path) -> None:
    (tmp_path / "profile.yaml").write_text(
        "id: profile\ntitle: Ranked\nrules: all\nsources: [case-records, cin-census]\n", encoding="utf-8"
    )
    paths = [census(tmp_path), local(tmp_path / "local")]
    first = audit(paths[0], tmp_path / "one", paths[1], "--fail-on", "never", as_of=None)
    second = audit(paths[1], tmp_path / "two", paths[0], "--fail-on", "never", "--profile", tmp_path / "profile.yaml", as_of=None)
    assert (first.status, second.status) == (0, 0), (first.said, second.said)
    info = json.loads((first.out / "run.json").read_text("utf-8"))
    assert [one["name"] for one in info["inputs"]] == ["cin.xml", "core_groups.csv", "manifest.yml", "plans.csv"]
    assert info["children"] == 2, "C2 is in no table of children and is audited all the same"
    assert first.rules["CG-FIRST-01"]["status"] == "evaluated", "core groups of the one with conferences of the other"
    assert rows(first.out / "findings.csv") == rows(second.out / "findings.csv")
