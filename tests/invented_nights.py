"""A small authority whose records somebody changes from night to night, and what an audit must say of each of thirty nights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from commands import FIRST, LATER, WRITTEN

OWNER, ASSESSED = "CPP-OWN-03", "ASM-45-03"

COLUMNS = {
    "children": ("child_id",),
    "plans": ("plan_id", "child_id", "kind", "started_on", "ended_on", "document_on"),
    "plan_actions": ("action_id", "plan_id", "child_id", "action", "owner"),
    "conferences": ("conference_id", "child_id", "plan_id", "kind", "held_at"),
    "assessments": ("assessment_id", "child_id", "kind", "started_on", "authorised_on", "late_reason"),
}
Which = tuple[str, str]  # rule and record
Rows = dict[str, dict[str, str]]


class Authority:
    """Its tables: rows by their id. ``gone``: tables that the export does not bring tonight."""

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {name: {} for name in COLUMNS}
        self.gone: set[str] = set()
        for child in range(1, 9):
            self.add("children", f"C{child}")
        self.plan("P1", "C1", "2014-01-10", "2014-01-15")
        self.add("conferences", "K2", "C1", "P1", "review", "2014-03-20T10:00")
        self.plan("P3", "C3", "2014-01-10", "")
        del self.tables["conferences"]["K-P3"]
        self.plan("P4", "C4", "2015-05-01", "2015-05-06")
        self.add("plan_actions", "X1", "P4", "C4", "Weekly sessions", "")
        self.plan("P5", "C5", "2015-03-04", "2015-03-06")
        self.plan("P6", "C6", "2015-03-06", "2015-03-09")
        self.add("assessments", "A1", "C7", "single", "2015-01-05", "", "")
        self.add("assessments", "A2", "C8", "single", "2015-01-05", "", "")

    def add(self, table: str, *values: str) -> None:
        self.tables[table][values[0]] = dict(zip(COLUMNS[table], values, strict=True))

    def plan(self, name: str, child: str, started: str, written: str) -> None:
        self.add("plans", name, child, "child_protection", started, "", written)
        self.add("conferences", f"K-{name}", child, name, "initial", f"{started}T10:00")

    def set(self, table: str, name: str, **values: str) -> None:
        self.tables[table][name] |= values

    def write(self, place: Path) -> Path:
        place.mkdir(parents=True)
        for name, rows in self.tables.items():
            if name not in self.gone:
                lines = [COLUMNS[name], *(tuple(row.values()) for row in rows.values())]
                (place / f"{name}.csv").write_text("".join(",".join(line) + "\n" for line in lines))
        return place


def _without_child(authority: Authority, child: str) -> dict[str, Rows]:
    taken = {name: {key: row for key, row in rows.items() if row["child_id"] == child} for name, rows in authority.tables.items()}
    for name, rows in taken.items():
        for key in rows:
            del authority.tables[name][key]
    return taken


def changes() -> dict[int, Callable[[Authority], object]]:
    """What somebody does to the records before the audit of each night of June 2015."""
    kept: dict[str, Rows] = {}

    def comes(authority: Authority) -> None:
        authority.add("children", "C9")
        authority.plan("P9", "C9", "2015-03-01", "2015-03-05")

    def back(authority: Authority) -> None:
        for name, rows in kept.items():
            authority.tables[name] |= rows

    return {
        3: lambda a: a.set("plan_actions", "X1", owner="Grandmother"),
        6: lambda a: a.set("plan_actions", "X1", owner=""),
        8: lambda a: a.gone.add("conferences"),
        9: lambda a: (a.gone.clear(), a.add("conferences", "K6", "C5", "P5", "review", "2015-06-08T10:00")),
        10: lambda a: a.set("plans", "P6", ended_on="2015-06-05"),
        11: comes,
        12: lambda a: a.set("assessments", "A1", authorised_on="2015-02-20"),
        14: lambda a: a.set("assessments", "A2", authorised_on="2015-06-13", late_reason="awaiting the paediatric report"),
        16: lambda a: kept.update(_without_child(a, "C3")),
        17: lambda a: (back(a), a.tables["plan_actions"].clear()),
        18: lambda a: a.set("plans", "P3", started_on="2014-02-10"),
        19: lambda a: a.add("plan_actions", "X2", "P4", "C4", "A place at the nursery", "TBC"),
        20: lambda a: a.set("plans", "P4", document_on=""),
        21: lambda a: a.set("plans", "P4", document_on="2015-05-06"),
        22: lambda a: a.gone.add("plan_actions"),
        24: lambda a: a.gone.clear(),
        26: lambda a: a.set("assessments", "A2", authorised_on="some time in June"),
        27: lambda a: a.set("assessments", "A2", authorised_on="2015-06-13"),
        28: lambda a: a.set("conferences", "K6", held_at="2015-06-08"),
        29: lambda a: a.set("conferences", "K6", held_at="2015-06-03T10:00"),
    }


#: Night on which the profile leaves a rule out.
LEFT_OUT = {13: ASSESSED}

#: What is new, changed and gone on each night; on the others nothing is. (FIRST of P5 and P6 falls due on 4 and 6 June.)
NEW: dict[int, set[Which]] = {
    1: {(LATER, "K2"), (FIRST, "P3"), (WRITTEN, "P3"), (OWNER, "X1"), (ASSESSED, "A1"), (ASSESSED, "A2")},
    5: {(FIRST, "P5")},
    6: {(OWNER, "X1")},
    7: {(FIRST, "P6")},
    11: {(FIRST, "P9")},
    19: {(OWNER, "X2")},
    20: {(WRITTEN, "P4")},
}
RETURNED = {6: {(OWNER, "X1")}}
CHANGED: dict[int, set[Which]] = {9: {(FIRST, "P5")}, 14: {(ASSESSED, "A2")}, 18: {(FIRST, "P3"), (WRITTEN, "P3")}, 28: {(FIRST, "P5")}}
_CONFERENCES = [(LATER, "K2"), (FIRST, "P3"), (FIRST, "P5"), (FIRST, "P6")]
GONE: dict[int, dict[Which, str]] = {
    3: {(OWNER, "X1"): "fixed"},
    8: dict.fromkeys(_CONFERENCES, "not_evaluated"),
    10: {(FIRST, "P6"): "case_closed"},
    12: {(ASSESSED, "A1"): "fixed"},
    13: {(ASSESSED, "A2"): "rule_retired"},
    16: {(FIRST, "P3"): "child_gone", (WRITTEN, "P3"): "child_gone"},
    17: {(OWNER, "X1"): "record_gone"},
    20: {(OWNER, "X2"): "superseded"},
    21: {(WRITTEN, "P4"): "fixed"},
    22: {(OWNER, "X2"): "not_evaluated"},
    23: {(OWNER, "X2"): "not_evaluated"},
    26: {(ASSESSED, "A2"): "cannot_tell"},
    29: {(FIRST, "P5"): "fixed"},
}
#: (what, field, record, before, after, rules that it cleared) of each night. (A2's date of night 14 came while nobody asked for it.)
BACKDATED: dict[int, set[tuple[str, ...]]] = {
    11: {("found_late", "due_at", "P9", "", "2015-06-01", "")},
    12: {("entered_late", "happened_at", "A1", "", "2015-02-20", ASSESSED)},
    18: {("date_moved", "trigger_at", "P3", "2014-01-10", "2014-02-10", "")},
    20: {("found_late", "due_at", "P4", "", "2015-05-18", "")},
    21: {("entered_late", "happened_at", "P4", "", "2015-05-06", WRITTEN)},
    27: {("entered_late", "happened_at", "A2", "", "2015-06-13", "")},
    29: {
        ("date_moved", "happened_at", "P5", "2015-06-08", "2015-06-03T10:00:00+01:00", FIRST),
        ("date_moved", "trigger_at", "K6", "2015-06-08", "2015-06-03T10:00:00+01:00", ""),
    },
}
WAIVED = range(19, 25)
LAPSED = range(25, 31)
WAIVERS = """
waivers:
  - id: W-1
    rule: CPC-RCPC2-12
    child: C1
    reason: The conference was held by the neighbouring authority and its minutes are awaited.
    owner: PM-4
    approver: HOS-1
    granted: 2015-06-19
    expires: 2015-06-24
"""
