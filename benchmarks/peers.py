"""The sector's own validator of the children in need census beside `auditcheck run`, on the same return: ``python benchmarks/peers.py``.

They do not do the same: the validator asks whether the return is well made, auditcheck whether the work was. Both read the whole return
and judge every child by many rules, so the ratio says what each asks of a machine. Processor time counts: others slow the wall clock.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import HERE, Cost, spent

PEER = "csc-validator-be-cin"
HOW = f"""{PEER} is not installed for {{python}}: nothing to compare with. It needs an environment of its own (older numpy and pandas):
    python3.11 -m venv peer && peer/bin/pip install {PEER} "numpy<2" pytest
    python benchmarks/peers.py --peer peer/bin/python"""


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--peer", default=sys.executable, metavar="PYTHON", help=f"a Python that has {PEER}")
    ask.add_argument("--children", type=int, default=10_000)
    ask.add_argument("--ruleset", default="cin2024_25", help="the peer's year of rules")
    given = ask.parse_args()
    if subprocess.run([given.peer, "-c", "import cin_validator"], capture_output=True).returncode:
        sys.exit(HOW.format(python=given.peer))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        file = work / "census.xml"
        subprocess.run([sys.executable, str(HERE / "make_census.py"), str(file), "--children", str(given.children)], check=True)
        out = ("--fail-on", "never", "--out", str(work / "out"))
        ours = spent(sys.executable, "-m", "auditcheck", "run", str(file), *out)
        theirs = spent(given.peer, "-m", "cin_validator", "run", str(file), "-r", given.ruleset)
    print(f"census of {given.children:,} children, processor time:")
    print(f"  auditcheck, every rule that a census can answer and every report: {said(ours)}")
    print(f"  {PEER}, {given.ruleset}: {said(theirs)}")
    print(f"ratio {theirs.cpu / ours.cpu:.1f}")


def said(cost: Cost) -> str:
    return f"{cost.cpu:.1f} s ({cost.wall:.1f} s by the wall clock, {cost.peak:.0f} MiB)"


if __name__ == "__main__":
    main()
