"""Fuzzing guided by coverage finds nothing in what reads exports, manifests and rules; where atheris is installed (the extra `fuzz`)."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

TARGETS = ("table", "archive", "census", "workbook", "manifest", "yaml", "rule")
SECONDS = 20


@pytest.mark.deep
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed: pip install auditcheck[fuzz]")
@pytest.mark.parametrize("target", TARGETS)
def test_fuzzing_finds_nothing(target: str) -> None:
    command = [sys.executable, str(Path(__file__).with_name("fuzz.py")), target, str(SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-6_000:]
    tried = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    assert tried and int(tried[1]) > 10, done.stderr[-2_000:]
