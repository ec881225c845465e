"""Arrow's columns lie in the process's own heap, unless whoever runs it has said otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = str(Path(__file__).parents[1] / "src")
#: Asked of a process of its own, for a test's own must not change under the others.
TOLD = "import pyarrow, auditcheck.freed_memory as it; it.share_freed_memory(); print(pyarrow.default_memory_pool().backend_name)"


@pytest.mark.parametrize(("said", "pool"), [({}, "system"), ({"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")])
def test_which_pool_a_run_takes(said: dict[str, str], pool: str) -> None:
    without = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    path = os.pathsep.join([SOURCE, *filter(None, [os.environ.get("PYTHONPATH")])])
    told = subprocess.run(
        [sys.executable, "-c", TOLD], env=without | said | {"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == pool
