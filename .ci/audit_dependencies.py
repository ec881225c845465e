"""Is a fault known in what auditcheck runs on? Asks with pip-audit about every package of .ci/requirements.lock.

    python .ci/audit_dependencies.py [pip-audit]     # how to start pip-audit, where it is not on the PATH

Ends with 0 where nothing is known of any package, 1 where something is, 2 where it could not be checked. pip-audit itself ends with 0 and
says that it found nothing where its service answered for none of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOCKS = [Path(__file__).parents[1] / name for name in (".ci/requirements.lock", ".ci/requirements-build.lock")]
CLEAN, FAULTS, NOT_CHECKED = 0, 1, 2


def judged(said: str, packages: int) -> tuple[int, list[str]]:
    """The exit code and what to say, from pip-audit's JSON about so many packages; '' where it gave none."""
    try:
        told = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return NOT_CHECKED, ["The dependencies could not be checked: pip-audit gave no answer."]
    faults = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version yet'}"
        for one in told
        for fault in one.get("vulns", [])
    ]
    checked = sum("vulns" in one for one in told)
    if checked < packages:
        faults.append(f"{packages - checked} of {packages} dependencies could not be checked: the service had no answer for them.")
    code = FAULTS if any("vulns" in one and one["vulns"] for one in told) else NOT_CHECKED if checked < packages else CLEAN
    return code, faults or [f"Nothing is known against any of the {packages} dependencies."]


def main(program: str = "pip-audit") -> int:
    packages = sum(line[:1].isalnum() and "==" in line for lock in LOCKS for line in lock.read_text("utf-8").splitlines())
    files = [word for lock in LOCKS for word in ("-r", str(lock))]
    command = [program, *files, "--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=300).stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    code, sentences = judged(said, packages)
    print("\n".join(sentences))
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
