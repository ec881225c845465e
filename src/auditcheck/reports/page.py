"""What the pages of a run have in common: one self-contained file each, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from auditcheck.reports import notices, words
from auditcheck.reports.fragments import CANNOT_TELL, DUE_SOON, Fragments
from auditcheck.reports.order import HOW, SEVERITIES, WHENS

if TYPE_CHECKING:
    import jinja2
    import pandas as pd

    from auditcheck.reports.causes import Cause
    from auditcheck.reports.fold import Due, Row
    from auditcheck.reports.listing import Listing
    from auditcheck.reports.worklist import WorkList


def rendered(name: str, context: dict[str, Any], *more: str, style: str = "page.css", script: str = "page.js") -> str:
    """A page of its template: self-contained, everything in it escaped, and a policy that lets nothing else in. ``more``: style sheets
    that go on where ``style`` ends."""
    return _environment().get_template(name).render(**context, **_inline("style", style, *more), **_inline("script", script))


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    loader = jinja2.PackageLoader("auditcheck.reports", "templates")
    made = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["words"] = words.in_words
    made.filters["short"] = words.in_short
    return made


@cache
def _inline(kind: str, *names: str) -> dict[str, str]:
    """A style sheet or script that is written into a page, and the hash by which the page's policy lets it in."""
    text = "".join(_environment().loader.get_source(_environment(), name)[0] for name in names)  # type: ignore[union-attr]
    return {kind: text, f"{kind}_hash": csp_hash(text)}


def csp_hash(text: str) -> str:
    """What the page's own policy names to let exactly this text run, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


@dataclass(frozen=True)
class Making:
    """What is worked out once for all the pages of a listing: rows as HTML, and the law behind each rule.

    ``sheets``: the children who have a case sheet.
    """

    listing: Listing
    sheets: Collection[str] = ()

    @cached_property
    def fragments(self) -> Fragments:
        listing = self.listing
        anchors = {rule: f"rule-{n}" for n, rule in enumerate(sorted(self.titles), 1)}
        return Fragments(anchors, listing.people.about, listing.planned, listing.remembers, self.sheets)

    @cached_property
    def titles(self) -> dict[str, str]:
        """The title of every rule that a page may name."""
        found: dict[str, str] = {cause.rule_id: cause.title for cause in self.listing.causes}
        for frame in (self.listing.cannot_tell, self.listing.due_soon, self.listing.findings):
            found.update(zip(frame["rule_id"], frame["title"], strict=True))
        return found

    @cached_property
    def standards(self) -> dict[str, list[tuple[str, str]]]:
        """For each rule, where a finding states them, the standards it rests on and how their wording was seen."""
        stated: dict[str, set[tuple[str, str]]] = {}
        distinct = self.listing.findings[["rule_id", "standard", "verified"]].drop_duplicates()
        for rule, standard, verified in distinct.itertuples(index=False, name=None):
            stated.setdefault(rule, set()).add((standard, words.VERIFIED.get(verified, verified)))
        return {rule: sorted(found) for rule, found in stated.items()}

    def law(self, rules: Iterable[str]) -> list[dict[str, Any]]:
        """What stands on a page about each of these rules."""
        anchors = self.fragments.anchors
        return [
            {"rule_id": rule, "anchor": anchors[rule], "title": self.titles[rule], "standards": self.standards.get(rule, ())}
            for rule in sorted(set(rules))
        ]

    @cached_property
    def unchecked(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The rules that were not evaluated by the reason why: one missing table is one row. The reason with the most rules first."""
        held = self.listing.not_checked
        groups: dict[str, list[tuple[str, str]]] = {}
        for rule, title, why in zip(held["rule_id"], held["title"], held["why"], strict=True):
            groups.setdefault(why[:1].upper() + why[1:], []).append((rule, title))
        return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))

    def context(self, work: WorkList) -> dict[str, Any]:
        """What the page of a team and that of the service both hold."""
        listing, made = self.listing, self.fragments
        return {
            "title": notices.title(listing, work),
            "as_of": listing.as_of,
            "always": notices.always(listing),
            "since": notices.since(work),
            "incomplete": notices.incomplete(listing),
            "notices": notices.notices(listing, work),
            "widespread": [_widespread(work, cause) for cause in work.causes_here],
            "empty": notices.no_exceptions(listing, work),
            "no": _NO,
            "no_child": words.NO_CHILD,
            "how": HOW,
            "remembers": listing.remembers,
            "soon": str(listing.info.get("due_soon") or "working days"),
            "gaps": [made.gap(gap, work.team or "") for gap in work.gaps],
            "waived": _told(work.waived, until="expires"),
            "cleared": _told(work.cleared, on_list="first_seen"),
            "actions": _told(work.actions, due_words="due"),
            "failed": _records(listing.failed),
            "unchecked": self.unchecked,
            "about": about(listing),
        }


