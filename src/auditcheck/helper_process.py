"""A process beside this one that answers what it is asked. When it dies it takes nothing with it but the answer that it owed.

Each has pipes of its own, and nothing else is shared: no lock, no semaphore, no queue that a dying process could leave held or half
written for the others (the pools of the standard library, as of Python 3.11, can wait for ever for a process killed while they start).
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


class Died(Exception):
    """The process is gone. The message says how: a signal's name, or an exit code."""


class HelperProcess:
    """``module``: one of ours, whose ``serve()`` is the other side. Raises Died where no process can be started."""

    def __init__(self, module: str) -> None:
        here = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]))
        # -P: not from the folder that this is called in, where whoever writes the export may have put a module of that name.
        command = [sys.executable, "-P", "-c", f"from {module} import serve; serve()"]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": here},
                start_new_session=True,  # Ctrl-C is for this process, which ends the others
            )
        except OSError as error:
            raise Died(f"it could not be started: {error.strerror}") from error

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, what: object) -> Any:
        """The answer. Raises Died; whatever the answer is that is an exception."""
        to, back = self._process.stdin, self._process.stdout
        assert to is not None and back is not None
        try:
            pickle.dump(what, to)
            to.flush()
            answer = pickle.load(back)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):  # ValueError: ended, its pipes closed
            raise Died(self.end()) from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def end(self) -> str:
        """End it, where it has not ended yet, and say how it ended."""
        self._process.kill()
        code = self._process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def answer_with(answer: Callable[[Any], object]) -> None:
    """The other side: answers, an exception for one that was raised, until nobody asks any more."""
    with suppress(OSError):  # where memory runs out, Linux is to end this process and not the one that asks it
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed meanwhile is no answer
    while True:
        try:
            what = pickle.load(asked)
        except (EOFError, pickle.UnpicklingError):  # gone, perhaps in the middle of a word
            return
        try:
            told = answer(what)
        except Exception as error:  # told to whoever asked
            told = error
        try:
            answers.write(_packed(told))
            answers.flush()
        except BrokenPipeError:  # whoever asked is gone
            os._exit(1)


def _packed(told: object) -> bytes:
    try:
        return pickle.dumps(told)
    except Exception:  # an exception can hold what no other process could take
        return pickle.dumps(RuntimeError(f"{type(told).__name__}: {told}"))
