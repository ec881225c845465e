"""Every command of auditcheck once, one after another, in one process: ``python every_command.py FOLDER`` prints what became of each.

For tests that take something away from all of them, such as the network.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path

from click.testing import CliRunner

ROOT = Path(__file__).parents[1]
NORTHSHIRE = ROOT / "fixtures" / "northshire"


def works(place: Path) -> list[tuple[int, tuple[str | Path, ...]]]:
    """Commands, and the exit code of each where all is well. Later ones need what earlier ones wrote."""
    run, ledger, day = place / "run", place / "ledger.sqlite", "2015-06-30"
    sample, waivers, config = place / "sample", place / "waivers.yml", place / "service" / "auditcheck.toml"
    visits = NORTHSHIRE / "visits.csv"
    always = ("--as-of", day, "--profile", "local-example", "--fail-on", "never", "--ledger", ledger)
    with (ROOT / "reports" / "sample" / "findings.csv").open(encoding="utf-8") as file:
        finding = next(csv.DictReader(file))
    return [
        (0, ("synth", place / "synth", "--children", "5")),
        (0, ("coverage", NORTHSHIRE)),
        (0, ("template", "--out", place / "template")),
        (0, ("map", "init", visits, "--out", place / "ours.yaml")),
        (0, ("rules", "check")),
        (0, ("run", NORTHSHIRE, *always, "--out", run)),
        (0, ("why", finding["finding_id"], "--run", run)),
        (0, ("case", finding["child_id"], "--run", run, "--out", place / "case.html")),
        (0, ("history", finding["child_id"], "--ledger", ledger)),
        (0, ("diff", run, run)),
        (0, ("ledger", "check", ledger)),
        (0, ("ledger", "forget", ledger, "--months", "1")),
        (0, ("waivers", "check", waivers)),
        (0, ("actions", "list", "--ledger", ledger, "--as-of", day)),
        (0, ("board", run, "--out", place / "board", "--pdf", "--released", place / "released.jsonl", "--release")),
        (0, ("notice", run, "--profile", "cheshire-east-2013", "--notice-start", "2013-08-05", "--out", place / "notice")),
        (0, ("sample", "draw", "--run", run, "--n", "5", "--seed", "1", "--out", sample)),
        (0, ("review-pack", "--run", run, "--sample", sample / "sample.csv", "--key-file", place / "key", "--out", place / "review")),
        (0, ("init", place / "service", "--name", "Northshire")),
        (1, ("nightly", "--config", config)),
    ]


def main(place: Path) -> None:
    """Print for each command its words, the code it should end with, that with which it did, and what it said."""
    from auditcheck.cli import main as auditcheck

    (place / "waivers.yml").write_text("waivers: []\n", encoding="utf-8")
    told = []
    for code, words in works(place):
        if words[0] == "nightly":
            shutil.copytree(NORTHSHIRE, place / "service" / "exports" / "northshire-2015-06-30")
        ended = CliRunner().invoke(auditcheck, [str(word) for word in words])
        told.append((" ".join(map(str, words)), code, ended.exit_code, ended.output))
    print(json.dumps({"commands": sorted(auditcheck.commands), "told": told}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
