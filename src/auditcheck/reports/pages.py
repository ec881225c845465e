"""The pages of a listing: index.html for the whole service and, for each team, its list and its challenge sheet."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from auditcheck.reports.challenge_page import write_challenge
from auditcheck.reports.index_page import write_index
from auditcheck.reports.page import Making
from auditcheck.reports.slugs import team_slugs
from auditcheck.reports.team_page import write_team
from auditcheck.reports.worklist import by_team

if TYPE_CHECKING:
    from auditcheck.reports.listing import Listing


def write_pages(folder: Path, listing: Listing, sheets: Collection[str] = ()) -> None:
    """Write index.html, teams/ and challenge/. The few restricted children have one page together.

    ``sheets``: the children who have a case sheet.
    """
    making, teams = Making(listing, sheets), list(by_team(listing))
    hrefs = {}
    if teams and not listing.restricted:
        (folder / "teams").mkdir(mode=0o700)
        (folder / "challenge").mkdir(mode=0o700)
        hrefs = {team: f"teams/{slug}.html" for team, slug in team_slugs(work.name for work in teams).items()}
        for work in teams:
            write_team(folder / hrefs[work.name], making, work)
            write_challenge(folder / hrefs[work.name].replace("teams/", "challenge/", 1), making, work)
    write_index(folder / "index.html", making, teams, hrefs)
