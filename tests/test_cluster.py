"""On a Dask cluster the very same function runs; a worker that is killed halfway costs nothing but time."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from oracle.random_cases import AS_OF
from portion_work import dies_of_three, halves
from test_portions import EVERY_LIST, assert_same, audited, tangled, written

from auditcheck.nightly import Order, run
from auditcheck.raw import BadExport
from auditcheck.spread import each
from auditcheck.team import Undone

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as held:
        yield held


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("cluster") / "export", tangled(77))


def test_a_cluster_with_a_worker_killed_halfway_writes_what_one_process_writes(cluster: Any, export: Path, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_one() -> None:
        """The first worker seen at work, for good: once."""
        with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
            pids = client.run(os.getpid)
            while not killed and not over.wait(0.01):
                for worker, tasks in client.processing().items():
                    if tasks and not killed:
                        killed.append(pids[worker])
                        os.kill(pids[worker], signal.SIGKILL)

    over, killer = threading.Event(), threading.Thread(target=kill_one)
    killer.start()
    try:
        apart = audited(export, tmp_path / "apart", AS_OF, 8, without=EVERY_LIST, cluster=cluster.scheduler_address)
    finally:
        over.set()
        killer.join()
    assert len(killed) == 1, "no worker was killed, so nothing was tried"
    assert_same(audited(export, tmp_path / "whole", AS_OF, 1, without=EVERY_LIST), apart)


@pytest.mark.deep
def test_a_scheduler_that_does_not_answer_is_named(export: Path, tmp_path: Path) -> None:
    with pytest.raises(BadExport, match=r"tcp://127\.0\.0\.1:9 does not answer"):
        run(Order(export, tmp_path / "out", AS_OF, "local-example", portions=3, cluster="tcp://127.0.0.1:9"))
    assert not (tmp_path / "out").exists()


@pytest.mark.deep
def test_what_no_worker_survives_is_cut_until_only_that_is_left_undone(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    results = each(dies_of_three, [[0, 1], [2, 3], [4]], 1, tmp_path, cluster.scheduler_address, halves)
    assert list(results) == [[0, 2], [4], Undone([3], "SIGKILL"), [8]]
