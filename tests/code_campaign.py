"""Runs mutants, each in a forked process of its own, against the tests that reach it.

Nothing is imported twice for that: what others made is imported before any process parts; then, for most mutants, the product is too and
the tests are collected, and a process that has just been forked gives the functions of one module their changed code. Mutants of what
runs as modules are imported and tests collected (constants, defaults, reading the rules) start where nothing of the product is there:
their processes import it themselves, changed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import os
import pickle
import resource
import signal
import sys
import types
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from code_mutations import Mutant, mutated
from code_probes import QUIET, Probe, watched

#: So many rules' examples run one rule after another; the rest of them together.
FEW = 12
#: Bytes that a process may take hold of.
MEMORY = 2**32
NOT_CHANGED = "the code could not be changed: "


@dataclass(frozen=True)
class Fate:
    """What became of a mutant. ``by``: what failed, ``time`` where it took too long, ``nothing`` where no test reaches it; '' survives."""

    mutant: Mutant
    by: str

    @property
    def killed(self) -> bool:
        return self.by not in ("", "nothing")


Fates = dict[str, Fate]
Tell = Callable[[Fate], None]


class Campaign:
    """``places``: the modules that are changed, and where they are; ``tests``: of each, as pytest is told of them."""

    def __init__(self, places: Mapping[str, Path], tests: Mapping[str, list[str]], jobs: int = 2) -> None:
        assert not any(name.partition(".")[0] == "auditcheck" for name in sys.modules), "the product is imported later, changed"
        _import_what_others_made()
        self.places, self.jobs = places, jobs
        self.own, self.tests = tests, sorted({one for some in tests.values() for one in some})
        found = _in_a_process(lambda: watched(places, self.tests))
        self.loading = found.loading
        self.by_line: dict[tuple[str, int], set[Probe]] = defaultdict(set)
        for probe in found.probes:
            for line in probe.reached:
                self.by_line[line].add(probe)

    def run(self, wanted: list[Mutant], tell: Tell = lambda fate: None) -> list[Fate]:
        """The fate of each mutant, in the order given."""
        early = {mutant for mutant in wanted if mutant.at_import or not self.loading.isdisjoint(_lines(mutant))}
        late = [mutant for mutant in wanted if mutant not in early]
        fates: Fates = _in_a_process(lambda: self._late(late, tell), quiet=False) if late else {}
        fates |= self._fates([mutant for mutant in wanted if mutant.name not in fates], _Early(self.places), tell)
        return [fates[mutant.name] for mutant in wanted]

    def _late(self, wanted: list[Mutant], tell: Tell) -> Fates:
        fates: Fates = _with_collected(self.tests, lambda items, heard: self._fates(wanted, _Late(self.places, items, heard), tell))
        return fates

    def _fates(self, wanted: list[Mutant], way: _Early | _Late, tell: Tell) -> Fates:
        fates: Fates = {}
        running: dict[int, tuple[Mutant, int]] = {}
        waiting = wanted[::-1]
        while waiting or running:
            if waiting and len(running) < self.jobs:
                mutant = waiting.pop()
                if reached := self.reaching(mutant):
                    child, pipe = _started(mutant, reached, way)
                    running[child] = (mutant, pipe)
                    continue
                fate = Fate(mutant, "nothing")
            elif running:
                child, status = os.wait()
                mutant, pipe = running.pop(child)
                _end_what_it_started(child)
                with os.fdopen(pipe) as told:
                    by = told.read() or ("time" if status else "")
                if by.startswith(NOT_CHANGED) and isinstance(way, _Late):
                    continue  # a function that is there cannot be given it, as one that no longer asks for ``super()``
                if by.startswith(NOT_CHANGED):
                    raise ValueError(f"{mutant.name}: {by}")
                fate = Fate(mutant, by)
            fates[fate.mutant.name] = fate
            tell(fate)
        return fates

    def reaching(self, mutant: Mutant) -> list[Probe]:
        """The tests of its module that reach a mutant, the quickest first: of what runs as the module is imported, all that reach that."""
        lines = {line for line in self.by_line if line[0] == mutant.module} if mutant.at_import else _lines(mutant)
        if mutant.at_import and not lines:  # nothing but constants and shapes
            lines = set(self.by_line)
        every = set().union(*(self.by_line.get(line, set()) for line in lines))
        own = [probe for probe in every if probe.is_rule or probe.name.startswith(tuple(self.own[mutant.module]))]
        return sorted(own, key=lambda probe: (probe.seconds, probe.name))


def _lines(mutant: Mutant) -> set[tuple[str, int]]:
    return {(mutant.module, line) for line in range(mutant.lines[0], mutant.lines[1] + 1)}


# ---- in the process of a mutant


def _started(mutant: Mutant, reached: list[Probe], way: _Early | _Late) -> tuple[int, int]:
    """A process that runs the tests, and the pipe on which it says what failed. Six times as long as they take is enough."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    os.setsid()
    seconds = int(10 + 2 * sum(probe.seconds for probe in reached))  # while they were watched, they took three times as long
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    signal.alarm(20 * seconds)  # it may wait for what never comes
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _quietly()
    try:
        way.change(mutant)
    except BaseException as broken:
        os.write(write, f"{NOT_CHANGED}{broken!r}".encode())
        os._exit(1)
    try:
        by = _failing(reached, way)
    except BaseException as broken:
        by = type(broken).__name__
    os.write(write, by.encode())
    os._exit(0)


