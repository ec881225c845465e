"""What `auditcheck init` writes: a configuration that works as it stands, and the files that it names."""

from __future__ import annotations

import json
import re
from pathlib import Path

from auditcheck.rulebook.load import shipped

_CONFIG = """\
# What `auditcheck nightly --config auditcheck.toml` does. Paths count from this file's folder. docs/operations.md explains every line.

[service]
name = {name}                     # stands at the top of the entry page

[export]
folder = "exports"                # where the exports arrive, each with its day in its name: northshire-2026-01-31.zip
sources = ["*"]                   # of each pattern the newest is read; several are joined: ["cin-*.xml", "local-*"]
keep = 0                          # of each pattern so many stay, the newest, and older ones are deleted; 0: none is ever deleted

[run]
profile = {profile}     # which rules, with your local figures; or the name of a shipped one: "local-example"
fail_on = "high"                  # exit with 1 where a listed finding is at least this severe: high, medium, low, never
without = []                      # reports to leave out: workbook, pages, cases, board
waivers = "waivers.yml"
audits = ["audits/*-results"]     # what `auditcheck sample read` wrote, for the board's book; there need be none yet

[results]
folder = "reports"                # one folder a night, and index.html: the page to bookmark
ledger = "ledger.sqlite"          # remembers what was found when
log = "auditcheck.log"            # one line of JSON a step, without personal data
keep_nights = 35                  # the newest nights stay,
keep_months = 24                  # and the last night of each of so many months
remember_months = 0               # so many months stay in the ledger and the log, and all that is open; 0: everything stays
"""

_WAIVERS = """\
# Findings that somebody has decided to live with for a while. All of it is needed; `auditcheck waivers check waivers.yml` looks it over.
waivers: []
# waivers:
# - id: W-1
#   finding: 7c1f8e21cdb2fb0f        # or rule: and child:
#   reason: The family moved on 3 May; the receiving authority holds the review.
#   owner: team manager, Crewe 1
#   approver: head of service
#   granted: 2026-05-04
#   expires: 2026-06-04              # still applies on this day
"""


class NotEmpty(Exception):
    """Something is in the way. The message is a sentence."""


def begin(place: Path, name: str) -> list[Path]:
    """Write the files of a new service into a folder; what was written. Raises NotEmpty where one of them is there already."""
    profile_id = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "our-service"
    profile = (shipped() / "profiles" / "template.yaml").read_text("utf-8")
    for key, text in (("id", profile_id), ("title", json.dumps(f"The rules of {name}", ensure_ascii=False))):
        profile = re.sub(rf"^{key}: .*$", f"{key}: {text}".replace("\\", r"\\"), profile, count=1, flags=re.MULTILINE)
    files = {
        "auditcheck.toml": _CONFIG.format(name=json.dumps(name, ensure_ascii=False), profile=json.dumps(f"{profile_id}.yaml")),
        f"{profile_id}.yaml": profile,
        "waivers.yml": _WAIVERS,
    }
    there = [file for file in files if (place / file).exists()]
    if there:
        raise NotEmpty(f"{place / there[0]} is there already. Name another folder, or move it away.")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in ("exports", "reports"):
        (place / folder).mkdir(mode=0o700, exist_ok=True)
    for file, text in files.items():
        (place / file).touch(mode=0o600)
        (place / file).write_text(text, encoding="utf-8", newline="\n")
    return [place / file for file in files]
