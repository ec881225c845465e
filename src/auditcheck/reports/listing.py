"""What one page and one workbook show: the rows, in order and in words, and the sentences around them.

Two listings come from a run: the one for everybody, and the one for restricted children, whose rows are nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from auditcheck.reports import words
from auditcheck.reports.order import SEVERITIES, WHENS, in_order

if TYPE_CHECKING:
    import pandas as pd

    from auditcheck.reports.view import RunView

_FINDING = (
    *("finding_id", "rule_id", "title", "kind", "force", "severity", "outcome", "standing", "child_id", "table", "record_id", "class"),
    *("due_at", "happened_at", "unit", "team", "worker_id", "message", "action", "law", "edition", "limit", "verified", "state", "because"),
)
_MEASURE = ("measure_id", "title", "value", "unit", "low", "high", "numerator", "denominator", "unknown", "target", "target_status", "says")
_OBSERVATION = ("rule_id", "title", "severity", "child_id", "table", "record_id", "class", "due_at", "team", "worker_id", "message")


@dataclass(frozen=True)
class Listing:
    """One list for people. Frames are text without unseen characters, sorted; ``over`` alone is Int64.

    ``findings`` has the columns of findings.csv and ``when``, ``days_over``, ``status``, ``record``, ``standard``.
    ``due_soon`` and ``cannot_tell`` have the observation columns and ``record``. ``not_checked`` and ``failed`` are rows of rules.csv.
    ``measures``: rows of measures.csv; none in the list of the restricted children.
    ``quality`` counts: file, column, problem, times. ``counts``: findings by when to act, then "Due soon" and "Cannot tell", restricted
    children included; ``elsewhere``: how many of those counted are only under restricted/.
    """

    restricted: bool
    findings: pd.DataFrame
    due_soon: pd.DataFrame
    cannot_tell: pd.DataFrame
    not_checked: pd.DataFrame
    failed: pd.DataFrame
    quality: pd.DataFrame
    rules_checked: int
    counts: dict[str, int]
    elsewhere: int
    info: dict[str, Any]
    stopped: tuple[str, ...]
    complete: bool
    quality_page: bool
    measures: pd.DataFrame

    @property
    def as_of(self) -> str:
        """The as-of date in words."""
        return words.in_words(str(self.info["as_of"]))

    @property
    def data_up_to(self) -> str:
        """The last day of the records in words; the as-of date where the run does not know."""
        return words.in_words(str(self.info.get("data_up_to") or self.info["as_of"]))

    @property
    def exceptions(self) -> int:
        """Findings counted, those listed elsewhere included."""
        return sum(self.counts[when] for when in WHENS)


def listings(view: RunView) -> tuple[Listing, Listing | None]:
    """The list for everybody and, where any child is restricted, the list of the restricted children."""
    everything = _listing(view)
    if not view.restricted:
        return everything, None
    # As the frames show them: an id is not let through because it holds a character that nobody sees.
    restricted = frozenset(map(words.visible, view.restricted))
    frames = {name: getattr(everything, name) for name in ("findings", "due_soon", "cannot_tell")}
    hidden = {name: _concerns(frame, restricted) for name, frame in frames.items()}
    sealed = {name: frame[hidden[name]] for name, frame in frames.items()}
    open_ = {name: frame[~hidden[name]] for name, frame in frames.items()}
    for_all = replace(everything, **open_, elsewhere=sum(map(len, sealed.values())))
    theirs = replace(everything, **sealed, counts=_counts(**sealed), restricted=True, measures=everything.measures.iloc[:0])
    return _without_names(for_all, restricted), theirs


def _listing(view: RunView) -> Listing:
    findings = _prepared(view.findings[view.listed], _FINDING)
    findings["over"] = view.findings["over"][view.listed].astype("Int64").array
    findings = in_order(findings)
    findings["status"] = _status(findings)
    findings["standard"] = _standards(findings)
    due_soon = _by(_prepared(view.due_soon, _OBSERVATION), "due_at")
    cannot_tell = _by(_prepared(view.cannot_tell, _OBSERVATION), "rule_id")
    rules = _prepared(view.rules, ["rule_id", "title", "kind", "status", "why"])
    quality = _prepared(view.quality, ["file", "column", "problem", "stopped"])
    failed = rules[rules["status"] == "rule_error"]
    return Listing(
        restricted=False,
        findings=findings,
        due_soon=due_soon,
        cannot_tell=cannot_tell,
        not_checked=rules[(rules["status"] == "not_evaluated") & ~rules["kind"].isin(["auditor", "measure"])],
        failed=failed,
        quality=quality.groupby(["file", "column", "problem"], as_index=False, sort=True).size().rename(columns={"size": "times"}),
        rules_checked=int(((rules["status"] == "evaluated") & (rules["kind"] != "measure")).sum()),
        counts=_counts(findings, due_soon, cannot_tell),
        elsewhere=0,
        info=view.info,
        stopped=() if view.complete else _stopped(view.info, failed, quality),
        complete=view.complete,
        quality_page=view.records is not None,
        measures=_prepared(view.rules.iloc[:0] if view.measures is None else view.measures, _MEASURE),
    )


def _prepared(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The columns named, as text a reader can see (an absent column is blank), under a fresh index; with ``record`` where there is one."""
    import pandas as pd

    blank = pd.Series("", index=frame.index, dtype="str")
    kept = {name: frame[name].astype("str").fillna("") if name in frame else blank for name in columns}
    clean = {name: text.str.replace(words.UNSEEN.pattern, "\ufffd", regex=True) for name, text in kept.items()}
    if "record_id" in clean:
        table, record = clean["table"], clean["record_id"]
        bare = [r if not t or r.startswith(f"{t}:") else f"{t} {r}" for t, r in zip(table, record, strict=True)]
        clean["record"] = pd.Series(bare, index=frame.index, dtype="str").str.replace("_", " ")
    return pd.DataFrame(clean).reset_index(drop=True)


