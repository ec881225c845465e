"""The sector's own validator of the children in need census beside `auditcheck run`, on the same return: ``python benchmarks/peers.py``.

They do not do the same: the validator asks whether the return is well made, auditcheck whether the work was. Both read the whole return
and judge every child by many rules, so the ratio says what each asks of a machine. Processor time counts: others slow the wall clock.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measure import HERE, Cost, spent

PEER = "csc-validator-be-cin"
RULESET = "cin2024_25"
HOW = f"""{PEER} is not installed for {{python}}. It needs an environment of its own (older numpy and pandas):
    python3.11 -m venv peer && peer/bin/pip install {PEER} "numpy<2" pytest
    then --peer peer/bin/python"""
_COUNT = f"from cin_validator.rules.{RULESET} import registry; print(len(registry))"


@dataclass(frozen=True)
class Said:
    """What a whole process cost, and how many rules it answered."""

    cost: Cost
    rules: int


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--peer", default=sys.executable, metavar="PYTHON", help=f"a Python that has {PEER}")
    ask.add_argument("--children", type=int, default=10_000)
    given = ask.parse_args()
    if not installed(given.peer):
        sys.exit(HOW.format(python=given.peer))
    ours, theirs = both(given.peer, given.children)
    print(f"census of {given.children:,} children, processor time:")
    print(f"  auditcheck, tables: {_words(ours)}")
    print(f"  {PEER}, {RULESET}: {_words(theirs)}")
    print(f"ratio {theirs.cost.cpu / ours.cost.cpu:.1f}, a rule and child {ratio(ours, theirs):.1f}")


def installed(python: str) -> bool:
    """Whether that Python has the peer."""
    return not subprocess.run([python, "-c", "import cin_validator"], capture_output=True).returncode


def both(python: str, children: int = 10_000) -> tuple[Said, Said]:
    """auditcheck (every rule that a census can answer, tables only, as the peer writes one table) and the peer, one run each."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "census.xml", Path(folder) / "out"
        made = [sys.executable, str(HERE / "make_census.py"), str(file), "--children", str(children)]
        subprocess.run(made, check=True, capture_output=True)
        less = [word for report in ("workbook", "pages", "cases", "board") for word in ("--without", report)]
        ours = spent(sys.executable, "-m", "auditcheck", "run", str(file), "--fail-on", "never", "--out", str(out), *less)
        evaluated = json.loads((out / "run.json").read_text())["summary"]["rules"]["evaluated"]
        theirs = spent(python, "-m", "cin_validator", "run", str(file), "-r", RULESET)
    counted = subprocess.run([python, "-c", _COUNT], capture_output=True, text=True, check=True).stdout
    return Said(ours, evaluated), Said(theirs, int(counted))


def ratio(ours: Said, theirs: Said) -> float:
    """The peer's cost of a rule and child, times auditcheck's."""
    return (theirs.cost.cpu / theirs.rules) / (ours.cost.cpu / ours.rules)


def _words(said: Said) -> str:
    return f"{said.cost.cpu:.1f} s for {said.rules} rules ({said.cost.wall:.1f} s by the wall clock, {said.cost.peak:.0f} MiB)"


if __name__ == "__main__":
    main()
