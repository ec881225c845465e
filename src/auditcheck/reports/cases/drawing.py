"""The timeline as a drawing: lanes, limits as lines, and marks whose shape says what came of each. It is read without colour.

Marks of one kind in one lane are one path, so that a sheet of two hundred events stays small. Widths and heights are those of the viewBox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from auditcheck.reports.cases.events import AWAITED, IN_TIME, LANES, LATE, MARKS, MISSING, UNTOLD, Event
from auditcheck.reports.words import count, in_words

WIDTH, _LEFT, _RIGHT, _TOP, _LANE = 900, 112, 884, 42, 33
_BACK, _AHEAD = timedelta(days=730), timedelta(days=92)

#: How one mark is drawn around its middle, as path data: with the middle moved to first.
_SHAPES = {
    IN_TIME: "h0",  # a dot: the round end of a line without length
    LATE: "m0-6 6 11h-12z",
    MISSING: "m-5.5-5.5h11v11h-11z",
    AWAITED: "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
    UNTOLD: "m0-6.5 6.5 6.5-6.5 6.5-6.5-6.5z",
}
_CLASSES = {IN_TIME: "dot", LATE: "late", MISSING: "missing", AWAITED: "awaited", UNTOLD: "untold"}
_DRAWN = (IN_TIME, AWAITED, UNTOLD, LATE, MISSING)  # what matters most is drawn last, on top


@dataclass(frozen=True)
class Plan:
    """The plan as a bar: what it is called and from when to when; ``end`` '' while it is open."""

    called: str
    start: str
    end: str


@dataclass(frozen=True)
class Drawing:
    """The SVG (safe markup), and how many events lie before or after what it shows."""

    svg: str
    earlier: int
    later: int


def drawing(events: Sequence[Event], as_of: str, plan: Plan | None, called: str) -> Drawing | None:
    """The drawing of a child's events (newest first); None where there is none. ``called``: the child, for the drawing's title."""
    today = date.fromisoformat(as_of)
    since, until = (today - _BACK).isoformat(), (today + _AHEAD).isoformat()
    shown = [event for event in events if since <= event.day <= until]
    if not shown:
        return None
    first = max(since, min([event.day for event in shown] + [start for event in shown for start, _ in event.spans]))
    scale = _Scale(date.fromisoformat(first), max(today, date.fromisoformat(max(event.day for event in shown))))
    bar = plan if plan is not None and (not plan.end or plan.end >= first) else None
    lanes = [lane for lane in LANES if any(event.lane == lane for event in shown) or (lane == "Plan" and bar)]
    height = _TOP + _LANE * len(lanes) + 8
    parts = [*_months(scale, height), *_today(scale, as_of, height)]
    for number, lane in enumerate(lanes):
        top = _TOP + _LANE * number
        parts += [*_plan(scale, bar, top, as_of)] if lane == "Plan" and bar else []
        parts += _lane(scale, lane, [event for event in shown if event.lane == lane], top, as_of)
    title = escape(f"Timeline of {called}, {in_words(first)} to {in_words(scale.last.isoformat())}")
    head = (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="drawn what"><title id="drawn">{title}</title>'
        f'<desc id="what">{escape(_described(lanes, shown))}</desc>'
    )
    return Drawing(head + "".join(parts) + "</svg>", sum(event.day < since for event in events), sum(event.day > until for event in events))


class _Scale:
    """Days across the drawing."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self._step = (_RIGHT - _LEFT) / max((last - first).days, 1)

    def x(self, day: str) -> str:
        """Where a day is; what lies outside is put at the edge."""
        days = (date.fromisoformat(day) - self.first).days
        return f"{min(max(_LEFT + days * self._step, _LEFT), _RIGHT):.1f}".removesuffix(".0")


