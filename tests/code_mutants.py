"""Do the tests bite? Changes the code in every way that `code_mutations` knows; where the module's tests pass all the same, it survives.

    python tests/code_mutants.py                      # the seeded sample of 300 that make test-deep runs
    python tests/code_mutants.py --all checks clock   # the full campaign over some modules or packages (none named: all)

Every mutant runs in a forked process that imports the changed module in the place of the true one. What runs there are the tests that
reach its line, the quickest first, until one fails: the examples of the rules, and the files of `TESTS`. A mutant that takes ten times as
long as its tests is killed. Times are of the processor, so that a busy machine kills none.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import pickle
import resource
import sys
import time
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml
from code_mutations import Mutant, mutants, mutated

TESTS_FOLDER = Path(__file__).parent
SRC = TESTS_FOLDER.parent / "src"
SURVIVORS = TESTS_FOLDER / "code_survivors.yaml"

#: The tests of each package, besides the examples of the rules: those that take seconds.
TESTS = {
    "auditcheck.clock": ("test_clock.py", "test_clock_bounds.py"),
    "auditcheck.checks": ("test_checks.py", "test_checks_bounds.py", "test_measures.py"),
    "auditcheck.judgement": ("test_judgement.py", "test_judgement_engine.py"),
    "auditcheck.disclosure": ("test_disclosure_bounds.py", "test_disclosure.py", "test_disclosure_crossing.py"),
}
SAMPLE, SEED, LEAST_KILLED = 300, 20150630, 0.9
#: So many rules' examples run one rule after another; the rest of them together.
FEW = 12

Lines = set[tuple[str, int]]


@dataclass(frozen=True)
class Probe:
    """Something that can fail: a rule's examples, or a test of pytest (its name has ``::``). ``seconds`` of the processor."""

    name: str
    seconds: float
    reached: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Fate:
    """What became of a mutant. ``by``: what failed, ``time`` where it took too long, ``nothing`` where no test reaches it; '' survives."""

    mutant: Mutant
    by: str

    @property
    def killed(self) -> bool:
        return self.by not in ("", "nothing")


def modules(names: Iterable[str] = ()) -> dict[str, Path]:
    """The modules that are changed, by name; those of some packages or modules (``checks``, ``checks.within``), none named: all."""
    found = {}
    for package in TESTS:
        place = SRC / package.replace(".", "/")
        for path in sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")]:
            name = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
            if not names or any(f"{name}.".startswith(f"auditcheck.{one}.") for one in names):
                found[name] = path
    return found


def survivors() -> dict[str, str]:
    """The mutants known to survive, by name, and why."""
    held = yaml.safe_load(SURVIVORS.read_text("utf-8")) or {}
    return {f"{module}: {what}": why for module, one in held.items() for what, why in one.items()}


def everything(names: Iterable[str] = ()) -> list[Mutant]:
    return [mutant for module, path in modules(list(names)).items() for mutant in mutants(module, path)]


def sample(count: int = SAMPLE, seed: int = SEED, names: Iterable[str] = ()) -> list[Mutant]:
    """As many mutants as asked, drawn at random: the same ones for the same seed and the same code."""
    every = everything(names)
    return sorted(Random(seed).sample(every, min(count, len(every))), key=lambda m: (m.module, m.number))


# ---- what reaches what


def probes(packages: Iterable[str]) -> list[Probe]:
    """Run every test once, unchanged, and note the lines that each reaches. Raises ValueError where one fails."""
    found: list[Probe] = []
    for package in sorted(packages):
        files = [str(TESTS_FOLDER / name) for name in TESTS[package] if (TESTS_FOLDER / name).exists()]
        found += _in_a_child(lambda package=package, files=files: _pytests(package, files))
    return found + _in_a_child(lambda: _examples(packages))


def _examples(packages: Iterable[str]) -> list[Probe]:
    from auditcheck import example_runs

    book, found = _book(), []
    for rule in book.rules.values():
        if rule.examples and rule.stage != "retired":
            with _noted(packages) as noted:
                failed = example_runs.test_examples(book, [rule.id]).failures
            if failed:
                raise ValueError(f"an example of {rule.id} fails as it is: {failed[0]}")
            found.append(noted.probe(rule.id))
    return found


def _pytests(package: str, files: list[str]) -> list[Probe]:
    import pytest

    found: list[Probe] = []

    class Plugin:
        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
            with _noted([package]) as noted:
                yield
            found.append(noted.probe(f"{item.path}::{item.nodeid.partition('::')[2]}"))

    _quietly()
    if status := pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *files], plugins=[Plugin()]):
        raise ValueError(f"a test of {', '.join(files)} fails as it is (pytest ends with {status})")
    return found


