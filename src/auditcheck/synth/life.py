"""One child's records while they are being invented, and what an audit of them must say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from auditcheck.synth.almanac import AS_OF, held, months
from auditcheck.synth.authority import Row, Team

#: table -> its key and the letters that its ids begin with
KEYS = {
    "children": ("child_id", "C"),
    "involvements": ("involvement_id", "IN"),
    "voices": ("voice_id", "VO"),
    "contacts": ("contact_id", "CO"),
    "referrals": ("referral_id", "R"),
    "assessments": ("assessment_id", "A"),
    "strategy_discussions": ("strategy_id", "S"),
    "strategy_actions": ("strategy_action_id", "SA"),
    "section_47_enquiries": ("enquiry_id", "E"),
    "conferences": ("conference_id", "K"),
    "conference_reports": ("report_id", "KR"),
    "plans": ("plan_id", "P"),
    "plan_actions": ("action_id", "PA"),
    "core_groups": ("core_group_id", "CG"),
    "visits": ("visit_id", "V"),
    "reviews": ("review_id", "RV"),
    "circumstance_changes": ("change_id", "CC"),
    "supervisions": ("supervision_id", "SU"),
    "management_decisions": ("decision_id", "MD"),
    "risk_assessments": ("risk_assessment_id", "RA"),
    "chronologies": ("chronology_id", "CH"),
    "advocacy_offers": ("offer_id", "AO"),
    "missing_episodes": ("missing_id", "M"),
    "care_episodes": ("care_episode_id", "CE"),
    "placements": ("placement_id", "PL"),
    "health_assessments": ("health_id", "H"),
    "education_plans": ("education_plan_id", "EP"),
    "private_fostering": ("arrangement_id", "PF"),
    "connected_person_assessments": ("assessment_id", "CA"),
    "pre_proceedings": ("proceedings_id", "PP"),
    "adoptions": ("adoption_id", "AD"),
    "care_leavers": ("care_leaver_id", "CL"),
    "practice_alerts": ("alert_id", "AL"),
    "audits": ("audit_id", "AU"),
    "audit_actions": ("audit_action_id", "AA"),
    "complaints": ("complaint_id", "CM"),
    "complaint_actions": ("complaint_action_id", "CX"),
    "yearly_returns": ("yearly_return_id", "YR"),
}


#: What lasts: table, key, end.
_LASTING = (("plans", "plan_id", "ended_on"), ("care_episodes", "care_episode_id", "ended_on"), ("referrals", "referral_id", "closed_on"))
_ARRANGED = ("private_fostering", "arrangement_id", "ended_on")


@dataclass(frozen=True)
class Expected:
    """What the audit must say of one record, and why it was planted."""

    rule_id: str
    table: str
    row: Row
    class_: str
    outcome: str
    why: str
    record_id: str = ""  # where the record is one that is worked out (a case)


@dataclass
class Life:
    """``rows``: table -> the child's records, in the order in which they were made. ``born`` None: unborn on the export's day.

    ``kin``: the lives of the family, this one among them, in order.
    """

    number: int
    family: int
    born: date | None
    team: Team
    rng: Random
    disabled: bool = False
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    expected: list[Expected] = field(default_factory=list)
    locked: set[int] = field(default_factory=set)
    worker: str = ""
    made: Counter[str] = field(default_factory=Counter)
    kin: list[Life] = field(default_factory=list, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.child_id = f"C{self.number:07d}"
        self.worker = self.worker or self.rng.choice(self.team.workers)

    def add(self, table: str, **fields: object) -> Row:
        """The child's next record of that table, its id and the child's filled in."""
        key, letters = KEYS[table]
        self.made[table] += 1
        row: Row = {key: f"{letters}{self.number:07d}-{self.made[table]}", "child_id": self.child_id}
        if table == "children":
            row = {"child_id": self.child_id}
        elif table == "complaint_actions":
            del row["child_id"]  # the complaint says whose it is
        row.update(fields)
        self.rows[table].append(row)
        return row

    def all(self, table: str, **where: object) -> list[Row]:
        """The child's records of that table whose fields are as given."""
        return [row for row in self.rows.get(table, ()) if all(row.get(name) == value for name, value in where.items())]

    def drop(self, table: str, *gone: Row) -> None:
        """Take records out; their ids are not given to others."""
        ids = {id(row) for row in gone}
        self.rows[table] = [row for row in self.rows[table] if id(row) not in ids]

    def expect(self, rule: str, table: str, row: Row, outcome: str, why: str, class_: str = "", record_id: str = "") -> None:
        """Note what the audit must find on a record. Nothing else may be planted on it afterwards."""
        self.expected.append(Expected(rule, table, row, class_, outcome, why, record_id))
        self.lock(row)

    def lock(self, *rows: Row) -> None:
        """Keep records as they are: something planted stands on them."""
        self.locked.update(id(row) for row in rows)

    def free(self, row: Row) -> bool:
        return id(row) not in self.locked

    @property
    def child(self) -> Row:
        return self.rows["children"][0]

    def age(self, on: date) -> int:
        """Whole years lived on that day; -1 before birth."""
        if self.born is None or on < self.born:
            return -1
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def until(self, row: Row) -> date:
        """The last day on which something is owed on a record: its plan, episode or referral ends, or the child's last, or childhood."""
        ends = [
            end
            for table, key, field in (*_LASTING, _ARRANGED)
            for parent in self.all(table, **{key: row.get(key) or "-"})
            if (end := parent[field])
        ]
        spells = [
            spell[field] for table, _, field in _LASTING for spell in self.rows.get(table, ()) if spell.get("no_further_action") != "yes"
        ]
        if spells and all(spells):
            ends.append(max(spells))
        if self.born:
            ends.append(months(self.born, 18 * 12))
        return min(ends, default=date.max)

    def between(self, low: int, high: int) -> int:
        return self.rng.randint(low, high)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def every(start: date, step: int, end: date) -> Iterator[date]:
    """Working days no more than ``step`` days apart, after ``start`` and up to ``end``, or the export's day."""
    end = min(end, AS_OF)
    day = start
    while True:
        following = held(date.fromordinal(day.toordinal() + step))
        if following <= day:  # a step of a few days that only holidays fill
            following = date.fromordinal(day.toordinal() + step)
        if following > end:
            return
        yield following
        day = following
