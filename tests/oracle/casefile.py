"""The records of a case file: found by id, followed by reference, placed in periods; and when the duty to do things for a child ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from . import clock, contract, values
from .clock import NO, UNKNOWN, YES, Answer, Moment
from .values import State, Value

Row = dict[str, str]
HANGS_ON = (
    "plan_id",
    "care_episode_id",
    "referral_id",
    "enquiry_id",
    "strategy_id",
    "conference_id",
    "review_id",
    "placement_id",
    "arrangement_id",
)
OUTLAST = ("care_leavers", "private_fostering")  # what is owed to these does not end with the last open involvement
LASTS = ("referrals", "plans", "care_episodes", "placements", "private_fostering", "cases")
INVOLVEMENTS = ("referrals", "plans", "care_episodes")
ADULT_MONTHS = 18 * 12
#: Dates that may lie ahead. Any other after the as-of day says that something is planned: it has not happened, so it is not there yet.
PLANNED = ("due_on", "expected_birth_date", "date_of_birth")


@dataclass(frozen=True)
class Record:
    """One row of a table."""

    table: str
    row: Row = field(hash=False, compare=False)
    id: str = ""


@dataclass
class End:
    """The last day of a duty: none where it has no end; `unsure` where an end is recorded that cannot be read."""

    day: date | None = None
    unsure: bool = False
    involvement: date | None = None

    def for_duty_from(self, began: date | None) -> End:
        """The same for a duty that began on that day: an involvement that was over by then ends nothing."""
        found = End(self.day, self.unsure)
        if self.involvement and (began is None or began <= self.involvement):
            found.bring_forward(self.involvement)
        return found

    def bring_forward(self, day: date) -> None:
        self.day = day if self.day is None else min(self.day, day)

    def before(self, due: Moment) -> Answer:
        """Had the duty ended before this moment's day?"""
        answer = clock.day_after(due, self.day) if self.day else NO
        return UNKNOWN if answer is NO and self.unsure else answer


