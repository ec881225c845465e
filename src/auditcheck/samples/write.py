"""The folder of a sample: who was drawn, how, and a form to audit and one to moderate each case."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from auditcheck.forms.writing import write_form
from auditcheck.reports.tables import write_csv
from auditcheck.samples.draw import Sample
from auditcheck.samples.form import Case, audit_form, facts_of, moderation_form
from auditcheck.samples.frame import RISK_SAYS
from auditcheck.samples.layout import AUDIT, MODERATION
from auditcheck.samples.results import results_of
from auditcheck.samples.run_folder import RunFolder
from auditcheck.sampling import margin_of


def write_sample(folder: Path, run: RunFolder, sample: Sample) -> None:
    """Write into an existing, empty folder: sample.json, sample.csv and the forms; restricted children's under ``restricted/``."""
    record = json.dumps(as_record(run, sample), indent=2, ensure_ascii=False)
    (folder / "sample.json").write_text(record + "\n", encoding="utf-8", newline="\n")
    sealed = sample.cases["restricted"] == "yes"
    for place, cases in ((folder, sample.cases[~sealed]), (folder / "restricted", sample.cases[sealed])):
        if place == folder or len(cases):
            place.mkdir(exist_ok=True)
            write_csv(place / "sample.csv", cases.drop(columns="restricted").astype({"drawn_from": "int64", "drawn": "int64"}))
            _forms(place, run, sample, cases)


def _forms(place: Path, run: RunFolder, sample: Sample, cases: pd.DataFrame) -> None:
    for kind in (AUDIT, MODERATION):
        (place / kind).mkdir()
    children = set(cases["child_id"])
    found, seen = run.findings, run.observations(children)
    found = found[found["child_id"].isin(children)]
    about = run.children.set_index("child_id")
    day = date.fromisoformat(run.info["as_of"])
    for row in cases.to_dict("records"):
        child = row["child_id"]
        own = seen[seen["child_id"] == child]
        results, older = results_of(found[found["child_id"] == child], own, run.titles, day, f"{sample.order.seed} {child}")
        facts = facts_of(child, about.loc[child], row, run.info["as_of"], sample)
        case = Case(row["case"], child, facts, results, older, frozenset(own["table"]))
        for kind, sheets in ((AUDIT, audit_form(case, run.rules)), (MODERATION, moderation_form(case))):
            write_form(place / kind / f"{case.name}-{kind}.xlsx", f"{case.name} {kind}", sheets, day)


def as_record(run: RunFolder, sample: Sample) -> dict[str, Any]:
    """sample.json: all that is needed to draw the same sample again, and to say whom it speaks for."""
    order, frame = sample.order, sample.frame
    return {
        "sample": sample.name,
        "seed": order.seed,
        "asked": order.n,
        "drawn": len(sample.cases),
        "as_of": run.info["as_of"],
        "rulebook": run.info["rulebook"],
        "profile": run.info["profile"],
        "strata": list(frame.strata),
        "high_risk_share": order.share,
        "high_risk_drawn": int((sample.cases["risk"] == "high").sum()),
        "risk": RISK_SAYS,
        "at_least": {"asked": order.floor, "kept": sample.floor},
        "frame": {"children": len(frame.rows), "sha256": sample.hash, "excluded": frame.excluded},
        "margin_at_worst": round(margin_of(len(sample.cases), len(frame.rows)), 4),
        "allocation": [
            {"stratum": one.name, "children": one.size, "drawn": one.drawn, "weight": round(one.size / one.drawn, 4) if one.drawn else None}
            for one in sample.strata
        ],
    }
