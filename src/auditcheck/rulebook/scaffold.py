"""A new rule's file, to be filled in. It fails `auditcheck rules check` until the law is, and `rules test` until the examples are right."""

from __future__ import annotations

import re
from pathlib import Path

from auditcheck.rulebook.load import shipped
from auditcheck.rulebook.problems import RulebookError, wrong

_ID = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")
_AREA = re.compile(r"[a-z][a-z0-9_]*")

_TEXT = """\
# Fill in what is empty and put your own in place of the core-group example (docs/writing-rules.md, docs/rule-language.md).
id: {id}
# One sentence: what must be so.
title:
area: {area}
# automated: a check over records; recorded: only whether something is written; composed: what no single record shows; auditor: a question.
# (measure: one figure of many records, see docs/measures.md.)
kind: automated
# REG regulation, SG statutory guidance, NOTICE improvement notice, OFSTED inspection, LOCAL a standard of your own.
force: LOCAL
severity: medium
stage: active
# The record that owes something, and every field that the rule reads.
subject: core_groups
needs: [core_groups.held_on, core_groups.minutes_recorded_on]
# From when, and what shows that it was done. Other checks: recurs, before, states, exists, absent,
# compares, includes, distinct, apart, alone, together, asks.
requires:
  within:
    trigger: held_on
    event: minutes_recorded_on
# Your own figure: a profile gives it, with who agreed it and when, and it counts for all that lies before too. A figure of the law, or one
# of yours that counts only from a day on, stands here: limit: [{{from: 2024-05-01, is: 5 working days}}]
limit: local
# What the reader of the list is told, and what they should do.
says: The record shows no minutes for the core group of {{trigger}}; they were due by {{due}}.
do:
# The document and its paragraph, and how far you saw its words: primary, secondary, local (a standard of your own), notice,
# inspection or unverified.
law:
verified: unverified
# At least: met, not met, at the limit, one past the limit, and missing data.
examples:
  - name: at the limit
    as_of: 2015-06-30
    limit: 10 working days
    given:
      core_groups: [{{core_group_id: G1, child_id: C1, held_on: 2015-06-01, minutes_recorded_on: 2015-06-15}}]
    expect: met
  - name: one past the limit
    as_of: 2015-06-30
    limit: 10 working days
    given:
      core_groups: [{{core_group_id: G1, child_id: C1, held_on: 2015-06-01, minutes_recorded_on: 2015-06-16}}]
    expect: not_met
"""


def new(rule_id: str, area: str, folder: Path) -> Path:
    """Write ``folder/area/rule_id.yaml`` and return its path. Raises RulebookError where a name is no name or the file is there."""
    if not _ID.fullmatch(rule_id):
        raise RulebookError([wrong(f"'{rule_id}' is no rule id", "capitals, digits and hyphens, such as OUR-CG-01", rule_id)])
    if not _AREA.fullmatch(area):
        raise RulebookError([wrong(f"'{area}' is no area", "lower case, such as core_group", area)])
    path = folder / area / f"{rule_id}.yaml"
    if any(folder.glob(f"*/{rule_id}.yaml")):
        raise RulebookError([f"there is a rule {rule_id} in {folder.name} already; nothing was written"])
    if any(shipped().glob(f"*/{rule_id}.yaml")):
        raise RulebookError([f"{rule_id} is the id of a rule that comes with auditcheck, expected one of your own such as OUR-{rule_id}"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_TEXT.format(id=rule_id, area=area), encoding="utf-8", newline="\n")
    return path
