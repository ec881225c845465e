"""How the samples were drawn of which cases came back: kept beside the results, for whoever reads them later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from auditcheck.samples.graded import Graded

NAME = "samples.json"
#: Of sample.json, what is kept: all but how many were drawn from each stratum.
_KEPT = ("seed", "strata", "high_risk_share", "risk", "at_least", "frame")


def designs(places: Iterable[Path], cases: Sequence[Graded]) -> list[dict[str, Any]]:
    """Each sample: ``sample``, ``as_of``, how many cases were ``planned`` and ``design``: what sample.json says.

    ``places``: where the forms lie; ``design`` is None where no sample.json of that sample lies there too.
    """
    drawn = {said["sample"]: said for path in _records(places) if isinstance(said := _read(path), dict) and "sample" in said}
    forms = {case.any.facts["Sample"]: case.any for case in cases}
    return [
        {
            "sample": name,
            "as_of": form.facts["As at"],
            "planned": form.of,
            "design": {key: drawn[name].get(key) for key in _KEPT} if name in drawn else None,
        }
        for name, form in sorted(forms.items())
    ]


def _records(places: Iterable[Path]) -> Iterable[Path]:
    """Every sample.json beside the forms: in a folder that was named or below, or above a form that was."""
    for place in places:
        yield from sorted(place.rglob("sample.json")) if place.is_dir() else [above / "sample.json" for above in place.parents[:3]]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
