"""Work spread over processes that die, at any moment, comes back whole and in order; nothing waits for ever and nothing is left running."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from portion_work import (
    dies_of_three,
    dies_once,
    double,
    fills_the_memory,
    halves,
    processes_started_here,
    refuses,
    refuses_stubbornly,
)

from auditcheck import team
from auditcheck.spread import as_many_as_fit, each, processes
from auditcheck.team import Undone

NUMBERS = list(range(8))


@pytest.fixture(autouse=True)
def _work_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_come_in_order_and_processes_go(jobs: int, tmp_path: Path) -> None:
    before = set(processes_started_here())
    assert list(each(double, NUMBERS, jobs, tmp_path)) == [2 * number for number in NUMBERS]
    assert set(processes_started_here()) <= before


def test_a_portion_of_which_its_process_dies_is_done_in_another(tmp_path: Path) -> None:
    cases = [(number, tmp_path, os.getpid()) for number in NUMBERS]
    assert list(each(dies_once, cases, 2, tmp_path)) == [2 * number for number in NUMBERS]
    assert (tmp_path / "died").exists()


def test_what_no_process_survives_is_cut_until_only_that_is_left_undone(tmp_path: Path) -> None:
    results = list(each(dies_of_three, [[0, 1], [2, 3, 4, 5, 6], [7]], 2, tmp_path, smaller=halves))
    assert results == [[0, 2], [4], Undone([3], "SIGKILL"), [8, 10, 12], [14]]


def test_a_portion_too_large_for_the_memory_is_done_in_parts(tmp_path: Path) -> None:
    results = list(each(fills_the_memory, [[0], NUMBERS], 1, tmp_path, smaller=halves))
    assert [number for some in results if isinstance(some, list) for number in some] == [0, *(2 * number for number in NUMBERS)]
    assert len(results) > 3


def test_where_everything_dies_it_comes_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "_DEATHS", 5)
    results = list(each(dies_of_three, [[3] * 64], 2, tmp_path, smaller=halves))
    assert results == [Undone([3] * 16, "SIGKILL")] * 2 + [Undone([3] * 32, "SIGKILL")]


def test_what_the_work_raises_is_raised_in_its_turn(tmp_path: Path) -> None:
    results = each(refuses, NUMBERS, 2, tmp_path)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="not three"):
        next(results)


def test_an_exception_that_no_process_can_be_sent_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Stubborn: stubborn"):
        list(each(refuses_stubbornly, NUMBERS, 2, tmp_path))


def test_whoever_stops_listening_leaves_no_process(tmp_path: Path) -> None:
    before = set(processes_started_here())
    results = each(double, NUMBERS, 2, tmp_path)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    assert set(processes_started_here()) <= before


@pytest.mark.parametrize("seed", range(12))
def test_killed_at_any_moment_it_costs_nothing_but_time(seed: int, tmp_path: Path) -> None:
    """Also while others are being started: the pools of the standard library then wait for ever, one time in some twenty."""
    before, over, late = set(processes_started_here()), threading.Event(), Random(seed).random() / 20
    killed = list[int]()

    def kill() -> None:
        while not over.is_set() and len(killed) < 3:
            for process in set(processes_started_here()) - before:
                over.wait(late)
                if not over.is_set() and len(killed) < 3:
                    with suppress(ProcessLookupError):  # over by itself
                        os.kill(process, signal.SIGKILL)
                        killed.append(process)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        assert list(each(double, NUMBERS, 4, tmp_path)) == [2 * number for number in NUMBERS]
    finally:
        over.set()
        killer.join()
    assert killed, "no process was killed, so nothing was tried"


@pytest.mark.parametrize(
    ("processors", "portions", "gibibytes", "limits", "fit"),
    [
        (8, 99, 64, [], 8),
        (8, 3, 64, [], 3),
        (8, 99, 7, [], 3),
        (8, 99, 64, ["max\n"], 8),
        (8, 99, 64, [f"{4 << 30}\n"], 2),
        (8, 99, 64, ["max\n", f"{6 << 30}\n"], 3),
        (8, 99, 8, [f"{1 << 62}\n"], 4),
        (8, 99, 64, [f"{1 << 20}\n"], 1),
        (8, 99, 64, ["", "nonsense"], 8),
    ],
)
def test_no_more_processes_than_there_is_room_for(processors: int, portions: int, gibibytes: int, limits: list[str], fit: int) -> None:
    assert as_many_as_fit(processors, portions, gibibytes << 30, limits) == fit


def test_processors_that_this_process_may_not_use_do_not_count() -> None:
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system does not tell")
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert processes(None, 99) == 1
    finally:
        os.sched_setaffinity(0, allowed)
