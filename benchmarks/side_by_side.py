"""auditcheck beside everything else that could answer, on the same machine and the same files: ``side_by_side.py`` (see README.md).

Prints ratios of processor time, the median of alternating runs, and ends with 1 where anybody finds something else than auditcheck does
in a rule that means the same to both. What is not installed is left out, and a line says so. A goal that is missed is said, no error.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import peers
import unsettled
from measure import HERE, spent
from rules12 import AS_OF, PROFILE, RULES

OURS = "with_auditcheck"
#: Contestant -> what it needs installed, and the rules that mean the same to it.
OTHERS = {
    "with_duckdb": ("duckdb", set(RULES)),
    "with_pandas": ("pandas", set(RULES)),
    "with_pm4py": ("pm4py", {"S47-STRAT-01"}),
}
NAIVE = ("with_durable", "durable", set(RULES) - {"ASM-SIB-07"})
#: What the naive rules may have: processor seconds and gigabytes. More children than it stands are not asked of it.
SECONDS, GIGABYTES = 120, 8
GOALS = {"with_duckdb": 1.0, "naive": 30.0, "peer": 100.0, "all-in": 2.0}


@dataclass
class Board:
    """What has been said: ``wrong`` are findings that differ."""

    wrong: list[str] = field(default_factory=list)

    def line(self, what: str, ratio: float, goal: float | None = None, least: bool = True) -> None:
        reached = "" if goal is None else f" (goal: at {'least' if least else 'most'} {goal:g}"
        reached += "" if goal is None else f": {'reached' if (ratio >= goal if least else ratio <= goal) else 'MISSED'})"
        print(f"  {what}: {ratio:.1f}{reached}", flush=True)

    def compare(self, name: str, rules: set[str], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
        """Findings of the rules that mean the same to both."""
        mine, other = ({tuple(finding) for finding in said["findings"] if finding[0] in rules} for said in (ours, theirs))
        for rule in sorted({finding[0] for finding in mine ^ other}):
            only = [sum(finding[0] == rule for finding in one) for one in (mine - other, other - mine)]
            self.wrong.append(f"{rule}: {only[0]} findings of auditcheck alone, {only[1]} of {name} alone")
        print(f"  {name}: {len(mine & other):,} findings of {len(rules)} rules are equal{'' if mine == other else ', OTHERS DIFFER'}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--children", type=int, default=10_000)
    ask.add_argument("--runs", type=int, default=5, help="of each, alternating; medians are taken")
    ask.add_argument("--peer", default=sys.executable, metavar="PYTHON", help=f"a Python that has {peers.PEER}")
    ask.add_argument("--keep", type=Path, help="a folder for the authority; one that is there already is used again")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work, board = Path(folder), Board()
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled; medians leave out the run that does it
        os.environ["PYTHONPYCACHEPREFIX"] = str(work / "compiled")
        export = _authority(given.keep or work / "authority", given.children)
        print(f"{given.children:,} children, {os.cpu_count()} processors, load {_load()}; ratios of processor time, median of {given.runs}")
        checks_alone(export, work, given.runs, board)
        naive(export, work, given.children, board)
        nightly = all_in(export, work, given.runs, board)
    peer(given.peer, given.children, nightly, board)
    print(f"Load at the end {_load()}.")
    if board.wrong:
        sys.exit("\n".join(["Findings that should be equal differ:", *board.wrong]))


def _authority(folder: Path, children: int) -> Path:
    return folder / "case-records" if folder.exists() else unsettled.write(folder, children)


def checks_alone(export: Path, work: Path, runs: int, board: Board) -> None:
    """The twelve rules on the same tables in memory."""
    print("The checks of twelve rules alone, tables in memory; times auditcheck's cost:")
    here = [name for name, (needs, _) in OTHERS.items() if _installed(name, needs)]
    said: dict[str, list[dict[str, Any]]] = {name: [] for name in (OURS, *here)}
    for _ in range(runs):
        for name, held in said.items():
            held.append(asked(name, export, work))
    ours = _middle(said[OURS])
    for name in here:
        theirs = _middle(said[name])
        if name == "with_pm4py":
            nearest = asked(name, export, work, "--call", "nearest")["seconds"] / 9
            board.line("with_pm4py, DECLARE constraints that come near, a constraint to a rule", nearest / (ours / len(RULES)))
        else:
            board.line(name, theirs / ours, GOALS.get(name))
            board.line(f"{name}, both with their start-up", (theirs + _middle(said[name], "start")) / (ours + _middle(said[OURS], "start")))
        board.compare(name, OTHERS[name][1], said[OURS][0], said[name][0])


def naive(export: Path, work: Path, children: int, board: Board) -> None:
    """durable-rules on as many children as it stands, and auditcheck on as many."""
    name, needs, rules = NAIVE
    if not _installed(name, needs):
        return
    best = None
    for size in (children // 8, children // 4, children // 2, children):
        try:
            said = asked(name, export, work, "--cold", "--children", str(size), "--seconds", str(SECONDS), "--gigabytes", str(GIGABYTES))
        except subprocess.CalledProcessError as error:
            why = (error.stderr.decode().strip().splitlines() or [f"killed by signal {-error.returncode}"])[-1]
            print(f"  {name}: stopped at {size:,} children ({why}; {SECONDS} s and {GIGABYTES} GB allowed)")
            break
        best = size, said
    if best is None:
        return
    size, theirs = best
    ours = asked(OURS, export, work, "--children", str(size))
    board.line(f"{name}, every record a fact, {len(rules)} rules, {size:,} children", theirs["seconds"] / ours["seconds"], GOALS["naive"])
    board.compare(name, rules, ours, theirs)


def all_in(export: Path, work: Path, runs: int, board: Board) -> float:
    """A whole run, every rule, tables only, beside reading the same files and writing the same tables. Returns what a rule costs of it
    (processor seconds)."""
    less = [word for report in ("workbook", "pages", "cases", "board") for word in ("--without", report)]
    options = ["--as-of", AS_OF, "--profile", PROFILE, "--fail-on", "never", "--replace", "--jobs", "1", *less]
    whole, least = [], []
    for at in range(runs):
        whole.append(spent(sys.executable, "-m", "auditcheck", "run", str(export), "--out", str(work / "out"), *options).cpu)
        floor = [sys.executable, str(HERE / "floor.py"), str(export), str(work / "out"), str(work / f"floor-{at}")]
        least.append(float(subprocess.run(floor, check=True, capture_output=True, text=True).stdout))
    evaluated: int = json.loads((work / "out" / "run.json").read_text())["summary"]["rules"]["evaluated"]
    print(f"All-in, {evaluated} rules, tables only, no lists for people; times reading the files and writing the tables:")
    board.line("auditcheck run", statistics.median(whole) / statistics.median(least), GOALS["all-in"], least=False)
    return statistics.median(whole) / evaluated


def peer(python: str, children: int, nightly: float, board: Board) -> None:
    """The sector's validator of the children in need census. ``nightly``: what a rule costs auditcheck (seconds) that asks everything it
    knows of as many children's case records, as it does every night; of a census it can ask a tenth of that."""
    print("The sector's validator of the children in need census, whole processes; times auditcheck's cost of a rule and child:")
    if not peers.installed(python):
        print(f"  left out: {peers.HOW.format(python=python)}")
        return
    ours, theirs = peers.both(python, children)
    theirs_a_rule = theirs.cost.cpu / theirs.rules
    own_work = f"each at its own work ({theirs.rules} rules of a return, every rule of case records)"
    board.line(own_work, theirs_a_rule / nightly, GOALS["peer"])
    board.line(f"on the same return ({ours.rules} of auditcheck's rules)", peers.a_rule(ours, theirs))
    board.line("on the same return, the checks alone", peers.alone(ours, theirs))
    print(f"  in all, on the same return: {theirs.cost.cpu / ours.cost.cpu:.1f}")
    print("  It asks whether the return is well made: findings cannot be compared")


def asked(name: str, export: Path, work: Path, *options: str) -> dict[str, Any]:
    """What a contestant found and spent. Raises CalledProcessError where it dies."""
    out = work / "said.json"
    command = [sys.executable, str(HERE / "contestant.py"), name, str(export), str(out), *options]
    subprocess.run(command, check=True, capture_output=True)
    said: dict[str, Any] = json.loads(out.read_text())
    return said


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _middle(said: list[dict[str, Any]], what: str = "seconds") -> float:
    return statistics.median(one[what] for one in said)


def _installed(name: str, needs: str) -> bool:
    there = importlib.util.find_spec(needs) is not None
    if not there:
        print(f"  {name}: left out, for {needs} is not installed here (pip install 'auditcheck[bench]')")
    return there


if __name__ == "__main__":
    main()
