"""When to act, in which part of a list, and the one fixed order of every list, so that two people see the same rows in the same places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

WHENS = ("Act today", "This week", "Plan")
SEVERITIES = ("high", "medium", "low")
ACT_TODAY, KNOWN, DONE = "act_today", "known", "done"

#: Ages in working days past the limit at which an item that is known comes up again: bands of 1-5, 6-10, 11-20 and over 20 days.
#: Each night would make it wallpaper (reminders that repeat are accepted less and less); only once, nobody would see it grow old.
BANDS = (6, 11, 21)
STATUTORY = ("REG", "SG")

HOW = (
    "Act today: not done by the audit's date, and a rule of high severity (a child's safety). Where the run knows an earlier one also a "
    "limit of the law or of statutory guidance that has passed since, and whatever has now been overdue for more than 5, 10 or 20 working "
    "days. This week: medium severity. Plan: low severity, done since but late, or the record has since closed.",
    "Rows stand in this order: when to act, severity, working days over, child id, rule. It never changes, so two people see the same "
    "list. One row is one child and one action: repeats, rules with the same next step, and brothers and sisters share it.",
)


def last_run(info: Mapping[str, Any]) -> str:
    """The as-of date (ISO) of the run with which the ``state`` of findings compares, from run.json; '' where there is none.

    In a ledger's first night everything would be new, so that nothing is.
    """
    return str((info.get("nights") or {}).get("compared_with") or "")


def in_order(findings: pd.DataFrame, as_of: str, last_run: str) -> pd.DataFrame:
    """The findings sorted as every list shows them, with five columns added.

    ``when``: one of `WHENS`; ``why``: why today, '' otherwise; ``section``: `ACT_TODAY`, `KNOWN` (to do, not today) or `DONE` (late, but
    done or closed since); ``late`` (Int64): working days from the limit to the day on which it was done, else to ``as_of``; null where
    that is not to be counted. ``last_run``: see the function of that name.
    """
    import numpy as np
    import pandas as pd

    done = done_since(findings).to_numpy(bool)
    live = (findings["standing"].eq("open") & findings["outcome"].eq("not_met")).to_numpy(bool) & ~done
    late = _late(findings, as_of, live, done)
    whens, whys = _when(findings, live, late, _late(findings, last_run or as_of, live, done), bool(last_run))
    keys = findings.assign(
        when=whens,
        why=whys,
        section=np.select([whens == WHENS[0], live], [ACT_TODAY, KNOWN], DONE),
        late=pd.array(late, dtype="Int64"),
        _when=[WHENS.index(when) for when in whens],
        _severity=findings["severity"].astype("object").map({s: n for n, s in enumerate(SEVERITIES)}).fillna(len(SEVERITIES)),
    )
    keys.loc[late < 0, "late"] = pd.NA
    keys["_longest"] = -late
    by = ["_when", "_severity", "_longest", "child_id", "rule_id", "record_id", "finding_id"]
    return keys.sort_values(by, kind="stable").drop(columns=["_when", "_severity", "_longest"])


def done_since(findings: pd.DataFrame) -> pd.Series:
    """Whether it was done in the end, only late: it can be learned from, no longer put right."""
    happened, due = findings["happened_at"].astype("object").fillna(""), findings["due_at"].astype("object").fillna("")
    return happened.ne("") & due.ne("") & happened.gt(due)


def _when(
    findings: pd.DataFrame,
    live: npt.NDArray[np.bool_],
    late: npt.NDArray[np.int64],
    late_before: npt.NDArray[np.int64],
    remembers: bool,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """When to act and, where that is today, why."""
    import numpy as np

    high, medium = (live & findings["severity"].eq(severity).to_numpy() for severity in SEVERITIES[:2])
    new = live & remembers & findings["state"].eq("new").to_numpy(bool)
    passed = new & findings["force"].isin(STATUTORY).to_numpy()
    band, before = np.searchsorted(BANDS, late, side="right"), np.searchsorted(BANDS, late_before, side="right")
    older = live & remembers & ~new & (band > before)
    ages = np.array(["", *(f"Now over {days - 1} working days" for days in BANDS)], dtype=object)
    limited = findings["due_at"].astype("object").fillna("").ne("").to_numpy(bool)
    since = np.where(limited, "Limit passed since the last run", "New since the last run").astype(object)
    whys = np.select([high & ~older, passed, older], ["", since, ages[band]], "").astype(object)
    return np.select([high | passed | older, medium], WHENS[:2], WHENS[2]).astype(object), whys


def _late(findings: pd.DataFrame, as_of: str, live: npt.NDArray[np.bool_], done: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Working days from each limit to the day it was done, else to ``as_of``; -1 where there is none to count or the record is closed."""
    import numpy as np

    from auditcheck import clock

    until = np.where(done, findings["happened_at"].astype("object").str[:10], as_of[:10])
    days = clock.working_days_between(_days(findings["due_at"].astype("object").str[:10].to_numpy()), _days(until))
    return np.where(live | done, np.maximum(days, -1), -1).astype(np.int64)


def working_days_late(due: str, until: str) -> int:
    """Working days after the day ``due`` up to ``until`` (ISO); -1 where one of them is no day of the calendar."""
    import numpy as np

    from auditcheck import clock

    first, last = (_days(np.array([text[:10]], dtype=object)) for text in (due, until))
    return max(int(clock.working_days_between(first, last)[0]), -1)


def _days(texts: npt.NDArray[np.object_]) -> npt.NDArray[np.int32]:
    """Day numbers of ISO dates; NAT where a text is none."""
    import numpy as np

    from auditcheck.clock import NAT

    days = {text: _day(text) for text in set(texts.tolist())}
    return np.array([NAT if (day := days[text]) is None else day for text in texts.tolist()], dtype=np.int32)


def _day(text: object) -> int | None:
    from auditcheck.clock import day_number

    try:
        return day_number(date.fromisoformat(str(text)))
    except ValueError:
        return None
