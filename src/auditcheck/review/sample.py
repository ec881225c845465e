"""The sample that a pack is made of: whose cases, and how they were chosen, as far as its file and the sample.json beside it say."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditcheck.review import BadReview

#: Of sample.csv: from how many children of its stratum, how many of them were drawn, for how many children a case stands.
WEIGHTS = ("drawn_from", "drawn", "weight")
#: Of sample.json. What strata are called is left out: they may be teams or workers.
KEPT = (
    *("sample", "seed", "asked", "drawn", "as_of", "profile", "strata", "high_risk_share", "high_risk_drawn", "risk", "at_least", "frame"),
    "margin_at_worst",
)
_NUMBER = re.compile(r"\d+(\.\d+)?")
METHOD = (
    "Each child's id was hashed together with the seed (SHA-256), and the first of each stratum in that order were drawn: every child of a "
    "stratum was as likely as any other."
)
NOT_SAID = "How the cases were chosen is not recorded: no sample.json lay beside the file of the sample."


@dataclass(frozen=True)
class Sample:
    """``weights``: by child what `WEIGHTS` says, '' where the file does not; ``record``: of sample.json, empty where there is none."""

    weights: Mapping[str, tuple[str, ...]]
    record: Mapping[str, Any]

    @property
    def children(self) -> list[str]:
        return sorted(self.weights)

    def chosen(self) -> str:
        """How the cases were chosen, in sentences."""
        if not self.record:
            return NOT_SAID
        frame, strata = self.record.get("frame", {}), self.record.get("strata", [])
        out = "; ".join(f"{number} because {why}" for why, number in frame.get("excluded", {}).items())
        return " ".join(
            [
                f"{self.record.get('drawn')} cases were drawn of {frame.get('children')} children, on {self.record.get('as_of')}.",
                f"Not in that frame: {out}." if out else "Nobody was left out of that frame.",
                f"Seed: {self.record.get('seed')}. Spread over: {', '.join(strata) or 'nothing'}.",
                f"At least {round(100 * self.record.get('high_risk_share', 0))}% were to be of high risk.",
                METHOD,
            ]
        )


def sampled(file: Path) -> Sample:
    """The sample in a CSV file with the column ``child_id``. Raises BadReview."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = [row for row in csv.DictReader(text) if row["child_id"]]
    except (OSError, UnicodeDecodeError, KeyError) as problem:
        raise BadReview(f"{file.name} is no sample: expected a CSV with a column child_id, as `auditcheck sample` writes it.") from problem
    if not rows:
        raise BadReview(f"{file.name} names no child.")
    return Sample(
        {row["child_id"]: tuple(_number(row.get(name)) for name in WEIGHTS) for row in rows}, _record(file.with_name("sample.json"))
    )


def _number(text: str | None) -> str:
    """A number, and nothing else that a file may hold in its place."""
    return text if text and _NUMBER.fullmatch(text) else ""


def _record(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        read = json.loads(file.read_text("utf-8"))
        return {name: read[name] for name in KEPT if name in read}
    except (OSError, ValueError, TypeError) as problem:
        raise BadReview(f"{file.name} beside the sample can't be read ({problem}). Restore it, or take it away.") from problem
