"""`compares`: two dates in the right order, one on or before the other (or on an earlier day, where the same day is too soon)."""

from __future__ import annotations

import numpy as np

from auditcheck import clock
from auditcheck.checks import words
from auditcheck.checks.ground import Ground, settle_population
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_APPLICABLE, NOT_MET, Observations, Verdict
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, UNREADABLE


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a subject record, the later of the pair."""
    body = rule.body
    scope, inside = ground.population(rule)
    m = len(scope.rows)
    other, _ = scope.follow(body["earlier"])
    earlier, later = scope.when(body["earlier"]), scope.when(body["later"])
    first, _ = clock.bounds(earlier.day, earlier.second)
    _, last = clock.bounds(later.day, later.second)
    what, then = words.plain(body["earlier"]), words.plain(body["later"])
    missing = {"not_met": NOT_MET, "cannot_tell": CANNOT_TELL, "not_applicable": NOT_APPLICABLE, "met": MET}[
        body.get("no_earlier", "cannot_tell")
    ]
    verdict = Verdict.of(m)
    settle_population(verdict, inside, rule)
    verdict.settle(
        earlier.state >= UNREADABLE, CANNOT_TELL, f"Cannot tell: {what} can't be read, or the record it names is not in the export"
    )
    verdict.settle(earlier.state == BLANK, missing, f"No {what.removeprefix('the ')} is recorded")
    verdict.settle(later.state == BLANK, CANNOT_TELL, f"Cannot tell: {then} is not recorded")
    verdict.settle(~later.known, CANNOT_TELL, f"Cannot tell: {then} can't be read")
    both_timed = (earlier.second != clock.DAY_ONLY) & (later.second != clock.DAY_ONLY)
    in_order = np.where(both_timed, first <= last, earlier.day <= later.day)
    if "strict" in body:
        in_order = earlier.day < later.day
    verdict.settle(in_order, MET, f"{what[:1].upper()}{what[1:]} comes before {then}")
    verdict.settle(np.ones(m, bool), NOT_MET, f"{what[:1].upper()}{what[1:]} does not come before {then}")
    over = np.where(verdict.outcome == NOT_MET, np.where(earlier.known, earlier.day - later.day, -1), -1)
    return [
        ground.counted(
            Observations(
                rule,
                rule.subject,
                scope.rows,
                verdict,
                rule.subject,
                scope.rows,
                later,
                later,
                earlier,
                np.where(over > 0, over, -1).astype(np.int32),
                unit="days",
                exempt=ground.exemptions(rule, scope),
                event_table=other.table,
                event_rows=other.rows,
            )
        )
    ]
