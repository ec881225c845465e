"""Twelve rules that others wrote by hand (benchmarks/): on an authority in which much goes wrong they find what auditcheck finds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HAND = Path(__file__).parents[1] / "benchmarks"
#: Contestant -> the rules that do not mean the same to it.
OTHERS = {"with_duckdb": set(), "with_pandas": set(), "with_durable": {"ASM-SIB-07"}}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    subprocess.run(
        [sys.executable, "-c", f"import unsettled, pathlib; unsettled.write(pathlib.Path({str(folder)!r}), 400, 7)"], cwd=HAND, check=True
    )
    return folder / "case-records"


@pytest.fixture(scope="module")
def ours(authority: Path) -> set[tuple[str, str, str]]:
    return found("with_auditcheck", authority)


def found(name: str, authority: Path) -> set[tuple[str, str, str]]:
    out = authority.parent / f"{name}.json"
    subprocess.run([sys.executable, str(HAND / "contestant.py"), name, str(authority), str(out), "--cold"], check=True)
    said: dict[str, Any] = json.loads(out.read_text())
    return {(rule, child, record) for rule, child, record in said["findings"]}


def test_there_is_something_to_find_by_every_rule(ours: set[tuple[str, str, str]]) -> None:
    sys.path.insert(0, str(HAND))
    from rules12 import RULES

    assert {rule for rule, _, _ in ours} == set(RULES)


@pytest.mark.parametrize("name", OTHERS)
def test_a_hand_written_version_finds_the_same(name: str, authority: Path, ours: set[tuple[str, str, str]]) -> None:
    assert found(name, authority) == {finding for finding in ours if finding[0] not in OTHERS[name]}
