"""The engine's process dies for real (SIGSEGV, SIGKILL) while it works: it costs no finding, and the case that it died of is named."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from types import SimpleNamespace
from typing import Any

import pytest
from commands import GOOD, audit, folder

from auditcheck.helper_process import Died, HelperProcess
from auditcheck.judgement import bridge
from auditcheck.judgement.engine import Engine, EngineMissing, Unjudged
from auditcheck.judgement.joins import Derived, Fact, Join, Pattern, RuleRefused
from auditcheck.judgement.process import EngineProcess, serve

FIELDS = {"i": int, "word": str}
JOINS = [Join("pair", 1, (Pattern("a", "one"), Pattern("b", "other", join=(("i", "a", "i"),))), (Derived("both", (("i", "a", "i"),)),))]
CASES: list[list[Fact]] = [[{"k": "one", "i": n, "word": "x"}, {"k": "other", "i": n % 3, "word": "y"}] for n in range(6)]
POISON: list[Fact] = [{"k": "one", "i": 7, "word": "poison"}]


class Killer:
    """Sends the engine's process a signal, ``times`` times, when it is to be asked about something with ``word`` in it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, word: str, how: signal.Signals, times: int) -> None:
        self.left, whole = times, HelperProcess.ask

        def ask(process: HelperProcess, what: Any) -> Any:
            if isinstance(what[0], int) and word in str(what) and self.left:
                self.left -= 1
                os.kill(process.pid, how)
                process._process.wait()
            return whole(process, what)

        monkeypatch.setattr(HelperProcess, "ask", ask)


def test_the_engine_elsewhere_concludes_what_it_concludes_here() -> None:
    here, elsewhere = Engine(JOINS, FIELDS), EngineProcess(JOINS, FIELDS)
    assert [elsewhere.conclude(case) for case in CASES] == [here.conclude(case) for case in CASES]
    with pytest.raises(Unjudged, match="cannot be judged"):
        elsewhere.conclude([{"k": "one", "i": "no number"}])


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL])
def test_a_case_that_it_always_dies_of_is_unjudged_and_no_other(how: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = EngineProcess(JOINS, FIELDS)
    before = [engine.conclude(case) for case in CASES]
    killer = Killer(monkeypatch, "poison", how, times=9)
    with pytest.raises(Unjudged, match=f"died of this case \\({how.name}\\)"):
        engine.conclude(POISON)
    assert killer.left == 9 - 2
    assert [engine.conclude(case) for case in CASES] == before


def test_a_case_that_it_dies_of_once_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, killer = EngineProcess(JOINS, FIELDS), Killer(monkeypatch, "poison", signal.SIGSEGV, times=1)
    assert engine.conclude(POISON) == [] and killer.left == 0


def test_a_case_in_which_it_finds_no_end_is_unjudged_and_no_other() -> None:
    everyone_with_everyone = Join("all", 1, tuple(Pattern(alias, "one") for alias in "abc"), (Derived("both", (("i", "a", "i"),)),))
    engine = EngineProcess([*JOINS, everyone_with_everyone], FIELDS, enough=0.2)
    with pytest.raises(Unjudged, match=r"died of this case \(it found no end\)"):
        engine.conclude([{"k": "one", "i": n, "word": "x"} for n in range(100)])
    assert engine.conclude(CASES[0]) == EngineProcess([*JOINS, everyone_with_everyone], FIELDS).conclude(CASES[0])


def asked_of_the_other_side(monkeypatch: pytest.MonkeyPatch, *questions: object) -> list[Any]:
    """What `serve` answers, in this process: what it reads and writes is put in the place of the pipes."""
    pipe = SimpleNamespace(buffer=BytesIO(b"".join(map(pickle.dumps, questions))))
    kept = os.dup(1)
    try:
        with TemporaryFile() as answers, monkeypatch.context() as instead:
            instead.setattr(sys, "stdin", pipe)
            os.dup2(answers.fileno(), 1)
            serve()
            answers.seek(0)
            return [pickle.load(answers) for _ in questions]
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def test_the_other_side_numbers_its_rules_and_ends_only_while_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[float] = []
    whole = signal.setitimer

    def setitimer(which: int, seconds: float) -> tuple[float, float]:
        times.append(seconds)
        return whole(which, seconds)

    monkeypatch.setattr(signal, "setitimer", setitimer)
    told = Join("told", 1, (Pattern("a", "one"),), (Derived("told", (("i", "a", "i"),)),))
    case = CASES[1]
    found = asked_of_the_other_side(
        monkeypatch, (JOINS, FIELDS, 50.0), ([*JOINS, told], FIELDS, 51.0), (0, case, 52.0), (1, case, 53.0), (7, case, 54.0)
    )
    assert found[:4] == [0, 1, Engine(JOINS, FIELDS).conclude(case), Engine([*JOINS, told], FIELDS).conclude(case)]
    assert found[2] != found[3] and isinstance(found[4], IndexError)
    assert times == [50.0, 0, 51.0, 0, 52.0, 0, 53.0, 0, 54.0, 0]
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_an_engine_that_dies_of_its_rules_or_cannot_be_started_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(process: HelperProcess, what: object) -> None:
        raise Died(process.end())

    with monkeypatch.context() as deadly:
        deadly.setattr(HelperProcess, "ask", dies)
        with pytest.raises(EngineMissing, match=r"died while it was given its rules \(SIGKILL\)"):
            EngineProcess(JOINS, FIELDS)
    monkeypatch.setattr(sys, "executable", "/there/is/no/such/python")
    with pytest.raises(EngineMissing, match=r"no process to run in \(it could not be started: No such file"):
        EngineProcess(JOINS, FIELDS)
    monkeypatch.undo()
    assert EngineProcess(JOINS, FIELDS).conclude(CASES[0]) == Engine(JOINS, FIELDS).conclude(CASES[0])


def test_rules_refused_elsewhere_are_refused_here() -> None:
    with pytest.raises(RuleRefused, match="must not be negated"):
        EngineProcess([Join("bad", 1, (Pattern("a", "one", negated=True),), (Derived("x", ()),))], FIELDS)


def test_a_run_whose_engine_dies_loses_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # C3's plan is not written, so that judgement is asked about what CPP-EXIST-01 supersedes; nobody else's is.
    export = folder(tmp_path / "export", GOOD | {"plan_actions.csv": "action_id,child_id,plan_id,owner\nA1,C3,P3,\nA2,C1,P1,\n"})
    whole = audit(export, tmp_path / "whole", "--fail-on", "never")
    bridge._judge.cache_clear()  # who has seen a case before does not ask again
    killer = Killer(monkeypatch, "'rule': 'CPP-EXIST-01'", signal.SIGSEGV, times=99)
    broken = audit(export, tmp_path / "broken", "--fail-on", "never")
    assert killer.left < 99, "the engine was not asked, so nothing was tried"
    assert (whole.status, broken.status) == (0, 2)
    assert "1 case could not be judged" in broken.said
    assert whole.findings <= broken.findings
    assert broken.told("children.csv") == [("4", "child_id", "C3", "The rules engine died of this case (SIGSEGV).")]
    changed = {key: (outcome, broken.outcomes[key]) for key, outcome in whole.outcomes.items() if broken.outcomes[key] != outcome}
    assert {broken_ for _, broken_ in changed.values()} <= {"not_met", "cannot_tell"}
    assert not any(record in ("P1", "A2", "K1", "K2", "P2", "K3") for _, record in changed)
