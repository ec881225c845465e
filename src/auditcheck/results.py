"""Everything that one audit found, and the table of observations that others read (the findings: `finding_table`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from auditcheck.audit import Observed
from auditcheck.casefile import CaseFile
from auditcheck.checks.verdict import Observations
from auditcheck.children_table import children_table
from auditcheck.evidence import Evidence
from auditcheck.judgement.bridge import Judged
from auditcheck.measures import Counting, Measures
from auditcheck.observation_table import observation_table
from auditcheck.people import People, people
from auditcheck.rulebook.model import Edition
from auditcheck.values import Mask


@dataclass
class Results:
    """Everything that an audit found, in the order in which it is written: by rule, table, record and class."""

    seen: Observed
    judged: Judged
    editions: Sequence[Edition]
    counting: Counting
    measures: Measures

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

    def standing(self, o: Observations) -> Mask:
        """Whether each subject is open."""
        return self.seen.duties.is_open(o.subject_table)[o.subject_rows]

    def index(self, o: Observations) -> int | None:
        """Which of the checks' observations these are; None: a composed rule's."""
        return next((n for n, other in enumerate(self.seen.observations) if other is o), None)