class _Noted:
    def __init__(self) -> None:
        self.lines: Lines = set()
        self.seconds = 0.0

    def probe(self, name: str) -> Probe:
        return Probe(name, self.seconds, frozenset(self.lines))


@contextlib.contextmanager
def _noted(packages: Iterable[str]) -> Iterator[_Noted]:
    """Notes which lines of the packages run; what was remembered from earlier runs is forgotten, so that it runs again."""
    names = {str(path): name for name, path in modules().items() if any(f"{name}.".startswith(f"{p}.") for p in packages)}
    _forget(names.values())
    noted = _Noted()

    def line(frame: types.FrameType, event: str, _: Any) -> Any:
        noted.lines.add((names[frame.f_code.co_filename], frame.f_lineno))
        return line

    def call(frame: types.FrameType, event: str, _: Any) -> Any:
        return line(frame, event, None) if frame.f_code.co_filename in names else None

    started = time.process_time()
    sys.settrace(call)
    try:
        yield noted
    finally:
        sys.settrace(None)
        noted.seconds = time.process_time() - started


def _forget(names: Iterable[str]) -> None:
    for name in names:
        for held in list(vars(sys.modules.get(name, types.ModuleType(name))).values()):
            if hasattr(held, "cache_clear"):
                held.cache_clear()


# ---- running mutants


class Campaign:
    """Everything that mutants are run with. What is imported from elsewhere is imported once, before the processes part."""

    def __init__(self, packages: Iterable[str], jobs: int = 2) -> None:
        _import_what_others_made()
        self.jobs = jobs
        self.paths = modules()
        _remember_the_book()
        self.probes = probes(set(packages))
        self.by_line: dict[tuple[str, int], set[int]] = defaultdict(set)
        for at, probe in enumerate(self.probes):
            for line in probe.reached:
                self.by_line[line].add(at)

    def run(self, wanted: list[Mutant], told: Callable[[Fate], None] = lambda fate: None) -> list[Fate]:
        """The fate of each mutant, in the order given."""
        fates: dict[int, Fate] = {}
        running: dict[int, tuple[int, int]] = {}
        waiting = list(enumerate(wanted))[::-1]
        while waiting or running:
            while waiting and len(running) < self.jobs:
                at, mutant = waiting.pop()
                if reached := self.reaching(mutant):
                    read, write = os.pipe()
                    child = os.fork()
                    if child == 0:
                        self._die_as(mutant, reached, write)
                    os.close(write)
                    running[child] = (at, read)
                else:
                    fates[at] = Fate(mutant, "nothing")
                    told(fates[at])
            if running:
                child, status = os.wait()
                at, read = running.pop(child)
                with os.fdopen(read) as pipe:
                    said = pipe.read()
                fates[at] = Fate(wanted[at], said.removeprefix("killed by ") if said else "" if status == 0 else "time")
                told(fates[at])
        return [fates[at] for at in range(len(wanted))]

    def reaching(self, mutant: Mutant) -> list[Probe]:
        """The tests that reach a mutant, the quickest first; what runs as the module is imported is reached by all that reach the module.

        The checks are best told by the examples of the rules, everything else by its own tests.
        """
        lines = range(mutant.lines[0], mutant.lines[1] + 1)
        if mutant.at_import:
            lines = range(100_000)
        places = set().union(*(self.by_line[mutant.module, line] for line in lines if (mutant.module, line) in self.by_line))
        first = package_of(mutant) != "auditcheck.checks"
        return sorted((self.probes[at] for at in places), key=lambda p: (("::" in p.name) != first, p.seconds, p.name))

    def _die_as(self, mutant: Mutant, reached: list[Probe], write: int) -> None:
        """In the child: import the mutant, run what reaches it, say on the pipe what failed, and end."""
        limit = int(10 + 10 * sum(probe.seconds for probe in reached))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33))
        _quietly()
        try:
            sys.meta_path.insert(0, _Importer(mutant, self.paths[mutant.module]))
            by = _failing(reached)
        except BaseException as broken:
            by = type(broken).__name__
        if by:
            os.write(write, f"killed by {by}".encode())
        os._exit(0)


def _failing(reached: list[Probe]) -> str:
    """The first test that fails, or ''."""
    rules = [probe.name for probe in reached if "::" not in probe.name]
    tests = [probe.name for probe in reached if "::" in probe.name]
    if "::" in reached[0].name:
        return _failing_test(tests) or _failing_rule(rules)
    return _failing_rule(rules) or _failing_test(tests)


def _failing_rule(rules: list[str]) -> str:
    """A few one after another, then all others in one pass."""
    if not rules:
        return ""
    from auditcheck import example_runs

    book = _book()
    for ids in [*([name] for name in rules[:FEW]), *([rules[FEW:]] if rules[FEW:] else [])]:
        if example_runs.test_examples(book, ids).failures:
            return f"the examples of {ids[0]}" if len(ids) == 1 else "the examples of the rules"
    return ""


