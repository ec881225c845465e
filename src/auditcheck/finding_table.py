"""findings.csv as one table of text, built a column at a time over all rules at once, in the order in which it is written."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.checks.verdict import JUSTIFIED, NOT_MET, OUTCOMES
from auditcheck.coded_columns import one_word_each, words_of, words_of_each
from auditcheck.finding_words import Findings
from auditcheck.findings import COLUMNS, SEVERITIES
from auditcheck.results import Results
from auditcheck.texts import iso
from auditcheck.values import When

_DONE = "It was done since, but late. Record the reason if the record gives none; nothing else is due for this one."
#: The last day that a finding speaks of (a day number), by which a past one is recent or not; and by what else findings are in order.
LAST_DAY, _SEVERITY, _CLASS = "#last_day", "#severity", "#class"
ORDER = [(name, "ascending") for name in ("standing", _SEVERITY, "rule_id", "child_id", "record_id", _CLASS, LAST_DAY)]
#: Text that nearly always differs, or that findings are in order by: all other text is coded.
_WRITTEN_OUT = (
    "finding_id", "rule_id", "standing", "child_id", "record_id", "due_at", "happened_at", "message", "because", _CLASS,
)  # fmt: skip
_NUMBERS = ("over", LAST_DAY, _SEVERITY)
_SCHEMA = pa.schema(
    (name, pa.int64() if name in _NUMBERS else pa.string() if name in _WRITTEN_OUT else pa.dictionary(pa.int32(), pa.string()))
    for name in (*COLUMNS, LAST_DAY, _SEVERITY, _CLASS)
)
_PEOPLE = {"team": "team", "worker_id": "worker", "manager_id": "manager"}


def finding_table(results: Results) -> pa.Table:
    """One row a finding in `COLUMNS` ('' = none; ``over`` null) and those that only order them, in `ORDER`; repeated text is coded."""
    children = results.cf.ids("children").to_pylist()
    parts = []
    for o in results.every:
        some = np.flatnonzero((o.verdict.outcome == NOT_MET) | (o.verdict.outcome == JUSTIFIED))
        if len(some):
            parts.append(Findings(results, o, some, children))
    if not parts:
        return _SCHEMA.empty_table()
    columns = _told(results, parts) | _same_for_a_rule(parts) | _said(parts)
    found = pa.table([columns[name].cast(_SCHEMA.field(name).type) for name in _SCHEMA.names], schema=_SCHEMA)
    return found.take(pc.sort_indices(found.select([name for name, _ in ORDER]), sort_keys=ORDER))


def _told(results: Results, parts: list[Findings]) -> dict[str, pa.Array]:
    """What was judged of each, and whose it is."""

    def each(read: Callable[[Findings], npt.NDArray[np.generic]]) -> npt.NDArray[np.generic]:
        return np.concatenate([read(part) for part in parts])

    def moments(read: Callable[[Findings], When]) -> pa.Array:
        return iso(When.joined([read(part).take(part.some) for part in parts])).fill_null("")

    over, child = each(lambda part: part.over).astype(np.int64), pa.array(each(lambda part: part.child))
    severity = each(_severities)
    return {
        "severity": words_of(SEVERITIES, severity),
        "outcome": words_of(OUTCOMES, each(lambda part: part.o.verdict.outcome[part.some])),
        "standing": words_of(("past", "open"), each(lambda part: results.standing(part.o)[part.some])),
        "child_id": results.cf.ids("children").take(child),
        "record_id": pa.concat_arrays([part.records for part in parts]),
        "due_at": moments(lambda part: part.o.due),
        "happened_at": moments(lambda part: part.o.happened),
        "over": pa.array(over, mask=over < 0),
        "unit": words_of_each([part.units for part in parts], [part.unit for part in parts]),
        **{name: getattr(results.people, of).dictionary_encode().take(child) for name, of in _PEOPLE.items()},
        LAST_DAY: pa.array(each(Findings.last_days)),
        _SEVERITY: pa.array(severity),
    }


def _same_for_a_rule(parts: list[Findings]) -> dict[str, pa.Array]:
    """What all findings of a rule share."""
    of_part = pa.array(np.repeat(np.arange(len(parts), dtype=np.int32), [len(part.some) for part in parts]))
    blank = ("state", "first_seen", "waiver")
    return {
        "rule_id": one_word_each((part.rule.id for part in parts), of_part),
        "title": one_word_each((part.rule.title for part in parts), of_part),
        "kind": one_word_each((part.rule.kind for part in parts), of_part),
        "force": one_word_each((part.rule.force for part in parts), of_part),
        "table": one_word_each((part.o.table for part in parts), of_part),
        _CLASS: one_word_each((part.o.class_ for part in parts), of_part),
        **{name: words_of([""], np.zeros(len(of_part))) for name in blank},
    }


def _said(parts: list[Findings]) -> dict[str, pa.Array]:
    """What each says."""
    laws = {
        name: words_of_each([[law[place] for law in part.laws[0]] for part in parts], [part.laws[1] for part in parts])
        for place, name in enumerate(("law", "edition", "limit", "verified"))
    }
    return laws | {
        "finding_id": _texts(parts, Findings.ids),
        "message": _texts(parts, Findings.messages),
        "action": words_of_each([(part.rule.do, _DONE) for part in parts], [part.done.astype(np.int32) for part in parts]),
        "because": _texts(parts, Findings.because),
    }


def _texts(parts: list[Findings], read: Callable[[Findings], list[str]]) -> pa.Array:
    return pa.concat_arrays([pa.array(read(part), pa.string()) for part in parts])


def _severities(part: Findings) -> npt.NDArray[np.int64]:
    raised = part.rule.escalates.to if part.rule.escalates else part.rule.severity
    return np.where(part.escalated, SEVERITIES.index(raised), SEVERITIES.index(part.rule.severity))
