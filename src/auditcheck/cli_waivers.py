"""The commands under ``auditcheck waivers``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditcheck.console import sentences, tell

EPILOG = """
\b
Exit codes
  0  every waiver is well formed (with --run: and applies, or is granted later)
  2  one is malformed, has lapsed or is of no use; which goes to standard error
"""


@click.group(short_help="Findings that somebody answers for, for a time.", epilog=EPILOG)
def waivers() -> None:
    """Findings that somebody answers for, for a time (waivers.yml).

    \b
    Examples
      auditcheck waivers check waivers.yml
    """


@waivers.command(epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--run", "run_dir", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Beside the findings of this run.")
@click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="Another folder of rules.")
def check(file: Path, run_dir: Path | None, rules_dir: Path | None) -> None:
    """What is wrong with the waivers in FILE, line by line; with --run also what each comes to on that run's day.

    \b
    Examples
      auditcheck waivers check waivers.yml
      auditcheck waivers check waivers.yml --run reports/2015-06-30
    """
    with sentences():
        from auditcheck.ledger import waiver_check
        from auditcheck.rulebook.load import load

        looked = waiver_check.check(file, load(rules_dir, examples=False).rules, run_dir)
        for line in looked.fine:
            click.echo(line)
        if looked.wrong:
            tell("\n".join(looked.wrong))
    sys.exit(2 if looked.wrong else 0)
