"""Teams and workers of the invented authority: ids only, as many as the children need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

Row = dict[str, Any]
_CHILDREN_A_TEAM = 120
_TEAMS_A_GROUP = 5
_WORKERS_A_TEAM = 6


@dataclass(frozen=True)
class Team:
    """Who a child's team is made of; every field is a worker's id, ``workers`` several."""

    name: str
    workers: tuple[str, ...]
    newly_qualified: str
    unqualified: str
    locum: str
    manager: str
    senior: str
    head: str
    chair: str
    reviewing_officer: str
    adviser: str


def teams(children: int) -> list[Team]:
    """One team for every 120 children, five under a group manager (caseloads then stand near the 22 of the inspection of 2015)."""
    return [_team(number) for number in range(max(2, -(-children // _CHILDREN_A_TEAM)))]


def _team(number: int) -> Team:
    group = number // _TEAMS_A_GROUP
    ids = [f"W{number:04d}{place}" for place in range(_WORKERS_A_TEAM)]
    return Team(
        f"Team {number + 1:03d}", tuple(ids[:-2]), ids[-2], ids[-1], f"AM{number:04d}", f"PM{number:04d}", f"GM{group:04d}", "HOS1",
        f"CH{number:04d}", f"IRO{number:04d}", f"PA{number:04d}",
    )  # fmt: skip


def staff(known: list[Team]) -> Iterator[Row]:
    """The rows of ``workers``."""
    yield _worker("HOS1", "head_of_service", "", "")
    for group in dict.fromkeys(team.senior for team in known):
        yield _worker(group, "group_manager", "", "HOS1")
    for team in known:
        yield _worker(team.manager, "practice_manager", team.name, team.senior)
        yield _worker(team.chair, "conference_chair", "", "")
        yield _worker(team.reviewing_officer, "independent_reviewing_officer", "", "")
        yield _worker(team.adviser, "personal_adviser", team.name, team.manager)
        for place, worker in enumerate(team.workers):
            experience = ("experienced", "advanced", "early_career")[place % 3]
            yield _worker(worker, "social_worker", team.name, team.manager, experience)
        yield _worker(team.newly_qualified, "social_worker", team.name, team.manager, "assessed_year")
        # The two whose papers are not in order; no lawful life is led by them.
        lacking = {"qualified": "no", "exploitation_trained_on": None, "supervision_trained_on": None, "agency": "yes"}
        yield _worker(team.unqualified, "social_worker", team.name, team.locum, "experienced") | lacking
        yield _worker(team.locum, "practice_manager", team.name, team.senior) | lacking


def _worker(key: str, role: str, team: str, manager: str, experience: str = "advanced") -> Row:
    return {
        "worker_id": key, "role": role, "experience": experience, "qualified": "yes", "team": team, "manager_id": manager,
        "agency": "no", "full_time_equivalent": "1", "started_on": date(2009, 9, 1),
        "exploitation_trained_on": date(2010, 3, 15), "supervision_trained_on": date(2010, 3, 15),
    }  # fmt: skip
