"""What every kind of check stands on: the rule's population, its exemptions, the end of its duties, and how far each table reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from auditcheck import clock
from auditcheck.casefile import CaseFile
from auditcheck.checks.limits import NOT_IN_FORCE, NOT_SET, UNREADABLE, Chosen
from auditcheck.checks.scope import Answer, Scope
from auditcheck.checks.verdict import CANNOT_TELL, NOT_APPLICABLE, Observations, Verdict
from auditcheck.duties import NO_END, Duties, End
from auditcheck.rulebook.model import Rule
from auditcheck.values import Mask

#: Reasons that begin so are also a line in quality.csv.
CONTRADICTION = "The dates contradict each other"


@dataclass(frozen=True)
class Ground:
    """The case files and their duties at one as-of day."""

    duties: Duties

    @property
    def cf(self) -> CaseFile:
        return self.duties.cf

    @property
    def as_of(self) -> int:
        return self.duties.as_of

    def population(self, rule: Rule) -> tuple[Scope, Answer]:
        """Every record of the rule's subject, and whether it belongs to the rule's population (to the rest of it, for `first_in`)."""
        scope = Scope.of(self.duties, rule.subject)
        if "first_in" in rule.where:
            rest = scope.holds({path: test for path, test in rule.where.items() if path != "first_in"})
            scope = Scope(self.duties, rule.subject, scope.rows, {}, rest.yes, possible=rest.unknown)
        inside = scope.holds(rule.where)
        return Scope(self.duties, rule.subject, scope.rows, {}, inside.yes, possible=inside.unknown), inside

    def exemptions(self, rule: Rule, scope: Scope, class_: str = "") -> npt.NDArray[np.int16]:
        """Which exemption holds at each place: -1 none, -2 it can't be told, else the first that does."""
        found = np.full(len(scope.rows), -1, np.int16)
        for place, unless in enumerate(rule.unless):
            if unless.class_ in (None, class_):
                answer = scope.holds(unless.when)
                found[answer.unknown & (found == -1)] = -2
                found[answer.yes & (found < 0)] = place
        return found

    def end(self, rule: Rule, table: str, trigger: npt.NDArray[np.int32]) -> End:
        """The end of the duty of every record of ``table``; a spell that closed before the trigger ends nothing."""
        end = self.duties.child_end(table)
        if rule.ends is None or "record" in rule.ends:
            end = end.sooner(self.duties.own_end(table))
        spell = self.duties.case_end(table)
        return end.sooner(End(np.where(trigger > spell.day, NO_END, spell.day), spell.doubtful))

    def seen_from(self, table: str, match: str = "") -> int:
        """The first day that a table's coverage reaches back to (far in the past where it is complete); ``match``: see `coverage`."""
        said = self.coverage(table, match)
        return clock.day_number(date.fromisoformat(said.removeprefix("since ").strip())) if said.startswith("since ") else -NO_END

    def latest_only(self, table: str, match: str = "") -> bool:
        """Whether the export holds only the latest record of each series of the table; ``match``: see `coverage`."""
        return self.coverage(table, match) == "latest_only"

    def coverage(self, table: str, match: str) -> str:
        """What the export says of a table, or of its records by the link ``match`` (``conferences.enquiry_id``) if it says that."""
        return self.cf.coverage.get(f"{table}.{match}", self.cf.coverage.get(table, "complete"))

    def counted(self, observations: Observations) -> Observations:
        """Only observations on records that have happened and whose child is known (design: the others are in quality.csv)."""
        table, rows = observations.subject_table, observations.subject_rows
        keep = ~self.duties.not_happened(table)[rows]
        if table not in ("workers", "posts"):
            keep &= self.cf.child(table)[rows] >= 0
        return observations if keep.all() else observations.keep(keep)


def settle_population(verdict: Verdict, inside: Answer, rule: Rule) -> None:
    """Outside the population, or no telling."""
    verdict.settle(inside.unknown, CANNOT_TELL, f"Cannot tell whether this check applies: {_fields(rule.where)} can't be read")
    verdict.settle(~inside.yes, NOT_APPLICABLE, f"Outside this check, by {_fields(rule.where)}")


def settle_limit(verdict: Verdict, chosen: Chosen, due: Mask) -> None:
    """No limit in force, none agreed, none readable, or one that the calendar does not reach."""
    verdict.settle(chosen.which == NOT_IN_FORCE, NOT_APPLICABLE, "No limit was in force on that day")
    verdict.settle(chosen.which == UNREADABLE, CANNOT_TELL, "Cannot tell: the interval on the record can't be read")
    verdict.settle(chosen.which == NOT_SET, CANNOT_TELL, "Cannot tell: no interval on the record and no local standard for it")
    verdict.settle(~due, CANNOT_TELL, "Cannot tell: the due date lies outside the calendar of bank holidays")


def _fields(condition: Mapping[str, Any]) -> str:
    names = sorted({name.split(".")[-1].replace("_", " ") for name in condition if name not in ("any", "none")})
    return ", ".join(names) or "its population"