def _failing(reached: list[Probe], way: _Early | _Late) -> str:
    """The first test that fails, or ''. The examples of a few rules first, then those of all others in one pass."""
    rules = [probe.name for probe in reached if probe.is_rule]
    if rules:
        from auditcheck import example_runs

        book = way.book()
        for ids in [*([name] for name in rules[:FEW]), *([rules[FEW:]] if rules[FEW:] else [])]:
            if example_runs.test_examples(book, ids).failures:
                return f"the examples of {ids[0]}" if len(ids) == 1 else "the examples of the rules"
    tests = [probe.name for probe in reached if not probe.is_rule]
    return way.failing(tests) if tests else ""


class _Heard:
    """Hears from pytest which tests fail."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid)


class _Early:
    """Before anything of the product is imported."""

    def __init__(self, places: Mapping[str, Path]) -> None:
        self.places = places

    def change(self, mutant: Mutant) -> None:
        sys.meta_path.insert(0, _Importer(mutant, self.places[mutant.module]))

    def book(self) -> Any:
        from running import book

        return book()

    def failing(self, tests: list[str]) -> str:
        heard = _Heard()
        status = pytest.main([*QUIET, *tests], plugins=[heard])
        return heard.failed[0] if heard.failed else f"pytest, which ends with {status}" if status else ""


class _Late(_Early):
    """With the product imported and the tests collected: the functions of the changed module get their changed code."""

    def __init__(self, places: Mapping[str, Path], items: list[Any], heard: _Heard) -> None:
        super().__init__(places)
        self.items = {_name(item): item for item in items}
        self.heard = heard
        self.functions: dict[str, list[types.FunctionType]] = defaultdict(list)
        for one in gc.get_objects():
            if isinstance(one, types.FunctionType):
                self.functions[one.__code__.co_filename].append(one)
        gc.freeze()  # what all processes share is not looked through, and so copied, in each

    def change(self, mutant: Mutant) -> None:
        if mutant.module not in sys.modules:
            return super().change(mutant)
        path = self.places[mutant.module]
        changed = dict(_codes(compile(mutated(path, mutant.number), str(path), "exec")))
        for function in self.functions[str(path)]:
            function.__code__ = changed[_place(function.__code__)]

    def failing(self, tests: list[str]) -> str:
        for name in tests:
            item = self.items[name]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if self.heard.failed:
                return self.heard.failed[0]
        return ""


def _codes(code: types.CodeType) -> Iterator[tuple[tuple[str, int], types.CodeType]]:
    """The code of every function within, by its place."""
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield _place(one), one
            yield from _codes(one)


def _place(code: types.CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _name(item: Any) -> str:
    return f"{item.path}::{item.nodeid.partition('::')[2]}"


class _Importer(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Gives one module changed, every other as it is."""

    def __init__(self, mutant: Mutant, path: Path) -> None:
        super().__init__(mutant.module, str(path))
        self.mutant = mutant

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.mutant.module:
            return None
        inside = [str(Path(self.path).parent)] if self.path.endswith("__init__.py") else None
        return importlib.util.spec_from_file_location(name, self.path, loader=self, submodule_search_locations=inside)

    def get_code(self, fullname: str) -> types.CodeType:
        return compile(mutated(Path(self.path), self.mutant.number), self.path, "exec")


# ---- processes


def _import_what_others_made() -> None:
    """In one thread: a process that is forked keeps no other."""
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"}
    import click  # noqa: F401
    import durable.lang  # noqa: F401
    import highspy  # noqa: F401
    import jsonschema  # noqa: F401
    import lxml.etree  # noqa: F401
    import oracle_slices
    import pandas  # noqa: F401
    import pyarrow as pa
    import pyarrow.compute
    import pyarrow.parquet
    from hypothesis import settings

    pa.set_cpu_count(1)
    settings.register_profile("mutants", derandomize=True, database=None, deadline=None)
    settings.load_profile("mutants")
    for kind in oracle_slices.KINDS:
        oracle_slices.known(kind)
        oracle_slices.of_invented_rules(kind)
    for seed in oracle_slices.HANDFULS:
        oracle_slices.handful(seed)


def _with_collected(tests: list[str], then: Callable[[list[Any], _Heard], Any]) -> Any:
    """What a function gives that is given the tests, collected, and who hears of those that fail."""
    heard, given = _Heard(), []

    class Plugin:
        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            given.append(then(session.items, heard))
            return True

    pytest.main([*QUIET, *tests], plugins=[Plugin(), heard])
    return given[0]


def _in_a_process(what: Callable[[], Any], quiet: bool = True) -> Any:
    """What a function gives, worked out in a process of its own. Raises ValueError where it raises."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        if quiet:
            _quietly()
        try:
            answer = pickle.dumps((what(), ""))
        except BaseException as error:
            answer = pickle.dumps((None, f"{type(error).__name__}: {error}"))
        with os.fdopen(write, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        found, wrong = pickle.loads(pipe.read())
    os.waitpid(child, 0)
    if wrong:
        raise ValueError(wrong)
    return found


def _end_what_it_started(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


def _quietly() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
