"""What the findings of one rule say: its words filled in, the law that each rests on, what each stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from auditcheck import clock
from auditcheck.checks.verdict import Observations
from auditcheck.findings import finding_id
from auditcheck.observation_table import unit_codes, units_of
from auditcheck.results import Results
from auditcheck.rulebook import editions
from auditcheck.texts import count, moment_in_words
from auditcheck.values import OK, Mask, When

#: What a rule's words leave to be filled in (the lint knows the same names).
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
#: Kinds of check whose event is what was asked for; when it came late there is nothing left to do but to say why.
_TIMED = ("within", "recurs", "before")

Rows = npt.NDArray[np.intp]


class Findings:
    """The findings of one rule among its observations ``o``: the places ``some`` (m,). ``children``: all children's ids.

    Every text is '' where there is none. ``unit``: which of ``units`` each is late in, the last of them ('') where it is not.
    """

    def __init__(self, results: Results, o: Observations, some: Rows, children: Sequence[str]) -> None:
        self.results, self.o, self.some, self.rule = results, o, some, o.rule
        rows = o.rows[some]
        self.child = results.cf.child(o.table)[rows]
        self.records: pa.Array = results.cf.ids(o.table).take(pa.array(rows))
        self.names: list[str] = self.records.to_pylist()
        self._children = children
        self.over = o.over[some]
        self.units, which = [*units_of(o), ""], unit_codes(o)[some]
        self.unit = np.where((self.over >= 0) & (which >= 0), which, len(self.units) - 1)
        self.escalated = self._escalated()
        self.done: Mask = self._done_since()

    def ids(self) -> list[str]:
        """What each is called for good."""
        rule, o, children = self.rule.id, self.o, self._children
        return [
            finding_id(rule, children[child], o.table, name, o.class_) for child, name in zip(self.child.tolist(), self.names, strict=True)
        ]

    def _escalated(self) -> Mask:
        index = self.results.index(self.o)
        places = self.results.judged.escalated.get(index, set()) if index is not None else set()
        return np.isin(self.some, sorted(places)) if places else np.zeros(len(self.some), bool)

    def _done_since(self) -> Mask:
        """Whether what was asked for was done in the end, only late."""
        o, some = self.o, self.some
        both = (o.happened.state[some] == OK) & (o.due.state[some] == OK)
        done: Mask = both & (o.happened.day[some] >= o.due.day[some]) & (self.rule.check in _TIMED)
        return done

    def last_days(self) -> npt.NDArray[np.int64]:
        """When each was due or happened, whichever is later; where it has neither, the end of its record; else the as-of day."""
        o, some, ages_ago = self.o, self.some, -(2**30)
        duties = self.results.seen.duties
        own = np.maximum(*(np.where(when.known[some], when.day[some], ages_ago) for when in (o.due, o.happened)))
        last = np.where(own > ages_ago, own, duties.closing(o.subject_table)[o.subject_rows[some]])
        return np.where(last > ages_ago, last, duties.as_of).astype(np.int64)

    @cached_property
    def laws(self) -> tuple[list[tuple[str, str, str, str]], npt.NDArray[np.int64]]:
        """Every (law, edition, limit, verified), and which each finding has: of the dated value that applied, else of the rule."""
        o, some = self.o, self.some
        none = np.full(len(some), -1)
        which, value = (o.limit.which[some], o.limit.value[some]) if o.limit is not None else (none, none)
        dated = editions.rests_on_it(self.rule)
        day = np.where(o.trigger.state[some] == OK, o.trigger.day[some], clock.NAT) if dated else none
        key = (which.astype(np.int64) + 1 << 48) + (value.astype(np.int64) + 1 << 32) + (day.astype(np.int64) - clock.NAT)
        _, first, code = np.unique(key, return_index=True, return_inverse=True)
        return [self._law(int(which[k]), int(value[k]), int(day[k]), dated) for k in first.tolist()], code

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

    def messages(self) -> list[str]:
        """What each record shows, in the rule's words; an escalated finding says that it repeats."""
        o, some, rule = self.o, self.some, self.rule
        texts, words = _PLACEHOLDER.split(rule.says)[::2], _PLACEHOLDER.findall(rule.says)
        pattern = "%s".join(text.replace("%", "%%") for text in texts)
        said = [pattern % one for one in zip(*map(self._filling, words), strict=True)] if words else [rule.says] * len(some)
        for k in np.flatnonzero(self.done).tolist():
            late = f", {count(int(self.over[k]), self.units[self.unit[k]])} after the limit" if self.over[k] >= 0 else ""
            said[k] += f" It is recorded on {_moment(o.happened, some[k])}{late}."
        if o.limit is not None:
            for k in np.flatnonzero(o.limit.fell_back[some]).tolist():
                said[k] += " (The record gives no interval of its own; the local standard was used.)"
        for k in np.flatnonzero(self.escalated).tolist() if rule.escalates else ():
            said[k] += f" It is at least number {rule.escalates.after} in a row."  # type: ignore[union-attr]
        for k, text in self.results.evidence.siblings(o, some):
            said[k] += text
        return said

    def _filling(self, word: str) -> Iterable[str]:
        """What stands for one placeholder in each message."""
        o, some = self.o, self.some
        if word in ("due", "trigger"):
            return _moments(getattr(o, word), some)
        if word == "happened":
            known = o.happened.state[some] == OK
            return [text if k else "not recorded" for text, k in zip(_moments(o.happened, some), known.tolist(), strict=True)]
        if word == "over":
            late = zip(self.over.tolist(), self.unit.tolist(), strict=True)
            return [count(over, self.units[unit]) if over >= 0 else "" for over, unit in late]
        if word == "limit":
            laws, which = self.laws
            return [laws[law][2] or "the limit" for law in which.tolist()]
        if word == "record":
            return self.names
        if word == "event":
            return [name for _, name in self.results.evidence.records(o, some)]
        if word == "reason":
            return [o.verdict.reasons[code] for code in o.verdict.reason[some].tolist()]
        return [{"class": o.class_}[word]] * len(some)

    def because(self) -> list[str]:
        """The column ``because`` (docs/outputs.md)."""
        evidence = self.results.evidence
        if self.rule.check == "together":
            return [evidence.composed_of(self.o, i) for i in self.some.tolist()]
        found = [f"{table} {name}".strip() for table, name in evidence.records(self.o, self.some)]
        for k in np.flatnonzero(self.escalated).tolist():
            found[k] = "; ".join(filter(None, [found[k], *evidence.in_a_row(self.o, int(self.some[k]))]))
        return found


def _moments(when: When, some: Rows) -> list[str]:
    return [moment_in_words(day, second) for day, second in zip(when.day[some].tolist(), when.second[some].tolist(), strict=True)]


def _moment(when: When, i: int | np.intp) -> str:
    return moment_in_words(int(when.day[i]), int(when.second[i]))
