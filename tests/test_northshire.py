"""The invented authority of Northshire: its generator still writes what is committed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "fixtures"


def test_generator_writes_the_committed_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(FIXTURES / "make_northshire.py"), str(tmp_path)], check=True)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in (FIXTURES / "northshire").iterdir()}
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []
