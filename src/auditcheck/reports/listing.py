"""What one page and one workbook show: the rows, in order and in words, and the sentences around them.

Two listings come from a run: the one for everybody, and the one for restricted children, whose rows are nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from auditcheck.raw import NOTED
from auditcheck.reports import words
from auditcheck.reports.causes import Cause, causes
from auditcheck.reports.fold import Due, People, Row, due_rows, people, rows
from auditcheck.reports.frames import by, prepared, standards, status
from auditcheck.reports.kept import REGISTER, cleared, overdue_actions, planned, register, waived
from auditcheck.reports.order import in_order, last_run
from auditcheck.reports.worklist import WorkList, whole

if TYPE_CHECKING:
    import pandas as pd

    from auditcheck.reports.view import RunView

_FINDING = (
    *("finding_id", "rule_id", "title", "kind", "force", "severity", "outcome", "standing", "child_id", "table", "record_id", "class"),
    *("due_at", "happened_at", "unit", "team", "worker_id", "message", "action", "law", "edition", "limit", "verified", "state"),
    *("first_seen", "because"),
)
_MEASURE = ("measure_id", "title", "value", "unit", "low", "high", "numerator", "denominator", "unknown", "target", "target_status", "says")
_WAIVER = ("waiver_id", "finding_id", "rule_id", "child_id", "reason", "owner", "approver", "granted", "expires")
_RESOLVED = ("finding_id", "rule_id", "title", "child_id", "table", "record_id", "team", "worker_id", "first_seen", "why", "says")
_ACTION = ("finding_id", *REGISTER)
_CHILD = ("child_id", "family_id", "age", "died", "restricted", "team", "plan_kind", "plan_ended")
_OBSERVATION = ("rule_id", "title", "severity", "child_id", "table", "record_id", "class", "due_at", "team", "worker_id", "message")


@dataclass(frozen=True)
class Listing:
    """One list for people. Frames are text without unseen characters, sorted; ``over`` alone is Int64.

    ``findings`` has the columns of findings.csv, those of `order.in_order`, and ``status``, ``record``, ``standard``. ``due_soon`` and
    ``cannot_tell`` have the observation columns and ``record``. ``rows`` and ``due_rows``: what of these one action clears, folded.
    ``waived``, ``cleared``, ``actions`` (those overdue), ``register`` (all of them): see `kept`; None: the run has none to show.
    ``planned``: what the register holds to be done, by finding. ``teams``: how many children each team has, as far as the run says.
    ``causes`` are those of the whole run.
    ``not_checked`` and ``failed`` are rows of rules.csv. ``measures``: rows of measures.csv; none in the list of the restricted children.
    ``quality`` counts: file, column, problem, times; ``noted``: the same of what is odd and was read as it was meant.
    ``counts_elsewhere``, ``elsewhere``: what is only under restricted/, by part (`worklist.COUNTED`) and all of it.
    """

    restricted: bool
    findings: pd.DataFrame
    due_soon: pd.DataFrame
    cannot_tell: pd.DataFrame
    not_checked: pd.DataFrame
    failed: pd.DataFrame
    quality: pd.DataFrame
    noted: pd.DataFrame
    rules_checked: int
    info: dict[str, Any]
    stopped: tuple[str, ...]
    complete: bool
    quality_page: bool
    measures: pd.DataFrame
    people: People
    teams: Mapping[str, int]
    causes: Sequence[Cause]
    waived: pd.DataFrame | None
    cleared: pd.DataFrame | None
    actions: pd.DataFrame | None
    register: pd.DataFrame | None
    planned: Mapping[str, str]
    counts_elsewhere: Mapping[str, int]
    elsewhere: int

    @cached_property
    def rows(self) -> list[Row]:
        """One row a child and action (`fold.rows`)."""
        return rows(self.findings, self.people)

    @cached_property
    def due_rows(self) -> list[Due]:
        """What falls due, brothers and sisters together (`fold.due_rows`)."""
        return due_rows(self.due_soon, self.people)

    @cached_property
    def work(self) -> WorkList:
        """The list of the whole service."""
        return whole(self)

    @property
    def remembers(self) -> bool:
        """Whether the run knows an earlier one."""
        return bool(last_run(self.info))

    @property
    def counts(self) -> dict[str, int]:
        """Rows in each part, restricted children included."""
        return {part: n + self.counts_elsewhere.get(part, 0) for part, n in self.work.counts.items()}

    @property
    def as_of(self) -> str:
        """The as-of date in words."""
        return words.in_words(str(self.info["as_of"]))

    @property
    def data_up_to(self) -> str:
        """The last day of the records in words; the as-of date where the run does not know."""
        return words.in_words(str(self.info.get("data_up_to") or self.info["as_of"]))


def listings(view: RunView) -> tuple[Listing, Listing | None]:
    """The list for everybody and, where any child is restricted, the list of the restricted children."""
    everything = _listing(view)
    if not view.restricted:
        return everything, None
    # As the frames show them: an id is not let through because it holds a character that nobody sees.
    restricted = frozenset(map(words.visible, view.restricted))
    names = ("findings", "due_soon", "cannot_tell", "waived", "cleared", "actions", "register")
    frames = {name: frame for name in names if (frame := getattr(everything, name)) is not None}
    hidden = {name: _concerns(frame, restricted) for name, frame in frames.items()}
    theirs = replace(
        everything,
        **{name: frame[hidden[name]] for name, frame in frames.items()},
        restricted=True,
        measures=everything.measures.iloc[:0],
        teams={},
    )
    for_all = replace(
        everything,
        **{name: frame[~hidden[name]] for name, frame in frames.items()},
        counts_elsewhere=theirs.work.counts,
        elsewhere=theirs.work.total,
    )
    return _without_names(for_all, restricted), theirs


def _listing(view: RunView) -> Listing:
    findings = prepared(view.findings[view.listed], _FINDING)
    findings["over"] = view.findings["over"][view.listed].astype("Int64").array
    findings = in_order(findings, str(view.info["as_of"]), last_run(view.info))
    findings["status"] = status(findings)
    findings["standard"] = standards(findings)
    cannot_tell = by(prepared(view.cannot_tell, _OBSERVATION), "rule_id")
    rules = prepared(view.rules, ["rule_id", "title", "kind", "status", "why"])
    quality = prepared(view.quality, ["file", "column", "problem", "stopped"])
    counted = quality.groupby(["file", "column", "problem"], as_index=False, sort=True).size().rename(columns={"size": "times"})
    noted = counted["problem"].str.startswith(NOTED)
    failed = rules[rules["status"] == "rule_error"]
    children = prepared(view.findings.iloc[:0] if view.children is None else view.children.to_pandas(), _CHILD)
    actions = None if view.actions is None else prepared(view.actions, _ACTION)
    return Listing(
        restricted=False,
        findings=findings,
        due_soon=by(prepared(view.due_soon, _OBSERVATION), "due_at"),
        cannot_tell=cannot_tell,
        not_checked=rules[(rules["status"] == "not_evaluated") & ~rules["kind"].isin(["auditor", "measure"])],
        failed=failed,
        quality=counted[~noted],
        noted=counted[noted],
        rules_checked=int(((rules["status"] == "evaluated") & (rules["kind"] != "measure")).sum()),
        info=view.info,
        stopped=() if view.complete else _stopped(view.info, failed, quality),
        complete=view.complete,
        quality_page=view.records is not None,
        measures=prepared(view.rules.iloc[:0] if view.measures is None else view.measures, _MEASURE),
        people=people(children),
        teams=Counter(children["team"][(children["died"] != "yes") & (children["restricted"] != "yes")]),
        causes=causes(findings, cannot_tell, view.eligible),
        waived=None if view.waivers is None else waived(prepared(view.waivers, _WAIVER), prepared(view.findings, _FINDING)),
        cleared=cleared(prepared(view.resolved, _RESOLVED)) if view.resolved is not None and last_run(view.info) else None,
        actions=None if actions is None else overdue_actions(actions, str(view.info["as_of"])),
        register=None if actions is None else register(actions, str(view.info["as_of"])),
        planned={} if actions is None else planned(actions),
        counts_elsewhere={},
        elsewhere=0,
    )


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

    def hidden(frame: pd.DataFrame | None, column: str) -> pd.DataFrame | None:
        return None if frame is None else frame.assign(**{column: frame[column].map(hide).astype("str")})

    return replace(
        listing,
        waived=hidden(listing.waived, "reason"),
        cleared=hidden(listing.cleared, "says"),
        actions=hidden(listing.actions, "what"),
        register=hidden(hidden(listing.register, "what"), "outcome"),
        planned={finding: hide(what) for finding, what in listing.planned.items()},
        quality=listing.quality.assign(problem=listing.quality["problem"].map(hide).astype("str")),
        noted=listing.noted.assign(problem=listing.noted["problem"].map(hide).astype("str")),
        failed=listing.failed.assign(why=listing.failed["why"].map(hide).astype("str")),
        stopped=tuple(map(hide, listing.stopped)),
    )
