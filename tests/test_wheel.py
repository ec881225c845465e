"""What is installed elsewhere is whole: the wheel carries the rules, and runs from any folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from commands import TABLES_ALONE, Run, audit, folder

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


@pytest.mark.parametrize("unit", ["files", *(pytest.param(some, marks=pytest.mark.deep) for some in ("folders", "packages"))])
def test_an_installation_made_of_links_runs(tmp_path: Path, unit: str) -> None:
    """Some installers keep what is installed in a store and link each file of it, or whole folders, to where it is imported from."""
    site = linked(tmp_path, unit)
    export = folder(tmp_path / "export")
    program = "import sys; from auditcheck.rulebook.load import shipped; print(shipped()); from auditcheck.cli import main; main()"

    def auditcheck(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-c", program, *map(str, words)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(site)})

    done = auditcheck("run", export, "--as-of", "2015-06-30", "--fail-on", "never", "--out", tmp_path / "out", *TABLES_ALONE)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, str(site / "auditcheck_rules")), done.stderr
    assert audit(export, tmp_path / "plain", *TABLES_ALONE).findings == Run(0, "", tmp_path / "out").findings != set()
    if unit == "files":
        done = auditcheck("rules", "check", site / "auditcheck_rules")
        assert done.returncode == 2 and "a link that leads out of the folder of rules" in done.stderr, "a folder that somebody names"


def linked(place: Path, unit: str) -> Path:
    """A folder to import from, of links into a store that holds the package and its rules."""
    for package, source in (("auditcheck", ROOT / "src" / "auditcheck"), ("auditcheck_rules", ROOT / "rules")):
        held, there = place / "store" / package, place / "site" / package
        shutil.copytree(source, held)  # with what is compiled: it takes a second less
        if unit == "packages":
            there.parent.mkdir(exist_ok=True)
            there.symlink_to(held)
            continue
        for path in sorted(held.rglob("*") if unit == "files" else held.iterdir()):
            to = there / path.relative_to(held)
            if unit == "folders" or path.is_file():
                to.parent.mkdir(parents=True, exist_ok=True)
                to.symlink_to(path)
    return place / "site"
