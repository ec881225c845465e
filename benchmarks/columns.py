"""Whole columns at a time: ids, dates as text, series of events, and the few that are late, missing, blank or malformed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Columns = dict[str, pa.Array]
Days = npt.NDArray[np.int64]
Text = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]


def day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(int))


AS_OF = day("2015-06-30")
PREFIXES = {
    "assessments": "A", "chronologies": "CH", "conference_reports": "KR", "conferences": "K", "core_groups": "CG", "involvements": "I",
    "management_decisions": "MD", "missing_episodes": "M", "plan_actions": "PA", "reviews": "RV", "risk_assessments": "RA",
    "supervisions": "SU", "visits": "V", "voices": "VO",
}  # fmt: skip
KEYS = {
    "care_episodes": "care_episode_id", "chronologies": "chronology_id", "conference_reports": "report_id",
    "management_decisions": "decision_id", "missing_episodes": "missing_id", "plan_actions": "action_id",
    "section_47_enquiries": "enquiry_id", "strategy_discussions": "strategy_id",
}  # fmt: skip


class Maker:
    """``tables``: what has been made. ``missed``: the share of things that are late, and of those never recorded, together."""

    def __init__(self, children: int, seed: int, missed: float) -> None:
        self.children, self.missed = children, missed
        self.random = np.random.default_rng(seed)
        self.tables: dict[str, Columns] = {}
        self.staff = max(6, children // 20)

    def people(self) -> None:
        """Children (three in ten of them in pairs of siblings) and workers, a manager above them."""
        who = np.arange(self.children)
        born = self.random.integers(day("1999-01-01"), day("2011-12-31"), self.children)
        family = np.where(who % 10 < 3, who - who % 2, who)
        self.tables["children"] = _table(
            len(who), child_id=self.ids("C", who), family_id=self.ids("F", family), date_of_birth=self.dates(born, broken=False),
            disabled="no", died_on="", left_area_on="", restricted=np.where(who % 500 == 499, "yes", "no"),
        )  # fmt: skip
        staff = np.arange(self.staff)
        roles = np.where(staff == 0, "head_of_service", "social_worker").astype(object)
        ids = np.char.add("W", staff.astype(str)).astype(object)
        self.tables["workers"] = _table(
            len(staff) + 1, worker_id=np.append(ids, "M0"), role=np.append(roles, "practice_manager"), experience="experienced",
            team=np.append(self.teams(staff), "East"), manager_id=np.append(np.full(len(staff), "M0", object), "W0"),
        )  # fmt: skip

    def add(self, table: str, who: Days, keys: Text | None = None, **fields: Text | str) -> Text:
        """More rows, one an entry of ``who`` (the child's number); returns their ids."""
        before = self.tables.get(table)
        taken = len(next(iter(before.values()))) if before else 0
        if keys is None:
            keys = np.char.add(PREFIXES[table], (taken + np.arange(len(who))).astype(str)).astype(object)
        key = KEYS.get(table, table.rstrip("s") + "_id")
        fresh = _table(len(who), **{key: keys, "child_id": self.ids("C", who)}, **fields)
        self.tables[table] = {name: pa.concat_arrays([before[name], fresh[name]]) for name in fresh} if before else fresh
        return keys

    def ids(self, prefix: str, who: Days) -> Text:
        return np.char.add(prefix, who.astype(str)).astype(object)

    def workers(self, who: Days) -> Text:
        return np.char.add("W", (1 + who % (self.staff - 1)).astype(str)).astype(object)

    def teams(self, who: Days) -> Text:
        return np.array(["East", "West", "Disabled Children"], object)[who % 3]

    def chosen(self, number: int) -> Mask:
        """The few of ``number`` that go wrong."""
        return self.random.random(number) < self.missed / 2

    def blanks(self, blank: Mask, text: str = "recorded") -> Text:
        return np.where(blank, "", text).astype(object)

    def late(self, when: Days, days: int) -> Days:
        """The same days, a few of them ``days`` later."""
        return when + np.where(self.chosen(len(when)), days, 0)

    def dates(self, when: Days, time: str = "", broken: bool = True) -> Text:
        """Days as text, blank where there is none yet; where ``broken`` one in a hundred blank, one in a thousand malformed."""
        known = (when >= 0) & (when <= AS_OF)
        text = np.char.add(np.datetime_as_string(np.where(known, when, 0).astype("datetime64[D]")), time).astype(object)
        chance = self.random.random(len(when)) if broken else np.ones(len(when))
        text[~known | (chance < 0.01)] = ""
        text[known & (chance > 0.01) & (chance < 0.011)] = "31/02/2014"
        return text

    def series(self, who: Days, start: Days, end: Days, step: int) -> tuple[Days, Days]:
        """An event every ``step`` days after each start, up to its end or the as-of date, a few left out: child's number, day."""
        count = np.maximum((np.minimum(end[who], AS_OF) - start[who]) // step, 0)
        owner = np.repeat(who, count)
        nth = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count) + 1
        keep = ~self.chosen(len(owner))
        return owner[keep], (start[owner] + step * nth)[keep]


def _table(rows: int, **fields: Text | str) -> Columns:
    return {
        name: pa.array(np.full(rows, value, object) if isinstance(value, str) else value.astype(object), pa.string())
        for name, value in fields.items()
    }
