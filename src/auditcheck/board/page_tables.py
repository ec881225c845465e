"""Tables of figures as the template takes them. What may not be shown is named under their table, not printed in rows of c."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from auditcheck.board.shown import Figure, Shown
from auditcheck.disclosure import Safe
from auditcheck.rulebook.model import Rule

ALL = "All rules"
_FIRST = {"theme": "Theme", "area": "Area", "rule": "Rule", "plan": "Plan", "age": "Age", "ethnicity": "Ethnic group"}
#: So few hidden rows are printed as they are: a sentence would be no shorter.
_FEW = 2


def table(one: Shown, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """A table of figures. Of a table of rules the titles stand beside the ids."""
    titles = {rule.id: rule.title for rule in rules.values()} if one.key.endswith("-rule") else {}
    hidden = [label for label, figure in one.lines if label != ALL and _nothing(figure)]
    gone = set(hidden) if len(hidden) > _FEW else set()
    rows = [
        {"label": label, "fine": titles.get(label, ""), "total": label == ALL, **figure.words()}
        for label, figure in one.lines
        if label not in gone
    ]
    notes = (*([f"Hidden (c), {len(hidden)} rows: {'; '.join(hidden)}."] if gone else []), *one.notes)
    first = _FIRST.get(one.key.rpartition("-")[2], one.dimension.capitalize())
    return {"name": f"{one.name}. {one.about}", "first": first, "rows": rows, "notes": notes}


def _nothing(figure: Figure) -> bool:
    """Whether a row shows no count but noughts."""
    return figure.hidden and not figure.justified and not figure.unknown


def grid(safe: Safe, order: Sequence[str]) -> dict[str, Any]:
    """Groups down, in their order, those counted together last; themes across: more groups than themes fit on a page."""
    themes = list(dict.fromkeys(row.labels[0] for row in safe.rows))
    places = {name: place for place, name in enumerate(order)}
    groups = sorted(dict.fromkeys(row.labels[1] for row in safe.rows), key=lambda name: places.get(name, len(places)))
    cells = {row.labels: "z" if row.value("d") == 0 else f"{row.percent(places=1)} of {row.figure('d')}" for row in safe.rows}
    rows = [(group, [cells[theme, group] for theme in themes]) for group in groups]
    return plain(f"{safe.name}. Met, and of how many", ["Group", *themes], rows)


def plain(name: str, head: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], words: Collection[str] = ()) -> dict[str, Any]:
    """Any other table: its first column names the row; ``words``: the headings of columns that hold words, the others hold numbers."""
    return {"name": name, "head": head, "rows": rows, "numbers": [heading not in words for heading in head[1:]]}
