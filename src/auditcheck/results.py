"""From observations in columns to the two tables that others read: every observation, and the findings among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import clock
from auditcheck.audit import Observed
from auditcheck.casefile import CaseFile
from auditcheck.checks.verdict import JUSTIFIED, NOT_MET, OUTCOMES, Observations
from auditcheck.children_table import children_table
from auditcheck.evidence import Evidence
from auditcheck.findings import COLUMNS, SEVERITIES, finding_id
from auditcheck.judgement.bridge import Judged
from auditcheck.measures import Measures
from auditcheck.observation_table import observation_table, unit_codes, units_of
from auditcheck.people import People, people
from auditcheck.rulebook import editions
from auditcheck.rulebook.model import Edition
from auditcheck.taking_part import taking_part
from auditcheck.texts import count, iso, moment_in_words
from auditcheck.values import OK, Mask

#: What a rule's words leave to be filled in (the lint knows the same names).
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
#: Kinds of check whose event is what was asked for; when it came late there is nothing left to do but to say why.
_TIMED = ("within", "recurs", "before")
_DONE = "It was done since, but late. Record the reason if the record gives none; nothing else is due for this one."


@dataclass
class Results:
    """Everything that an audit found, in the order in which it is written: by rule, table, record and class."""

    seen: Observed
    judged: Judged
    editions: Sequence[Edition]
    measures: Measures | None = None

    @property
    def cf(self) -> CaseFile:
        return self.seen.cf

    @cached_property
    def every(self) -> list[Observations]:
        """All reported observations (premises of composed rules are not among them)."""
        found = [*self.seen.observations, *self.judged.composed]
        return [found[i] for i in sorted(range(len(found)), key=lambda i: (found[i].rule.id, found[i].table, found[i].class_))]

    @cached_property
    def people(self) -> People:
        return people(self.seen.duties)

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(self.seen, self.judged)

    def table(self) -> pa.Table:
        """observations.parquet: one row an observation, in `OBSERVED`'s columns."""
        return observation_table(self.cf, self.every, self.standing)

    def children(self) -> pa.Table:
        """children.parquet: one row a child, in `CHILDREN`'s columns."""
        return children_table(self.seen.duties, self.people)

    def taking_part(self) -> pa.Table:
        """taking_part.parquet: agencies at meetings, their reports, and how children were heard."""
        return taking_part(self.seen.duties, {rule_id: run.rule for rule_id, run in self.seen.runs.items()})

    def standing(self, o: Observations) -> Mask:
        """Whether each subject is open."""
        return self.seen.duties.is_open(o.subject_table)[o.subject_rows]

    def holders(self, children: Iterable[str]) -> dict[str, tuple[str, str, str]]:
        """Team, worker and manager of those of these children (ids) whom the export holds."""
        ids = self.cf.ids("children")
        rows = pc.drop_null(pc.index_in(pa.array(sorted(children), pa.string()), value_set=ids))
        parts = (ids, self.people.team, self.people.worker, self.people.manager)
        return {
            name: (team, worker, manager) for name, team, worker, manager in zip(*(p.take(rows).to_pylist() for p in parts), strict=True)
        }

    def findings(self) -> tuple[dict[str, list[str]], list[int]]:
        """findings.csv as columns of text ('' = none), in `COLUMNS`; sorted by standing, severity, rule, child, record and class.

        With them the last day that each finding speaks of (a day number), by which a past one is recent or not.
        """
        rows: list[tuple[tuple[object, ...], tuple[str, ...]]] = []
        for o in self.every:
            some = np.flatnonzero((o.verdict.outcome == NOT_MET) | (o.verdict.outcome == JUSTIFIED))
            if len(some):
                rows += self._findings_of(o, some)
        rows.sort(key=lambda row: row[0])
        columns = {name: [values[i] for _, values in rows] for i, name in enumerate(COLUMNS)}
        return columns, [int(key[-1]) for key, _ in rows]  # type: ignore[call-overload]

    def _last_days(self, o: Observations) -> npt.NDArray[np.int64]:
        """When each was due or happened, whichever is later; where it has neither, the end of its record; else the as-of day."""
        ages_ago = -(2**30)
        own = np.maximum(*(np.where(when.known, when.day, ages_ago) for when in (o.due, o.happened)))
        end = self.seen.duties.closing(o.subject_table)[o.subject_rows]
        last = np.where(own > ages_ago, own, end)
        return np.where(last > ages_ago, last, self.seen.duties.as_of)

    def _findings_of(self, o: Observations, some: npt.NDArray[np.intp]) -> list[tuple[tuple[object, ...], tuple[str, ...]]]:
        rule, index = o.rule, self._index(o)
        escalated = self.judged.escalated.get(index, set()) if index is not None else set()
        rows = o.rows[some]
        child = self.cf.child(o.table)[rows]
        names = self.cf.ids(o.table).take(pa.array(rows)).to_pylist()
        children = self.cf.ids("children").take(pa.array(child)).to_pylist()
        team, worker, manager = (
            part.take(pa.array(child)).to_pylist() for part in (self.people.team, self.people.worker, self.people.manager)
        )
        due, happened = (iso(when.take(some.astype(np.int32))).to_pylist() for when in (o.due, o.happened))
        standing = self.standing(o)[some].tolist()
        units, which, last = units_of(o), unit_codes(o), self._last_days(o)
        result: list[tuple[tuple[object, ...], tuple[str, ...]]] = []
        for k, i in enumerate(some.tolist()):
            severity = rule.escalates.to if rule.escalates and i in escalated else rule.severity
            unit = units[which[i]] if o.over[i] >= 0 and which[i] >= 0 else ""
            law, edition, limit, verified = self._law(o, i)
            outcome, name, state = OUTCOMES[o.verdict.outcome[i]], names[k], "open" if standing[k] else "past"
            values = (
                finding_id(rule.id, children[k], o.table, name, o.class_),
                rule.id,
                rule.title,
                rule.kind,
                rule.force,
                severity,
                outcome,
                state,
                children[k],
                o.table,
                name,
                due[k] or "",
                happened[k] or "",
                str(o.over[i]) if o.over[i] >= 0 else "",
                unit,
                team[k],
                worker[k],
                manager[k],
                self._message(o, i, name, limit, unit, i in escalated),
                _DONE if self._done_since(o, i) else rule.do,
                law,
                edition,
                limit,
                verified,
                "",
                "",
                "",
                self.evidence.because(o, i, i in escalated),
            )
            result.append(((state, SEVERITIES.index(severity), rule.id, children[k], name, o.class_, int(last[i])), values))
        return result

    def _index(self, o: Observations) -> int | None:
        return next((n for n, other in enumerate(self.seen.observations) if other is o), None)

    def _law(self, o: Observations, i: int) -> tuple[str, str, str, str]:
        """(law, edition, limit, verified) of one observation: of the dated value that applied, else of the rule."""
        rule = o.rule
        law, verified, limit, edition, value = rule.law, rule.verified, "", "", None
        if o.limit is not None:
            if o.limit.which[i] >= 0:
                limit = str(o.limit.lengths[o.limit.which[i]])
            if o.limit.value[i] >= 0:
                value = rule.limit.values[o.limit.value[i]]
                law, verified, edition = value.law or law, value.verified or verified, value.edition or ""
            elif rule.limit.field is not None:
                verified, edition = "local", "local"
        if not edition and editions.rests_on_it(rule) and o.trigger.state[i] == OK:
            found = editions.in_force(clock.as_date(int(o.trigger.day[i])), self.editions)
            edition = found.id if found else ""
            if found and editions.carried_over(found, value):
                law, verified = f"{law} ({editions.says(found)})", "unverified"
        return law, edition, limit, verified

    @staticmethod
    def _done_since(o: Observations, i: int) -> bool:
        """Whether what was asked for was done in the end, only late."""
        return bool(o.rule.check in _TIMED and o.happened.state[i] == OK and o.due.state[i] == OK and o.happened.day[i] >= o.due.day[i])

    def _message(self, o: Observations, i: int, name: str, limit: str, unit: str, escalated: bool) -> str:
        """What the record shows, in the rule's words; an escalated finding says that it repeats."""
        happened = moment_in_words(int(o.happened.day[i]), int(o.happened.second[i])) if o.happened.state[i] == OK else "not recorded"
        over = count(int(o.over[i]), unit) if o.over[i] >= 0 else ""
        words: Mapping[str, Callable[[], str]] = {
            "due": lambda: moment_in_words(int(o.due.day[i]), int(o.due.second[i])),
            "happened": lambda: happened,
            "trigger": lambda: moment_in_words(int(o.trigger.day[i]), int(o.trigger.second[i])),
            "over": lambda: over,
            "limit": lambda: limit or "the limit",
            "class": lambda: o.class_,
            "record": lambda: name,
            "event": lambda: self.evidence.record(o, i)[1],
            "reason": lambda: o.verdict.reasons[o.verdict.reason[i]],
        }
        text = _PLACEHOLDER.sub(lambda found: words[found[1]](), o.rule.says)
        if self._done_since(o, i):
            text += f" It is recorded on {happened}{', ' + over + ' after the limit' if over else ''}."
        if o.fell_back(i):
            text += " (The record gives no interval of its own; the local standard was used.)"
        if escalated and o.rule.escalates:
            text += f" It is at least number {o.rule.escalates.after} in a row."
        return text + self.evidence.siblings(o, i)
