"""What auditcheck runs on: the lock is whole, the bill of materials and the licences are in step with it, and none conflicts with MIT."""

from __future__ import annotations

import configparser
import importlib.metadata
import importlib.util
import json
import re
import sys
import types
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
#: Licences under which a package may be used by, and handed on beside, one that stands under MIT. "BSD License": any of them.
MAY_BE_USED = {"0BSD", "Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "PSF-2.0", "Zlib"}
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


def _tool(name: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec and spec.loader
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


made, audit = _tool("bill_of_materials"), _tool("audit_dependencies")
LOCKED = {one.name: one for one in made.locked()}


def _needed() -> dict[str, list[Requirement]]:
    """Every package that is needed at run time, by 3.11 or 3.12 on any system, and what is asked of it."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    waiting = [Requirement(line) for line in setup["options"]["install_requires"].split("\n") if line]
    found: dict[str, list[Requirement]] = {}
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name not in found:
            extras = one.extras or {""}
            asked = [Requirement(line) for line in importlib.metadata.requires(name) or []]
            waiting += [other for other in asked if any(_holds(other, extra) for extra in extras)]
        found.setdefault(name, []).append(one)
    return found


def _holds(one: Requirement, extra: str) -> bool:
    places = [
        {"python_version": version, "python_full_version": f"{version}.0", "sys_platform": system, "platform_system": named, "extra": extra}
        for version in ("3.11", "3.12")
        for system, named in SYSTEMS.items()
    ]
    return one.marker is None or any(one.marker.evaluate(place) for place in places)


def test_the_lock_holds_what_is_needed_and_nothing_else() -> None:
    needed = _needed()
    assert set(LOCKED) == set(needed)
    assert [str(one) for name, asked in needed.items() for one in asked if LOCKED[name].version not in one.specifier] == []


def test_every_package_of_the_locks_is_held_by_hashes() -> None:
    build = made.locked(ROOT / ".ci/requirements-build.lock")
    assert [one.name for one in build] == ["setuptools"]
    assert [one.name for one in [*LOCKED.values(), *build] if not one.hashes] == []


def test_the_lock_names_the_versions_that_the_tests_run_with() -> None:
    lines = (ROOT / ".ci/constraints.txt").read_text("utf-8").split()
    pinned = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    assert {name: pinned.get(name) for name in LOCKED} == {name: one.version for name, one in LOCKED.items()}


def test_the_bill_and_the_list_of_licences_are_in_step_with_the_lock() -> None:
    packages = made.locked()
    assert made.BILL.read_text("utf-8") == made.bill(packages), "run `make lock`"
    assert made.LICENCES.read_text("utf-8") == made.page(packages), "run `make lock`"


def test_the_serial_number_moves_with_what_the_bill_says_and_only_then() -> None:
    packages = made.locked()
    first, again, other = (json.loads(made.bill(some))["serialNumber"] for some in (packages, packages[:], packages[:-1]))
    assert first == again != other


def test_no_licence_conflicts_with_mit() -> None:
    assert {name: found for name in LOCKED if (found := set(made.licence(name).names) - MAY_BE_USED)} == {}


def test_a_licence_hidden_in_an_expression_is_seen() -> None:
    assert "GPL-3.0-only" in made.Licence("MIT AND (GPL-3.0-only OR Zlib)", "License-Expression").names


def test_no_host_of_an_index_is_named() -> None:
    for name in (".ci/requirements.lock", ".ci/requirements-build.lock", "docs/sbom.cdx.json", ".ci/constraints.txt"):
        assert not re.search(r"https?://|index-url", (ROOT / name).read_text("utf-8")), name


CLEAN = {"name": "click", "version": "8", "vulns": []}
FAULTY = {"name": "lxml", "version": "6", "vulns": [{"id": "PYSEC-1", "fix_versions": ["6.1"]}]}
SKIPPED = {"name": "rich", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("told", "code", "says"),
    [
        ([CLEAN, CLEAN], 0, "Nothing is known against any of the 2 dependencies"),
        ([CLEAN, FAULTY], 1, "lxml 6: PYSEC-1, mended in 6.1"),
        ([CLEAN, SKIPPED], 2, "1 of 2 dependencies could not be checked"),
        ([FAULTY, SKIPPED], 1, "1 of 2 dependencies could not be checked"),
        ([CLEAN], 2, "1 of 2 dependencies could not be checked"),
        (None, 2, "gave no answer"),
    ],
)
def test_what_was_not_checked_is_never_called_clean(told: list[dict[str, object]] | None, code: int, says: str) -> None:
    ended, sentences = audit.judged("" if told is None else json.dumps({"dependencies": told}), 2)
    assert ended == code
    assert says in "\n".join(sentences)


def test_without_pip_audit_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main("no-such-program") == 2
    assert "could not be checked" in capsys.readouterr().out
