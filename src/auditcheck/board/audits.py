"""What audits came to, as `auditcheck sample read` left it: read for the book, case by case and not yet for anybody's eyes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditcheck.board import BoardRefused
from auditcheck.board.periods import Period
from auditcheck.grades import GRADES, OVERALL

_GRADES, _DATES, _SAMPLES, _SEALED = "grades.csv", "audits.csv", "samples.json", "restricted"


class NotAudits(BoardRefused):
    """Not results of audits. The message is a sentence for the person who asked; exit 2."""


@dataclass(frozen=True)
class Audit:
    """One case that was graded. ``grades``: of each theme those of auditor and moderator and the agreed one, '' where there is none."""

    sample: str
    audited_on: str
    moderated_on: str
    grades: Mapping[str, tuple[str, str, str]]

    def final(self, theme: str = OVERALL) -> str:
        """The grade that stands: the one agreed, else the auditor's."""
        first, _, agreed = self.grades.get(theme, ("", "", ""))
        return agreed or first


@dataclass(frozen=True)
class Sample:
    """One sample. ``planned``: its cases; ``design``: what its sample.json says, None where it did not lie with the forms."""

    name: str
    as_of: str
    planned: int
    design: Mapping[str, Any] | None


@dataclass(frozen=True)
class Audits:
    """``cases``: all that were audited with a grade. ``samples``: those drawn."""

    cases: Sequence[Audit]
    samples: Sequence[Sample]

    def within(self, period: Period) -> Audits:
        """Those audited in a period; one that does not say when is counted too. Beside their samples stand those drawn up to its end
        of which no case was ever audited."""
        cases = [
            case for case in self.cases if not case.audited_on or period.first.isoformat() <= case.audited_on <= period.last.isoformat()
        ]
        of, begun = {case.sample for case in cases}, {case.sample for case in self.cases}
        waits = {one.name for one in self.samples if one.name not in begun and one.as_of <= period.last.isoformat()}
        return Audits(cases, [sample for sample in self.samples if sample.name in of | waits])


def read(folders: Iterable[Path]) -> Audits:
    """The audits in folders that `auditcheck sample read` wrote; restricted children's are counted with the others.

    Raises:
        NotAudits: a folder is none, can't be read, or holds cases that another holds too.
    """
    cases: dict[tuple[str, str], Audit] = {}
    samples: dict[str, Sample] = {}
    for folder in folders:
        if not (folder / _GRADES).is_file():
            raise NotAudits(f"{folder} holds no {_GRADES}: name the folder that `auditcheck sample read` wrote.")
        try:
            for place in (folder, folder / _SEALED):
                found = _cases(place) if (place / _GRADES).is_file() else {}
                if twice := sorted(found.keys() & cases.keys()):
                    raise NotAudits(f"{folder} holds {twice[0][1]} of sample {twice[0][0]}, which was read already. Name each result once.")
                cases |= found
            samples |= {one.name: one for one in _samples(folder / _SAMPLES)}
        except (OSError, ValueError, KeyError, TypeError, csv.Error) as problem:
            raise NotAudits(f"{folder} can't be read as results of audits ({problem}). Read the forms again.") from problem
    return Audits([case for _, case in sorted(cases.items())], [one for _, one in sorted(samples.items())])


def _cases(place: Path) -> dict[tuple[str, str], Audit]:
    """By sample and case; those that an auditor gave an overall grade."""
    dates = {row["audit_id"]: row for row in _rows(place / _DATES)}
    grades: dict[tuple[str, str], dict[str, tuple[str, str, str]]] = {}
    for row in _rows(place / _GRADES):
        given = row["auditor"], row["moderator"], row["agreed"]
        if wrong := [grade for grade in given if grade and grade not in GRADES]:
            raise ValueError(f"{_GRADES}: '{wrong[0]}' is no grade")
        grades.setdefault((row["sample"], row["case"]), {})[row["theme"]] = given
    found = {}
    for (sample, case), themes in grades.items():
        if themes.get(OVERALL, ("", "", ""))[0]:
            days = dates.get(f"{sample}-{case}", {})
            found[sample, case] = Audit(sample, _day(days.get("audited_on", "")), _day(days.get("moderated_on", "")), themes)
    return found


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat() if text else ""


def _samples(path: Path) -> list[Sample]:
    if not path.is_file():
        return []
    return [Sample(one["sample"], one["as_of"], int(one["planned"]), one["design"]) for one in json.loads(path.read_text("utf-8"))]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
