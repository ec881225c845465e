"""The page at the top of all nights: where tonight's lists are, and, after a night that failed, that they are not tonight's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditcheck.reports import words
from auditcheck.whole_file import whole_file


@dataclass(frozen=True)
class Shown:
    """One night: ``day`` YYYY-MM-DD; ``href``: its page, empty where it has none; ``findings``: how many by severity.

    ``beside``: what else it left for people, as (href, name).
    """

    day: str
    href: str
    findings: Mapping[str, int]
    complete: bool
    beside: Sequence[tuple[str, str]] = ()

    @property
    def in_words(self) -> str:
        return words.in_words(self.day)


#: What stands at the top, by how the night ended. The first when lists of an earlier night are there, the second when none are.
_SAYS = {
    "began": (
        "A nightly run has begun and has not ended. If it is still so in the morning, it was cut off: these are the lists of {day}.",
        "The first nightly run has begun and has not ended. There is no list yet.",
    ),
    "failed": ("Last night's run failed. These are the lists of {day}.", "Last night's run failed, and there is no earlier list."),
}


def write_nights_page(path: Path, service: str, state: str, nights: Sequence[Shown]) -> None:
    """Write the page, at once or not at all. ``state``: began, failed or done; ``nights``: the newest first."""
    from auditcheck.reports.page import rendered

    warning = ""
    if state in _SAYS:
        with_list, without = _SAYS[state]
        warning = with_list.format(day=nights[0].in_words) if nights else without
    title = f"Case-file audit: {service}" if service else "Case-file audit"
    with whole_file(path) as new:
        new.write_text(rendered("nights.html.j2", {"title": title, "warning": warning, "nights": nights}), encoding="utf-8", newline="\n")
