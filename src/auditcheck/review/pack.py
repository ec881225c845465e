"""What goes into the pack. Kept: rules, outcomes, dates, limits, tables. Named anew: children, records, workers, teams. Left out: every
sentence about a record, which may name one; ages and all else about the child."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck.reports.tables import csv_text
from auditcheck.review.pseudonyms import Pseudonyms

#: Of observations.parquet, in order; `child` and `record` stand for the ids.
RESULTS = (
    *("rule_id", "outcome", "child", "table", "record", "worker", "class", "trigger_at", "due_at", "happened_at", "over", "unit"),
    "standing",
)
CASES = ("child", "team", "plan", "results")
_RULES = ("rule_id", "title", "kind", "force", "stage", "status", "why")
_RUN = ("tool", "version", "rulebook", "profile", "as_of", "data_up_to", "coverage", "complete", "standard")

ABOUT = """\
What this is: {cases} cases out of an audit of {as_of}, for people who check whether the rules judge rightly.

rules.csv     every rule of the run, and what became of it. `auditcheck rules explain RULE` says what it asks, with its law.
results.csv   each single judgement on these cases: what started the clock, the limit, what happened, the outcome.
cases.csv     the cases, and how many judgements there are on each.
run.json      what was run.

Children, records, workers and teams bear names made with a key that never leaves the service. With the pack alone nobody is named; with
the key the service finds any record again: auditcheck review-pack --look-up NAME. Dates are as recorded, because the days have to be
counted again; whoever knows a family may know it by them. So this is personal data still: for named people, under an agreement, and
destroyed afterwards.
"""


class BadReview(Exception):
    """The run or the sample can't be used. The message is a sentence; exit 2."""


def sampled(file: Path) -> list[str]:
    """The ids in the column ``child_id`` of a CSV file. Raises BadReview."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            found = [row["child_id"] for row in csv.DictReader(text) if row["child_id"]]
    except (OSError, UnicodeDecodeError, KeyError) as problem:
        raise BadReview(f"{file.name} is no sample: expected a CSV with a column child_id, as `auditcheck sample` writes it.") from problem
    if not found:
        raise BadReview(f"{file.name} names no child.")
    return sorted(set(found))


def write(folder: Path, run: Path, children: Sequence[str], names: Pseudonyms) -> int:
    """Write the pack of these children into an existing folder; how many judgements it holds. Raises BadReview."""
    observed, info = _observed(run), json.loads((run / "run.json").read_text("utf-8"))
    results = observed.filter(pc.is_in(observed["child_id"], pa.array(children))).to_pylist()
    missing = sorted(set(children) - {row["child_id"] for row in results})
    if missing:
        raise BadReview(
            f"{len(missing)} of the sampled children are not in this run (the first is {missing[0]}). Name the run they were drawn from."
        )
    rows = sorted(_row(row, names) for row in results)
    _text(folder / "results.csv", csv_text(RESULTS, rows))
    _text(folder / "cases.csv", csv_text(CASES, sorted(_cases(run, children, [row["child_id"] for row in results], names))))
    with (run / "rules.csv").open(encoding="utf-8", newline="") as text:
        _text(folder / "rules.csv", csv_text(_RULES, [[row[name] for name in _RULES] for row in csv.DictReader(text)]))
    _text(folder / "run.json", json.dumps({name: info[name] for name in _RUN if name in info}, indent=2, ensure_ascii=False) + "\n")
    _text(folder / "README.txt", ABOUT.format(cases=len(children), as_of=info["as_of"]))
    return len(rows)


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


def _row(row: dict[str, object], names: Pseudonyms) -> tuple[str, ...]:
    def text(name: str) -> str:
        return "" if row[name] is None else str(row[name])

    named = {
        "child": names.of("child", text("child_id")),
        "record": names.of("record", text("record_id")),
        "worker": names.of("worker", text("worker_id")),
    }
    return tuple(named[name] if name in named else text(name) for name in RESULTS)


def _cases(run: Path, children: Sequence[str], judged: Sequence[str], names: Pseudonyms) -> list[tuple[str, ...]]:
    known = {row["child_id"]: row for row in pq.read_table(run / "children.parquet", columns=["child_id", "team", "plan_kind"]).to_pylist()}
    blank = {"team": "", "plan_kind": ""}
    return [
        (
            names.of("child", child),
            names.of("team", known.get(child, blank)["team"] or ""),
            known.get(child, blank)["plan_kind"] or "",
            str(judged.count(child)),
        )
        for child in children
    ]


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
