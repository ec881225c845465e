"""Which rules an export can answer, and what it would take to answer more: known from its tables and columns, before anything is judged."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditcheck.audit import FOR_A_PERSON, item_name, kind_missing, no_local_standard, premises_of, why_not_evaluated
from auditcheck.casefile import CaseFile
from auditcheck.duties import Duties
from auditcheck.raw import Export
from auditcheck.rulebook.model import Rule

#: What a rule lacks that no table can give it: a figure that the service must agree on.
LOCAL = "a local standard"


@dataclass(frozen=True)
class Answer:
    """Whether one rule can be evaluated. ``why`` not: as in rules.csv.

    ``missing``: tables, ``table.field`` and `LOCAL`; ``unseen``: fields of exemptions and reasons, which then can't apply.
    """

    rule: Rule
    why: str
    missing: tuple[str, ...]
    unseen: tuple[str, ...]

    @property
    def answered(self) -> bool:
        """Whether the rule says something of this export."""
        return not self.why

    @property
    def for_a_person(self) -> bool:
        """Whether no export could ever answer it."""
        return self.why == FOR_A_PERSON


@dataclass(frozen=True)
class Step:
    """One table to fill in next: its fields that are needed, and the rules that can be answered once it and those before it are there."""

    table: str
    fields: tuple[str, ...]
    rules: tuple[str, ...]


def answers(export: Export, rules: Sequence[Rule]) -> list[Answer]:
    """What each rule could say of this export, in the rules' order.

    Measures are left out: they are worked out from many rules and records, and measures.csv of a run says which could be.
    """
    cf = Duties(CaseFile.of(export), as_of=0).cf  # with the table of cases, whatever the day
    by_id = {rule.id: rule for rule in rules}
    return [_answer(cf, rule, by_id) for rule in rules if rule.kind != "measure"]


def steps(found: Iterable[Answer]) -> list[Step]:
    """The tables to fill in, each the one that answers most rules after those before it; ties by name.

    A rule that lacks a figure of the service's own can't be answered by any table, and is left out.
    """
    left = {a.rule.id: _by_table(a.missing) for a in found if not a.answered and a.missing and LOCAL not in a.missing}
    taken: list[Step] = []
    while left:
        table = _next_table(left)
        fields = sorted({name for needs in left.values() for name in needs.get(table, ())})
        done = tuple(sorted(rule_id for rule_id, needs in left.items() if not needs.keys() - {table}))
        left = {rule_id: {t: f for t, f in needs.items() if t != table} for rule_id, needs in left.items() if rule_id not in done}
        taken.append(Step(table, tuple(fields), done))
    return taken


def _next_table(left: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    at_once = Counter(next(iter(needs)) for needs in left.values() if len(needs) == 1)
    if at_once:
        return min(at_once, key=lambda table: (-at_once[table], table))
    # No table answers anything alone: the one that is lacking most often among the rules that lack fewest.
    fewest = min(map(len, left.values()))
    lacking = Counter(table for needs in left.values() if len(needs) == fewest for table in needs)
    return min(lacking, key=lambda table: (-lacking[table], table))


def _by_table(missing: Iterable[str]) -> dict[str, tuple[str, ...]]:
    tables: dict[str, list[str]] = {}
    for item in missing:
        table, _, name = item.partition(".")
        tables.setdefault(table, []).extend([name] if name else [])
    return {table: tuple(names) for table, names in sorted(tables.items())}


def _answer(cf: CaseFile, rule: Rule, by_id: dict[str, Rule]) -> Answer:
    why = why_not_evaluated(cf, rule, by_id)
    missing = sorted(_missing(cf, rule, by_id)) if why and why != FOR_A_PERSON else []
    unseen = sorted(use for use in rule.uses if not cf.has(*use.split(".")))
    return Answer(rule, why, tuple(missing), tuple(unseen))


def _missing(cf: CaseFile, rule: Rule, by_id: dict[str, Rule]) -> set[str]:
    """Everything that a rule lacks; of a composed rule also what all its premises lack, and the least that one of its alternatives does."""
    found = _own(cf, rule)
    if rule.check == "together":
        own = {premise.id: premise for premise in premises_of(rule, by_id)}

        def of(item: dict[str, Any]) -> set[str]:
            if "check" in item:
                return _sources(cf, own[item_name(rule, item)])
            other = by_id.get(str(item["rule"]))
            return _missing(cf, other, by_id) if other else set()

        found = found.union(*map(of, rule.body.get("all", ())))
        found |= min(map(of, rule.body.get("any", ())), key=len, default=set())
    return found


def _own(cf: CaseFile, rule: Rule) -> set[str]:
    found = {need for need in rule.needs if not cf.has(*need.split("."))}
    if rule.subject == "cases":
        found |= set() if cf.has("cases") else {"plans"}
    elif not cf.has(rule.subject):
        found.add(rule.subject)
    if kind := kind_missing(cf, rule):
        found.add(f"{kind.removeprefix('kind missing: ').split(' ')[0]}.kind")
    return found | ({LOCAL} if no_local_standard(cf, rule) else set())


def _sources(cf: CaseFile, premise: Rule) -> set[str]:
    blocks = (*premise.body.get("any", ()), premise.body)
    lost = {str(block["table"]) for block in blocks if "table" in block and not cf.has(block["table"])}
    return lost | ({LOCAL} if no_local_standard(cf, premise) else set())


def as_json(found: Sequence[Answer]) -> str:
    """Every rule with its answer, and the tables to fill in next, as JSON text."""
    rules = [
        {
            "id": a.rule.id,
            "title": a.rule.title,
            "kind": a.rule.kind,
            "answered": a.answered,
            "why": a.why,
            "missing": list(a.missing),
            "unseen": list(a.unseen),
        }
        for a in found
    ]
    fill = [{"table": step.table, "fields": list(step.fields), "rules": list(step.rules)} for step in steps(found)]
    return json.dumps({"rules": rules, "fill": fill}, indent=2, ensure_ascii=False)


def as_text(name: str, found: Sequence[Answer]) -> str:
    """The same for a terminal."""
    answered = [a for a in found if a.answered]
    people = sum(a.for_a_person for a in found)
    lines = [
        f"{name} can answer {len(answered)} of {len(found) - people} rules. "
        f"{people} more are questions that only a person who reads the file can answer."
    ]
    lines += _next(steps(found))
    local = [a.rule.id for a in found if LOCAL in a.missing]
    if local:
        lines += ["", f"{len(local)} lack a figure of the service's own, which a profile sets: {', '.join(local)}"]
    lines += _listed("Not answered", [(a.rule.id, a.rule.title, a.why) for a in found if a.why and not a.for_a_person])
    blind = [(a.rule.id, a.rule.title, f"can't see {', '.join(a.unseen)}") for a in answered if a.unseen]
    lines += _listed("Answered, but an exemption or a recorded reason can't apply", blind)
    return "\n".join([*lines, *_listed("Answered", [(a.rule.id, a.rule.title, "") for a in answered if not a.unseen])])


def _next(found: Sequence[Step], most: int = 12) -> list[str]:
    """What to fill in, in order; tables that answer something only together with later ones are joined with those."""
    if not found:
        return []
    lines, total, waiting = ["", "To answer more, fill in these tables, in this order:"], 0, list[str]()
    for step in found[:most]:
        waiting.append(f"{step.table} ({', '.join(step.fields)})" if step.fields else step.table)
        if step.rules:
            total += len(step.rules)
            lines.append(textwrap.fill(f"+{len(step.rules)} ({total} in all): {' with '.join(waiting)}", 120, subsequent_indent="      "))
            waiting = []
    first = found[: min(4, len(found))]
    answers_ = sum(len(step.rules) for step in first)
    lines += [
        "",
        f"Fill in {_and([step.table for step in first])} to answer {answers_} more rules; `auditcheck template` writes them.",
    ]
    return lines


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _listed(title: str, rows: Sequence[tuple[str, str, str]]) -> list[str]:
    if not rows:
        return []
    wide = max(len(row[0]) for row in rows)
    return ["", f"{title} ({len(rows)})", *(f"  {rule:<{wide}}  {words}{f': {why}' if why else ''}" for rule, words, why in rows)]