def _months(scale: _Scale, height: int) -> Iterator[str]:
    """A line at each month's beginning; a name at so many of them as there is room for."""
    months = []
    year, month = scale.first.year, scale.first.month + 1
    while (start := date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)) <= scale.last:
        months.append(start)
        month += 1
    every = next(step for step in (1, 2, 3, 6, 12) if len(months) <= 10 * step or step == 12)
    lines = "".join(f"M{scale.x(start.isoformat())} {_TOP - 6}V{height - 8}" for start in months)
    yield f'<path class="grid" d="{lines}"/>' if lines else ""
    for start in months:
        if (start.month - 1) % every == 0 and float(scale.x(start.isoformat())) < _RIGHT - 70:
            yield f'<text x="{scale.x(start.isoformat())}" y="{_TOP - 10}">{start:%b} {start.year}</text>'


def _today(scale: _Scale, as_of: str, height: int) -> Iterator[str]:
    x = scale.x(as_of)
    yield f'<path class="today" d="M{x} 16V{height - 8}"/><text class="end" x="{x}" y="12">audit, {in_words(as_of)}</text>'


def _plan(scale: _Scale, plan: Plan, top: int, as_of: str) -> Iterator[str]:
    start, end = scale.x(plan.start), scale.x(plan.end or as_of)
    yield f'<path class="plan" d="M{start} {top + 12}H{end}"/><text class="end" x="{float(end) - 10}" y="{top + 16}">'
    yield f"{escape(plan.called)}</text>"


def _lane(scale: _Scale, lane: str, events: Sequence[Event], top: int, as_of: str) -> Iterator[str]:
    """One lane: its name, the limits as a line, what was overrun as a dashed one, the marks above."""
    y, line = top + 12, top + 24
    yield f'<path class="grid" d="M0 {top}H{_RIGHT}"/><text class="name" x="0" y="{top + 18}">{lane}</text>'
    spans = {span for event in events if (span := event.limit)}
    limits = "".join(f"M{scale.x(start)} {line}H{scale.x(due)}v-4v8" for start, due in sorted(spans))
    if limits:
        yield f'<path class="limit" d="{limits}"/>'
    over = "".join(_overrun(scale, event, line, as_of) for event in reversed(events))
    if over:
        yield f'<path class="overrun" d="{over}"/>'
    for mark in _DRAWN:
        marks = "".join(f"M{scale.x(event.day)} {y}{_SHAPES[mark]}" for event in reversed(events) if event.mark == mark)
        if marks:
            yield f'<path class="{_CLASSES[mark]}" d="{marks}"/>'


def _overrun(scale: _Scale, event: Event, line: int, as_of: str) -> str:
    """From the limit to the event that came after it, or to the audit where none came and it is still awaited."""
    end = {LATE: event.day, MISSING: as_of if event.open else ""}.get(event.mark)
    return f"M{scale.x(event.limit[1])} {line}H{scale.x(end)}" if end and event.limit and event.limit[1] < end else ""


def _described(lanes: Sequence[str], events: Sequence[Event]) -> str:
    """What the drawing shows, for who can't see it."""
    said = []
    for lane in lanes:
        marks = Counter(event.mark for event in events if event.lane == lane)
        said.append(f"{lane}: {', '.join(f'{marks[mark]} {words}' for mark, words in MARKS.items() if marks[mark])}.")
    return f"{count(len(events), 'event')} in {count(len(lanes), 'lane')}. {' '.join(said)} The same events are in the table of events."


def key() -> Iterator[tuple[str, str]]:
    """Each mark drawn by itself, as safe markup, with what it says."""
    for mark in (IN_TIME, LATE, MISSING, AWAITED, UNTOLD):
        yield f'<svg viewBox="-8 -8 16 16" aria-hidden="true"><path class="{_CLASSES[mark]}" d="M0 0{_SHAPES[mark]}"/></svg>', MARKS[mark]
    yield '<svg class="long" viewBox="0 -6 32 12" aria-hidden="true"><path class="limit" d="M1 0H31v-4v8"/></svg>', "limit, to its last day"
    yield '<svg class="long" viewBox="0 -6 32 12" aria-hidden="true"><path class="overrun" d="M1 0H31"/></svg>', "past the limit"
