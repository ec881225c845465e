"""Children whom no audit could look at, because every process died of their records: named in quality.csv, and the run is incomplete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditcheck import texts
from auditcheck.audited import Audited, lines_on
from auditcheck.conservation import Fate
from auditcheck.contract import OF_NO_CHILD
from auditcheck.raw import Problem
from auditcheck.team import Undone


def without(undone: Sequence[Undone], found: Audited) -> Audited:
    """What was found, and that these portions are not in it: their records are in quality.csv, by their children, and nowhere else."""
    if not undone:
        return found
    problems, fates, children = list[Problem](), dict(found.account.fates), 0
    for one in undone:
        cf = one.portion.case_files()
        children += cf.n("children")
        says = f"No process survived the records of this case ({one.how}), so no rule was held against them."
        problems += lines_on(cf, dict.fromkeys(range(cf.n("children")), says))
        for table in fates.keys() - OF_NO_CHILD:
            fates[table] += Fate(0, 0, cf.n(table))
    said = f"{texts.count(children, 'cases')} could not be audited: no process survived their records (quality.csv names the children)"
    account = replace(found.account, fates=fates)
    return replace(found, problems=found.problems | dict.fromkeys(problems), account=account, unaudited=(said,))
