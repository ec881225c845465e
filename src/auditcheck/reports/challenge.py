"""What stands on the challenge sheet of a team: for the meeting at which a manager is asked what became of what was promised.

One side of A4. It speaks of children and of what is in the way; it ranks no worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from textwrap import shorten
from typing import TYPE_CHECKING

from auditcheck.reports import words
from auditcheck.reports.order import ACT_TODAY, DONE, working_days_late

if TYPE_CHECKING:
    from auditcheck.reports.fold import Row
    from auditcheck.reports.worklist import WorkList

#: Days from one such meeting to the next: what was kept within them is told once (judgement; some services meet every fortnight).
BETWEEN = 14
#: How much one side of A4 holds of each part. What is left out is counted.
MOST_PROMISES, MOST_WAITING, MOST_BUSY, MOST_CAUSES, MOST_ALERTS, MOST_WELL = 5, 5, 4, 3, 4, 2
_LONGEST = 70  # characters of what the register says of an action; all of it is there
#: From so many rows on a child is one whom several people may each see a part of.
MANY = 3

_Action = Mapping[str, str]


@dataclass(frozen=True)
class Promise:
    """One action of the register and where it stands. ``kept``: None while nobody can know."""

    action: _Action
    stands: str
    kept: bool | None


@dataclass(frozen=True)
class Busy:
    """Children of one family with the same rows, and how many those are; ``today``: to act on today; ``late``: working days over."""

    children: tuple[str, ...]
    rows: int
    today: int
    late: int | None


@dataclass(frozen=True)
class Challenge:
    """The sheet of one team. ``as_of``: the day of the run, ISO."""

    work: WorkList
    as_of: str

    @cached_property
    def live(self) -> list[Row]:
        """What is still to be done, whatever the part of the list."""
        return [row for row in self.work.rows if row.section != DONE and row.children]

    @cached_property
    def promises(self) -> list[Promise]:
        """Actions that are open or were closed since the last meeting: first those not kept, then those kept, then those still in time."""
        found = [_promise(action, self.as_of) for action in self._register if not action["alert"] and self._recent(action["closed_on"])]
        return sorted(found, key=lambda one: (_STANDING.index(one.kept), one.action["due"], one.action["action_id"]))

    @cached_property
    def alerts(self) -> list[Promise]:
        """Practice alerts of concern that are open or were closed since the last meeting; those without a reply in time first."""
        concerns = (action for action in self._register if action["alert"] == "concern" and self._recent(action["closed_on"]))
        found = [_alert(action, self.as_of) for action in concerns]
        return sorted(found, key=lambda one: (_STANDING.index(one.kept), one.action["raised_on"], one.action["action_id"]))

    @cached_property
    def waiting(self) -> list[Row]:
        """The rows of the children who have waited longest past a limit, one a child or family."""
        shown: set[str] = set()
        found = []
        for row in sorted((row for row in self.live if row.late), key=lambda row: (-(row.late or 0), row.children)):
            if not shown.issuperset(row.children):
                found.append(row)
                shown.update(row.children)
        return found

    @cached_property
    def busy(self) -> list[Busy]:
        """Children with `MANY` rows or more, those with the most first."""
        held: dict[str, list[int]] = {}
        for place, row in enumerate(self.live):
            for child in row.children:
                held.setdefault(child, []).append(place)
        same: dict[tuple[int, ...], list[str]] = {}
        for child in sorted(held):
            same.setdefault(tuple(held[child]), []).append(child)
        return sorted(
            (self._busy(*one) for one in same.items() if len(one[0]) >= MANY), key=lambda one: (-one.rows, -one.today, one.children)
        )

    @cached_property
    def well(self) -> list[str]:
        """What went well, in words: good practice raised since the last meeting, then what was put right since the last run."""
        raised = [a for a in self._register if a["alert"] == "good_practice" and self._recent(a["raised_on"])]
        said = [
            f"Good practice raised on {words.in_words(a['raised_on'])}, child {a['child_id']}: {a['theme'] or a['what']}" for a in raised
        ]
        if self.work.cleared is not None:
            right = self.work.cleared[self.work.cleared["settled"] == "yes"]
            told = zip(right["child_id"], right["title"], strict=True)
            said += [f"Put right since the last run, {f'child {child}' if child else words.NO_CHILD}: {title}" for child, title in told]
        return said

    @property
    def questions(self) -> list[str]:
        """Two questions that come from this list; where it gives fewer, two that no list can answer."""
        return [*self._asked(), *_OTHERWISE][:2]

    def _asked(self) -> Iterator[str]:
        if self.waiting:
            row = self.waiting[0]
            who, over = words.listed_in_words(list(row.children)), words.count(row.late or 0, "working day")
            waited = f"{who} {'has' if len(row.children) == 1 else 'have'} waited {over} past the limit"
            yield f"{waited}: what is in the way, and who can take it away this week?"
        broken = [one.action for one in self.promises if one.kept is False]
        if broken:
            late = f"{broken[0]['action_id']} from being done by {words.in_words(broken[0]['due'])}"
            yield f"What kept {late}, and is it still the right thing to do?"
        unanswered = [one.action for one in self.alerts if one.kept is False]
        if unanswered:
            yield f"What has changed for {unanswered[0]['child_id']} since the concern of {words.in_words(unanswered[0]['raised_on'])}?"
        if self.work.causes_here:
            cause = self.work.causes_here[0]
            yield f"What one change would settle “{cause.title}” for {cause.children:,} children, and who makes it?"
        if self.busy:
            yield f"Who sees the whole of what {words.listed_in_words(list(self.busy[0].children))} needs, and what comes first?"

    @cached_property
    def _register(self) -> list[_Action]:
        return [] if self.work.register is None else self.work.register.to_dict("records")

    def _recent(self, day: str) -> bool:
        """Whether a day lies after the last meeting; also where there is none yet."""
        return not day or day > (date.fromisoformat(self.as_of[:10]) - timedelta(days=BETWEEN)).isoformat()

    def _busy(self, places: Sequence[int], children: Sequence[str]) -> Busy:
        rows = [self.live[place] for place in places]
        today = sum(row.section == ACT_TODAY for row in rows)
        return Busy(tuple(children), len(rows), today, max((row.late for row in rows if row.late is not None), default=None))


#: Not kept, kept, not yet known.
_STANDING = (False, True, None)
_OTHERWISE = (
    "Which child are you most worried about that no list shows?",
    "What has gone better for a child since the last meeting, and what made it possible?",
)


def brief(text: str) -> str:
    """A text of the register, cut where it is long."""
    return shorten(text, _LONGEST, placeholder=" ...")


def _promise(action: _Action, as_of: str) -> Promise:
    due, closed = action["due"], action["closed_on"]
    late = _over(due, closed or as_of)
    if closed:
        return Promise(action, f"Kept{f', {late} over' if late else ''}: {words.in_short(closed)}", True)
    if due < as_of[:10]:
        return Promise(action, f"Not kept yet{f': {late} over' if late else ''}", False)
    return Promise(action, "In time so far", None)


def _alert(action: _Action, as_of: str) -> Promise:
    if action["closed_on"]:
        outcome = brief(action["outcome"])
        return Promise(action, f"Closed {words.in_short(action['closed_on'])}{f': {outcome}' if outcome else ''}", True)
    if action["replied_on"]:
        return Promise(action, f"Replied {words.in_short(action['replied_on'])}; still open", True)
    due = action["reply_due"]
    if due and due < as_of[:10]:
        late = _over(due, as_of)
        return Promise(action, f"No reply yet{f': {late} over' if late else ''}", False)
    return Promise(action, "No reply yet; in time so far" if due else "No reply yet, and no day by which one is due", None)


def _over(due: str, until: str) -> str:
    late = working_days_late(due, until)
    return words.count(late, "working day") if late > 0 else ""
