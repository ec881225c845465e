"""Random case files for checking the fast path against the oracle: legal ids, awkward dates."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from .casefile import Row
from .random_dates import AS_OF, Dates
from .random_records import AGENCIES, ROLES, Records
from .rules import load

#: What the example profile sets.
LOCAL: dict[str, Any] = load(Path(__file__).parents[2] / "rules" / "profiles" / "local-example.yaml")["limits"]


def random_case_files(seed: int, children: int) -> dict[str, list[Row]]:
    """Rows of text for every table of TABLES, each with every column of the contract.

    Half of the children have clean records, half messy ones. The same seed gives the same rows. Meant to be judged as of AS_OF, with LOCAL.
    """
    random = Random(seed)
    maker = Maker(random)
    for number in range(len(ROLES)):
        maker.add("workers", Dates(random, 0), f"W{number}", role=ROLES[number], qualified=random.choice(["yes", "no", ""]))
    for number in range(children):
        maker.child(f"C{number:04}", Dates(random, random.choice([0, 0, 0.05, 0.2])))
    families(Random(seed), maker.tables)
    return maker.tables


#: The words of a text that is copied between brothers and sisters, more or less.
COPIED = "{0} is often late for school and hungry, and {1} says that nobody at home gets up in the morning or cooks a meal at night"


def families(random: Random, tables: dict[str, list[Row]]) -> None:
    """Give most children a family of one to four, and their assessments and plans texts that are more or less alike."""
    family = 0
    for row in tables["children"]:
        family += random.random() < 0.5
        row["family_id"] = random.choice([f"F{family}"] * 8 + ["", "unknown"])
        row["restricted"] = random.choice([""] * 8 + ["no", "yes", "sealed"])
    for table, names in (("assessments", ("risk_analysis", "child_needs")), ("plans", ("needs", "risks"))):
        for row in tables[table]:
            for name in names:
                if random.random() < 0.7 and row[name] not in ("TBC", "n/a", "?"):
                    row[name] = copied(random)


def copied(random: Random) -> str:
    """The text with this child's name, some of its words changed; now and then hardly any text."""
    words = COPIED.format(random.choice(["Jack", "Emily", "She"]), random.choice(["he", "she", "Jack"])).split()
    for _ in range(random.choice([0, 0, 1, 2, 3, 4, 12])):
        words[random.randrange(len(words))] = random.choice(["red", "blue", "green", "grey"])
    return " ".join(words[: random.choice([5, 9, 10, 30, 30, 30])])


