"""The engine in a process of its own: where it dies, it takes nothing with it but the case that it died of, and that case is named.

durable-rules is C code that can fall over a case (and a machine can run out of memory over one). The process is started when there is
something to judge, serves every ruleset of this one, and is asked about one part of a case at a time; when it dies, a new one is asked the
same again, and only if that dies too is the case unjudged. One that finds no end is ended, by the processor time that it takes: the
longest answer that was ever measured took some milliseconds.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .engine import Engine, EngineMissing, Unjudged
from .joins import Fact, Join

_TRIES = 2
#: Processor seconds after which an engine has lost itself in one part of a case.
_ENOUGH = 60.0


class EngineProcess:
    """As `Engine`, elsewhere. Raises RuleRefused and EngineMissing as that does."""

    def __init__(self, joins: Sequence[Join], fields: Mapping[str, type], enough: float = _ENOUGH) -> None:
        self._rules = (tuple(joins), dict(fields), enough)
        self._enough = enough
        self._made_in: _Process | None = None
        self._number = -1
        try:
            self._ready()
        except _Died as death:
            raise EngineMissing(f"The rules engine died while it was given its rules ({death}). No conclusions can be drawn.") from death

    def conclude(self, facts: Iterable[Fact]) -> list[Fact]:
        """What follows from one case's facts (see `Engine.conclude`). Raises Unjudged, also where the engine dies of them."""
        told = list(facts)
        died = ""
        for _ in range(_TRIES):
            try:
                found: list[Fact] = self._ready().ask((self._number, told, self._enough))
                return found
            except _Died as death:
                died = str(death)
        raise Unjudged(f"The rules engine died of this case ({died}).")

    def _ready(self) -> _Process:
        """The process, with these rules made in it."""
        process = _Process.running()
        if self._made_in is not process:
            self._number = process.ask(self._rules)
            self._made_in = process
        return process


#: What ends a process that has used its processor time. Windows has no such thing, and an engine there may take as long as it likes.
_TIMES_UP = getattr(signal, "SIGPROF", None)


class _Died(Exception):
    """The process is gone. The message says how."""


class _Process:
    """A running engine; ``ask`` sends it one thing and waits for the answer."""

    _now: _Process | None = None

    def __init__(self) -> None:
        self._of = os.getpid()
        here = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]))
        command = [sys.executable, "-c", "from auditcheck.judgement.process import serve; serve()"]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": here}, start_new_session=True
            )
        except OSError as error:
            raise EngineMissing(f"No process can be started for the rules engine: {error.strerror}.") from error

    @classmethod
    def running(cls) -> _Process:
        """The one of this process, a new one where there is none (any more)."""
        if cls._now is None or cls._now._of != os.getpid() or cls._now._process.poll() is not None:
            cls._now = cls()
        return cls._now

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, what: object) -> Any:
        """Raises _Died; whatever the answer is that is an exception."""
        to, back = self._process.stdin, self._process.stdout
        assert to is not None and back is not None
        try:
            pickle.dump(what, to)
            to.flush()
            answer = pickle.load(back)
        except (OSError, EOFError, pickle.UnpicklingError):
            raise _Died(_how(self._process)) from None
        if isinstance(answer, Exception):
            raise answer
        return answer


def _how(process: subprocess.Popen[bytes]) -> str:
    process.kill()  # where it only closed its mouth
    code = process.wait()
    if -code == _TIMES_UP:
        return "it found no end"
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def serve() -> None:
    """The other side: rules to be made (answered with their number) and cases to be judged, until nobody asks any more."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the engine prints is no answer
    engines: list[Engine] = []
    while True:
        try:
            first, second, enough = pickle.load(asked)
        except EOFError:
            return
        _end_after(enough)
        try:
            if isinstance(first, int):
                answer: object = engines[first].conclude(second)
            else:
                engines.append(Engine(first, second))
                answer = len(engines) - 1
        except Exception as error:  # told to whoever asked
            answer = error
        _end_after(0)
        pickle.dump(answer, answers)
        answers.flush()


def _end_after(seconds: float) -> None:
    """End this process once it has used so much more processor time; 0: never."""
    if _TIMES_UP is not None:
        signal.setitimer(signal.ITIMER_PROF, seconds)
