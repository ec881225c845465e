"""The commands: help, options, exit codes. What they do is elsewhere; heavy libraries are only imported once a command runs."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from auditcheck.nightly import Progress
    from auditcheck.summary import Summary

EPILOG = """
\b
Exit codes
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  could not complete: bad input, bad rules, a rule that failed, nothing to audit
"""

EPILOG_RULES = """
\b
Exit codes
  0  nothing wrong
  2  something is wrong; what it is goes to standard error
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG)
@click.version_option(package_name="auditcheck")
def main() -> None:
    """Which children's case files fall short of what the law and the service's own promises require, why, and what to do next.

    \b
    Examples
      auditcheck run exports/tonight --as-of 2015-06-30 --out reports/tonight
      auditcheck run annex-a.xlsx --as-of 2024-01-31 --out reports/annex-a --profile local-example
      auditcheck rules explain CPC-ICPC-01
    """


@main.command(epilog=EPILOG)
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="The day that the run speaks of.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="For the results. [default: reports/<as-of> or reports/latest]")
@click.option("--profile", metavar="NAME", help="A shipped profile, or a path to a .yaml file: which rules, and your local limits.")
@click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="Another folder of rules.")
@click.option("--fail-on", type=click.Choice(["high", "medium", "low", "never"]), default="high", show_default=True,
              help="Exit with 1 where a listed finding is at least this severe.")  # fmt: skip
@click.option("--replace", is_flag=True, help="Put the results in place of an earlier run's.")
def run(
    export: Path, as_of: datetime | None, out: Path | None, profile: str | None, rules_dir: Path | None, fail_on: str, replace: bool
) -> None:
    """Audit EXPORT: a folder (or .zip) of case records, an Annex A workbook or a children in need census return.

    \b
    Examples
      auditcheck run exports/tonight --as-of 2015-06-30 --out reports/tonight --profile local-example
      auditcheck run exports/tonight.zip --out reports/tonight --replace --fail-on never
    """
    day = as_of.date() if as_of else None
    place = out or Path("reports") / (day.isoformat() if day else "latest")
    with _sentences(), _progress() as progress:
        from auditcheck import nightly

        _check_day(day)
        # Made absolute, so that the folder one stands in has a name to be called by.
        summary = nightly.run(nightly.Order(export.absolute(), place, day, profile, rules_dir, fail_on, replace), progress)
    _say(summary, place)
    sys.exit(summary.status)


@main.group(epilog=EPILOG_RULES)
def rules() -> None:
    """The rulebook: list it, explain a rule, check rule files, run their examples.

    \b
    Examples
      auditcheck rules list --profile local-example
      auditcheck rules test CPC-ICPC-01
    """


_FORMAT = click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
_RULES = click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="Another folder of rules.")


@rules.command("list", epilog=EPILOG_RULES)
@_FORMAT
@_RULES
@click.option("--profile", metavar="NAME", help="Only the rules that a profile selects, with its limits.")
def list_rules(format_: str, rules_dir: Path | None, profile: str | None) -> None:
    """Every rule: id, force, severity, stage, area and title (json: everything).

    \b
    Examples
      auditcheck rules list
      auditcheck rules list --profile local-example --format json
    """
    with _sentences():
        from auditcheck.rulebook import show
        from auditcheck.rulebook.load import load
        from auditcheck.rulebook.profile import apply

        book = load(rules_dir)
        chosen = apply(book, profile) if profile else list(book.rules.values())
        click.echo(show.as_json(chosen) if format_ == "json" else show.as_text_list(chosen))


@rules.command(epilog=EPILOG_RULES)
@click.argument("rule_id", metavar="ID")
@_RULES
def explain(rule_id: str, rules_dir: Path | None) -> None:
    """What a rule asks, whose law it is, what it flags and what to do.

    \b
    Examples
      auditcheck rules explain CPC-ICPC-01
    """
    with _sentences():
        from difflib import get_close_matches

        from auditcheck.rulebook import show
        from auditcheck.rulebook.load import load

        book = load(rules_dir)
        if rule_id not in book.rules:
            near = get_close_matches(rule_id.upper(), list(book.rules), 1)
            _stop(f"There is no rule {rule_id}." + (f" Did you mean {near[0]}?" if near else " `auditcheck rules list` shows them all."))
        click.echo(show.explain(book.rules[rule_id], book.editions))


