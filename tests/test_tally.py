"""What a measure counts, by invented measures over a few rows: what was had and when, windows of exports, and what can't be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pytest
from running import Rows
from telling import counting, figure

from auditcheck.checks.figure import Figure
from auditcheck.checks.gathered import Counted, added
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_MET

CHILDREN = [{"child_id": "C1"}, {"child_id": "C2"}, {"child_id": "C3"}]
EPISODE = {"care_episode_id": "E1", "child_id": "C1", "started_on": "2013-01-07", "legal_status": "C2", "ended_on": ""}
PLACEMENT = {"placement_id": "A1", "child_id": "C1", "care_episode_id": "E1", "started_on": "2014-01-06", "ended_on": ""}
HAD = {"table": "placements", "at": "started_on", "match": "care_episode_id", "within": "year"}
NEEDS = ("care_episodes.started_on", "placements.started_on")
USES = ["placements.ended_on", "care_episodes.ended_on", "placements.distance_miles"]


def share(counts: Mapping[str, Any], placements: Rows, episodes: Rows = (EPISODE,), **more: Any) -> Figure | str:
    """Of care episodes, those that had ... in the year up to 30 June 2015; ``among`` and ``each`` belong to the share."""
    said = {"counts": counts, **{name: more.pop(name) for name in ("among", "each", "day") if name in more}}
    tables: dict[str, Rows] = {"children": CHILDREN, "care_episodes": episodes, "placements": placements, **more.pop("tables", {})}
    more = {"uses": USES, "settings": {"year": "12 months"}} | more
    more = {name: value for name, value in more.items() if value}
    return figure("care_episodes", {"share": said}, NEEDS, tables, **more)


def counted(found: Figure | str) -> tuple[int, int, int]:
    """Of how many it holds, of how many that is known, and of how many it is not."""
    assert isinstance(found, Figure), found
    return int(found.numerator), int(found.denominator), found.unknown


YES, NO, UNKNOWN = (1, 1, 0), (0, 1, 0), (0, 0, 1)


@pytest.mark.parametrize(
    ("started", "ended", "told"),
    [
        ("2014-01-06", "", YES),
        ("2014-01-06", "2014-07-01", YES),  # the first day of the year is the one after 30 June 2014
        ("2014-01-06", "2014-06-30", NO),
        ("2014-01-06", "in spring", UNKNOWN),
        ("2015-07-01", "", NO),
        ("in spring", "", UNKNOWN),
    ],
)
def test_what_began_earlier_and_went_on_into_the_year_counts(started: str, ended: str, told: tuple[int, int, int]) -> None:
    had = {"had": {**HAD, "until": "ended_on"}}
    placement = {**PLACEMENT, "started_on": started, "ended_on": ended}
    assert counted(share(had, [placement])) == told
    other = {**EPISODE, "care_episode_id": "E9", "child_id": "C2"}
    assert counted(share(had, [placement], [other, EPISODE])) == (told[0], told[1] + 1, told[2])


@pytest.mark.parametrize(
    ("coverage", "began", "match", "told"),
    [
        ("since 2014-06-30", "2013-01-07", "care_episode_id", NO),
        ("since 2014-07-01", "2013-01-07", "care_episode_id", UNKNOWN),
        ("since 2014-08-01", "2014-08-01", "care_episode_id", NO),  # nothing of an episode lies before it
        ("since 2014-08-02", "2014-08-01", "care_episode_id", UNKNOWN),
        ("since 2014-08-01", "2014-08-01", "child_id", UNKNOWN),
        ("latest_only", "2014-08-01", "care_episode_id", UNKNOWN),
    ],
)
def test_that_there_was_none_is_known_as_far_back_as_the_export_reaches(
    coverage: str, began: str, match: str, told: tuple[int, int, int]
) -> None:
    others = [{**PLACEMENT, "child_id": "C2", "care_episode_id": "E9"}]
    found = share({"had": {**HAD, "match": match}}, others, [{**EPISODE, "started_on": began}], coverage={"placements": coverage})
    assert counted(found) == told


def test_one_that_is_seen_is_had_though_the_export_may_hold_others_back() -> None:
    found = share({"had": HAD}, [{**PLACEMENT, "started_on": "2015-01-05"}], coverage={"placements": "latest_only"})
    assert counted(found) == YES


@pytest.mark.parametrize(("miles", "told"), [("20", NO), ("20.0001", YES), ("21", YES), ("", UNKNOWN), ("far", UNKNOWN), ("-30", UNKNOWN)])
def test_only_those_farther_away(miles: str, told: tuple[int, int, int]) -> None:
    placement = {**PLACEMENT, "started_on": "2015-01-05", "distance_miles": miles}
    assert counted(share({"had": {**HAD, "over": {"field": "distance_miles", "number": 20}}}, [placement])) == told


@pytest.mark.parametrize(("second", "told"), [("foster", NO), ("residential", YES)])
def test_the_same_one_twice_is_had_once(second: str, told: tuple[int, int, int]) -> None:
    placements = [{**PLACEMENT, "placement_id": name, "kind": kind} for name, kind in (("A1", "foster"), ("A2", second))]
    placements.insert(0, {**PLACEMENT, "placement_id": "B1", "child_id": "C2", "care_episode_id": "E2", "kind": "other"})
    had = {"table": "placements", "at": "started_on", "match": "care_episode_id", "times": 2, "each": "kind"}
    episodes = [EPISODE, {**EPISODE, "care_episode_id": "E2", "child_id": "C2"}]
    found = share({"had": had}, placements, episodes, uses=[*USES, "placements.kind"], settings={})
    assert counted(found) == (told[0], told[1] + 1, told[2])


@pytest.mark.parametrize(("began", "told"), [("2014-06-29", YES), ("2014-06-30", NO), ("", UNKNOWN), ("in spring", UNKNOWN)])
def test_what_has_lasted_so_long(began: str, told: tuple[int, int, int]) -> None:
    lasted = {"lasted": {"from": "started_on", "over": "year"}}
    assert counted(share(lasted, [PLACEMENT], [{**EPISODE, "started_on": began}])) == told


@pytest.mark.parametrize(("began", "told"), [("2014-06-29", YES), ("2014-06-30", YES), ("2014-07-01", NO)])
def test_what_has_lasted_so_long_at_least(began: str, told: tuple[int, int, int]) -> None:
    lasted = {"lasted": {"from": "started_on", "at_least": "year"}}
    assert counted(share(lasted, [PLACEMENT], [{**EPISODE, "started_on": began}])) == told


def test_how_long_something_lasts_beyond_every_calendar_cannot_be_told() -> None:
    lasted = {"lasted": {"from": "started_on", "over": "year"}}
    assert counted(share(lasted, [PLACEMENT], settings={"year": "9000 working days"})) == UNKNOWN


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ([{"from": "2010-01-01", "is": "12 months"}], YES),
        ([{"from": "2010-01-01", "until": "2015-06-01", "is": "12 months"}, {"from": "2015-06-01", "is": "none"}], "no limit is in force"),
        ([{"from": "2010-01-01", "until": "2015-06-01", "is": "12 months"}], "no limit is in force"),
    ],
)
def test_without_a_limit_in_force_there_is_no_figure(limit: list[dict[str, str]], told: object) -> None:
    found = share({"lasted": {"from": "started_on", "over": "limit"}}, [PLACEMENT], limit=limit, settings={"year": "12 months"})
    assert found.startswith(str(told)) if isinstance(found, str) else counted(found) == told, found


@pytest.mark.parametrize(("settled", "told"), [("C2", NO), ("C1", UNKNOWN)])
def test_what_settles_it_leaves_no_doubt_about_what_the_export_holds_back(settled: str, told: tuple[int, int, int]) -> None:
    other = {**PLACEMENT, "care_episode_id": "E9", "child_id": "C2"}
    uses = [*USES, "care_episodes.legal_status"]
    counts = {"had": HAD, "settled_by": {"legal_status": settled}}
    found = share(counts, [other], uses=uses, coverage={"placements": "since 2015-01-01"})
    assert counted(found) == told


# ---- groups, means, ratios, snapshots


@pytest.mark.parametrize(
    ("children", "told"),
    [
        ([{"child_id": "C1", "family_id": "F1"}, {"child_id": "C2", "family_id": "F1"}, {"child_id": "C3", "family_id": ""}], (1, 2, 0)),
        ([{"child_id": "C1", "family_id": ""}, {"child_id": "C2", "family_id": ""}, {"child_id": "C3", "family_id": "F1"}], (1, 3, 0)),
        ([{"child_id": "C1"}, {"child_id": "C2"}, {"child_id": "C3"}], "field missing: children.family_id"),
    ],
)
def test_of_a_family_one_is_enough(children: Rows, told: object) -> None:
    episodes = [{**EPISODE, "care_episode_id": f"E{n}", "child_id": f"C{n}"} for n in (1, 2, 3)]
    uses = [*USES, "children.family_id"]
    placements = [{**PLACEMENT, "started_on": "2015-01-05"}]
    found = share({"had": HAD}, placements, episodes, each="child_id.family_id", uses=uses, tables={"children": children})
    assert (found if isinstance(found, str) else counted(found)) == told


@pytest.mark.parametrize(
    ("ends", "longest"), [(["2015-01-07"], 0), (["2015-01-07", "2015-01-10"], 3), (["2015-01-06"], None), (["in spring"], None)]
)
def test_what_ended_on_the_day_that_it_began_lasted_no_day(ends: list[str], longest: int | None) -> None:
    episodes = [{**EPISODE, "care_episode_id": f"E{n}", "started_on": "2015-01-07", "ended_on": day} for n, day in enumerate(ends)]
    mean = {"mean": {"day": "started_on", "from": "started_on", "to": "ended_on", "in": "days"}}
    found = figure("care_episodes", mean, ["care_episodes.started_on", "care_episodes.ended_on"], {"care_episodes": episodes})
    assert isinstance(found, Figure) and found.highest == longest


HELD = {"involvement_id": "I1", "child_id": "C1", "worker_id": "W1", "role": "lead", "started_on": "2015-01-05"}
LED = {"among": {"meets": {"role": "lead"}}, "count": "child_id", "in": "children"}
WORKERS = [
    {"worker_id": "W1", "team": "North", "full_time_equivalent": "1"},
    {"worker_id": "W2", "team": "", "full_time_equivalent": "0.5"},
]


def ratio(said: Mapping[str, str], *rows: Mapping[str, str], workers: Rows | None = WORKERS) -> Figure | str:
    tables: dict[str, Rows] = {
        "children": CHILDREN,
        "involvements": [{**HELD, "involvement_id": f"I{n}", **one} for n, one in enumerate(rows)],
    }
    if workers is not None:
        tables["workers"] = workers
    uses = ["workers.team", "workers.full_time_equivalent", "involvements.role"]
    return figure("involvements", {"ratio": LED | said}, ["involvements.worker_id"], tables, uses=uses)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({}, (2, 1, 0)),
        ({"role": "other"}, (1, 1, 0)),
        ({"role": "???"}, (1, 1, 1)),  # it may be the lead
        ({"role": "???", "worker_id": ""}, (1, 1, 0)),  # whoever it is, nobody is named
        ({"worker_id": ""}, (1, 1, 0)),
        ({"child_id": ""}, (1, 1, 0)),
    ],
)
def test_whom_a_case_lies_with(row: dict[str, str], told: tuple[int, int, int]) -> None:
    assert counted(ratio({"each": "worker_id"}, {}, {"child_id": "C2", **row})) == told
    assert counted(ratio({"each": "worker_id"}, {"child_id": "C2", **row}, {})) == told


@pytest.fixture
def two_threads() -> Iterator[None]:
    """Of Arrow, however many the machine has."""
    held = pa.cpu_count()
    pa.set_cpu_count(2)
    yield
    pa.set_cpu_count(held)


@pytest.mark.usefixtures("two_threads")
def test_whom_a_case_lies_with_is_told_on_any_machine() -> None:
    """Which row of several alike comes first Arrow says in one thread alone."""
    assert counted(ratio({"each": "worker_id"}, {}, {"child_id": "C2"})) == (2, 1, 0)


@pytest.mark.parametrize(
    ("worker", "workers", "told"),
    [("W1", WORKERS, (2, 1, 0)), ("W2", WORKERS, (1, 1, 0)), ("W9", WORKERS, (1, 1, 1)), ("", WORKERS, (1, 1, 0)), ("W9", None, (0, 0, 2))],
)
def test_the_team_of_a_worker_who_is_not_there_is_not_known(worker: str, workers: Rows | None, told: tuple[int, int, int]) -> None:
    assert counted(ratio({"each": "worker_id.team"}, {}, {"child_id": "C2", "worker_id": worker}, workers=workers)) == told


@pytest.mark.parametrize(
    ("workers", "why"),
    [(None, "table missing: workers"), ([{"worker_id": "W1"}], "field missing: workers.full_time_equivalent")],
    ids=["no table", "no field"],
)
def test_a_sum_that_the_export_lacks_is_named(workers: Rows | None, why: str) -> None:
    assert ratio({"each": "worker_id", "sum": "worker_id.full_time_equivalent"}, {}, workers=workers) == why


def snapshots(*counts: tuple[str, str, str], roles: tuple[str, ...] = ()) -> Figure | str:
    """Of social workers: the roles are theirs, unless others are given."""
    rows = [
        {"establishment_id": f"S{n}", "counted_on": day, "vacant": vacant, "established": whole, "role": role}
        for n, ((day, vacant, whole), role) in enumerate(zip(counts, roles or ["social_worker"] * len(counts), strict=True))
    ]
    said = {"snapshots": {"at": "counted_on", "sum": "vacant", "of": "established"}}
    needs = ["establishment.counted_on", "establishment.vacant", "establishment.established"]
    tables: dict[str, Rows] = {"children": CHILDREN, "establishment": rows}
    return figure("establishment", said, needs, tables, where={"role": "social_worker"}, uses=["establishment.role"])


@pytest.mark.parametrize(
    ("counts", "beside"),
    [
        ([("2015-01-31", "5", "5")], "One snapshot, the latest of 31 January 2015; the highest is 100.0%, of 31 January 2015."),
        (
            [("2015-01-31", "5", "10"), ("2015-06-30", "2", "10")],
            "2 snapshots, the latest of 30 June 2015; the highest is 50.0%, of 31 January 2015.",
        ),
        (
            [("2015-06-30", "6", "10"), ("2015-01-31", "2", "10"), ("2015-04-30", "2", "10")],
            "3 snapshots, the latest of 30 June 2015; the highest is 60.0%, of 30 June 2015.",
        ),
        (
            [("2015-01-31", "0", "many"), ("2015-06-30", "0", "10")],
            "2 snapshots, the latest of 30 June 2015; the highest is 0.0%, of 30 June 2015.",
        ),
        ([("2015-06-30", "6", "5")], "One snapshot, the latest of 30 June 2015; the highest is unknown%, of 30 June 2015."),
    ],
)
def test_what_is_said_of_days_of_counting(counts: list[tuple[str, str, str]], beside: str) -> None:
    found = snapshots(*counts)
    assert isinstance(found, Figure) and found.beside == beside


def test_a_count_of_none_is_none() -> None:
    found = snapshots(("2015-06-30", "0", "10"))
    assert isinstance(found, Figure) and found.numerator == 0


def test_a_count_without_a_day_may_be_the_latest() -> None:
    found = snapshots(("2015-06-30", "1", "10"), ("in spring", "1", "10"))
    assert counted(found) == (1, 10, 1)
    assert isinstance(found, Figure) and (found.low, found.high) == (None, None)


@pytest.mark.parametrize(("vacant", "whole", "bounds"), [("1", "many", (None, None)), ("some", "10", (5, 55)), ("some", "", (None, None))])
def test_a_count_of_a_whole_that_is_not_known_leaves_no_bounds(vacant: str, whole: str, bounds: tuple[int | None, int | None]) -> None:
    found = snapshots(("2015-06-30", "1", "10"), ("2015-06-30", vacant, whole))
    assert isinstance(found, Figure) and (found.low, found.high, found.unknown) == (*bounds, 1)


@pytest.mark.parametrize(("day", "bounds"), [("2015-06-30", (5, 55)), ("2015-01-31", (10, 10))])
def test_a_count_of_a_role_that_cannot_be_read_may_be_of_its_day(day: str, bounds: tuple[int, int]) -> None:
    found = snapshots(("2015-06-30", "1", "10"), (day, "1", "10"), roles=("social_worker", "???"))
    assert isinstance(found, Figure) and (found.low, found.high) == bounds


def test_workers_without_a_team_are_in_none() -> None:
    said = {"share": {"counts": {"meets": {"role": "social_worker"}}, "each": "team"}}
    workers = [{"worker_id": f"W{n}", "role": "social_worker", "team": team} for n, team in enumerate(["", "North", "North"])]
    assert counted(figure("workers", said, ["workers.role"], {"children": CHILDREN, "workers": workers}, uses=["workers.team"])) == (
        2,
        2,
        0,
    )


def test_without_a_day_of_counting_there_is_nothing_to_count() -> None:
    found = snapshots(("", "1", "10"))
    assert isinstance(found, Figure) and (found.value, found.known, found.unknown, found.beside) == (None, 0, 0, "")


def test_what_could_not_be_told_of_an_earlier_day_is_not_told_of_the_latest() -> None:
    found = snapshots(("2015-01-31", "some", "10"), ("2015-06-30", "1", "10"))
    assert isinstance(found, Figure) and (found.unknown, found.low, found.high) == (0, 10, 10)


def test_what_may_count_and_what_has_no_length_are_both_not_told() -> None:
    """One may be the lead; of two the end is open, or can't be read; another's role is not asked about."""
    rows = [("lead", "2015-01-10"), ("???", "2015-01-10"), ("lead", ""), ("lead", "in spring"), ("other", "2015-01-10")]
    held = [{**HELD, "involvement_id": f"I{n}", "role": role, "ended_on": day} for n, (role, day) in enumerate(rows)]
    mean = {"mean": {"day": "started_on", "from": "started_on", "to": "ended_on", "in": "days", "among": {"meets": {"role": "lead"}}}}
    needs = ["involvements.started_on", "involvements.ended_on", "involvements.role"]
    assert counted(figure("involvements", mean, needs, {"children": CHILDREN, "involvements": held})) == (5, 1, 3)


def test_of_a_share_each_record_has_what_it_was_counted_as() -> None:
    """As it stands in measured.parquet; who leads no longer, and of whom that can't be read."""
    rows = [{**HELD, "involvement_id": f"I{n}", "role": role} for n, role in enumerate(["lead", "other", "???"])]
    said = {"share": {"counts": {"meets": {"role": "lead"}}}}
    found = counting("involvements", said, ["involvements.role"], {"children": CHILDREN, "involvements": rows})
    assert isinstance(found, Counted)
    assert [(one.rows.tolist(), one.outcome.tolist()) for one in found.records] == [([0, 1, 2], [MET, NOT_MET, CANNOT_TELL])]


