"""Do the tests bite? Changes the code in every way that `code_mutations` knows; where the module's tests pass all the same, it survives.

    python tests/code_mutants.py                      # the seeded sample of 300 that make test-deep runs
    python tests/code_mutants.py --all checks clock   # the full campaign over some modules or packages (none named: all)
    python tests/code_mutants.py --all --log fates    # the same, each fate as a line of JSON; started again, it goes on from there
    python tests/code_mutants.py --table fates        # what such a file comes to
    python tests/code_mutants.py --again fates        # those again that survived

How they are run: `code_campaign`. The tests of a package are the examples of the rules, and `TESTS`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from code_campaign import Campaign, Fate
from code_mutations import Mutant, mutants

FOLDER = Path(__file__).parent
SRC = FOLDER.parent / "src"
SURVIVORS = FOLDER / "code_survivors.yaml"

#: The tests of each package or module, besides the examples of the rules: those that take seconds.
SLOW_EVALUATOR = tuple(
    f"test_agreement.py::test_the_slow_evaluator_agrees_on_{what}"
    for what in ("every_observation", "invented_rules", "a_handful_of_children")
)
TESTS = {
    "auditcheck.clock": ("test_clock.py", "test_clock_bounds.py", *SLOW_EVALUATOR),
    "auditcheck.checks": (
        "test_checks.py::test_every_observation_of_northshire_is_as_it_is_published",
        "test_checks_bounds.py",
        "test_checks_figures.py",
        "test_checks_several.py",
        "test_checks_subjects.py",
        "test_checks_windows.py",
        *SLOW_EVALUATOR,
    ),
    "auditcheck.checks.distinct": ("test_distinct.py",),
    "auditcheck.checks.likeness": ("test_likeness.py", "test_distinct.py"),
    "auditcheck.checks.suspended": ("test_suspensions.py",),
    **dict.fromkeys(
        (f"auditcheck.checks.{name}" for name in ("figure", "gathered", "measure", "tally")),
        ("test_measures.py", "test_gathered.py", "test_tally.py"),
    ),
    "auditcheck.judgement": (
        *(f"test_judgement{what}.py" for what in ("", "_engine", "_cases", "_crowd")),
        *SLOW_EVALUATOR,
    ),
    "auditcheck.judgement.process": tuple(
        f"test_engine_process.py::test_{what}"
        for what in (
            "the_engine_elsewhere_concludes_what_it_concludes_here",
            "the_other_side_numbers_its_rules_and_ends_only_while_it_is_asked",
            "a_case_that_it_always_dies_of_is_unjudged_and_no_other",
            "a_case_that_it_dies_of_once_is_asked_again",
            "a_case_in_which_it_finds_no_end_is_unjudged_and_no_other",
            "an_engine_that_dies_of_its_rules_or_cannot_be_started_is_missing",
        )
    ),
    "auditcheck.disclosure": tuple(
        f"test_disclosure{what}.py"
        for what in (
            "_bounds",
            "_narrowing",
            "_condensing",
            "_restating",
            "_attack",
            "_system",
            "",
            "_ranges",
            "_series",
            "_crossing",
            "_combinations",
            "_cost",
        )
    ),
}
PACKAGES = ("auditcheck.clock", "auditcheck.checks", "auditcheck.judgement", "auditcheck.disclosure")
#: Of each package at least so many are in a sample: those that are few say little otherwise.
SAMPLE, SEED, AT_LEAST, LEAST_KILLED = 300, 77, 40, 0.9


def modules(names: Iterable[str] = ()) -> dict[str, Path]:
    """The modules that are changed, by name; those of some packages or modules (``checks``, ``checks.within``), none named: all."""
    found = {}
    for package in PACKAGES:
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
    """As many mutants as asked, drawn by lot from each package by its size. A change of the code changes few others of the lot.

    None that is known to be equivalent: to see that no test finds it takes every test, and tells nothing new (``--again`` does it).
    """
    packages: dict[str, list[Mutant]] = defaultdict(list)
    known = survivors()
    for mutant in everything(names):
        if not known.get(mutant.name, "").startswith("equivalent"):
            packages[package_of(mutant)].append(mutant)
    whole = sum(map(len, packages.values()))
    fewest = min(AT_LEAST, count // len(packages))
    few = {name for name, every in packages.items() if count * len(every) < fewest * whole}
    rest = sum(len(every) for name, every in packages.items() if name not in few)
    drawn: list[Mutant] = []
    for name, every in packages.items():
        share = fewest if name in few else max(fewest, round((count - fewest * len(few)) * len(every) / rest))
        drawn += sorted(every, key=lambda mutant: _lot(seed, mutant))[:share]
    return sorted(drawn, key=lambda mutant: (mutant.module, mutant.number))


def _lot(seed: int, mutant: Mutant) -> bytes:
    return hashlib.sha256(f"{seed} {mutant.name}".encode()).digest()


def tests_of(module: str) -> list[str]:
    """A module's own tests, and those of its package."""
    return [test for name, tests in TESTS.items() if f"{module}.".startswith(f"{name}.") for test in tests]


