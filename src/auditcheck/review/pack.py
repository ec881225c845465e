"""What goes into the pack. Kept: rules, outcomes, dates, limits, tables. Named anew: children, records, workers, teams. Left out: every
sentence about a record, which may name one; ages and all else about the child."""

from __future__ import annotations

import csv
import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck.reports.tables import csv_text
from auditcheck.reports.words import count
from auditcheck.review import BadReview
from auditcheck.review.limits import Standards
from auditcheck.review.pseudonyms import Pseudonyms
from auditcheck.review.sample import WEIGHTS, Sample
from auditcheck.rulebook.show import parts

#: Of observations.parquet, in order; `child` and `record` stand for the ids.
RESULTS = (
    *("rule_id", "outcome", "child", "table", "record", "worker", "class", "trigger_at", "due_at", "happened_at", "over", "unit"),
    *("standing", "limit"),
)
CASES = ("child", "team", "plan", "results", *WEIGHTS)
_OF_RUN = ("rule_id", "title", "kind", "force", "stage", "status", "why")
RULES = (*_OF_RUN, "asks", "limit", "law")
#: The parts of a rule's page that say what it asks.
ASKS = ("Whom it is about", "What is looked at", "Exempt")
_RUN = ("tool", "version", "rulebook", "profile", "as_of", "data_up_to", "coverage", "complete", "standard")

ABOUT = """\
What this is: {cases} out of an audit of {as_of}, for people who check whether the rules judge rightly.

rules.csv     every rule of the run, and what became of it: what it asks, its limits as the run's profile sets them, its law.
results.csv   each single judgement on these cases: what started the clock, the limit, what happened, the outcome. There is no limit where
              the rule has none or the record alone sets it; due_at then says to which day it came.
cases.csv     the cases, and how many judgements there are on each; for how many children each stands, where the sample says so.
run.json      what was run.
sample.json   how the sample was drawn, where that is recorded.

How the cases were chosen:
{chosen}

Children, records, workers and teams bear names made with a key that never leaves the service. With the pack alone nobody is named; with
the key the service finds any record again: auditcheck review-pack --look-up NAME. Dates are as recorded, because the days have to be
counted again; whoever knows a family may know it by them. So this is personal data still: for named people, under an agreement, and
destroyed afterwards.
"""


@dataclass(frozen=True)
class Written:
    """What a pack holds: cases, judgements; and how many of the sample were left out because they are restricted."""

    cases: int
    judgements: int
    restricted: int


def write(folder: Path, run: Path, sample: Sample, names: Pseudonyms, standards: Standards) -> Written:
    """Write the pack of a sample into an existing folder. Raises BadReview."""
    observed, info = _observed(run), info_of(run)
    children = _open(run, sample.children)
    results = observed.filter(pc.is_in(observed["child_id"], pa.array(children))).to_pylist()
    missing = sorted(set(children) - {row["child_id"] for row in results})
    if missing:
        raise BadReview(
            f"{len(missing)} of the sampled children are not in this run (the first is {missing[0]}). Name the run they were drawn from."
        )
    done = Written(len(children), len(results), len(sample.children) - len(children))
    rows = sorted((*_row(row, names), standards.limit(row)) for row in results)
    _text(folder / "results.csv", csv_text(RESULTS, rows))
    _text(folder / "cases.csv", csv_text(CASES, sorted(_cases(run, sample, children, [row["child_id"] for row in results], names))))
    with (run / "rules.csv").open(encoding="utf-8", newline="") as text:
        _text(folder / "rules.csv", csv_text(RULES, [_rule(row, standards) for row in csv.DictReader(text)]))
    _text(folder / "run.json", _json({name: info[name] for name in _RUN if name in info}))
    if sample.record:
        _text(folder / "sample.json", _json(sample.record))
    _text(folder / "README.txt", _about(info, sample, done))
    return done


