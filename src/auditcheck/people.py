"""Who a child's case lies with: team, lead worker and that worker's manager, at the as-of date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.casefile import CaseFile
from auditcheck.duties import Duties


@dataclass(frozen=True)
class People:
    """For every child (row of ``children``): text, blank where nothing says it."""

    team: pa.Array
    worker: pa.Array
    manager: pa.Array


def people(duties: Duties) -> People:
    """From the open (else the latest) lead involvement; where there is none, from the latest plan, assessment or referral that says it."""
    cf = duties.cf
    n = cf.n("children")
    blank = pa.array([""] * n, pa.string())
    team, worker = blank, blank
    for table, team_field, worker_field, start in (
        ("involvements", "team", "worker_id", "started_on"),
        ("plans", "team", "lead_worker_id", "started_on"),
        ("assessments", "team", "worker_id", "started_on"),
        ("referrals", "team", "worker_id", "received_at"),
    ):
        if cf.has(table):
            row = latest(duties, table, start)
            team = _fill(team, cf.text(table, team_field), row)
            worker = _fill(worker, cf.text(table, worker_field), row)
    return People(team, worker, _managers(cf, worker, blank))


def latest(duties: Duties, table: str, start: str) -> np.ndarray:
    """Each child's record of the table: open before ended, then the latest start, then the greatest id; -1 where there is none."""
    cf = duties.cf
    when, child = cf.when(table, start), cf.child(table)
    counts = (child >= 0) & when.known & (when.day <= duties.as_of)
    if table == "involvements":
        role = cf.codes(table, "role")
        lead = [i for i, word in enumerate(role.words) if word in ("lead", "")]
        counts &= np.isin(role.code, lead)
    rows = np.flatnonzero(counts)
    is_open = duties.own_end(table).day[rows] > duties.as_of
    names = np.argsort(np.asarray(pc.sort_indices(cf.ids(table))))[rows]
    order = rows[np.lexsort((names, when.day[rows], is_open))]
    found = np.full(cf.n("children"), -1, np.int64)
    found[child[order]] = order
    return found


def _fill(held: pa.Array, column: pa.Array, row: np.ndarray) -> pa.Array:
    if not len(column):
        return held
    candidate = pc.if_else(pa.array(row >= 0), column.take(pa.array(np.maximum(row, 0))), pa.scalar(""))
    return pc.if_else(pc.equal(held, ""), candidate, held)


def _managers(cf: CaseFile, worker: pa.Array, blank: pa.Array) -> pa.Array:
    if not cf.has("workers", "manager_id"):
        return blank
    row = pc.index_in(pc.utf8_trim_whitespace(worker), value_set=cf.ids("workers"))
    return pc.fill_null(cf.text("workers", "manager_id").take(row), "")
