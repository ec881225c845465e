"""taking_part.parquet: which agency took part in meetings, whose reports were in time, and how children's views were heard.

One row a record and agency (or way), in ids and codes: what the board's figures by agency are counted from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import checks, values
from auditcheck.casefile import CaseFile
from auditcheck.checks.ground import Ground
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_MET, OUTCOMES
from auditcheck.duties import Duties
from auditcheck.rulebook.model import Rule
from auditcheck.texts import iso
from auditcheck.values import When

#: taking_part.parquet, in order.
COLUMNS = ("what", "who", "child_id", "table", "record_id", "day", "outcome")
STRATEGY, CORE_GROUP, VOICE = "strategy discussion", "core group", "child's views"
#: What every agency is looked for in, so that each has as many.
MEETINGS = (STRATEGY, CORE_GROUP)
#: The rules whose reports are told apart by agency.
REPORTS = {"CPC-REP24-04": "report for a child protection conference", "CPC-REP5-05": "report for a case review"}
#: Who has to take part in a strategy discussion, by Working Together (secondhand; see S47-ATT-02).
REQUIRED = ("social_care", "police", "health")
AGENCIES = (
    *REQUIRED, "education", "early_years", "housing", "probation", "youth_justice", "adult_services", "adult_social_care", "voluntary",
    "cafcass", "legal",
)  # fmt: skip
#: Ways of hearing a child that are shown by name; any other word may be free text, and is `OTHER_WAY`.
WAYS = (
    "in person", "conversation", "direct work", "letter", "form", "questionnaire", "phone", "advocate", "observation", "observed",
    "direct observation", "play", "play-based", "drawing", "pictures", "photographs", "story", "toys", "puppets", "talking mats", "mosaic",
    "carer report", "carer-report", "parent report", "nursery report", "health visitor report",
)  # fmt: skip
OTHER_WAY, NO_WAY = "another way", "not recorded"

Part = tuple[str, str, str, npt.NDArray[np.intp], When, npt.NDArray[np.int8]]


def taking_part(duties: Duties, rules: Mapping[str, Rule]) -> pa.Table:
    """One row in `COLUMNS` a held meeting and agency, a report's meeting and agency, a record of a child's views. ``rules``: of the run."""
    cf = duties.cf
    parts = [
        *_meetings(duties, "strategy_discussions", "held_at", STRATEGY, REQUIRED),
        *_meetings(duties, "core_groups", "held_on", CORE_GROUP, AGENCIES),
        *(part for rule_id, what in REPORTS.items() if rule_id in rules for part in _reports(duties, rules[rule_id], what)),
        *_voices(duties),
    ]
    tables = [_table(cf, part) for part in parts if len(part[3])]
    return in_order(pa.concat_tables(tables)) if tables else pa.schema([(name, pa.string()) for name in COLUMNS]).empty_table()


def in_order(table: pa.Table) -> pa.Table:
    """By what, who and record, so that the rows of several sets of children are those of all of them."""
    return table.sort_by([("what", "ascending"), ("who", "ascending"), ("record_id", "ascending")])


def _table(cf: CaseFile, part: Part) -> pa.Table:
    what, who, table, rows, day, outcome = part
    n = len(rows)
    child = cf.child(table)[rows]
    return pa.table(
        {
            "what": pa.repeat(what, n),
            "who": pa.repeat(who, n),
            "child_id": cf.ids("children").take(pa.array(child, mask=child < 0)),
            "table": pa.repeat(table, n),
            "record_id": cf.ids(table).take(pa.array(rows)),
            "day": pc.utf8_slice_codeunits(iso(day.take(rows.astype(np.int32))), 0, len("YYYY-MM-DD")),
            "outcome": pa.array(OUTCOMES, pa.string()).take(pa.array(outcome)),
        }
    )


def _meetings(duties: Duties, table: str, at: str, what: str, wanted: tuple[str, ...]) -> Iterator[Part]:
    """Each held meeting and agency. A list that is blank, or names none that is known, tells nothing of who was there.

    Of core groups only the agencies that any list names are looked for: whom a plan's core group should hold is not in an export.
    """
    cf = duties.cf
    if not cf.has(table, "agencies") or not cf.has(table, at):
        return
    held = duties.happened(table, at)
    rows = np.flatnonzero(held.known & (cf.child(table) >= 0))
    codes = cf.codes(table, "agencies")
    lists = [{values.normal(name, "text") for name in word.split(";")} - {""} for word in codes.words]
    blank = cf.blank(table, "agencies")
    for agency in wanted:
        if what == CORE_GROUP and not any(agency in names for names in lists):
            continue
        there = np.array([agency in names for names in lists], bool)[codes.code[rows]]
        strange = np.array([bool(names - set(AGENCIES)) or not names for names in lists], bool)[codes.code[rows]] | blank[rows]
        yield what, agency, table, rows, held, np.where(there, MET, np.where(strange, CANNOT_TELL, NOT_MET)).astype(np.int8)


def _reports(duties: Duties, rule: Rule, what: str) -> Iterator[Part]:
    """For each agency the meetings for which it has a report: in time or not, by the rule's own limit."""
    table = rule.body["reports"]["table"]
    if not duties.cf.has(table, "agency") or not duties.cf.has(rule.subject):
        return
    here = [agency for agency in AGENCIES if agency in duties.cf.codes(table, "agency").words]
    own = replace(rule, unless=(), body={**rule.body, "class": "agency", "each": here})
    for o in checks.observe(Ground(duties), own) if here else ():
        none = [i for i, reason in enumerate(o.verdict.reasons) if reason.startswith("No report is recorded")]
        some = np.isin(o.verdict.outcome, (MET, NOT_MET, CANNOT_TELL)) & ~np.isin(o.verdict.reason, none)
        n = duties.cf.n(o.table)
        day = When(np.zeros(n, np.int32), np.zeros(n, np.int32), np.ones(n, np.uint8))
        day.day[o.rows], day.second[o.rows], day.state[o.rows] = o.trigger.day, o.trigger.second, o.trigger.state
        yield what, o.class_, o.table, o.rows[some].astype(np.intp), day, o.verdict.outcome[some].astype(np.int8)


def _voices(duties: Duties) -> Iterator[Part]:
    """Each record of a child's views by the way in which they were heard."""
    cf = duties.cf
    if not cf.has("voices", "recorded_on"):
        return
    when = duties.happened("voices", "recorded_on")
    there = when.known & (cf.child("voices") >= 0)
    if not cf.has("voices", "method"):
        return
    codes = cf.codes("voices", "method")
    named = np.array([word if word in WAYS else OTHER_WAY if word else NO_WAY for word in codes.words])
    ways = np.where(cf.blank("voices", "method"), NO_WAY, named[codes.code] if len(named) else NO_WAY)
    for way in (*WAYS, OTHER_WAY, NO_WAY):
        rows = np.flatnonzero(there & (ways == way))
        yield VOICE, way, "voices", rows, when, np.full(len(rows), MET, np.int8)
