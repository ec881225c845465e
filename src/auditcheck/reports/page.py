"""index.html: the same list as one page that needs nothing but a browser: no network, no server, no scripts to see every row."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditcheck.reports import notices, words
from auditcheck.reports.order import HOW, SEVERITIES, WHENS
from auditcheck.reports.workbook import MOST_ROWS as SHEET_ROWS

if TYPE_CHECKING:
    import jinja2
    import pandas as pd

    from auditcheck.reports.listing import Listing

MOST_ROWS = 5_000
MOST_DUE_SOON = 1_000
MOST_EXAMPLES = 5
MOST_QUALITY = 50


def write_page(path: Path, listing: Listing) -> None:
    """Write the page. The same listing gives the same bytes."""
    path.write_text(rendered("index.html.j2", _context(listing)), encoding="utf-8", newline="\n")


def rendered(name: str, context: dict[str, Any], style: str = "page.css", script: str = "page.js") -> str:
    """A page of its template: self-contained, everything in it escaped, and a policy that lets nothing else in."""
    return _environment().get_template(name).render(**context, **_inline("style", style), **_inline("script", script))


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    loader = jinja2.PackageLoader("auditcheck.reports", "templates")
    made = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["words"] = words.in_words
    return made


@cache
def _inline(kind: str, name: str) -> dict[str, str]:
    """A style sheet or script that is written into a page, and the hash by which the page's policy lets it in."""
    text = _environment().loader.get_source(_environment(), name)[0]  # type: ignore[union-attr]
    return {kind: text, f"{kind}_hash": _csp_hash(text)}


def _csp_hash(text: str) -> str:
    """What the page's own policy names to let exactly this text run, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _context(listing: Listing) -> dict[str, Any]:
    anchors = {rule_id: f"rule-{n}" for n, rule_id in enumerate(_rule_ids(listing), 1)}
    findings = listing.findings.head(MOST_ROWS)
    due_soon = listing.due_soon.head(MOST_DUE_SOON)
    rows = _exceptions(findings)
    return {
        "title": notices.title(listing),
        "as_of": listing.as_of,
        "always": notices.always(listing),
        "counts": listing.counts,
        "incomplete": notices.incomplete(listing),
        "notices": notices.notices(listing),
        "empty": notices.no_exceptions(listing),
        "no": {
            "due_soon": notices.NO_DUE_SOON,
            "cannot_tell": notices.NO_CANNOT_TELL,
            "unchecked": notices.NONE_UNCHECKED,
            "quality": notices.NO_QUALITY,
        },
        "how": HOW,
        "anchors": anchors,
        "rows": rows,
        "more_rows": len(listing.findings) - len(findings),
        "teams": sorted({row["team"] for row in rows}),
        "severities": [(code, words.SEVERITY[code]) for code in SEVERITIES if code in set(findings["severity"])],
        "rules": sorted(set(zip(findings["rule_id"], findings["title"], strict=True))),
        "due_soon": _observations(due_soon),
        "more_due_soon": len(listing.due_soon) - len(due_soon),
        "cannot_tell": _by_rule(listing.cannot_tell),
        "sheet_rows": SHEET_ROWS,
        "quality_page": (("../" if listing.restricted else "") + "quality.html") if listing.quality_page else "",
        "failed": _records(listing.failed),
        "not_checked": _records(listing.not_checked),
        "measures": _measures(listing.measures),
        "unsuppressed": notices.UNSUPPRESSED,
        "quality": _records(listing.quality.sort_values("times", ascending=False, kind="stable").head(MOST_QUALITY)),
        "more_quality": max(len(listing.quality) - MOST_QUALITY, 0),
        "law": _law(listing, anchors),
        "about": _about(listing),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frame.to_dict("records")
    return rows


def _measures(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = _records(frame)
    for row in rows:
        row["figure"] = f"{row['value']}{'' if row['unit'] == '%' else ' '}{row['unit']}" if row["value"] else "None"
        row["stands"] = words.TARGET.get(row["target_status"], row["target_status"])
    return rows


def _exceptions(findings: pd.DataFrame) -> list[dict[str, Any]]:
    """A row for the template for each finding; ``over_days`` and ``rank`` are what the sort buttons compare."""
    rows = _records(findings)
    overs = findings["over"].astype("object").where(findings["over"].notna(), None).tolist()
    days = findings["days_over"].astype("object").where(findings["days_over"].notna(), None).tolist()
    for row, over, over_days in zip(rows, overs, days, strict=True):
        row["rank"] = WHENS.index(row["when"])
        row["over_words"] = words.over_in_words(None if over is None else int(over), row["unit"])
        row["over_days"] = "" if over_days is None else f"{over_days:.3f}"
        row["change"] = words.STATE.get(row["state"], row["state"])
        _worded(row)
    return rows


def _observations(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = _records(frame)
    for row in rows:
        _worded(row)
    return rows


def _worded(row: dict[str, Any]) -> None:
    """What findings and observations say alike."""
    row["child"] = row["child_id"] or words.NO_CHILD
    row["due"] = words.in_words(row["due_at"])
    row["team"] = row["team"].strip() or words.NO_TEAM
    row["severity_rank"] = SEVERITIES.index(row["severity"]) if row["severity"] in SEVERITIES else len(SEVERITIES)
    row["shape"], _, row["severity_word"] = words.SEVERITY.get(row["severity"], f" {row['severity']}").partition(" ")


def _by_rule(cannot_tell: pd.DataFrame) -> list[dict[str, Any]]:
    """One group a rule, the largest first, each with its count and a few examples."""
    groups = [
        {"rule_id": rule_id, "title": rows["title"].iloc[0], "times": len(rows), "examples": _observations(rows.head(MOST_EXAMPLES))}
        for rule_id, rows in cannot_tell.groupby("rule_id", sort=True)
    ]
    return sorted(groups, key=lambda group: -group["times"])


def _rule_ids(listing: Listing) -> list[str]:
    """Every rule that the page names in a list."""
    frames = (listing.findings.head(MOST_ROWS), listing.due_soon.head(MOST_DUE_SOON), listing.cannot_tell)
    return sorted({rule_id for frame in frames for rule_id in frame["rule_id"]})


def _law(listing: Listing, anchors: dict[str, str]) -> list[dict[str, Any]]:
    """For each rule on the page its title and, where a finding states them, the standards it rests on."""
    titles: dict[str, str] = {}
    for frame in (listing.cannot_tell, listing.due_soon, listing.findings):
        titles.update(zip(frame["rule_id"], frame["title"], strict=True))
    stated: dict[str, set[tuple[str, str]]] = {}
    distinct = listing.findings[["rule_id", "standard", "verified"]].drop_duplicates()
    for rule_id, standard, verified in distinct.itertuples(index=False, name=None):
        stated.setdefault(rule_id, set()).add((standard, words.VERIFIED.get(verified, verified)))
    return [
        {"rule_id": rule_id, "anchor": anchor, "title": titles[rule_id], "standards": sorted(stated.get(rule_id, ()))}
        for rule_id, anchor in anchors.items()
    ]


def _about(listing: Listing) -> list[tuple[str, str]]:
    """What the run was, as far as run.json says."""
    info = listing.info
    told = {"Profile": info.get("profile"), "auditcheck": info.get("version"), "Rulebook": info.get("rulebook")}
    return [(name, words.visible(str(value))) for name, value in told.items() if isinstance(value, (str, int)) and str(value)]
