"""`auditcheck waivers check`: the file by itself, or beside a run that has been made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from auditcheck import texts
from auditcheck.ledger.night import Night
from auditcheck.ledger.waiver_file import read_waivers
from auditcheck.ledger.waivers import APPLIED, MALFORMED, NOT_YET, Finding, waived


@dataclass(frozen=True)
class Checked:
    """Sentences: what is well, and what somebody has to put right."""

    fine: list[str]
    wrong: list[str]


def check(file: Path, rules: Collection[str], run: Path | None) -> Checked:
    """Look over a file of waivers. Raises WaiversRefused, and LedgerRefused where ``run`` is not the folder of a run."""
    held = read_waivers(file, rules)
    malformed = [str(problem) for problem in held.problems]
    if run is None:
        return Checked([f"{texts.count(len(held.waivers), 'waivers')} {'is' if len(held.waivers) == 1 else 'are'} well formed."], malformed)
    night = Night.read(run)
    found = [Finding(one.finding_id, one.rule_id, one.child_id) for one in night.found.values()]
    told = [row for row in waived(held, found, date.fromisoformat(night.as_of)).reported if row[1] != MALFORMED]
    lines = {ok: [_line(row) for row in told if (row[1] in (APPLIED, NOT_YET)) == ok] for ok in (True, False)}
    return Checked(lines[True], malformed + lines[False])


def _line(row: tuple[str, str, str, str]) -> str:
    waiver, status, finding, says = row
    return f"{waiver}  {status.replace('_', ' ')}{'  ' + finding if finding else ''}  {says}"
