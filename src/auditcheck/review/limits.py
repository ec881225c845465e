"""The limit that each judgement was held against: the finding's own, else what the run's rules say for the day that started the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from auditcheck import clock
from auditcheck.clock import Length
from auditcheck.findings import finding_id
from auditcheck.review import BadReview
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Rule, Rulebook
from auditcheck.rulebook.profile import apply, chosen, standard


@dataclass(frozen=True)
class Standards:
    """What a run judged by. ``rules``: with the limits of its profile, by id; ``told``: the limit of each finding, by its id."""

    book: Rulebook
    rules: Mapping[str, Rule]
    told: Mapping[str, str]

    @classmethod
    def of_run(cls, run: Path, info: Mapping[str, Any], rules: Path | None, profile: str | None) -> Standards:
        """Those of a run's folder. Raises BadReview where the run was made with others; RulebookError where they can't be read."""
        book = load(rules, examples=False)
        own = str(info.get("profile"))
        used = apply(book, chosen(book, profile or (own if own in book.profiles else None)))
        if standard(used) != info.get("standard"):
            raise BadReview(
                f"The run was made with other rules or limits than these, so its limits can't be told (its profile is {own}). "
                "Name them with --rules DIR and --profile FILE, or run again."
            )
        try:
            found = pq.read_table(run / "findings.parquet", columns=["finding_id", "limit"]).to_pylist()
        except (OSError, pa.ArrowException) as problem:
            raise BadReview(f"{run} holds no findings.parquet that can be read. Run the audit again.") from problem
        return cls(book, {rule.id: rule for rule in used}, {row["finding_id"]: row["limit"] or "" for row in found})

    def limit(self, row: Mapping[str, Any]) -> str:
        """The limit of one observation, such as ``45 working days``; '' where it has none, or its record alone says it."""
        name = finding_id(row["rule_id"], row["child_id"] or "", row["table"], row["record_id"], row["class"] or "")
        if row["outcome"] in ("not_met", "justified") and name in self.told:
            return self.told[name]
        rule = self.rules.get(row["rule_id"])
        if rule is None or not row["trigger_at"]:
            return ""
        day = _day(row["trigger_at"])
        if rule.check == "exists":  # its figures count back from the end of the record or the day of the run
            found = _of_exists(rule)
            return str(found[0]) if len(found) == 1 else ""
        if rule.limit.field is None:
            value = rule.limit.on(day)
            return str(value.is_) if value is not None and value.is_ is not None else ""
        return _by_record(rule, day, row["due_at"])


def _of_exists(rule: Rule) -> list[Length]:
    """The lengths that may have applied: a setting, or the values of the rule's limit."""
    named = rule.body["once_past"]["limit"] if "once_past" in rule.body else rule.body.get("recent", "limit")
    if named != "limit":
        return [rule.length(named)]
    times = int(rule.body.get("times", 1)) if "recent" in rule.body or "once_past" in rule.body else 1
    return list(dict.fromkeys(value.is_ * times for value in rule.limit.values if value.is_ is not None))


def _by_record(rule: Rule, day: date, due_at: str | None) -> str:
    """Where a field of the record decides: of the lengths that the rule knows, those that lead to the day on which it was due."""
    if not due_at:
        return ""
    known = [*(rule.limit.by_category or {}).values(), *filter(None, [rule.limit.fallback])]
    start, due = np.array([clock.day_number(day)], np.int32), clock.day_number(_day(due_at))
    return " or ".join(dict.fromkeys(str(length) for length in known if int(clock.add(start, length)[0]) == due))


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])
