"""Nothing that auditcheck does needs a network, nor tries to reach one."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import every_command
import pytest
from commands import NORTHSHIRE, ROOT, invoke

#: Takes the network away from a command: a namespace of its own, with no interface in it, not even a loopback that is up.
APART = ("unshare", "--net", "--map-root-user")
REACHES = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), timeout=5)"


def apart(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*APART, *map(str, words)], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")})


@pytest.fixture(autouse=True, scope="module")
def _possible() -> None:
    if shutil.which("unshare") is None or apart("true").returncode:
        pytest.skip("this machine does not let a process give up its network (unshare)")


def test_the_network_is_really_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        reach = (sys.executable, "-c", REACHES, str(server.getsockname()[1]))
        assert subprocess.run(reach, capture_output=True).returncode == 0, "with a network it is reached"
        assert apart(*reach).returncode != 0, "without one it is not"


@pytest.mark.deep
def test_every_command_does_its_work_without_a_network(tmp_path: Path) -> None:
    ended = apart(sys.executable, Path(every_command.__file__), tmp_path)
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert [one for one in said["told"] if one[1] != one[2]] == []
    assert {words.split()[0] for words, *_ in said["told"]} == set(said["commands"])


def test_a_run_without_a_network_gives_the_same_as_one_with(tmp_path: Path) -> None:
    run = ("run", NORTHSHIRE, "--as-of", "2015-06-30", "--profile", "local-example", "--fail-on", "never", "--out")
    assert apart(sys.executable, "-m", "auditcheck", *run, tmp_path / "run").returncode == 0
    assert invoke(*run, tmp_path / "here")[0] == 0
    for name in ("findings.csv", "index.html", "exceptions.xlsx"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name
