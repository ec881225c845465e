"""The commands: help, options, exit codes. What they do is elsewhere; heavy libraries are only imported once a command runs."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditcheck.cli_actions import actions
from auditcheck.cli_board import board
from auditcheck.cli_case import case
from auditcheck.cli_exports import coverage, template
from auditcheck.cli_map import map_
from auditcheck.cli_nightly import init, nightly
from auditcheck.cli_nights import diff, history, ledger
from auditcheck.cli_notice import notice
from auditcheck.cli_review import review_pack
from auditcheck.cli_rules import rules
from auditcheck.cli_sample import sample
from auditcheck.cli_synth import synth
from auditcheck.cli_waivers import waivers
from auditcheck.console import DAY, check_day, progress, sentences, stop, tell

if TYPE_CHECKING:
    from auditcheck.summary import Summary

EPILOG = """
\b
Exit codes
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  could not complete: bad input, bad rules, a rule that failed, nothing to audit
"""

WHY_EPILOG = """
\b
Exit codes
  0  done
  2  no such run or finding; why goes to standard error
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG)
@click.version_option(package_name="auditcheck")
@click.pass_context
def main(context: click.Context) -> None:
    """Which children's case files fall short of what the law and the service's own promises require, why, and what to do next.

    \b
    Examples
      auditcheck run exports/tonight --as-of 2015-06-30 --out reports/tonight
      auditcheck run annex-a.xlsx --as-of 2024-01-31 --out reports/annex-a --profile local-example
      auditcheck rules explain CPC-ICPC-01
    """
    # An inherited umask may keep others out, but not whoever runs this: a file or folder just made could else not be written to.
    inherited = os.umask(0o077)
    os.umask(inherited & 0o077)
    context.call_on_close(partial(os.umask, inherited))


@main.command(short_help="Audit an export: lists, case sheets, figures.", epilog=EPILOG)
@click.argument("export", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="EXPORT...")
@click.option("--as-of", type=DAY, metavar="YYYY-MM-DD", help="The day that the run speaks of.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="For the results. [default: reports/<as-of> or reports/latest]")
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FILE",
              help="How files of your own layout are read (see `auditcheck map`).")  # fmt: skip
@click.option("--profile", metavar="NAME", help="A shipped profile, or a path to a .yaml file: which rules, and your local limits.")
@click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="Another folder of rules.")
@click.option("--fail-on", type=click.Choice(["high", "medium", "low", "never"]), default="high", show_default=True,
              help="Exit with 1 where a listed finding is at least this severe.")  # fmt: skip
@click.option("--notice-start", type=DAY, metavar="YYYY-MM-DD",
              help="The day on which the profile's improvement notice began.")  # fmt: skip
@click.option("--previous", type=click.Path(path_type=Path), metavar="DIR",
              help="An earlier run: what is missing beside it is said, and past a limit exits with 2.")  # fmt: skip
@click.option("--without", type=click.Choice(["workbook", "pages", "cases", "board"]), multiple=True, metavar="REPORT",
              help="Leave out workbook, pages, cases (case sheets) or board (its figures). May be repeated.")  # fmt: skip
@click.option("--ledger", type=click.Path(path_type=Path), metavar="FILE",
              help="The service's memory: says what is new, changed or resolved since the run before, and keeps this one.")  # fmt: skip
@click.option("--waivers", type=click.Path(path_type=Path), metavar="FILE",
              help="Findings that somebody answers for, until a day: kept, shown and counted apart, and off the lists.")  # fmt: skip
@click.option("--audits", type=click.Path(path_type=Path, file_okay=False), multiple=True, metavar="DIR",
              help="What `auditcheck sample read` wrote, for the board's book. May be repeated.")  # fmt: skip
