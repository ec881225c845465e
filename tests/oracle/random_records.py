"""One random record at a time; the tables that they fill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from . import contract
from .casefile import Row
from .random_dates import Dates

TABLES = (
    "children",
    "workers",
    "referrals",
    "assessments",
    "strategy_discussions",
    "section_47_enquiries",
    "conferences",
    "conference_reports",
    "plans",
    "plan_actions",
    "core_groups",
    "visits",
    "reviews",
    "supervisions",
    "management_decisions",
    "risk_assessments",
    "chronologies",
    "missing_episodes",
    "care_episodes",
)
ROLES = ("social_worker", "practice_manager", "group_manager", "head_of_service", "conference_chair", "")
AGENCIES = ("social_care", "police", "health", "education", "Police ", "nursery", "housing")


class Records:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.tables: dict[str, list[Row]] = {name: [] for name in TABLES}

    def add(self, table: str, dates: Dates, record_id: str = "", **cells: str) -> str:
        """A row with every column of its table; returns its id. Where records are messy, some codes are words that no list has."""
        record_id = record_id or f"{table[:3].upper()}{len(self.tables[table]):05}"
        for name, text in cells.items():
            if text and (table, name) in contract.codes() and dates.chance(dates.mess / 10):
                cells[name] = dates.one("something else", "TBC")
        self.tables[table].append(dict.fromkeys(contract.tables()[table], "") | {contract.keys()[table]: record_id} | cells)
        return record_id

    def worker(self) -> str:
        return self.random.choice([*(f"W{number}" for number in range(len(ROLES))), "W-gone", ""])

    def link(self, dates: Dates, parent: str) -> str:
        """The parent's id, or blank, or (seldom) an id that leads nowhere."""
        return "gone" if dates.chance(dates.mess / 10) else dates.maybe(parent, 0.8)

    def series(self, child: str, dates: Dates, start: date, last: date, first: str, then: str, make: Callable[[date], None]) -> None:
        """Events that follow each other at about those distances, until the last day or until nobody bothers any more."""
        day = dates.near(start, first)
        for _ in range(8):
            if day > last + timedelta(days=20) or dates.chance(0.12):
                return
            make(day)
            day = max(dates.near(day, then), day)

    def conference(self, child: str, dates: Dates, kind: str, day: date, enquiry: str = "", plan: str = "") -> None:
        held = dates.moment(day)
        conference = self.add(
            "conferences",
            dates,
            child_id=child,
            kind=kind,
            held_at=dates.maybe(held, 0.92),
            enquiry_id=self.link(dates, enquiry),
            plan_id=self.link(dates, plan),
            cancelled=dates.one("", "", "no", "no", "yes"),
            child_participation=dates.one("", "attended", "too_young"),
            late_reason=dates.text(),
        )
        self.reports(child, dates, held, conference_id=conference)

    def reports(self, child: str, dates: Dates, held: str, **meeting: str) -> None:
        for recipient in self.random.choices(["parent", "child", "professional", "Parent", ""], k=self.random.randrange(5)):
            self.add(
                "conference_reports",
                dates,
                child_id=child,
                recipient=recipient,
                shared_at=dates.maybe(dates.hours_after(held, self.random.choice([-24, -24, -120])), 0.85),
                not_shared_reason=dates.text() if dates.chance(0.3) else "",
                **{name: self.link(dates, value) for name, value in meeting.items()},
            )

    def actions(self, child: str, dates: Dates, plan: str, start: date, ended: date) -> None:
        for _ in range(self.random.randrange(4)):
            due = self.random.choice([dates.near(start, "6 weeks"), ended, start - timedelta(days=1)])
            done = self.random.choice([due, ended]) + timedelta(days=self.random.choice([-1, 0, 1]))
            self.add(
                "plan_actions",
                dates,
                plan_id="gone" if dates.chance(dates.mess / 10) else dates.maybe(plan, 0.93),
                child_id=child,
                action=dates.text(),
                owner=dates.text(),
                outcome=dates.text(),
                due_on=dates.maybe(dates.day(due), 0.8),
                timescale=dates.one("", "", "6 weeks", "soon", "ongoing", "1 working day"),
                status=dates.one("open", "completed", "abandoned", "superseded", ""),
                completed_on=dates.maybe(dates.day(done), 0.6),
                abandoned_reason=dates.text(),
                carried_over_to=dates.maybe("another plan", 0.1),
            )

    def core_group(self, child: str, dates: Dates, plan: str, day: date) -> None:
        self.add("core_groups", dates, plan_id=self.link(dates, plan), child_id=child, held_on=dates.maybe(dates.day(day), 0.95))

    def visit(self, child: str, dates: Dates, plan: str, day: date) -> None:
        self.add(
            "visits",
            dates,
            child_id=child,
            plan_id=self.link(dates, plan),
            kind=dates.one("child_protection", "child_protection", "", "looked_after"),
            visited_at=dates.moment(day),
            child_seen=dates.yes_no(),
            not_seen_reason=dates.text(),
        )

    def review(self, child: str, dates: Dates, episode: str, day: date) -> None:
        held = dates.day(day)
        review = self.add(
            "reviews",
            dates,
            child_id=child,
            kind=dates.one("looked_after", "looked_after", "looked_after", "early_help", ""),
            care_episode_id=self.link(dates, episode),
            held_on=dates.maybe(held, 0.95),
            cancelled=dates.one("", "", "no", "yes"),
            child_participation=dates.one("", "attended", "too_young"),
        )
        self.reports(child, dates, held, review_id=review)

    def missing(self, child: str, dates: Dates, start: date) -> None:
        day = start
        for _ in range(self.random.choice([0, 0, 1, 2, 3])):
            went = dates.moment(day)
            returned = dates.hours_after(went, self.random.choice([24, 48]))
            self.add(
                "missing_episodes",
                dates,
                child_id=child,
                went_missing_at=went,
                returned_at=dates.maybe(returned, 0.85),
                interview_accepted=dates.one("", "yes", "no"),
                interviewed_at=dates.maybe(dates.hours_after(returned, 72), 0.6),
            )
            day += timedelta(days=self.random.choice([3, 4, 5, 30]))
