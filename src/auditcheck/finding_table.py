"""findings.csv as one table of text, a column at a time: what each finding says, whose it is, and the order in which they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from auditcheck import clock
from auditcheck.checks.verdict import JUSTIFIED, NOT_MET, OUTCOMES, Observations
from auditcheck.findings import COLUMNS, SEVERITIES, finding_id
from auditcheck.observation_table import unit_codes, units_of
from auditcheck.results import Results
from auditcheck.rulebook import editions
from auditcheck.texts import count, iso, moment_in_words
from auditcheck.values import OK, Mask, When

#: What a rule's words leave to be filled in (the lint knows the same names).
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
#: Kinds of check whose event is what was asked for; when it came late there is nothing left to do but to say why.
_TIMED = ("within", "recurs", "before")
_DONE = "It was done since, but late. Record the reason if the record gives none; nothing else is due for this one."
#: The last day that a finding speaks of (a day number), by which a past one is recent or not; and by what else findings are in order.
LAST_DAY, _SEVERITY, _CLASS = "#last_day", "#severity", "#class"
ORDER = [(name, "ascending") for name in ("standing", _SEVERITY, "rule_id", "child_id", "record_id", _CLASS, LAST_DAY)]

Rows = npt.NDArray[np.intp]
_SCHEMA = pa.schema(
    [(name, pa.int64() if name == "over" else pa.string()) for name in COLUMNS]
    + [(LAST_DAY, pa.int64()), (_SEVERITY, pa.int64()), (_CLASS, pa.string())]
)


def finding_table(results: Results) -> pa.Table:
    """One row a finding in `COLUMNS` ('' = none; ``over`` null) and those that only order them, in `ORDER`."""
    parts = []
    for o in results.every:
        some = np.flatnonzero((o.verdict.outcome == NOT_MET) | (o.verdict.outcome == JUSTIFIED))
        if len(some):
            parts.append(_Findings(results, o, some).table())
    return pa.concat_tables(parts).combine_chunks().sort_by(ORDER) if parts else _SCHEMA.empty_table()


class _Findings:
    """The findings of one rule among its observations ``o``: the places ``some`` (m,)."""

    def __init__(self, results: Results, o: Observations, some: Rows) -> None:
        self.results, self.o, self.some, self.rule = results, o, some, o.rule
        cf = results.cf
        rows = o.rows[some]
        self.child = cf.child(o.table)[rows]
        self.names: list[str] = cf.ids(o.table).take(pa.array(rows)).to_pylist()
        units, which = units_of(o), unit_codes(o)[some]
        self.over = o.over[some]
        self.units = [units[u] if u >= 0 and over >= 0 else "" for u, over in zip(which.tolist(), self.over.tolist(), strict=True)]
        self.escalated = self._escalated()
        self.done: Mask = self._done_since()
        self.laws = self._laws()

    def table(self) -> pa.Table:
        """Their columns."""
        o, rule, results, m = self.o, self.rule, self.results, len(self.some)
        children = results.cf.ids("children").take(pa.array(self.child))
        ids = [finding_id(rule.id, child, o.table, name, o.class_) for child, name in zip(children.to_pylist(), self.names, strict=True)]
        raised = rule.escalates.to if rule.escalates else rule.severity
        severity = np.where(self.escalated, SEVERITIES.index(raised), SEVERITIES.index(rule.severity))
        place = self.some.astype(np.int32)
        law, edition, limit, verified = zip(*self.laws, strict=True)
        who = {name: getattr(results.people, part).take(pa.array(self.child)) for name, part in _WHO.items()}
        columns = {
            "finding_id": ids,
            **{name: _each(m, text) for name, text in (("rule_id", rule.id), ("title", rule.title), ("kind", rule.kind))},
            "force": _each(m, rule.force),
            "severity": _word(SEVERITIES, severity),
            "outcome": _word(OUTCOMES, o.verdict.outcome[self.some]),
            "standing": _word(("past", "open"), results.standing(o)[self.some]),
            "child_id": children,
            "table": _each(m, o.table),
            "record_id": self.names,
            "due_at": iso(o.due.take(place)).fill_null(""),
            "happened_at": iso(o.happened.take(place)).fill_null(""),
            "over": pa.array(self.over.astype(np.int64), mask=self.over < 0),
            "unit": self.units,
            **who,
            "message": self._messages(limit),
            "action": _word((rule.do, _DONE), self.done),
            **{"law": law, "edition": edition, "limit": limit, "verified": verified},
            **{name: _each(m, "") for name in ("state", "first_seen", "waiver")},
            "because": self._because(),
            LAST_DAY: self._last_days(),
            _SEVERITY: severity,
            _CLASS: _each(m, o.class_),
        }
        return pa.table([pa.array(columns[field.name], field.type) for field in _SCHEMA], schema=_SCHEMA)

    def _escalated(self) -> Mask:
        index = self.results.index(self.o)
        places = self.results.judged.escalated.get(index, set()) if index is not None else set()
        return np.isin(self.some, sorted(places))

    def _done_since(self) -> Mask:
        """Whether what was asked for was done in the end, only late."""
        o, some = self.o, self.some
        both = (o.happened.state[some] == OK) & (o.due.state[some] == OK)
        done: Mask = both & (o.happened.day[some] >= o.due.day[some]) & (self.rule.check in _TIMED)
        return done

    def _last_days(self) -> npt.NDArray[np.int64]:
        """When each was due or happened, whichever is later; where it has neither, the end of its record; else the as-of day."""
        o, some, ages_ago = self.o, self.some, -(2**30)
        duties = self.results.seen.duties
        own = np.maximum(*(np.where(when.known[some], when.day[some], ages_ago) for when in (o.due, o.happened)))
        last = np.where(own > ages_ago, own, duties.closing(o.subject_table)[o.subject_rows[some]])
        return np.where(last > ages_ago, last, duties.as_of).astype(np.int64)

    def _laws(self) -> list[tuple[str, str, str, str]]:
        """(law, edition, limit, verified) of each: of the dated value that applied, else of the rule."""
        o, some = self.o, self.some
        none = np.full(len(some), -1)
        which, value = (o.limit.which[some], o.limit.value[some]) if o.limit is not None else (none, none)
        dated = editions.rests_on_it(self.rule)
        day = np.where(o.trigger.state[some] == OK, o.trigger.day[some], clock.NAT) if dated else none
        known: dict[tuple[int, int, int], tuple[str, str, str, str]] = {}
        keys = list(zip(which.tolist(), value.tolist(), day.tolist(), strict=True))
        for key in keys:
            if key not in known:
                known[key] = self._law(*key, dated)
        return [known[key] for key in keys]

    def _law(self, which: int, number: int, day: int, dated: bool) -> tuple[str, str, str, str]:
        rule, limit = self.rule, self.o.limit
        law, verified, said, edition, value = rule.law, rule.verified, "", "", None
        if limit is not None:
            said = str(limit.lengths[which]) if which >= 0 else ""
            if number >= 0:
                value = rule.limit.values[number]
                law, verified, edition = value.law or law, value.verified or verified, value.edition or ""
            elif rule.limit.field is not None:
                verified, edition = "local", "local"
        if not edition and dated and day != clock.NAT:
            found = editions.in_force(clock.as_date(day), self.results.editions)
            edition = found.id if found else ""
            if found and editions.carried_over(found, value):
                law, verified = f"{law} ({editions.says(found)})", "unverified"
        return law, edition, said, verified

    def _messages(self, limits: Sequence[str]) -> list[str]:
        """What each record shows, in the rule's words; an escalated finding says that it repeats."""
        o, some, rule = self.o, self.some, self.rule
        texts, words = _PLACEHOLDER.split(rule.says)[::2], _PLACEHOLDER.findall(rule.says)
        filled = [self._filling(word, limits) for word in words]
        said = [_woven(texts, one) for one in zip(*filled, strict=True)] if filled else [rule.says] * len(some)
        for k in np.flatnonzero(self.done).tolist():
            late = f", {count(int(self.over[k]), self.units[k])} after the limit" if self.over[k] >= 0 else ""
            said[k] += f" It is recorded on {_moment(o.happened, some[k])}{late}."
        if o.limit is not None:
            for k in np.flatnonzero(o.limit.fell_back[some]).tolist():
                said[k] += " (The record gives no interval of its own; the local standard was used.)"
        for k in np.flatnonzero(self.escalated).tolist() if rule.escalates else ():
            said[k] += f" It is at least number {rule.escalates.after} in a row."  # type: ignore[union-attr]
        for k, text in self.results.evidence.siblings(o, some):
            said[k] += text
        return said

    def _filling(self, word: str, limits: Sequence[str]) -> Iterable[str]:
        """What stands for one placeholder in each message."""
        o, some = self.o, self.some
        if word in ("due", "trigger"):
            return _moments(getattr(o, word), some)
        if word == "happened":
            known = o.happened.state[some] == OK
            return [text if k else "not recorded" for text, k in zip(_moments(o.happened, some), known.tolist(), strict=True)]
        if word == "over":
            return [count(over, unit) if over >= 0 else "" for over, unit in zip(self.over.tolist(), self.units, strict=True)]
        if word == "limit":
            return [limit or "the limit" for limit in limits]
        if word == "record":
            return self.names
        if word == "event":
            return [name for _, name in self.results.evidence.records(o, some)]
        if word == "reason":
            return [o.verdict.reasons[code] for code in o.verdict.reason[some].tolist()]
        return [{"class": o.class_}[word]] * len(some)

    def _because(self) -> list[str]:
        """The column ``because`` (docs/outputs.md)."""
        evidence = self.results.evidence
        if self.rule.check == "together":
            return [evidence.composed_of(self.o, i) for i in self.some.tolist()]
        found = [f"{table} {name}".strip() for table, name in evidence.records(self.o, self.some)]
        for k in np.flatnonzero(self.escalated).tolist():
            found[k] = "; ".join(filter(None, [found[k], *evidence.in_a_row(self.o, int(self.some[k]))]))
        return found


_WHO = {"team": "team", "worker_id": "worker", "manager_id": "manager"}


def _each(m: int, text: str) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), m)


def _word(words: Sequence[str], codes: npt.NDArray[np.generic]) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(codes.astype(np.int8)))


def _moments(when: When, some: Rows) -> list[str]:
    return [moment_in_words(day, second) for day, second in zip(when.day[some].tolist(), when.second[some].tolist(), strict=True)]


def _moment(when: When, i: int | np.intp) -> str:
    return moment_in_words(int(when.day[i]), int(when.second[i]))


def _woven(texts: Sequence[str], words: Sequence[str]) -> str:
    """The texts with a word between each two of them."""
    return "".join(part for pair in zip(texts, (*words, ""), strict=True) for part in pair)
