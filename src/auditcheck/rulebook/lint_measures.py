"""What a measure can still have wrong: words that only a check over single records understands, figures of one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from auditcheck.contract import tables
from auditcheck.rulebook.problems import wrong
from auditcheck.yaml_text import Path

Complaint = tuple[Path, bool, str]

#: Words of a rule that speak of one record and its duty; a measure counts many and leaves the rest to `where` and `counts`.
_OF_ONE_RECORD = ("unless", "justified_by", "superseded_by", "escalates", "ends")


def measure_problems(rule: dict[str, Any]) -> Iterator[Complaint]:
    """What is wrong with a rule of kind measure."""
    for word in _OF_ONE_RECORD:
        if word in rule:
            yield (word,), True, f"'{word}' speaks of one record and says nothing in a measure, expected it in where or counts"
    body = rule["requires"]["measure"]
    names = Counter(more["name"] for more in body.get("also", ()))
    for at, more in enumerate(body.get("also", ())):
        if names[more["name"]] > 1:
            yield ("requires", "measure", "also", at, "name"), False, f"two figures are called '{more['name']}', expected one a name"
    for where, spec in _specs(body):
        yield from _stretches(spec, where)
        yield from _parents(spec, where, str(rule["subject"]))


def _specs(body: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    yield ("requires", "measure"), body
    for at, more in enumerate(body.get("also", ())):
        yield ("requires", "measure", "also", at), more


def _blocks(spec: dict[str, Any], where: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every `had` and `known_by`."""
    for shape in ("share", "mean", "ratio"):
        for test in ("among", "counts"):
            for word in ("had", "known_by"):
                found = spec.get(shape, {}).get(test, {}).get(word)
                if found is not None:
                    yield (*where, shape, test, word), found


def _stretches(spec: dict[str, Any], where: Path) -> Iterator[Complaint]:
    for at, block in _blocks(spec, where):
        if "until" in block and ("before" in block or block["match"] == "child_id"):
            yield (*at, "until"), True, "'until' looks at the as-of day, expected no 'before' and a link to the subject's own record"
        if "each" in block and ("within" in block or "until" in block):
            yield (*at, "each"), True, "'each' counts once and for all, expected no 'within' or 'until'"
        if "more_than" in block and "times" in block:
            yield (*at, "times"), True, wrong("'times' beside 'more_than'", "one of them")


def _parents(spec: dict[str, Any], where: Path, subject: str) -> Iterator[Complaint]:
    for at, block in _blocks(spec, where):
        about = tables().get(block["table"], {}).get(block["match"])
        if about is not None and about.name != "child_id" and about.refers_to not in (None, subject):
            yield (*at, "match"), False, wrong(f"'{block['match']}' leads to {about.refers_to}", f"a link to {subject}, or child_id")
