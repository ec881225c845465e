"""Where auditors and the automated checks differ: the tool's own precision and its misses, rule by rule, with Wilson's interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from auditcheck.disclosure.intervals import wilson
from auditcheck.samples.graded import Graded
from auditcheck.samples.layout import AUDIT, NOT_FOUND, RESULTS, TABLES
from auditcheck.samples.results import CHECK, FOUND, MET, UNTOLD

PRECISION = (
    "rule_id", "title", "found_right", "found_wrong", "found_cannot_say", "precision_percent", "precision_low", "precision_high",
    "met_checked_right", "met_checked_wrong", "met_checked_cannot_say", "missed_percent", "missed_low", "missed_high", "missed_elsewhere",
    "could_be_told", "findings_not_judged",
)  # fmt: skip
ALL = "all rules"
_NAMED = next(iter(TABLES[AUDIT][NOT_FOUND]))

Cells = list[str | int | float]
#: (rule, group, verdict; '' where none was given) -> how many results.
Verdicts = Counter[tuple[str, str, str]]


def verdicts(cases: Sequence[Graded], rule_of: dict[str, str]) -> Verdicts:
    """What auditors said of the results on their forms. ``rule_of``: the rule of each finding."""
    said: Verdicts = Counter()
    for case in cases:
        if case.audit is not None:
            for ref, verdict in case.audit.filled(RESULTS, "Auditor").items():
                group, _, name = ref.partition(":")
                said[rule_of.get(name, name), group, verdict] += 1
            said.update((rule, NOT_FOUND, "") for rule in case.audit.filled(NOT_FOUND, _NAMED).values())
    return said


def printed(cases: Sequence[Graded], rule_of: dict[str, str]) -> Counter[str]:
    """Findings on the audit forms that came back, by rule."""
    refs = [ref.partition(":") for case in cases if case.audit for ref in case.audit.refs.get(RESULTS, ())]
    return Counter(rule_of[name] for group, _, name in refs if group == FOUND)


def precision_rows(said: Verdicts, shown: Counter[str], titles: dict[str, str]) -> Iterator[Cells]:
    """`PRECISION`: a row a rule of which anything was said or found, and one for all. ``shown``: as `printed` counts them."""
    rules = sorted({rule for rule, _, _ in said} | shown.keys())
    for rule in rules:
        yield [rule, titles.get(rule, ""), *_figures([rule], said, shown)]
    yield [ALL, "", *_figures(rules, said, shown)]


def _figures(rules: Sequence[str], said: Verdicts, shown: Counter[str]) -> Cells:
    def total(group: str, verdict: str) -> int:
        return sum(said[rule, group, verdict] for rule in rules)

    found = [total(FOUND, verdict) for verdict in ("agree", "disagree", "cannot_say")]
    checked = [total(CHECK, verdict) for verdict in ("agree", "disagree", "cannot_say")]
    elsewhere = total(NOT_FOUND, "") + total(MET, "disagree")
    judged = sum(found)
    return [
        *found,
        *_share(found[0], found[0] + found[1]),
        *checked,
        *_share(checked[1], checked[0] + checked[1]),
        elsewhere,
        total(UNTOLD, "disagree"),
        sum(shown[rule] for rule in rules) - judged,
    ]


def _share(part: int, n: int) -> Cells:
    """A percentage and its 95% interval; blanks of nothing."""
    if not n:
        return ["", "", ""]
    return [round(100 * part / n, 1), *(round(100 * end, 1) for end in wilson(part, n))]