class Maker(Records):
    """A child's whole story: referrals, enquiries, plans, care, oversight."""

    def child(self, child: str, dates: Dates) -> None:
        born = dates.some_day() - timedelta(days=self.random.randrange(18 * 366))
        if dates.chance(0.1):
            born = dates.some_day() - timedelta(days=round(18 * 365.25) - self.random.randrange(200))
        unborn = dates.chance(0.1)
        self.person(child, dates, born, unborn)
        for _ in range(self.random.randrange(1, 3)):
            start = dates.some_day()
            referral = self.referral(child, dates, start)
            if dates.chance(0.7):
                self.enquiry(child, dates, referral, start)
            for _ in range(self.random.choice([0, 1, 1, 1, 2])):
                old = dates.ago(dates.one("15 months", "24 months"))
                self.plan(child, dates, referral, old if dates.chance(0.25) else dates.near(start, "15 working days"))
            if dates.chance(0.4):
                self.care(child, dates, start)
            self.missing(child, dates, start)
            self.oversight(child, dates, start)

    def person(self, child: str, dates: Dates, born: date, unborn: bool) -> None:
        if dates.chance(0.03):
            return
        later = dates.some_day()
        self.add(
            "children",
            dates,
            child,
            date_of_birth=dates.maybe(later.isoformat(), 0.4) if unborn else dates.day(born),
            expected_birth_date=later.isoformat() if unborn else "",
            died_on=dates.maybe(later.isoformat(), 0.05),
            left_area_on=dates.maybe(dates.some_day().isoformat(), 0.07),
        )

    def referral(self, child: str, dates: Dates, start: date) -> str:
        received = dates.moment(start)
        closed = dates.near(start, dates.one("10 working days", "6 months", "12 months"))
        over = dates.chance(0.35)
        referral = self.add(
            "referrals",
            dates,
            child_id=child,
            received_at=received,
            decided_at=dates.moment(dates.near(start, "1 working day")),
            no_further_action=dates.one("no", "no", "no", "yes", ""),
            closed_on=dates.day(closed) if over else "",
            closure_reason=dates.one("", "RC1", "died", "RC5") if over else "",
            closure_rationale=dates.one("Goals reached", dates.text()) if over else "",
            closure_approved_by=dates.one("W1", self.worker()) if over else "",
            closure_approved_on=dates.day(closed - timedelta(days=self.random.choice([-1, 0, 1]))) if over else "",
        )
        for kind in self.random.choices(["initial", "core", "single", "early_help", ""], k=self.random.randrange(4)):
            figure = {"initial": "10 working days", "core": "35 working days"}.get(kind, "45 working days")
            began = dates.near(start, "1 working day")
            self.add(
                "assessments",
                dates,
                child_id=child,
                referral_id=self.link(dates, referral),
                kind=kind,
                started_on=dates.day(began),
                authorised_on=dates.maybe(dates.day(dates.near(self.random.choice([start, began]), figure)), 0.8),
                child_seen=dates.yes_no(),
                not_seen_reason=dates.text(),
                risk_analysis=dates.text(),
                late_reason=dates.text(),
            )
        return referral

    def enquiry(self, child: str, dates: Dates, referral: str, start: date) -> None:
        held = dates.moment(start)
        strategy = self.add(
            "strategy_discussions",
            dates,
            child_id=child,
            referral_id=referral,
            held_at=held,
            agencies=";".join(self.random.sample(AGENCIES, self.random.randrange(6))),
        )
        began = start + timedelta(days=self.random.choice([-1, 0, 0, 0, 1]))
        recorded = dates.near(start, "15 working days")
        enquiry = self.add(
            "section_47_enquiries",
            dates,
            child_id=child,
            referral_id=self.link(dates, referral),
            strategy_id=self.link(dates, strategy),
            started_on=dates.day(began),
            child_seen_at=dates.maybe(dates.hours_after(held, 24), 0.85),
            not_seen_reason=dates.one("", "", "missing", "nobody in"),
            worker_id=self.worker(),
            outcome=dates.one("substantiated_conference", "substantiated_conference", "not_substantiated", "ongoing", "", "TBC"),
            outcome_recorded_on=dates.day(recorded),
            signed_off_by=self.worker(),
            signed_off_on=dates.day(recorded + timedelta(days=self.random.choice([-1, 0, 1]))),
            conference_required=dates.one("", "yes", "no", "maybe" if dates.chance(dates.mess) else ""),
        )
        if dates.chance(0.8):
            kind = dates.one("initial", "initial", "pre_birth")
            self.conference(child, dates, kind, dates.near(start, "15 working days"), enquiry=enquiry)

    def plan(self, child: str, dates: Dates, referral: str, start: date) -> None:
        ended = dates.near(start, dates.one("3 months", "15 months", "24 months", "12 months"))
        over = dates.chance(0.5)
        plan = self.add(
            "plans",
            dates,
            child_id=child,
            referral_id=self.link(dates, referral),
            kind=dates.one("child_protection", "child_protection", "child_protection", "child_in_need", "care", ""),
            started_on=dates.day(start),
            document_on=dates.maybe(dates.day(dates.near(start, "10 working days")), 0.85),
            ended_on=dates.day(ended) if over else "",
            end_reason=dates.one("", "entered care", "no longer needed"),
            contingency=dates.text(),
            child_views=dates.text(),
            visit_every=dates.one("", "", "10 working days", "4 weeks", "15 days", "as agreed", "TBC"),
        )
        last = ended if over else AS_OF + timedelta(days=10)
        self.actions(child, dates, plan, start, ended)
        if dates.chance(0.5):
            self.conference(child, dates, dates.one("initial", "transfer_in", "pre_birth"), start, plan=plan)
        self.series(child, dates, start, last, "3 months", "6 months", lambda day: self.conference(child, dates, "review", day, plan=plan))
        self.series(child, dates, start, last, "10 working days", "6 weeks", lambda day: self.core_group(child, dates, plan, day))
        visited_until = min(last, start + timedelta(days=150))
        self.series(child, dates, start, visited_until, "10 working days", "4 weeks", lambda day: self.visit(child, dates, plan, day))
        if dates.chance(0.5):
            self.visit(child, dates, plan, dates.ago(dates.one("20 working days", "10 working days")))
            self.core_group(child, dates, plan, dates.ago("20 working days"))

    def care(self, child: str, dates: Dates, start: date) -> None:
        ended = dates.near(start, dates.one("20 working days", "3 months", "12 months"))
        over = dates.chance(0.5)
        episode = self.add(
            "care_episodes",
            dates,
            child_id=child,
            started_on=dates.day(start),
            ended_on=dates.day(ended) if over else "",
            legal_status=dates.one("C2", "V2", "V3", ""),
        )
        last = ended if over else AS_OF + timedelta(days=10)
        first = dates.near(start, "20 working days")
        self.review(child, dates, episode, first)
        self.series(child, dates, first, last, "3 months", "6 months", lambda day: self.review(child, dates, episode, day))

    def oversight(self, child: str, dates: Dates, start: date) -> None:
        last = self.random.choice([AS_OF + timedelta(days=10), AS_OF - timedelta(days=75)])
        about = ("oversight", "review", "drift", "closure", "")
        late = max(start, AS_OF - timedelta(days=200))

        def decide(day: date, manager: str = "") -> None:
            cells = {"about": dates.one(*about), "manager_id": manager or self.worker(), "rationale": dates.text()}
            self.add("management_decisions", dates, child_id=child, decided_on=dates.day(day), **cells)

        def supervise(day: date) -> None:
            self.add("supervisions", dates, child_id=child, held_on=dates.day(day), discussion=dates.text(), direction=dates.text())

        for first in (start, late) if late > start else (start,):
            self.series(child, dates, first, last, "31 days", dates.one("31 days", "60 days", "3 months"), decide)
            self.series(child, dates, first, last, "28 days", "28 days", supervise)
        if dates.chance(0.5):
            decide(dates.ago(dates.one("3 months", "2 months")), dates.one("W2", "W3"))
            supervise(dates.ago("2 months"))
        for _ in range(self.random.randrange(3)):
            day = dates.some_day()
            self.add("risk_assessments", dates, child_id=child, completed_on=dates.day(day), level=dates.one("low", "high", ""))
            self.add("chronologies", dates, child_id=child, updated_on=dates.day(self.random.choice([day, dates.ago("90 days")])))
