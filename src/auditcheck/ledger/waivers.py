"""What the waivers of a file do to the findings of one night: which are waived, and what every waiver came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from auditcheck import clock, texts
from auditcheck.ledger.waiver_file import Waiver, Waivers

APPLIED, LAPSED, NOT_YET, UNUSED, MALFORMED = "applied", "lapsed", "not_yet", "unused", "malformed"
#: The columns of waivers.csv.
REPORTED = ("waiver_id", "status", "finding_id", "says")
#: A waiver that applies tonight, as the lists show it: a row a finding.
SHOWN = ("waiver_id", "finding_id", "rule_id", "child_id", "reason", "owner", "approver", "granted", "expires")
#: What is said on every page too: so nothing that names a child, who may be a restricted one.
_DID_NOTHING = {LAPSED: "has lapsed", UNUSED: "waives nothing"}


class Finding(NamedTuple):
    """As much of a finding as a waiver names."""

    finding_id: str
    rule_id: str
    child_id: str


@dataclass(frozen=True)
class Waived:
    """``waiver``: of each finding the id of the waiver that applies to it, '' for none. ``shown`` and ``reported``: rows in those columns.

    ``warnings``: sentences about waivers that did nothing.
    """

    waiver: list[str]
    shown: list[tuple[str, ...]]
    reported: list[tuple[str, str, str, str]]
    warnings: list[str]


def waived(held: Waivers, findings: Sequence[Finding], as_of: date) -> Waived:
    """Apply the waivers to the findings of a night, in the order of the file: the first that names a finding is the one that waives it."""
    by_id: dict[str, str] = {}
    shown: list[tuple[str, ...]] = []
    reported: list[tuple[str, str, str, str]] = []
    for waiver in held.waivers:
        named = list(_named(waiver, findings))
        status, says = _status(waiver, named, by_id, as_of)
        if status == APPLIED:
            named = [finding for finding in named if finding.finding_id not in by_id]
            by_id |= {finding.finding_id: waiver.id for finding in named}
            shown += [_shown(waiver, finding) for finding in named]
        reported += [(waiver.id, status, finding_id, says) for finding_id in [finding.finding_id for finding in named] or [""]]
    reported += _malformed(held)
    warnings = dict.fromkeys(_warnings(held, reported))
    return Waived([by_id.get(finding.finding_id, "") for finding in findings], shown, reported, list(warnings))


def _named(waiver: Waiver, findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        if finding.finding_id == waiver.finding or (finding.rule_id, finding.child_id) == (waiver.rule, waiver.child):
            yield finding


def _day(day: date) -> str:
    return texts.in_words(clock.day_number(day))


def _status(waiver: Waiver, named: Sequence[Finding], taken: dict[str, str], as_of: date) -> tuple[str, str]:
    if as_of < waiver.granted:
        return NOT_YET, f"It was granted on {_day(waiver.granted)}, after the day that the run speaks of."
    if as_of > waiver.expires:
        again = f"{texts.count(len(named), 'findings')} that it named {'counts' if len(named) == 1 else 'count'} again"
        return LAPSED, f"It expired on {_day(waiver.expires)}; {again if named else 'nothing that it named was found'}."
    if not named:
        return UNUSED, "Nothing that it names is found."
    if all(finding.finding_id in taken for finding in named):
        return UNUSED, f"What it names is waived by {', '.join(sorted({taken[finding.finding_id] for finding in named}))} already."
    return APPLIED, f"Waived to {waiver.expires}, that day included."


def _shown(waiver: Waiver, finding: Finding) -> tuple[str, ...]:
    days = (waiver.granted.isoformat(), waiver.expires.isoformat())
    return waiver.id, *finding, waiver.reason, waiver.owner, waiver.approver, *days


def _warnings(held: Waivers, reported: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    for name, status, _, says in reported:
        if status in _DID_NOTHING:
            yield f"Waiver {name} {_DID_NOTHING[status]}: {says}"
    for problem in held.problems:
        yield f"Waiver {problem.rule} waives nothing: line {problem.line} of {problem.file} is wrong (waivers.csv says how)."


def _malformed(held: Waivers) -> Iterator[tuple[str, str, str, str]]:
    said: dict[str, list[str]] = {}
    for problem in held.problems:
        said.setdefault(problem.rule, []).append(f"line {problem.line}, {problem.text}")
    yield from ((name, MALFORMED, "", f"{'; '.join(texts)}.") for name, texts in said.items())