def package_of(mutant: Mutant) -> str:
    return next(package for package in PACKAGES if f"{mutant.module}.".startswith(f"{package}."))


# ---- the table


def table(fates: Iterable[Fate]) -> str:
    """Mutants run, killed and left, by package and module, as Markdown."""
    known = survivors()
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for fate in fates:
        why = known.get(fate.mutant.name, "") if not fate.killed else ""
        for name in {fate.mutant.module, package_of(fate.mutant), "auditcheck"}:
            rows[name] += Counter(run=1, killed=fate.killed, equivalent=why.startswith("equivalent"))
    lines = ["| Module | Mutants run | Killed | Equivalent | Killed, of those that differ |", "| --- | --: | --: | --: | --: |"]
    for name, row in sorted(rows.items()):
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


def logged(path: Path, every: Iterable[Mutant]) -> list[Fate]:
    """The fates in a file, the last of each mutant that is there still."""
    by = {one["name"]: one["by"] for one in map(json.loads, path.read_text("utf-8").splitlines())}
    return [Fate(mutant, by[mutant.name]) for mutant in every if mutant.name in by]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("names", nargs="*", help="packages or modules, such as checks or checks.within")
    asked.add_argument("--all", action="store_true", help="every mutant, not a sample")
    asked.add_argument("--count", type=int, default=SAMPLE)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--log", type=Path, help="a file of JSON lines: each fate as it is known; those in it already are not run again")
    asked.add_argument("--again", type=Path, help="only those that survive in such a file")
    asked.add_argument("--table", type=Path, help="nothing is run: the table of such a file")
    said = asked.parse_args()
    every = sorted(everything(said.names), key=lambda mutant: _lot(said.seed, mutant))  # as far as it came, it is a sample
    if said.table:
        print(table(logged(said.table, every)))
        return
    wanted = every if said.all or said.again else sample(said.count, said.seed, said.names)
    if said.again:
        wanted = [fate.mutant for fate in logged(said.again, every) if not fate.killed]
    done = logged(said.log, every) if said.log and said.log.exists() else []
    wanted = [mutant for mutant in wanted if mutant not in {fate.mutant for fate in done}]
    tests = {one.module: [str(FOLDER / name) for name in tests_of(one.module)] for one in wanted}
    campaign = Campaign(modules(), tests, said.jobs)
    known = survivors()

    def tell(fate: Fate) -> None:
        if said.log:
            with said.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps({"name": fate.mutant.name, "line": fate.mutant.lines[0], "by": fate.by}) + "\n")
        if not fate.killed and fate.mutant.name not in known:
            print(f"survives {'(no test reaches it) ' if fate.by else ''}line {fate.mutant.lines[0]}, {fate.mutant.name}", flush=True)

    with TemporaryDirectory() as place:  # what processes that end in the middle of a test leave behind
        os.environ["TMPDIR"], tempfile.tempdir = place, None
        fates = [*done, *campaign.run(wanted, tell)]
    print(table(fates))
    sys.exit(verdict(fates))


if __name__ == "__main__":
    main()