@rules.command(epilog=EPILOG_RULES)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Read every rule, profile and edition of a folder (default: the shipped rules) and say all that is wrong with them.

    \b
    Examples
      auditcheck rules check
      auditcheck rules check our-rules
    """
    with _sentences():
        from auditcheck.rulebook.load import load

        book = load(folder)
        click.echo(f"{len(book.rules)} rules, {len(book.profiles)} profiles, {len(book.editions)} editions: nothing wrong.")


@rules.command(epilog=EPILOG_RULES)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@_RULES
def test(ids: tuple[str, ...], rules_dir: Path | None) -> None:
    """Run the examples of all rules (or of those named), batched. A rule without examples fails.

    \b
    Examples
      auditcheck rules test
      auditcheck rules test CPC-ICPC-01 --rules our-rules
    """
    with _sentences():
        from auditcheck.example_runs import test_examples
        from auditcheck.rulebook.load import load

        result = test_examples(load(rules_dir), ids)
    for line in result.failures:
        click.echo(line, err=True)
    click.echo(f"{result.passed} passed, {len(result.failures)} failed ({result.rules} rules, {result.batches} batches)")
    sys.exit(2 if result.failures or not result.passed else 0)


def _stop(sentence: str) -> NoReturn:
    _tell(f"auditcheck: {sentence}")
    sys.exit(2)


def _tell(text: str) -> None:
    """On standard error; what a file's name or content may hold besides plain text is not let loose on a terminal."""
    click.echo("".join(c if c.isprintable() or c == "\n" else "?" for c in text), err=True)


def _check_day(day: date | None) -> None:
    from auditcheck import clock

    if day is not None and not clock.FIRST <= day <= clock.LAST:
        _stop(f"--as-of {day} lies outside the calendar: expected a day from {clock.FIRST} to {clock.LAST}.")


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what a user can put right into a sentence and exit 2; never a traceback."""
    from auditcheck.raw import BadExport
    from auditcheck.refusals import refusals

    try:
        yield
    except refusals() as problem:
        _stop(str(problem))
    except BadExport as problem:
        _stop(str(problem))
    except BrokenPipeError:
        sys.exit(2)
    except KeyboardInterrupt:
        _stop("Stopped. Nothing was written.")
    except MemoryError:
        _stop("There is not enough memory for this export on this machine. Nothing was written.")
    except OSError as problem:
        _stop(f"{Path(problem.filename).name + ': ' if problem.filename else ''}{problem.strerror or problem}. Nothing was written.")
    except Exception as fault:  # Python's own exit code for this is 1, and here that says "findings"
        _stop(_in_itself(fault))


def _in_itself(fault: Exception) -> str:
    """Where auditcheck itself failed. The fault's own words are left out: they may hold what a case file says."""
    here = str(Path(__file__).parent)
    frame = [frame for frame in traceback.extract_tb(fault.__traceback__) if frame.filename.startswith(here)][-1]
    place = f"{Path(frame.filename).name}, line {frame.lineno}"
    return f"A fault in auditcheck itself ({type(fault).__name__} at {place}). Nothing was written. Please report this line."


@contextmanager
def _progress() -> Iterator[Progress]:
    """One line on a terminal that says what is being done; nothing in a pipe, or where plain text is asked for (NO_COLOR)."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as status:
        yield lambda text: status.update(text)


def _say(summary: Summary, out: Path) -> None:
    """The end of a run, on standard error: what was read, found, not told, not checked; where to look."""
    info, shown = summary.info, summary.info["summary"]
    found, rules_ = shown["findings"], shown["rules"]
    lines = [
        f"{info['children']:,} children, {info['records']:,} records, as of {info['as_of']} (profile {info['profile']})",
        f"Findings on the lists: {found['high']:,} high, {found['medium']:,} medium, {found['low']:,} low",
        f"Could not be told: {summary.counts['cannot_tell']:,} of {sum(summary.counts.values()):,} observations",
        f"Rules: {rules_.get('evaluated', 0)} evaluated, {rules_.get('not_evaluated', 0)} not evaluated (rules.csv says why), "
        f"{rules_.get('rule_error', 0)} failed; {rules_.get('for_a_person', 0)} more are questions for a person who reads the file",
        f"Values or records that could not be taken as they stood: {shown['quality']:,} (quality.csv)",
    ]
    if not rules_.get("evaluated"):
        lines.append("NOTHING WAS CHECKED: this export holds nothing that a selected rule needs. That is not the same as nothing wrong.")
    lines += [f"Rule failed: {error}" for error in summary.errors]
    lines += [f"INCOMPLETE: {reason}" for reason in summary.incomplete]
    lines.append(f"Look at {out / 'index.html'} or {out / 'exceptions.xlsx'}")
    _tell("\n".join(lines))