class CaseFile:
    """Tables of text as they stand at the end of the as-of day's records; `cases` is worked out where it is not given."""

    def __init__(self, tables: dict[str, list[Row]], as_of: date, coverage: dict[str, str] | None = None) -> None:
        self.as_of = as_of
        self.coverage = coverage or {}
        self.columns = {name: {key for row in rows for key in row} for name, rows in tables.items()}
        for name, rows in tables.items():
            if not rows:
                self.columns[name] = set(contract.tables()[name])
        self.records = {
            name: [Record(name, row, row.get(contract.keys()[name], "").strip()) for row in rows] for name, rows in tables.items()
        }
        self.by_id = {(record.table, record.id): record for records in self.records.values() for record in records}
        self.links: dict[tuple[str, str], dict[str, list[Record]]] = {}
        self.ends: dict[tuple[Record, bool], End] = {}
        self.children: dict[str, dict[str, list[Record]]] = {}
        self.add_unlisted_children()

    def add_unlisted_children(self) -> None:
        """A blank row for every child that some record names and `children` does not."""
        if "children" not in self.records:
            return
        named = {record.row.get("child_id", "").strip() for records in self.records.values() for record in records}
        for child in sorted(named - {""} - {record.id for record in self.records["children"]}):
            record = Record("children", {"child_id": child}, child)
            self.records["children"].append(record)
            self.by_id["children", child] = record

    def has(self, table: str, name: str) -> bool:
        return name in self.columns.get(table, ())

    def value(self, record: Record, name: str) -> Value:
        """A field of a record."""
        kind = contract.tables()[record.table][name]
        if not self.has(record.table, name):
            return Value(State.ABSENT, "", kind)
        value = values.read(record.row.get(name) or "", kind)
        if value.moment and value.moment.day > self.as_of and name not in PLANNED:
            return Value(State.BLANK, "", kind)
        listed = contract.codes().get((record.table, name))
        unlisted = listed and value.state is State.FILLED and value.word not in listed
        return Value(State.UNREADABLE, value.text, kind) if unlisted else value

    def follow(self, record: Record, link: str) -> Record | None:
        """The record that a reference leads to."""
        target = contract.refers(record.table, link)
        if target is None:
            raise ValueError(f"{record.table}.{link} refers to no table")
        return self.by_id.get((target, self.value(record, link).text)) if self.value(record, link).text else None

    def child_of(self, record: Record) -> str:
        """The child's id, from the record or from one that it refers to; blank where none leads to a child."""
        if record.table in ("workers", "posts"):
            return ""
        if "child_id" in contract.tables()[record.table] and (own := self.value(record, "child_id").text):
            return own
        for name in contract.tables()[record.table]:
            if contract.refers(record.table, name) not in (None, "children", "workers"):
                parent = self.follow(record, name)
                child = self.child_of(parent) if parent else ""
                if child:
                    return child
        return ""

    def of_child(self, table: str, child: str) -> list[Record]:
        """Every record of a child in a table (sorted out by child once a table)."""
        if table not in self.children:
            self.children[table] = {}
            for record in self.records.get(table, []):
                self.children[table].setdefault(self.child_of(record), []).append(record)
        return self.children[table].get(child, []) if child else []

    def linked(self, table: str, link: str, to: str) -> list[Record]:
        """Every record of a table whose link holds this id (sorted out by link once a table)."""
        if (table, link) not in self.links:
            self.links[table, link] = {}
            for record in self.records.get(table, []):
                self.links[table, link].setdefault(self.value(record, link).text, []).append(record)
        return self.links[table, link].get(to, [])

    def has_happened(self, record: Record) -> bool:
        """Not dated after the as-of day; where its table has no date, nor is what it hangs on."""
        name = contract.came_about(record.table)
        if not name:
            parents = [self.follow(record, link) for link in contract.hangs_on(record.table)]
            return all(self.has_happened(parent) for parent in parents if parent)
        if not self.has(record.table, name):
            return True
        moment = values.read(record.row.get(name) or "", contract.tables()[record.table][name]).moment
        return moment is None or moment.day <= self.as_of

    def past(self, value: Value) -> Moment | None:
        """The moment, where it can be read and is not after the as-of day."""
        return value.moment if value.moment and value.moment.day <= self.as_of else None

    def refused(self, record: Record) -> bool:
        """A referral that was no further action."""
        return record.table == "referrals" and self.value(record, "no_further_action").word == "yes"

    def is_open(self, record: Record) -> Answer:
        """At the as-of day: its duties have not ended, and a referral was not closed as no further action."""
        if self.is_past(record):
            return NO
        end = self.value(record, contract.PERIODS[record.table][1])
        if self.refused(record):
            return NO
        unsure = end.state is State.UNREADABLE or (
            record.table == "referrals" and self.value(record, "no_further_action").state is State.UNREADABLE
        )
        if end.moment and end.moment.day <= self.as_of:
            return NO
        return UNKNOWN if unsure else YES

    def holding(self, record: Record) -> list[Record]:
        """The records whose end ends this one's duties: itself where it lasts, else those that it hangs on."""
        if record.table in LASTS:
            return [record]
        links = [link for link in HANGS_ON if link in contract.tables()[record.table] and contract.refers(record.table, link)]
        parents = [self.follow(record, link) for link in links]
        return [holder for parent in parents if parent for holder in self.holding(parent)]

    def end_of_duty(self, record: Record, own_end: bool = True) -> End:
        """The earliest of the record's end (or its parent's), death, 18th birthday, leaving the area, the last open involvement.

        An end dated after the as-of day has not happened; a birthday needs no record.
        """
        if (record, own_end) not in self.ends:
            self.ends[record, own_end] = self.work_out_end(record, own_end)
        return self.ends[record, own_end]

    def work_out_end(self, record: Record, own_end: bool) -> End:
        end = End()
        for holder in self.holding(record) if own_end else []:
            self.take(end, self.value(holder, contract.PERIODS[holder.table][1]))
        child = self.child_of(record)
        person = self.by_id.get(("children", child))
        if person:
            self.take(end, self.value(person, "died_on"))
            self.take(end, self.value(person, "left_area_on"))
            born = self.value(person, "date_of_birth")
            if record.table != "care_leavers":
                if born.moment and born.moment.day.year < 2080:
                    end.bring_forward(clock.months_from(born.moment.day, ADULT_MONTHS))
                end.unsure |= born.state is State.UNREADABLE
        if record.table not in OUTLAST:
            self.last_involvement(end, child)
        return end

    def take(self, end: End, value: Value) -> None:
        if moment := self.past(value):
            end.bring_forward(moment.day)
        end.unsure |= value.state is State.UNREADABLE

    def last_involvement(self, end: End, child: str) -> None:
        """The day on which no referral (other than no further action), plan or care episode was open any more."""
        spells = [
            record
            for table in INVOLVEMENTS
            for record in self.of_child(table, child)
            if not self.refused(record) and self.has_happened(record)
        ]
        ends = [self.value(record, contract.PERIODS[record.table][1]) for record in spells]
        if not spells or any(value.state is not State.UNREADABLE and not self.past(value) for value in ends):
            return
        if any(value.state is State.UNREADABLE for value in ends):
            end.unsure = True
            return
        end.involvement = max(value.moment.day for value in ends if value.moment)

    def is_past(self, record: Record) -> bool:
        """Whether what the record belongs to is over at the as-of day."""
        end = self.end_of_duty(record)
        return any(day is not None and day <= self.as_of for day in (end.day, end.involvement))

    def period_holds(self, record: Record, day: date) -> bool:
        """Whether the day falls in the record's period: started on or before it and not ended before it."""
        start, end = contract.PERIODS.get(record.table, (contract.came_about(record.table), None))
        began = self.value(record, start).moment if start else None
        ended = self.value(record, end).moment if end else None
        return began is not None and began.day <= day and not (ended and ended.day < day)

    def began(self, record: Record) -> Moment | None:
        """When the record's period began."""
        start = contract.PERIODS[record.table][0] if record.table in contract.PERIODS else contract.came_about(record.table)
        return self.value(record, start).moment if start else None
