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
HOW = f"""{PEER} is not installed for {{python}}. It needs an environment of its own (older numpy and pandas):
    python3.11 -m venv peer && peer/bin/pip install {PEER} "numpy<2" pytest
    then --peer peer/bin/python"""


@dataclass(frozen=True)
class Said:
    """What a whole process cost, how many rules it answered, and the processor seconds of answering them alone."""

    cost: Cost
    rules: int
    checks: float


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
    print(f"  {PEER}: {_words(theirs)}")
    print(f"ratio {theirs.cost.cpu / ours.cost.cpu:.1f}, a rule and child {a_rule(ours, theirs):.1f}", end="")
    print(f", a rule and child of the checks alone {alone(ours, theirs):.1f}")


def installed(python: str) -> bool:
    """Whether that Python has the peer."""
    return not subprocess.run([python, "-c", "import cin_validator"], capture_output=True).returncode


def both(python: str, children: int = 10_000) -> tuple[Said, Said]:
    """auditcheck (every rule that a census can answer, tables only, as the peer makes one table) and the peer, one run each."""
    with tempfile.TemporaryDirectory() as folder:
        file, told = Path(folder) / "census.xml", Path(folder) / "told.json"
        made = [sys.executable, str(HERE / "make_census.py"), str(file), "--children", str(children)]
        subprocess.run(made, check=True, capture_output=True)
        less = [word for report in ("workbook", "pages", "cases", "board") for word in ("--without", report)]
        whole = ("run", str(file), "--fail-on", "never", "--out", str(Path(folder) / "out"), *less)
        ours = spent(sys.executable, "-m", "auditcheck", *whole)
        spent(sys.executable, str(HERE / "census_ours.py"), str(file), str(told))
        mine = Said(ours, **json.loads(told.read_text()))
        theirs = spent(python, str(HERE / "census_peer.py"), str(file), str(told))
        return mine, Said(theirs, **json.loads(told.read_text()))


def a_rule(ours: Said, theirs: Said) -> float:
    """The peer's cost of a rule and child, times auditcheck's: whole processes."""
    return (theirs.cost.cpu / theirs.rules) / (ours.cost.cpu / ours.rules)


def alone(ours: Said, theirs: Said) -> float:
    """The same of the checks alone, reading and writing left out."""
    return (theirs.checks / theirs.rules) / (ours.checks / ours.rules)


def _words(said: Said) -> str:
    by_the_clock = f"{said.cost.wall:.1f} s by the wall clock, {said.cost.peak:.0f} MiB"
    return f"{said.cost.cpu:.1f} s for {said.rules} rules, {said.checks:.1f} s for the checks alone ({by_the_clock})"


if __name__ == "__main__":
    main()
