"""What is made is its owner's to write and nobody else's to read, whatever umask the command is started with.

Root may write what it has no right to. Tests are often run by root, so these take that power away: nothing else would make them bite.
"""

from __future__ import annotations

import ctypes
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, folder, small_book

#: PR_CAPBSET_DROP; CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH.
DROP, POWERS = 24, (1, 2)


def ordinary(*command: str | Path, umask: int) -> subprocess.CompletedProcess[str]:
    """A Python command in a process to which rights apply, also where it is root's."""
    libc = ctypes.CDLL(None)

    def without_powers() -> None:
        for power in POWERS:
            libc.prctl(DROP, power, 0, 0, 0)

    return subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True,
        text=True,
        umask=umask,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=without_powers,
    )


@pytest.fixture(autouse=True)
def rights_apply(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("takes a power of root away as Linux can")
    (tmp_path / "closed").touch(mode=0o400)
    if ordinary("-c", f"open({str(tmp_path / 'closed')!r}, 'a')", umask=0o077).returncode == 0:
        pytest.skip("this system lets nobody take a power of root away")
    (tmp_path / "closed").unlink()


@pytest.mark.parametrize("umask", [0o277, *(pytest.param(one, marks=pytest.mark.deep) for one in (0o777, 0o000))])
def test_a_service_works_and_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    """A night, and another on what the first has made."""
    place, book = tmp_path / "service", small_book(tmp_path / "book")
    done = ordinary("-m", "auditcheck", "init", place, umask=umask)
    assert done.returncode == 0, done.stderr
    config = place / "auditcheck.toml"
    config.write_text(config.read_text("utf-8").replace('profile = "our-service.yaml"', f"rules = {json.dumps(str(book))}"), "utf-8")
    for day in ("2015-06-29", "2015-06-30"):
        folder(place / "exports" / day)
        done = ordinary("-m", "auditcheck", "nightly", "--config", config, umask=umask)
        assert done.returncode == 1, done.stderr
    steps = [json.loads(line) for line in (place / "auditcheck.log").read_text("utf-8").splitlines()]
    assert [one["ok"] for one in steps if one["step"] == "end"] == [True, True]
    ours = [place / "auditcheck.log", place / "ledger.sqlite", *(place / "reports").rglob("*")]
    modes = {str(path.relative_to(place)): (path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in ours}
    assert {name for name, (is_dir, mode) in modes.items() if mode != (0o700 if is_dir else 0o600)} == set()


def test_a_log_that_others_can_read_is_theirs_no_longer(tmp_path: Path) -> None:
    place = tmp_path / "service"
    assert ordinary("-m", "auditcheck", "init", place, umask=0o022).returncode == 0
    log = place / "auditcheck.log"
    log.write_text("")
    for before in (0o644, 0o400):
        log.chmod(before)
        assert ordinary("-m", "auditcheck", "nightly", "--config", place / "auditcheck.toml", umask=0o022).returncode == 2
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert len(log.read_text("utf-8").splitlines()) == 4
