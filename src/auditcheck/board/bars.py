"""The grades of audits as bars of a hundred per cent, a quarter each: only what a protected table shows, readable in grey."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from auditcheck.board.audit_quarters import Quarter
from auditcheck.board.charts import INK, WIDTH
from auditcheck.board.sentences import said

#: With fewer bars the table says it all.
FEWEST_BARS = 2
_LEFT, _RIGHT, _TOP, _EACH, _HIGH = 150, WIDTH - 12, 34, 34, 24
#: Worst to best, dark to light, with the colour of what is written on it.
_FILLS = (("#12436D", "#ffffff"), ("#5b84b1", INK), ("#c5d5e6", INK), ("#ffffff", INK))


def says(quarters: Sequence[Quarter]) -> str:
    """What the bars show, in sentences."""
    told = [f"{one.name} {said(one.good)}" for one in quarters if not one.lacks]
    left = [f"{one.name}: {one.lacks}" for one in quarters if one.lacks]
    sentences = [f"Good or better: {'; '.join(told)}."] if told else []
    if left:
        sentences.append(f"No bar for {'; '.join(left)}.")
    return " ".join([*sentences, *_latest(quarters)])


def _latest(quarters: Sequence[Quarter]) -> list[str]:
    """Whether the latest two that have a bar differ by more than chance."""
    two = [(one.name, ends) for one in quarters if not one.lacks and (ends := one.good.range) is not None][-2:]
    if len(two) < 2:
        return []
    (before, then), (latest, now) = two
    apart = now[0] > then[1] or now[1] < then[0]
    differ = "differ by more than chance alone could explain" if apart else "differ by no more than chance could explain"
    return [f"{before} and {latest} {differ}."]


def drawn(quarters: Sequence[Quarter]) -> bool:
    """Whether there are bars enough."""
    return sum(not one.lacks for one in quarters) >= FEWEST_BARS


def svg(quarters: Sequence[Quarter], key: str) -> str:
    """The drawing; '' where there are too few bars. ``key``: what makes the ids in it its own on the page."""
    if not drawn(quarters):
        return ""
    names = [name for name, _ in quarters[0].grades]
    height = _TOP + _EACH * len(quarters) + 8
    title = "Grades of audits by quarter"
    text = f"Bar chart, {title.lower()}, {quarters[0].name} to {quarters[-1].name}, {names[0].lower()} to {names[-1].lower()}."
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{key}-t {key}-d" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{key}-t">{title}</title><desc id="{key}-d">{escape(f"{text} {says(quarters)} Data in the table below.")}</desc>',
        *_legend(names),
        *(part for at, one in enumerate(quarters) for part in _bar(one, _TOP + _EACH * at)),
        "</svg>",
    ]
    return "".join(parts)


def _fills(count: int) -> Sequence[tuple[str, str]]:
    return _FILLS if count == len(_FILLS) else (_FILLS[0], _FILLS[-1])


def _legend(names: Sequence[str]) -> list[str]:
    parts, x = [], float(_LEFT)
    for name, (fill, _) in zip(names, _fills(len(names)), strict=True):
        parts.append(f'<rect x="{x:.1f}" y="8" width="12" height="12" fill="{fill}" stroke="{INK}"/>')
        parts.append(f'<text x="{x + 18:.1f}" y="18">{escape(name)}</text>')
        x += 40 + 6.6 * len(name)
    return parts


def _bar(one: Quarter, y: float) -> list[str]:
    parts = [f'<text x="{_LEFT - 10}" y="{y + 16}" text-anchor="end">{escape(one.name)}</text>']
    if one.lacks or not one.of:
        return [*parts, f'<text x="{_LEFT}" y="{y + 16}">{escape(one.lacks)}</text>']
    x = float(_LEFT)
    for (_, count), (fill, ink) in zip(one.grades, _fills(len(one.grades)), strict=True):
        wide = (_RIGHT - _LEFT) * (count or 0) / one.of
        if wide:
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{_HIGH}" fill="{fill}" stroke="{INK}"/>')
        if wide > 7 * len(str(count)) + 6:
            parts.append(f'<text x="{x + wide / 2:.1f}" y="{y + 16}" text-anchor="middle" fill="{ink}">{count}</text>')
        x += wide
    return parts
