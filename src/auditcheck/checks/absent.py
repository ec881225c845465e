"""`absent`: at a given moment there is none left (no open action when a plan ends, no high risk when a case closes)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from auditcheck import contract
from auditcheck.checks import words
from auditcheck.checks.events import ANY_DAY, Events, events_of, linked, may_belong, record_scope, subject_keys
from auditcheck.checks.ground import Ground, settle_population
from auditcheck.checks.scope import Answer, Scope
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_MET, NOT_YET_DUE, Observations, Verdict
from auditcheck.duties import NO_END
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, Mask, When, never


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a subject record."""
    body = rule.body
    scope, inside = ground.population(rule)
    m = len(scope.rows)
    moment = scope.when(body["when"])
    found, rows = _last(ground, scope, rule, moment) if body.get("pick") == "last" else _standing(ground, scope, rule)
    name = words.thing(body["table"])
    verdict = Verdict.of(m)
    settle_population(verdict, inside, rule)
    verdict.settle(moment.state == BLANK, NOT_YET_DUE, f"Not yet due: {words.plain(body['when'])} is not recorded yet")
    verdict.settle(~moment.known, CANNOT_TELL, f"Cannot tell: {words.plain(body['when'])} can't be read")
    verdict.settle(found.yes, NOT_MET, f"The record still shows {name} that should not stand at that date")
    verdict.settle(found.unknown, CANNOT_TELL, f"Cannot tell: {name} may still stand at that date")
    verdict.settle(_unseen(ground, scope, rule, moment, rows), CANNOT_TELL, "Cannot tell: this export does not show the earlier records")
    verdict.settle(np.ones(m, bool), MET, "None stands at that date")
    return [
        ground.counted(
            Observations(
                rule,
                rule.subject,
                scope.rows,
                verdict,
                rule.subject,
                scope.rows,
                moment,
                never(m),
                never(m),
                np.full(m, -1, np.int32),
                exempt=ground.exemptions(rule, scope),
                event_table=body["table"],
                event_rows=rows,
            )
        )
    ]


def _unseen(ground: Ground, scope: Scope, rule: Rule, moment: When, rows: np.ndarray) -> Mask:
    """Where one may stand that the export does not show: begun before it reaches back to, or behind the latest."""
    body, none = rule.body, rows < 0
    since = ground.seen_from(body["table"])
    if ground.latest_only(body["table"]):
        return none
    if since == -NO_END:
        return np.zeros(len(none), bool)
    begun = scope.when(contract.own_date(rule.subject)) if contract.own_date(rule.subject) else never(len(none))
    inside = begun.known & (begun.day >= since) & (body["match"] != "child_id")  # what hangs on a record is no older than it
    unseen: Mask = (moment.day < since) | (none & (~inside | (body.get("pick") == "last")))
    return unseen


def _standing(ground: Ground, scope: Scope, rule: Rule) -> tuple[Answer, np.ndarray]:
    """Whether any matching record satisfies the condition, and the first that does."""
    cf, body, m = ground.cf, rule.body, len(scope.rows)
    table = body["table"]
    owner = linked(scope, table, body["match"], cf.when(table, body["at"]) if "at" in body else never(cf.n(table)))
    back = Scope(ground.duties, scope.table, owner.astype(np.int32), {})
    answer = record_scope(ground.duties, table, back).holds(body.get("where") or {})
    there = (owner >= 0) & ~ground.duties.not_happened(table)
    yes = np.bincount(owner[there & answer.yes], minlength=m).astype(bool)
    unknown = np.bincount(owner[there & answer.unknown], minlength=m).astype(bool)
    rows = np.full(m, -1, np.int32)
    standing = np.flatnonzero(there & answer.yes)[::-1]
    rows[owner[standing]] = standing
    unknown |= may_belong(scope, table, body["match"])
    return Answer(yes, unknown & ~yes), rows


def _last(ground: Ground, scope: Scope, rule: Rule, moment: When) -> tuple[Answer, np.ndarray]:
    """Whether the latest record up to the moment satisfies the condition."""
    body = rule.body
    events = events_of(scope, {k: body[k] for k in ("table", "at", "match")})
    keys = subject_keys(ground.duties, scope.table, events.by_child)
    day = np.where(moment.known, moment.day, -(2**18))
    place = events.last_by(keys, day)
    rows = events.row_of(place)
    answer = Scope(ground.duties, body["table"], rows, {"subject": scope}, blank_may_be_yes=True).holds(body.get("where") or {})
    none = rows < 0
    since = np.where(none, ANY_DAY + 1, events.days[np.maximum(place, 0)] if len(events.days) else 0)
    unsure = events.any_doubt(keys, since, day)  # one that may be later still
    unsure |= _differ_on_the_day(ground, scope, body, events, keys, day)
    return Answer(answer.yes & ~none & ~unsure, (answer.unknown & ~none) | unsure), rows


def _differ_on_the_day(
    ground: Ground, scope: Scope, body: Mapping[str, Any], events: Events, keys: npt.NDArray[np.int64], day: npt.NDArray[np.integer[Any]]
) -> Mask:
    """Where several records of the last day answer differently: which of them is the latest can't be told."""
    back = scope.at((np.full(len(events.keys), -1) if events.by_child else events.keys).astype(np.int32))
    rows = events.rows.astype(np.int32)
    answer = Scope(ground.duties, body["table"], rows, {"subject": back}, blank_may_be_yes=True).holds(body.get("where") or {})
    place = events.last_by(keys, day)
    last = np.where(place >= 0, events.packed[np.maximum(place, 0)] if len(events.packed) else 0, -1)
    yes, no = events.packed[answer.yes], events.packed[~answer.yes]
    return np.isin(last, np.intersect1d(yes, no))