@click.option("--jobs", default="auto", metavar="N", help="Processes to work in, for large exports. [default: auto]")
@click.option("--portions", type=click.IntRange(1), metavar="N", help="Parts to audit one by one. [default: by the size of the export]")
@click.option("--cluster", default="", metavar="ADDRESS", help="The scheduler of a Dask cluster to work on (auditcheck[cluster]).")
@click.option("--replace", is_flag=True, help="Put the results in place of an earlier run's.")
def run(
    export: tuple[Path, ...],
    as_of: datetime | None,
    out: Path | None,
    mapping: Path | None,
    profile: str | None,
    rules_dir: Path | None,
    fail_on: str,
    notice_start: datetime | None,
    previous: Path | None,
    without: tuple[str, ...],
    ledger: Path | None,
    waivers: Path | None,
    audits: tuple[Path, ...],
    jobs: str,
    portions: int | None,
    cluster: str,
    replace: bool,
) -> None:
    """Audit EXPORT: a folder (or .zip) of case records, an Annex A workbook (or CSV files), a children in need census return, an extract
    of the Standard Safeguarding Dataset or SSDA903 files. Several are joined into one: what they disagree on is unreadable.

    \b
    Examples
      auditcheck run exports/tonight --as-of 2015-06-30 --out reports/tonight --profile local-example
      auditcheck run exports/tonight.zip --out reports/tonight --replace --fail-on never
      auditcheck run cin.xml local-extract/ --as-of 2024-03-31 --out reports/census
      auditcheck run referrals.csv visits.csv --mapping ours.yaml --as-of 2024-03-31
    """
    day = as_of.date() if as_of else None
    place = out or Path("reports") / (day.isoformat() if day else "latest")
    with sentences(), progress() as shown:
        from auditcheck import nightly

        check_day(day, "--as-of")
        start = notice_start.date() if notice_start else None
        check_day(start, "--notice-start")
        # Made absolute, so that the folder one stands in has a name to be called by.
        order = nightly.Order(
            [one.absolute() for one in export],
            place,
            day,
            profile,
            rules_dir,
            fail_on,
            replace,
            start,
            previous,
            frozenset(without),
            ledger,
            waivers,
            mapping,
            _number(jobs),
            portions,
            cluster,
            audits,
        )
        summary = nightly.run(order, shown)
    _say(summary, place)
    sys.exit(summary.status)


@main.command(short_help="Why a finding is one: days counted, limit, law.", epilog=WHY_EPILOG)
@click.argument("finding", metavar="FINDING")
@click.option(
    "--run", "run_dir", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder of the run that found it."
)
def why(finding: str, run_dir: Path) -> None:
    """Why FINDING (its id, or enough of it) is one: dates counted, holidays skipped, the limit and its law, what it stands on.

    \b
    Examples
      auditcheck why 7c1f8e21cdb2fb0f --run reports/tonight
      auditcheck why 7c1f8 --run reports/tonight
    """
    with sentences():
        from auditcheck.why import why as explanation

        click.echo(explanation(finding, run_dir))


main.add_command(case)
main.add_command(rules)
main.add_command(board)
main.add_command(notice)
main.add_command(review_pack)
main.add_command(synth)
main.add_command(coverage)
main.add_command(template)
main.add_command(sample)
main.add_command(actions)
main.add_command(map_)
main.add_command(nightly)
main.add_command(init)
main.add_command(diff)
main.add_command(history)
main.add_command(ledger)
main.add_command(waivers)


def program() -> None:
    """The command as a program. It ends at once: taking a big run's objects apart one by one would keep whoever waits a while longer."""
    try:
        main()
    except SystemExit as end:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))


def _number(jobs: str) -> int | None:
    if jobs != "auto" and not (jobs.isascii() and jobs.isdecimal() and int(jobs)):
        stop(f"--jobs {jobs}: expected auto or a number of processes, such as 2.")
    return None if jobs == "auto" else int(jobs)


def _since_last_night(info: dict[str, Any]) -> list[str]:
    lines = []
    if "waived" in info["summary"]:
        lines.append(f"Waived, and not on the lists: {info['summary']['waived']:,} (waivers.csv)")
    if nights := info.get("nights"):
        since = f"Since the run of {nights['compared_with']}" if nights["compared_with"] else "The first run of its kind in this ledger"
        gone, late = (sum(nights[name].values()) for name in ("resolved", "backdated"))
        lines.append(
            f"{since}: {nights['new']:,} new ({nights['returned']:,} of them returned), {nights['changed']:,} changed, "
            f"{nights['continuing']:,} continuing, {gone:,} gone (resolved.csv); {late:,} dates came late or moved (backdated.csv)"
        )
    return lines


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
        f"Measures: {rules_.get('measures', 0)} worked out, {rules_.get('measures_not_evaluated', 0)} not (measures.csv)",
        f"Values or records that could not be taken as they stood: {shown['quality'] - shown['noted']:,} (quality.csv)",
    ]
    if not rules_.get("evaluated") and not summary.incomplete:
        lines.append("NOTHING WAS CHECKED but measures: this export holds nothing that another selected rule needs.")
    lines += _since_last_night(info)
    if info["conservation"]["holds"]:
        lines.append("Accounted for: every record and every rule")
    lines += [f"WARNING: {warning}" for warning in info["warnings"]]
    lines += [f"Rule failed: {error}" for error in summary.errors]
    lines += [f"INCOMPLETE: {reason}" for reason in summary.incomplete]
    shown_at = [str(out / name) for name in ("index.html", "exceptions.xlsx", "findings.csv") if (out / name).exists()]
    lines.append(f"Look at {' or '.join(shown_at[:2])}")
    tell("\n".join(lines))
