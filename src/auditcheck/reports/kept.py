"""What people and earlier runs have left beside tonight's findings: waivers, what was cleared, and actions that are overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditcheck.reports import words

if TYPE_CHECKING:
    import pandas as pd

_WHOSE = ("finding_id", "rule_id", "child_id", "team", "worker_id", "title", "record", "record_id")
WAIVED = (*_WHOSE, "reason", "owner", "approver", "granted", "expires")
CLEARED = (*_WHOSE, "first_seen", "why", "says", "settled")
ACTIONS = ("action_id", "finding_id", "child_id", "record_id", "team", "what", "owner", "due")
REGISTER = (
    *("action_id", "kind", "child_id", "record_id", "team", "theme", "what", "owner", "raised_on", "due", "status", "closed_on"),
    *("alert", "stage", "sent_to", "reply_due", "replied_on", "outcome"),
)

#: Why (resolved.csv) a finding is gone for good; for any other reason nobody knows that it is put right.
SETTLED = ("fixed", "not_yet_due", "case_closed", "exempt", "not_applicable", "no_longer_asked")
#: How the register writes that nothing more is to be done.
_ENDED = ("closed", "done", "cancelled")


def waived(waivers: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The waivers that apply, in `WAIVED`'s columns, with what each was found to be; the first to expire comes first."""
    found = findings[["finding_id", "title", "team", "worker_id", "record", "record_id"]]
    told = waivers.drop(columns=[name for name in found.columns[1:] if name in waivers]).merge(found, how="left", on="finding_id")
    return _text(told, WAIVED).sort_values(["expires", "child_id", "rule_id", "finding_id"], kind="stable", ignore_index=True)


def cleared(resolved: pd.DataFrame) -> pd.DataFrame:
    """What was found last time and is not tonight, in `CLEARED`'s columns: what is put right first, then by child."""
    told = resolved.assign(settled=resolved["why"].isin(SETTLED).map({True: "yes", False: "no"}))
    by = ["settled", "child_id", "rule_id", "finding_id"]
    return _text(told, CLEARED).sort_values(by, ascending=[False, True, True, True], kind="stable", ignore_index=True)


def overdue_actions(actions: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """The actions of the register that are to be done and were due before ``as_of``, in `ACTIONS`' columns, the oldest first.

    So is a practice alert whose reply was due before then and has not come.
    """
    unanswered = (actions["replied_on"] == "") & (actions["reply_due"] != "") & (actions["reply_due"] < as_of[:10])
    asked = actions.assign(
        due=actions["due"].where(~unanswered | (actions["due"] < actions["reply_due"]), actions["reply_due"]),
        what=actions["what"].where(~unanswered, "No reply yet to this practice alert: " + actions["what"]),
    )
    late = asked[_open(asked) & (asked["due"] != "") & (asked["due"].str[:10] < as_of[:10])]
    return _text(late, ACTIONS).sort_values(["due", "action_id"], kind="stable", ignore_index=True)


def register(actions: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """The register as it stood on ``as_of``, in `REGISTER`'s columns, by due day: what was raised later is not there, what was closed
    later is open."""
    held = _text(actions[actions["raised_on"].str[:10] <= as_of[:10]], REGISTER)
    reopened = held["closed_on"] > as_of[:10]
    held.loc[reopened, ["status", "closed_on"]] = ("open", "")
    return held.sort_values(["due", "action_id"], kind="stable", ignore_index=True)


def planned(actions: pd.DataFrame) -> dict[str, str]:
    """What the register holds to be done, in words, by finding."""
    held = actions[_open(actions) & (actions["finding_id"] != "")]
    told = zip(held["finding_id"], held["action_id"], held["owner"], held["due"], strict=True)
    return {finding: f"Action {action}: {owner}, due {words.in_words(due)}" for finding, action, owner, due in told}


def _open(actions: pd.DataFrame) -> pd.Series:
    return ~actions["status"].str.lower().isin(_ENDED)


def _text(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The columns named, '' where there is nothing."""
    return frame.reindex(columns=list(columns)).astype("object").fillna("").astype("str")
