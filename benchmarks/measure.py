"""Measures ``auditcheck run`` as a whole process: ``python benchmarks/measure.py [--runs N]`` (see README.md)."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
GOAL = 80
CENSUS_GOAL = 6


@dataclass(frozen=True)
class Cost:
    """``wall``, ``cpu``: seconds; ``peak``: MiB of the largest process (a pool's workers each count alone)."""

    wall: float
    peak: float
    cpu: float = 0.0


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--runs", type=int, default=5, help="runs of each, alternating; medians are printed")
    ask.add_argument("--profile", default="local-example")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        census(work, given.runs)
        whole = [audit(made(work / "authority"), work, given.profile) for _ in range(given.runs)]
        print(f"authority of 3,000 children: {middle(whole).wall:.2f} s, {middle(whole).peak:.0f} MiB (median of {given.runs})")
        busy = made(work / "busy", "--busy")
        pairs = [(audit(busy, work, given.profile), spent(sys.executable, str(HERE / "by_hand.py"), str(busy))) for _ in range(given.runs)]
    ours, by_hand = (middle(list(side)) for side in zip(*pairs, strict=True))
    print(f"busy export: auditcheck {ours.wall:.2f} s, {ours.peak:.0f} MiB; one DuckDB query {by_hand.wall:.2f} s, {by_hand.peak:.0f} MiB")
    ratio = ours.wall / by_hand.wall
    print(f"ratio {ratio:.1f} (goal: at most {GOAL}): {'reached' if ratio <= GOAL else 'MISSED'}")


def census(work: Path, runs: int) -> None:
    """A children in need return of 10,000 children, every rule and every report; and reading one of 100,000, for its memory."""
    file, large = work / "census.xml", work / "large.xml"
    for path, children in ((file, 10_000), (large, 100_000)):
        subprocess.run([sys.executable, str(HERE / "make_census.py"), str(path), "--children", str(children)], check=True)
    command = (sys.executable, "-m", "auditcheck", "run", str(file), "--fail-on", "never", "--replace", "--out", str(work / "census"))
    costs = [spent(*command) for _ in range(runs)]
    wall, cpu, peak = (min(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "peak"))
    reached = wall < CENSUS_GOAL and peak < 1024
    print(f"census of 10,000: {wall:.2f} s, of that {cpu:.2f} s of processor time, {peak:.0f} MiB (least of {runs})", end=" ")
    print(f"(goal: under {CENSUS_GOAL} s and 1024 MiB): {'reached' if reached else 'MISSED'}")
    read = "import sys, pathlib; from auditcheck import exports; exports.read(pathlib.Path(sys.argv[1]))"
    for path in (file, large):
        cost = spent(sys.executable, "-c", read, str(path))
        print(f"reading {path.stat().st_size / 1e6:.0f} MB of XML alone: {cost.wall:.2f} s, {cost.peak:.0f} MiB")


def made(folder: Path, *options: str) -> Path:
    subprocess.run([sys.executable, str(HERE / "make_authority.py"), str(folder), *options], check=True)
    return folder


def audit(export: Path, work: Path, profile: str) -> Cost:
    """One audit into a fresh folder, every rule of the profile."""
    out = Path(tempfile.mkdtemp(dir=work)) / "out"
    options = ("--as-of", "2015-06-30", "--out", str(out), "--profile", profile, "--fail-on", "never")
    return spent(sys.executable, "-m", "auditcheck", "run", str(export), *options)


def spent(*command: str) -> Cost:
    """Run a whole process. Raises SystemExit with what it said where it fails."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)} failed ({process.returncode}):\n{said.read().decode()[-2000:]}")
    return Cost(wall, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)


def middle(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.peak for c in costs))


if __name__ == "__main__":
    main()
