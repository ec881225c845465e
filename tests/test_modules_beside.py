"""Who may write the export may put modules of Python beside it: whoever runs the audit from within that folder does not run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, folder, invoke, small_book

NAMES = ("auditcheck", "click", "durable", "json", "pickle", "struct")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """An export with modules beside its tables; each that is imported leaves a file of its name behind."""
    place = folder(tmp_path / "export-2015-06-30")
    for name in NAMES:
        (place / f"{name}.py").write_text(f"open({str(tmp_path / f'{name}.owned')!r}, 'w')\nraise ImportError\n", encoding="utf-8")
    return place


def called(hostile: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run([sys.executable, *map(str, words)], cwd=hostile, capture_output=True, text=True, env=environment)


def owned(hostile: Path) -> list[str]:
    return sorted(path.stem for path in hostile.parent.glob("*.owned"))


def test_a_module_of_the_folder_is_run_where_nobody_sees_to_it(hostile: Path) -> None:
    assert called(hostile, "-m", "auditcheck", "--help").returncode and owned(hostile)


def test_a_run_from_within_the_export_runs_nothing_of_it(hostile: Path) -> None:
    done = called(hostile, "-P", "-m", "auditcheck", "run", ".", "--as-of", "2015-06-30", "--fail-on", "never", "--out", "../out")
    assert (done.returncode, owned(hostile)) == (0, []), done.stderr


def test_a_night_from_within_the_export_runs_nothing_of_it(hostile: Path, tmp_path: Path) -> None:
    service = tmp_path / "service"
    assert invoke("init", service, "--name", "Northshire")[0] == 0
    config, rules = service / "auditcheck.toml", small_book(tmp_path / "book")
    text = config.read_text("utf-8").replace('profile = "northshire.yaml"', f"rules = {json.dumps(str(rules))}")
    config.write_text(text, encoding="utf-8")
    arrived = hostile.rename(service / "exports" / hostile.name)
    done = called(arrived, "-P", "-m", "auditcheck", "nightly", "--config", config)
    assert done.returncode == 1 and not list(tmp_path.glob("*.owned")), done.stderr
