"""What is on one list for people, in the parts in which it is read: the list of a team, or of the whole service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from auditcheck.reports.fold import Due, Gap, Row, gaps
from auditcheck.reports.order import ACT_TODAY, DONE, KNOWN

if TYPE_CHECKING:
    import pandas as pd

    from auditcheck.reports.causes import Cause
    from auditcheck.reports.listing import Listing

_Row = TypeVar("_Row", Row, Due)

#: What stands in the line of counts over every list, in the order of its parts.
COUNTED = ("Act today", "Due soon", "Overdue and known", "Cannot tell")


@dataclass(frozen=True)
class WorkList:
    """One list. ``team``: None for the whole service, '' where no team is recorded; ``children``: how many it has, None: not known.

    ``waived``, ``cleared``, ``actions`` (those overdue) and ``register``: None where the run was given no waivers, remembers no earlier
    run, or has no register of actions.
    """

    team: str | None
    children: int | None
    rows: Sequence[Row]
    due_soon: Sequence[Due]
    gaps: Sequence[Gap]
    causes: Sequence[Cause]
    waived: pd.DataFrame | None
    cleared: pd.DataFrame | None
    actions: pd.DataFrame | None
    register: pd.DataFrame | None

    @property
    def name(self) -> str:
        """The team as the records name it; '' for none, and for the whole service."""
        return self.team or ""

    @cached_property
    def act_today(self) -> list[Row]:
        """Whatever the cause: a child may be unsafe."""
        return [row for row in self.rows if row.section == ACT_TODAY]

    @cached_property
    def known(self) -> list[Row]:
        return [row for row in self.rows if row.section == KNOWN and not self._one_cause(row)]

    @cached_property
    def done(self) -> list[Row]:
        """Done, but late, or closed since."""
        return [row for row in self.rows if row.section == DONE and not self._one_cause(row)]

    def behind(self, cause: Cause) -> list[Row]:
        """The rows that one cause is behind, which stand in no other part."""
        return [] if cause.unknown else [row for row in self.rows if row.section != ACT_TODAY and row.rules == (cause.rule_id,)]

    @cached_property
    def annex(self) -> list[tuple[Cause, list[Row]]]:
        return [(cause, rows) for cause in self.causes if (rows := self.behind(cause))]

    @cached_property
    def causes_here(self) -> list[Cause]:
        """The causes of the run that are behind any row of this list."""
        found, unknown = {rule for row in self.rows for rule in row.rules}, {gap.rule_id for gap in self.gaps}
        return [cause for cause in self.causes if cause.rule_id in (unknown if cause.unknown else found)]

    def _one_cause(self, row: Row) -> bool:
        return len(row.rules) == 1 and row.rules[0] in self._causes

    @cached_property
    def _causes(self) -> set[str]:
        return {cause.rule_id for cause in self.causes if not cause.unknown}

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each part has (`COUNTED`)."""
        numbers = (len(self.act_today), len(self.due_soon), len(self.known), sum(len(gap.where) for gap in self.gaps))
        return dict(zip(COUNTED, numbers, strict=True))

    @cached_property
    def since(self) -> dict[str, int]:
        """What has changed since the last run; empty where none is remembered."""
        if self.cleared is None:
            return {}
        live = [row for row in self.rows if row.section != DONE]
        worse = sum(row.change == "Changed" or (row.why.startswith("Now over") and row.change != "New") for row in live)
        return {
            "new": sum(row.change == "New" for row in live),
            "worse or changed": worse,
            "cleared": int((self.cleared["settled"] == "yes").sum()),
        }

    @property
    def total(self) -> int:
        """Rows in all, whatever the part."""
        return len(self.rows) + len(self.due_soon) + self.counts["Cannot tell"]


def whole(listing: Listing) -> WorkList:
    """The list of everything that a listing holds."""
    return WorkList(
        team=None,
        children=sum(listing.teams.values()) if listing.teams else None,
        rows=listing.rows,
        due_soon=listing.due_rows,
        gaps=gaps(listing.cannot_tell),
        causes=listing.causes,
        waived=listing.waived,
        cleared=listing.cleared,
        actions=listing.actions,
        register=listing.register,
    )


def by_team(listing: Listing) -> Iterator[WorkList]:
    """A list for each team that has a child or a row, by name; last the one of those without a team."""
    rows, due = _by(listing.rows), _by(listing.due_rows)
    unknown = dict(iter(listing.cannot_tell.groupby("team")))
    frames = (listing.waived, listing.cleared, listing.actions, listing.register)
    named = {*listing.teams, *rows, *due, *unknown, *(team for frame in frames if frame is not None for team in frame["team"])}
    for team in sorted(named, key=lambda name: (name == "", name)):
        waived, cleared, actions, register = (None if frame is None else frame[frame["team"] == team] for frame in frames)
        yield WorkList(
            team=team,
            children=listing.teams.get(team, 0) if listing.teams else None,
            rows=rows.get(team, []),
            due_soon=due.get(team, []),
            gaps=gaps(unknown[team]) if team in unknown else [],
            causes=listing.causes,
            waived=waived,
            cleared=cleared,
            actions=actions,
            register=register,
        )


def _by(rows: Sequence[_Row]) -> Mapping[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.team, []).append(row)
    return found
