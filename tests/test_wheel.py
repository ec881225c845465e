"""What is installed elsewhere is whole: the wheel carries the rules, and runs from any folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_holds_the_rulebook_and_runs_on_its_own(tmp_path: Path) -> None:
    source = tmp_path / "source"  # a build leaves files beside what it builds
    for name in ("src", "rules"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run(pip, check=True, env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    (wheel,) = tmp_path.glob("auditcheck-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        names = archive.namelist()
    assert sum(name.startswith("auditcheck_rules/") and name.endswith(".yaml") for name in names) >= 47
    words = ["run", str(ROOT / "fixtures" / "northshire"), "--as-of", "2015-06-30", "--profile", "local-example", "--fail-on", "never"]
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); import auditcheck.cli; print(auditcheck.__file__); auditcheck.cli.main()"
    command = [sys.executable, "-c", program, str(tmp_path / "site"), *words, "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert str(tmp_path / "site") in done.stdout
    assert (tmp_path / "out" / "findings.csv").read_bytes() == (ROOT / "reports" / "sample" / "findings.csv").read_bytes()
