"""What is hidden, beside what tau-ARGUS hides (the official statisticians' tool, through pytauargus)."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest
from disclosure_attacker import Attacker, Print
from test_disclosure import WORKED, grid

from auditcheck.disclosure import DFE, Released, protect

pytauargus = pytest.importorskip("pytauargus")

Figures = list[list[int]]
Names = set[tuple[str, ...]]


def theirs(figures: Figures, workdir: Path, protection: int) -> Names:
    """The cells that tau-ARGUS hides: fewer than 6 is unsafe, and is protected by a range of so many per cent, at least cost."""
    cases = [(chr(65 + r), str(c + 1), 1.0) for r, row in enumerate(figures) for c, count in enumerate(row) for _ in range(count)]
    frame = pd.DataFrame(cases, columns=["team", "kind", "one"])
    rule = f"FREQ(6,{protection})"
    found = pytauargus.protect(frame, ["team", "kind"], response="one", safety_rules=rule, suppress="OPT(1)", workdir=str(workdir))
    return {(one.team, one.kind) for one in found.tables[0].dataframe().itertuples() if one.status in ("U", "M")}


def ours(figures: Figures) -> Names:
    (safe,) = protect([grid(figures)], DFE, Released())
    return {row.labels for row in safe.rows if row.value("d") is None}


def counts(figures: Figures) -> dict[tuple[str, ...], int]:
    return {tuple(part.label for part in key): held["d"] for key, held in grid(figures).cells.items()}


def too_narrow(figures: Figures, hidden: Names) -> int:
    """How many of the hidden counts can be worked out to a range less than 5 wide, or that ends below 6."""
    prints = []
    for key, count in counts(figures).items():
        of = {name: None if label == "Total" else frozenset([label]) for name, label in zip(("team", "kind"), key, strict=True)}
        prints.append(Print(of, 1 if key in hidden else count, float("inf") if key in hidden else count))
    attacker = Attacker(prints, frozenset({"team", "kind"}))
    ranges = [attacker.possible(one.of) for one in prints if one.hidden]
    return sum(high - low < 5 or high < 6 for low, high in ranges)


@pytest.fixture(autouse=True)
def _its_logs_go_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_worked_table_is_hidden_alike(tmp_path: Path) -> None:
    assert theirs(WORKED, tmp_path, 30) == ours(WORKED)


@pytest.mark.deep
def test_no_more_is_hidden_for_a_stronger_promise(tmp_path: Path) -> None:
    """At its widest protection tau-ARGUS hides as much, and still leaves ranges narrower than this tool promises."""
    chance, hidden, narrow = random.Random(7), [0, 0], [0, 0]
    for trial in range(25):
        rows, columns = chance.choice([(4, 4), (4, 6), (6, 6), (8, 8)])
        figures = [[max(1, int(chance.expovariate(1 / 15))) for _ in range(columns)] for _ in range(rows)]
        folder = tmp_path / str(trial)
        folder.mkdir()
        for at, names in enumerate((theirs(figures, folder, 100), ours(figures))):
            hidden[at] += sum(counts(figures)[name] for name in names)
            narrow[at] += too_narrow(figures, names) > 0
    assert hidden[1] <= hidden[0]
    assert narrow[1] == 0 < narrow[0]
