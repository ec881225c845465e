"""Which lines of the product each test reaches: the examples of the rules, one rule after another, and the tests of pytest."""

from __future__ import annotations

import contextlib
import sys
import time
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

Line = tuple[str, int]


@dataclass(frozen=True)
class Probe:
    """Something that can fail: a rule's examples, or a test of pytest (its name has ``::``). ``seconds`` of the processor."""

    name: str
    seconds: float
    reached: frozenset[Line]

    @property
    def is_rule(self) -> bool:
        return "::" not in self.name


@dataclass
class Watched:
    """The probes, and the lines that ran before any of them: as modules were imported and tests were collected."""

    loading: set[Line] = field(default_factory=set)
    probes: list[Probe] = field(default_factory=list)


def watched(places: Mapping[str, Path], tests: list[str]) -> Watched:
    """Run every test once, unchanged, and note the lines of those modules that it reaches. Raises ValueError where one fails."""
    found, failed = Watched(), []
    note = _Notes(places)

    class Plugin:
        @pytest.hookimpl(hookwrapper=True)
        def pytest_collection(self) -> Iterator[None]:
            with note.lines() as lines:
                yield
            found.loading = lines

        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
            with note.probe(f"{item.path}::{item.nodeid.partition('::')[2]}", found.probes.append):
                yield

        def pytest_runtest_logreport(self, report: Any) -> None:
            failed.extend([report.nodeid] if report.failed else [])

    if status := pytest.main([*QUIET, *tests], plugins=[Plugin()]):
        raise ValueError(f"a test fails as it is: {', '.join(failed)} (pytest ends with {status})")
    from auditcheck import example_runs
    from auditcheck.rulebook.load import load

    book = load()
    for rule in book.rules.values():
        if rule.examples and rule.stage != "retired":
            with note.probe(rule.id, found.probes.append):
                failed = example_runs.test_examples(book, [rule.id]).failures
            if failed:
                raise ValueError(f"an example of {rule.id} fails as it is: {failed[0]}")
    return found


#: What pytest is told, so that it leaves nothing behind and says nothing.
QUIET = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", "--capture=no"]


class _Notes:
    def __init__(self, places: Mapping[str, Path]) -> None:
        self.names = {str(path): name for name, path in places.items()}

    @contextlib.contextmanager
    def probe(self, name: str, take: Callable[[Probe], None]) -> Iterator[None]:
        """What was remembered from earlier probes is forgotten, so that it runs again."""
        self._forget()
        started = time.process_time()
        with self.lines() as lines:
            yield
        take(Probe(name, time.process_time() - started, frozenset(lines)))

    @contextlib.contextmanager
    def lines(self) -> Iterator[set[Line]]:
        names, reached = self.names, set()

        def line(frame: types.FrameType, event: str, _: Any) -> Any:
            reached.add((names[frame.f_code.co_filename], frame.f_lineno))
            return line

        def call(frame: types.FrameType, event: str, _: Any) -> Any:
            return line(frame, event, None) if frame.f_code.co_filename in names else None

        sys.settrace(call)
        try:
            yield reached
        finally:
            sys.settrace(None)

    def _forget(self) -> None:
        for name in self.names.values():
            for held in list(vars(sys.modules.get(name, types.ModuleType(name))).values()):
                if hasattr(held, "cache_clear"):
                    held.cache_clear()
