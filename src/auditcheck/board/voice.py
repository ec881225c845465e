"""The voice of the child in the book: how children were heard, and by stage whether they were, of what may be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from auditcheck.board import themes
from auditcheck.board.shown import ALIKE, Figure
from auditcheck.board.stages import ALL_AGES, ALL_STAGES, Stages
from auditcheck.board.tables import RATE, UNKNOWN
from auditcheck.disclosure import Raw, Safe
from auditcheck.rulebook.model import Rule


@dataclass(frozen=True)
class Voice:
    """The tables of one basis put together. ``stages``: all of which something is counted; ``left_out``: those that are too small to show.

    ``lines``: stage, ages and figure; over all ages first, stages counted together after the others, all of them last.
    """

    about: str
    stages: tuple[str, ...]
    left_out: tuple[str, ...]
    lines: tuple[tuple[str, str, Figure], ...]
    notes: tuple[str, ...]


def shown(of: Stages, let_through: Callable[[Raw], Safe], unknown_over: int) -> Voice:
    """What became of the tables of a basis."""
    safes = {which: [let_through(raw) for raw in raws] for which, raws in of.raws.items()}
    found = {which: {row.labels: row for one in some for row in one.rows} for which, some in safes.items()}
    told = dict.fromkeys(labels[0] for labels in found[RATE])
    together = [label for label in told if label not in (*of.stages, ALL_STAGES)]
    lines: list[tuple[str, str, Figure]] = []
    for stage in (label for label in (*of.stages, *together, ALL_STAGES) if label in told):
        for ages in (ALL_AGES, *of.ages):
            labels = (stage,) if ages == ALL_AGES else (stage, ages)
            rate, unknown = (found[which].get(labels) for which in (RATE, UNKNOWN))
            if rate is not None:
                untold = unknown.value("unknown") if unknown else None
                lines.append((stage, ages, Figure(rate.value("n"), rate.value("d"), None, untold, unknown_over)))
    notes = dict.fromkeys(note for some in safes.values() for one in some for note in one.notes if "share one result" not in note)
    alike = any(figure.d and figure.n in (0, figure.d) for _, _, figure in lines)
    return Voice(of.about, of.stages, of.left_out, tuple(lines), (*notes, *([ALIKE] if alike else [])))


def without(some: Sequence[Voice], rules: Sequence[Rule]) -> list[str]:
    """The stages that have some of these rules, and of which nothing is counted."""
    counted = {stage for one in some for stage in one.stages}
    return [one.title for one in themes.stages(rules) if one.title not in counted]