def _by(observations: pd.DataFrame, first: str) -> pd.DataFrame:
    """Observations sorted by one column, then severity, child, rule and record."""
    rank = observations["severity"].astype("object").map({s: n for n, s in enumerate(SEVERITIES)}).fillna(len(SEVERITIES))
    by = [first, "_severity", "child_id", "rule_id", "record_id", "class"]
    return observations.assign(_severity=rank).sort_values(by, kind="stable").drop(columns="_severity")


def _status(findings: pd.DataFrame) -> pd.Series:
    import numpy as np
    import pandas as pd

    told = [findings["outcome"].eq("justified").to_numpy(), findings["standing"].eq("past").to_numpy()]
    return pd.Series(np.select(told, ["Late, reason recorded", "Record since closed"], "Open"), index=findings.index)


def _standards(findings: pd.DataFrame) -> pd.Series:
    """What the rule rests on, one sentence: its force, law, edition and limit."""
    import pandas as pd

    parts = findings[["force", "law", "edition", "limit"]]
    known = {row: words.standard(*row) for row in parts.drop_duplicates().itertuples(index=False, name=None)}
    return pd.Series([known[row] for row in parts.itertuples(index=False, name=None)], index=findings.index, dtype="str")


def _counts(findings: pd.DataFrame, due_soon: pd.DataFrame, cannot_tell: pd.DataFrame) -> dict[str, int]:
    whens = findings["when"].value_counts()
    return {**{when: int(whens.get(when, 0)) for when in WHENS}, "Due soon": len(due_soon), "Cannot tell": len(cannot_tell)}


def _stopped(info: dict[str, Any], failed: pd.DataFrame, quality: pd.DataFrame) -> tuple[str, ...]:
    """Why the run is incomplete, in its own words; where it has none, what its tables show."""
    said = [str(reason) for reason in info.get("incomplete") or ()]
    if not said:
        broken = quality[quality["stopped"].str.lower().isin(("true", "yes"))].drop_duplicates(["file", "problem"])
        said = [f"{file}: {problem}" for file, problem in zip(broken["file"], broken["problem"], strict=True)]
        if len(failed):
            said.append(f"{words.count(len(failed), 'rule')} failed while running: {words.listed_in_words(failed['rule_id'].tolist())}")
    return tuple(dict.fromkeys(map(words.visible, said))) or ("The run did not say why; see run.json",)


def _concerns(frame: pd.DataFrame, restricted: frozenset[str]) -> pd.Series:
    """Whether a row is about a restricted child: by its child, or by the child id inside a natural key."""
    theirs = frame["child_id"].isin(restricted)
    keys = frame["record_id"].where(~theirs & frame["record_id"].str.contains(":", regex=False), "")
    return theirs | keys.map(lambda key: bool(key) and not restricted.isdisjoint(key.split(":"))).astype(bool)


def _without_names(listing: Listing, restricted: frozenset[str]) -> Listing:
    """The listing with the restricted child ids taken out of what the run says about its input and its rules."""
    hide = words.hiding(restricted)
    return replace(
        listing,
        quality=listing.quality.assign(problem=listing.quality["problem"].map(hide).astype("str")),
        failed=listing.failed.assign(why=listing.failed["why"].map(hide).astype("str")),
        stopped=tuple(map(hide, listing.stopped)),
    )