def _widespread(work: WorkList, cause: Cause) -> tuple[str, str, str]:
    """Where the rows of a cause stand, its name, and how far it reaches."""
    behind = len(work.behind(cause))
    return "cannot-tell" if cause.unknown else "causes" if behind else "act-today", cause.title, notices.cause(cause, behind)


_NO = {
    "act_today": notices.NO_ACT_TODAY,
    "due_soon": notices.NO_DUE_SOON,
    "known": notices.NO_KNOWN,
    "cannot_tell": notices.NO_CANNOT_TELL,
    "waived": notices.NO_WAIVED,
    "cleared": notices.NO_CLEARED,
    "actions": notices.NO_ACTIONS,
    "unchecked": notices.NONE_UNCHECKED,
    "quality": notices.NO_QUALITY,
}


def parts(context: dict[str, Any], shown: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The links at the top: what is shown, then what both kinds of page have."""
    held = [(anchor, name) for key, anchor, name in _REMEMBERED if context[key] is not None]
    return [*shown, *held, ("not-checked", "Not checked"), ("how", "How this list is made"), ("rules", "Rules and the law")]


_REMEMBERED = (("waived", "explained", "Explained"), ("cleared", "cleared", "Cleared"), ("actions", "actions", "Actions overdue"))


def selects(work: WorkList, titles: dict[str, str]) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """The filters of a page: name, label, what stands for no filter, and the values that its rows hold. A team's page names its workers."""
    rows: list[Row | Due] = [*work.rows, *work.due_soon]
    teams = sorted({row.team or words.NO_TEAM for row in rows})
    workers = sorted({worker for row in rows for worker in row.workers} | {who for gap in work.gaps for _, who, _ in gap.where if who})
    severities = {row.severity for row in rows} | {gap.severity for gap in work.gaps}
    parts = [*WHENS, *(part for part, held_too in ((DUE_SOON, work.due_soon), (CANNOT_TELL, work.gaps)) if held_too)]
    whose = ("team", "Team", "All teams", teams) if work.team is None else ("worker", "Worker", "All workers", workers)
    return [
        (*whose[:3], [(name, name) for name in whose[3]]),
        ("when", "Part", "All parts", [(part, part) for part in parts]),
        ("severity", "Severity", "All severities", [(code, words.SEVERITY[code]) for code in SEVERITIES if code in severities]),
        ("rule", "Rule", "All rules", [(rule, f"{rule}: {titles[rule]}") for rule in sorted(named(work))]),
    ]


def named(work: WorkList) -> set[str]:
    """Every rule that the rows of a list name."""
    due, gaps = {row.rule_id for row in work.due_soon}, {gap.rule_id for gap in work.gaps}
    return {rule for row in work.rows for rule in row.rules} | due | gaps


def _told(frame: pd.DataFrame | None, **in_words: str) -> list[dict[str, Any]] | None:
    """The rows of a frame for a template, some of their moments in words beside them."""
    if frame is None:
        return None
    return [row | {name: words.in_words(row[column]) for name, column in in_words.items()} for row in _records(frame)]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frame.to_dict("records")
    return rows


def about(listing: Listing) -> list[tuple[str, str]]:
    """What the run was, as far as run.json says."""
    info = listing.info
    told = {"Profile": info.get("profile"), "auditcheck": info.get("version"), "Rulebook": info.get("rulebook")}
    return [(name, words.visible(str(value))) for name, value in told.items() if isinstance(value, (str, int)) and str(value)]
