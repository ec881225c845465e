"""Why a finding of last night is absent tonight: each word, what it says to a person, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Why:
    """``settles``: what was wrong was looked at and no longer holds, so that a finding that comes back is new.

    ``kept``: nobody can say yet whether it still holds, so that it is named again every night until somebody can.
    """

    says: str
    settles: bool = False
    kept: bool = False


FIXED, NOT_YET_DUE, CASE_CLOSED, EXEMPT, NOT_APPLICABLE = "fixed", "not_yet_due", "case_closed", "exempt", "not_applicable"
SUPERSEDED, NO_LONGER_ASKED, RECORD_GONE, CHILD_GONE = "superseded", "no_longer_asked", "record_gone", "child_gone"
RULE_RETIRED, CANNOT_TELL, NOT_EVALUATED, RULE_ERROR = "rule_retired", "cannot_tell", "not_evaluated", "rule_error"

WHYS = {
    FIXED: Why("The record shows it as it should be", settles=True),
    NOT_YET_DUE: Why("By what the record says now it is not due yet", settles=True),
    CASE_CLOSED: Why("The duty has ended, or what it hung on is closed", settles=True),
    EXEMPT: Why("An exemption applies now", settles=True),
    NOT_APPLICABLE: Why("By what the record says now the rule does not ask for it", settles=True),
    NO_LONGER_ASKED: Why("The record is still there, but the rule asks nothing of it any more", settles=True),
    SUPERSEDED: Why("A graver finding on the same record stands in its place"),
    RECORD_GONE: Why("No rule finds the record: it is no longer in the export, or can no longer be read"),
    CHILD_GONE: Why("No rule finds a record of the child: they are no longer in the export, or could not be audited"),
    RULE_RETIRED: Why("The rule is no longer among those that are run"),
    CANNOT_TELL: Why("It can't be told tonight", kept=True),
    NOT_EVALUATED: Why("The rule could not be evaluated tonight", kept=True),
    RULE_ERROR: Why("The rule failed tonight", kept=True),
}
