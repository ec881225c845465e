"""How the cost grows with the children: ``python benchmarks/scale.py [--children N] [--times 1 4 16 64] [--keep FOLDER]`` (see README.md).

Each authority is audited as a whole process, every rule of the profile, without the lists for people: wall time, processor time of all
processes, and the memory of the largest. Processor time over children tells whether the cost is linear, whatever else the machine does.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import HERE, Cost, spent

PROFILE = "local-example"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--children", type=int, default=6_250, help="of the first authority")
    ask.add_argument("--times", type=int, nargs="+", default=[1, 4, 16, 64])
    ask.add_argument("--jobs", default="auto")
    ask.add_argument("--keep", type=Path, help="a folder for the authorities; one that is there already is used again")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = given.keep or Path(folder)
        print(f"{'children':>10} {'wall s':>8} {'processor s':>12} {'ms a child':>11} {'MiB':>7}")
        for times in given.times:
            children = given.children * times
            cost = audit(made(work / f"authority-{children}", children), Path(folder) / "out", given.jobs)
            each = 1000 * cost.cpu / children
            print(f"{children:>10,} {cost.wall:>8.1f} {cost.cpu:>12.1f} {each:>11.3f} {cost.peak:>7.0f}", flush=True)


def made(folder: Path, children: int) -> Path:
    if not folder.exists():
        command = [sys.executable, str(HERE / "make_authority.py"), str(folder), "--children", str(children), "--format", "parquet"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def audit(export: Path, out: Path, jobs: str) -> Cost:
    less = [word for report in ("workbook", "pages", "cases", "board") for word in ("--without", report)]
    asked = ["--as-of", "2015-06-30", "--profile", PROFILE, "--fail-on", "never", "--replace", "--jobs", jobs]
    return spent(sys.executable, "-m", "auditcheck", "run", str(export), "--out", str(out), *asked, *less)


if __name__ == "__main__":
    main()
