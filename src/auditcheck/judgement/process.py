"""The engine in a process of its own: where it dies, it takes nothing with it but the case that it died of, and that case is named.

durable-rules is C code that can fall over a case (and a machine can run out of memory over one). The process is started when there is
something to judge, serves every ruleset of this one, and is asked about one part of a case at a time; when it dies, a new one is asked the
same again, and only if that dies too is the case unjudged. One that finds no end is ended, by the processor time that it takes: the
longest answer that was ever measured took some milliseconds.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auditcheck.helper_process import Died, HelperProcess, answer_with

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
        self._made_in: HelperProcess | None = None
        self._number = -1
        try:
            self._ready()
        except Died as death:
            raise EngineMissing(
                f"The rules engine died while it was given its rules ({_how(death)}). No conclusions can be drawn."
            ) from death

    def conclude(self, facts: Iterable[Fact]) -> list[Fact]:
        """What follows from one case's facts (see `Engine.conclude`). Raises Unjudged, also where the engine dies of them."""
        told = list(facts)
        died = ""
        for _ in range(_TRIES):
            try:
                found: list[Fact] = self._ready().ask((self._number, told, self._enough))
                return found
            except Died as death:
                died = _how(death)
        raise Unjudged(f"The rules engine died of this case ({died}).")

    def _ready(self) -> HelperProcess:
        """The process, with these rules made in it."""
        process = _running()
        if self._made_in is not process:
            self._number = process.ask(self._rules)
            self._made_in = process
        return process


#: What ends a process that has used its processor time. Windows has no such thing, and an engine there may take as long as it likes.
_TIMES_UP = getattr(signal, "SIGPROF", None)
#: The engines' process of this one, by this one's number (a process that is forked gets another).
_now: dict[int, HelperProcess] = {}


def _running() -> HelperProcess:
    """The engines' process, a new one where there is none (any more)."""
    here = os.getpid()
    if here not in _now or not _now[here].alive:
        try:
            _now[here] = HelperProcess(__name__)
        except Died as death:
            raise EngineMissing(f"The rules engine has no process to run in ({death}). No conclusions can be drawn.") from death
    return _now[here]


def _how(death: Died) -> str:
    return "it found no end" if _TIMES_UP is not None and str(death) == _TIMES_UP.name else str(death)


def serve() -> None:
    """The other side: rules to be made (answered with their number) and cases to be judged."""
    engines: list[Engine] = []

    def answer(asked: tuple[Any, Any, float]) -> object:
        first, second, enough = asked
        _end_after(enough)
        try:
            if isinstance(first, int):
                return engines[first].conclude(second)
            engines.append(Engine(first, second))
            return len(engines) - 1
        finally:
            _end_after(0)

    answer_with(answer)


def _end_after(seconds: float) -> None:
    """End this process once it has used so much more processor time; 0: never."""
    if _TIMES_UP is not None:
        signal.setitimer(signal.ITIMER_PROF, seconds)