def _failing_test(tests: list[str]) -> str:
    if not tests:
        return ""
    import pytest

    failed: list[str] = []

    class Plugin:
        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.failed:
                failed.append(report.nodeid)

    status = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", *tests], plugins=[Plugin()])
    return failed[0] if failed else f"pytest, which ends with {status}" if status else ""


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


_held: dict[str, bytes] = {}


def _import_what_others_made() -> None:
    import click  # noqa: F401
    import durable.lang  # noqa: F401
    import highspy  # noqa: F401
    import hypothesis  # noqa: F401
    import jsonschema  # noqa: F401
    import lxml.etree  # noqa: F401
    import pandas  # noqa: F401
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401
    import pytest  # noqa: F401

    assert not any(name.partition(".")[0] == "auditcheck" for name in sys.modules), "the children import it, each its own"


def _remember_the_book() -> None:
    def pickled() -> bytes:
        from auditcheck.rulebook.load import load

        return pickle.dumps(load())

    _held["book"] = _in_a_child(pickled)


def _book() -> Any:
    return pickle.loads(_held["book"])


def _in_a_child(what: Callable[[], Any]) -> Any:
    """What a function gives, worked out in a process of its own. Raises what it raises."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = pickle.dumps((what(), None))
        except BaseException as error:
            answer = pickle.dumps((None, ValueError(f"{type(error).__name__}: {error}")))
        with os.fdopen(write, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    found, error = pickle.loads(answer)
    if error:
        raise error
    return found


def _quietly() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


# ---- the table


def table(fates: Iterable[Fate]) -> str:
    """Mutants run, killed and left, by module, as Markdown."""
    known = survivors()
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for fate in fates:
        for name in (fate.mutant.module.removeprefix("auditcheck."), "all"):
            rows[name]["run"] += 1
            rows[name]["killed"] += fate.killed
            why = known.get(fate.mutant.name, "") if not fate.killed else ""
            rows[name]["equivalent"] += why.startswith("equivalent")
    rows["all"] = rows.pop("all", Counter())
    lines = ["| Module | Mutants run | Killed | Equivalent | Killed, of those that differ |", "| --- | --: | --: | --: | --: |"]
    for name, row in rows.items():
        telling = row["run"] - row["equivalent"]
        lines.append(f"| {name} | {row['run']} | {row['killed']} | {row['equivalent']} | {row['killed'] / max(telling, 1):.0%} |")
    return "\n".join(lines)


def verdict(fates: list[Fate]) -> str | None:
    """What is wrong with a campaign, if anything: too many survive, or one that was called equivalent is killed."""
    known = survivors()
    stale = [fate.mutant.name for fate in fates if fate.killed and known.get(fate.mutant.name, "").startswith("equivalent")]
    telling = [fate for fate in fates if fate.killed or not known.get(fate.mutant.name, "").startswith("equivalent")]
    killed = sum(fate.killed for fate in telling)
    if stale:
        return "Called equivalent, and killed: " + "; ".join(stale)
    return None if killed >= LEAST_KILLED * len(telling) else f"{killed} of {len(telling)} were killed: fewer than {LEAST_KILLED:.0%}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("names", nargs="*", help="packages or modules, such as checks or checks.within")
    asked.add_argument("--all", action="store_true", help="every mutant, not a sample")
    asked.add_argument("--count", type=int, default=SAMPLE)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--log", type=Path, help="a file of JSON lines: each fate as it is known")
    asked.add_argument("--again", type=Path, help="only those that survive in such a file")
    said = asked.parse_args()
    wanted = everything(said.names) if said.all or said.again else sample(said.count, said.seed, said.names)
    if said.again:
        logged = map(json.loads, said.again.read_text("utf-8").splitlines())
        alive = {one["name"] for one in logged if one["by"] in ("", "nothing")}
        wanted = [mutant for mutant in wanted if mutant.name in alive]
    campaign = Campaign({package_of(mutant) for mutant in wanted}, said.jobs)
    known = survivors()

    def tell(fate: Fate) -> None:
        if said.log:
            with said.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps({"name": fate.mutant.name, "line": fate.mutant.lines[0], "by": fate.by}) + "\n")
        if not fate.killed and fate.mutant.name not in known:
            print(f"survives {'(no test reaches it) ' if fate.by else ''}line {fate.mutant.lines[0]}, {fate.mutant.name}", flush=True)

    fates = campaign.run(wanted, tell)
    print(table(fates))
    sys.exit(verdict(fates))


def package_of(mutant: Mutant) -> str:
    return next(package for package in TESTS if f"{mutant.module}.".startswith(f"{package}."))


if __name__ == "__main__":
    main()
