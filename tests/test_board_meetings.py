"""Agencies at meetings: every meeting is looked at for every agency, so what is known of one tells how much is not known of another."""

from __future__ import annotations

from datetime import date

import pytest

from auditcheck.board.periods import Period
from auditcheck.board.tables import RATE, UNKNOWN, by_agency
from auditcheck.board.tally import Number
from auditcheck.disclosure import DFE, Released, Safe, protect
from auditcheck.taking_part import CORE_GROUP, REPORTS, STRATEGY

YEAR = Period(date(2014, 4, 1), date(2015, 3, 31))
REPORT = REPORTS["CPC-REP24-04"]


def shown(what: str, **agencies: tuple[int, int, int]) -> dict[str, Safe]:
    """What is shown of agencies, of each how many it took part in, those in which it is known, and in which it is not."""
    numbers = {name: Number(met, 0, known - met, unknown) for name, (met, known, unknown) in agencies.items()}
    raws = by_agency(what, numbers, YEAR, DFE).raws
    return dict(zip(raws, protect(list(raws.values()), DFE, Released()), strict=True))


@pytest.mark.parametrize(("what", "known"), [(STRATEGY, "c"), (CORE_GROUP, "c"), (REPORT, "219")])
def test_how_many_meetings_there_were_tells_not_in_how_many_one_agency_is_unknown(what: str, known: str) -> None:
    """224 meetings, in all of which it is known of health: less 219 that leaves 5. Of reports each agency has its own number."""
    found = shown(what, health=(224, 224, 0), police=(213, 219, 5), social_care=(200, 224, 0))
    assert not [row for row in found[UNKNOWN].rows if row.labels == ("Police",) and row.shown["unknown"] is not None]
    assert (found[RATE].row("Police").figure("n"), found[RATE].row("Police").figure("d")) == ("213", known)
    assert found[RATE].row("Health").figure("d") == "224"


def test_where_no_agency_tells_how_many_meetings_there_were_nothing_more_is_hidden() -> None:
    found = shown(STRATEGY, health=(200, 221, 3), police=(213, 219, 5))
    assert [found[RATE].row(name).figure("d") for name in ("Health", "Police")] == ["221", "219"]


def test_what_is_not_known_of_joined_agencies_is_guarded_as_well() -> None:
    """Police and probation take part in all but a few meetings and are joined: 448 less 443 leaves 5 of both."""
    found = shown(STRATEGY, health=(200, 224, 0), police=(220, 222, 2), probation=(219, 221, 3), social_care=(200, 224, 0))
    joined = [row for row in found[RATE].rows if "olice" in row.labels[0] and "robation" in row.labels[0]]
    assert [row.figure("d") for row in joined] == ["c"]