# ---- in parts


@pytest.mark.parametrize(
    ("subject", "said", "needs"),
    [
        ("involvements", {"share": {"counts": {"meets": {"role": "lead"}}}}, ["involvements.role"]),
        ("involvements", {"share": {"counts": {"meets": {"role": "lead"}}, "each": "child_id.family_id"}}, ["involvements.role"]),
        ("involvements", {"ratio": LED | {"each": "worker_id"}}, ["involvements.role"]),
        (
            "involvements",
            {"mean": {"day": "started_on", "from": "started_on", "to": "ended_on", "in": "days"}},
            ["involvements.started_on"],
        ),
        (
            "workers",
            {"share": {"counts": {"had": {"table": "involvements", "at": "started_on", "match": "worker_id", "times": 4}}}},
            ["involvements.started_on"],
        ),
    ],
    ids=["records", "groups", "ratio", "mean", "of workers"],
)
def test_counted_in_two_parts_is_counted_as_a_whole(subject: str, said: Mapping[str, Any], needs: list[str]) -> None:
    """Two children and their records, together and one by one."""
    days = {"C1": ("2015-01-05", "2015-01-09"), "C2": ("2015-02-02", "2015-02-09")}

    def of(*children: str) -> dict[str, Rows]:
        held = [
            {**HELD, "involvement_id": f"{child} {n}", "child_id": child, "role": role, "started_on": days[child][0], "ended_on": day}
            for child in children
            for n, (role, day) in enumerate([("lead", days[child][1]), ("???", ""), ("other", "in spring")])
        ]
        if "C1" in children:
            held.append({**HELD, "involvement_id": "C1 W2", "worker_id": "W2", "role": "other", "started_on": "in spring"})
        return {"children": [{"child_id": child, "family_id": ""} for child in children], "involvements": held, "workers": WORKERS}

    uses = ["involvements.ended_on", "involvements.worker_id", "children.family_id"]
    both, one, other = (counting(subject, said, needs, of(*some), uses=uses) for some in (("C1", "C2"), ("C1",), ("C2",)))
    total = added([one, other])
    assert not isinstance(total, str) and not isinstance(both, str)
    assert total.figure() == both.figure() and total.figure() != one.figure()
