"""Results of audits as `auditcheck sample read` writes them, made up."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

ORDER = ("outstanding", "good", "requires_improvement", "inadequate")
EXCLUDED = {"the child has died": 7, "the child is restricted": 3}


def results(
    place: Path,
    pairs: Sequence[tuple[str, str]],
    planned: int,
    on: str | Sequence[str] = "2015-05-20",
    excluded: Mapping[str, int] = EXCLUDED,
) -> Path:
    """A folder as `auditcheck sample read` writes it. ``pairs``: the grades of auditor and moderator of each case; ``on``: its day."""
    days = [on] * len(pairs) if isinstance(on, str) else on
    place.mkdir(parents=True)
    grades = [["5a3f", f"case-{n:03d}", f"C{n}", "overall", *pair, ""] for n, pair in enumerate(pairs)]
    grades += [["5a3f", f"case-{n:03d}", f"C{n}", "voice", ORDER[n % 4], "", ""] for n in range(len(pairs))]
    write(place / "grades.csv", ["sample", "case", "child_id", "theme", "auditor", "moderator", "agreed"], grades)
    dates = [[f"5a3f-case-{n:03d}", days[n], days[n] if pair[1] else ""] for n, pair in enumerate(pairs)]
    write(place / "audits.csv", ["audit_id", "audited_on", "moderated_on"], dates)
    frame = {"children": 308, "sha256": "0", "excluded": dict(excluded)}
    design = {"seed": "2015Q2", "strata": ["plan_kind"], "high_risk_share": 0.3, "risk": "", "at_least": {}, "frame": frame}
    said = [{"sample": "5a3f", "as_of": "2015-04-30", "planned": planned, "design": design}]
    (place / "samples.json").write_text(json.dumps(said), encoding="utf-8")
    return place


def write(path: Path, columns: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *lines])


def pairs(table: Sequence[Sequence[int]]) -> list[tuple[str, str]]:
    return [(ORDER[i], ORDER[j]) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
