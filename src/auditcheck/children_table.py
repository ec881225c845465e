"""children.parquet: each child of a run as the reports need it. Ids and codes only: no name, no date of birth, no free text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import contract
from auditcheck.casefile import CaseFile, sealed
from auditcheck.duties import Duties
from auditcheck.people import People, latest
from auditcheck.texts import iso
from auditcheck.values import BLANK, DIFFERS, OK, Mask

#: children.parquet, in order.
CHILDREN = (
    "child_id", "family_id", "age", "gender", "ethnicity", "disabled", "died", "restricted", "team", "worker_id", "manager_id",
    "plan_kind", "plan_category", "plan_started", "plan_ended",
)  # fmt: skip
UNBORN = "unborn"
#: What stands for a value that can't be read: nothing that a rule could take for an answer is guessed from it.
UNREADABLE = "unreadable"


def children_table(duties: Duties, who: People) -> pa.Table:
    """One row a child in `CHILDREN`'s columns, by id; null where nothing is recorded.

    ``age``: whole years at the as-of date (at death, where the child has died), or `UNBORN`. The plan is the one that is open, else the
    latest; of several the one that started last. A code outside its closed list is `UNREADABLE`.
    """
    cf = duties.cf
    plan = latest(duties, "plans", "started_on") if cf.has("plans") else np.full(cf.n("children"), -1)
    columns = {
        "child_id": cf.ids("children"),
        "family_id": _text(cf, "family_id"),
        "age": _age(duties),
        "gender": _code(cf, "children", "sex"),
        "ethnicity": _text(cf, "ethnicity"),
        "disabled": _code(cf, "children", "disabled"),
        "died": _yes(duties.died("children")),
        "restricted": _yes(sealed(cf)),
        "team": who.team,
        "worker_id": who.worker,
        "manager_id": who.manager,
        "plan_kind": _of_plan(_code(cf, "plans", "kind"), plan),
        "plan_category": _of_plan(_category(cf), plan),
        "plan_started": _day(duties, "started_on", plan),
        "plan_ended": _day(duties, "ended_on", plan),
    }
    table = pa.table({name: _or_null(columns[name]) for name in CHILDREN})
    return table.take(pc.sort_indices(table["child_id"]))


def _or_null(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _yes(where: Mask) -> pa.Array:
    return pa.array(["no", "yes"]).take(pa.array(where.astype(np.int8)))


def _text(cf: CaseFile, name: str) -> pa.Array:
    blank, text = pa.array(cf.blank("children", name)), pc.utf8_trim_whitespace(cf.text("children", name))
    return pc.if_else(blank, "", pc.if_else(pc.equal(text, DIFFERS), UNREADABLE, text))


def _code(cf: CaseFile, table: str, name: str) -> pa.Array:
    """A coded field as it is compared, blank where nothing is stated."""
    if not cf.has(table):
        return pa.array([], pa.string())
    about, held = contract.tables()[table][name], cf.codes(table, name)
    listed = ("yes", "no") if about.type == "yesno" else about.codes
    words = [UNREADABLE if word == DIFFERS or (listed and word and word not in listed) else word for word in held.words]
    return pc.if_else(pa.array(cf.blank(table, name)), "", pa.array(words, pa.string()).take(pa.array(held.code)))


def _category(cf: CaseFile) -> pa.Array:
    """The latest category of each plan, else the first."""
    now = _code(cf, "plans", "latest_category")
    return pc.if_else(pc.equal(now, ""), _code(cf, "plans", "category"), now)


def _of_plan(column: pa.Array, plan: npt.NDArray[np.int64]) -> pa.Array:
    return pc.fill_null(column.take(pa.array(plan, mask=plan < 0)), "")


def _day(duties: Duties, name: str, plan: npt.NDArray[np.int64]) -> pa.Array:
    """A date of each child's plan; one after the as-of date has not happened."""
    if not duties.cf.has("plans"):
        return pa.nulls(len(plan), pa.string())
    return iso(duties.happened("plans", name).take(np.where(plan < 0, -1, plan).astype(np.int32)))


def _age(duties: Duties) -> pa.Array:
    cf = duties.cf
    born, expected, died = (cf.when("children", name) for name in ("date_of_birth", "expected_birth_date", "died_on"))
    on = np.where(duties.died("children"), died.day, duties.as_of)
    known = (born.state == OK) & (born.day <= on)
    years = pc.cast(pa.array(_years(np.where(known, born.day, 0), on)), pa.string())
    unborn = ((born.state == OK) & (born.day > duties.as_of)) | ((born.state == BLANK) & (expected.state == OK))
    return pc.if_else(pa.array(known), years, pc.if_else(pa.array(unborn), UNBORN, ""))


def _years(born: npt.NDArray[np.int64], on: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Whole years from one day to another, as `clock.add` counts them: a child of 29 February is a year older on the 28th."""
    first, last = (day.astype("datetime64[D]") for day in (born, on))
    month = last.astype("datetime64[M]")
    months = (month - first.astype("datetime64[M]")).astype(np.int64)
    length, of_birth, today = _of_month((month + 1).astype("datetime64[D]") - 1), _of_month(first), _of_month(last)
    years: npt.NDArray[np.int64] = (months - (today < np.minimum(of_birth, length))) // 12
    return years


def _of_month(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """The day of the month, from 1."""
    of_month: npt.NDArray[np.int64] = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    return of_month
