"""Disclosure control: figures go in as `Raw`, and only what `protect` makes of them, `Safe`, can be shown.

    safe = protect([Raw("Visits by team", "visits due", ("team",), cells, fixed={"period": days("July 2015", first, last)})],
                   DFE, Released.read(path))
    for row in safe[0].rows:
        row.labels, row.figure("n"), row.figure("d"), row.percent(), row.interval()   # "c" wherever something is hidden
    released.add(safe, path)                                                          # once the pack has left the service

Knows nothing of children, rules or pages.
"""

from auditcheck.disclosure.blocks import Part, days, everyone, joined, one
from auditcheck.disclosure.layout import parts
from auditcheck.disclosure.policy import DFE, POLICIES, ROUND5, Policy
from auditcheck.disclosure.protect import CannotRelease, protect
from auditcheck.disclosure.raw import COUNT, OUTCOMES, RATE, NotATable, Raw
from auditcheck.disclosure.released import LedgerUnreadable, NotReleased, Published, Released, published
from auditcheck.disclosure.safe import Row, Safe

__all__ = [
    "COUNT",
    "DFE",
    "OUTCOMES",
    "POLICIES",
    "RATE",
    "ROUND5",
    "CannotRelease",
    "LedgerUnreadable",
    "NotATable",
    "NotReleased",
    "Part",
    "Policy",
    "Published",
    "Raw",
    "Released",
    "Row",
    "Safe",
    "days",
    "everyone",
    "joined",
    "one",
    "parts",
    "protect",
    "published",
]