def info_of(run: Path) -> dict[str, Any]:
    """run.json. Raises BadReview."""
    try:
        read: dict[str, Any] = json.loads((run / "run.json").read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise BadReview(f"{run} holds no run.json that can be read, so it is not the folder of a run.") from problem
    return read


def look_up(run: Path, name: str, names: Pseudonyms) -> str:
    """What a name in the pack stands for: for the service alone, which has the key. Raises BadReview."""
    kind, _, rest = name.partition("-")
    column = {"child": "child_id", "record": "record_id", "worker": "worker_id"}.get(kind)
    ids = _observed(run)[column].unique().to_pylist() if column else []
    if kind == "team":
        ids = pq.read_table(run / "children.parquet", columns=["team"])["team"].unique().to_pylist()
    found = next((id_ for id_ in ids if id_ and names.of(kind, id_) == name), None)
    if found is None or not rest:
        raise BadReview(f"{name} stands for nothing in this run under this key.")
    return str(found)


def _observed(run: Path) -> pa.Table:
    try:
        return pq.read_table(run / "observations.parquet")
    except (OSError, pa.ArrowException) as problem:
        raise BadReview(f"{run} holds no observations.parquet, so it is not the folder of a run.") from problem


def _open(run: Path, sampled: Sequence[str]) -> list[str]:
    """The sampled children without the restricted: who may see their records is not for a pack to widen. Raises BadReview."""
    rows = pq.read_table(run / "children.parquet", columns=["child_id", "restricted"]).to_pylist()
    sealed = {row["child_id"] for row in rows if row["restricted"] == "yes"}
    left = [child for child in sampled if child not in sealed]
    if not left:
        raise BadReview("Every child of the sample is restricted, and restricted children are in no pack. Name another sample.")
    return left


def _about(info: Mapping[str, Any], sample: Sample, done: Written) -> str:
    sealed = count(done.restricted, "restricted child", "restricted children")
    left_out = f" Left out of this pack: {sealed} of the sample." if done.restricted else ""
    asked = sample.record.get("drawn")
    fewer = f" The sample's file names {len(sample.children)} of them." if asked not in (None, len(sample.children)) else ""
    chosen = textwrap.fill(f"{sample.chosen()}{fewer}{left_out}", 140, break_on_hyphens=False)
    return ABOUT.format(cases=count(done.cases, "case"), as_of=info["as_of"], chosen=chosen)


def _rule(row: Mapping[str, str], standards: Standards) -> list[str]:
    """A rule: what became of it, what it asks in plain English, its limits as the run's profile sets them, and its law."""
    rule = standards.rules.get(row["rule_id"]) or standards.book.rules[row["rule_id"]]
    said = dict(parts(rule, standards.book.editions))
    asks = [line.rstrip(".") for part in ASKS for line in said[part]]
    return [*(row[name] for name in _OF_RUN), "; ".join(asks), "; ".join(said["How long"]), rule.law]


def _row(row: dict[str, object], names: Pseudonyms) -> tuple[str, ...]:
    def text(name: str) -> str:
        return "" if row[name] is None else str(row[name])

    named = {
        "child": names.of("child", text("child_id")),
        "record": names.of("record", text("record_id")),
        "worker": names.of("worker", text("worker_id")),
    }
    return tuple(named[name] if name in named else text(name) for name in RESULTS[:-1])


def _cases(run: Path, sample: Sample, children: Sequence[str], judged: Sequence[str], names: Pseudonyms) -> list[tuple[str, ...]]:
    known = {row["child_id"]: row for row in pq.read_table(run / "children.parquet", columns=["child_id", "team", "plan_kind"]).to_pylist()}
    blank = {"team": "", "plan_kind": ""}
    return [
        (
            names.of("child", child),
            names.of("team", known.get(child, blank)["team"] or ""),
            known.get(child, blank)["plan_kind"] or "",
            str(judged.count(child)),
            *sample.weights[child],
        )
        for child in children
    ]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
