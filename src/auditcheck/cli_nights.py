"""The commands about nights: two runs beside each other, a child's history, and the ledger itself."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditcheck.console import sentences, tell

EPILOG = """
\b
Exit codes
  0  done
  2  what was named can't be read, or something is wrong with it; what it is goes to standard error
"""
_FORMAT = click.option("--format", "format_", type=click.Choice(["text", "csv"]), default="text", show_default=True)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="What differs between two runs.", epilog=EPILOG)
@click.argument("old", type=_FOLDER, metavar="RUN1")
@click.argument("new", type=_FOLDER, metavar="RUN2")
@_FORMAT
def diff(old: Path, new: Path, format_: str) -> None:
    """What differs between two runs (their folders): findings that are new, changed, continuing, or gone and why.

    \b
    Examples
      auditcheck diff reports/2015-06-29 reports/2015-06-30
      auditcheck diff reports/2015-05-31 reports/2015-06-30 --format csv
    """
    with sentences():
        from auditcheck.ledger import diff as between
        from auditcheck.reports.tables import csv_text

        found = between.difference(old, new)
        click.echo(csv_text(between.COLUMNS, found.rows) if format_ == "csv" else between.as_text(found), nl=format_ == "text")


@click.command(short_help="What became of each finding of one child.", epilog=EPILOG)
@click.argument("child", metavar="CHILD")
@click.option("--ledger", type=_FILE, required=True, metavar="FILE", help="The service's ledger.")
@_FORMAT
def history(child: str, ledger: Path, format_: str) -> None:
    """What became of each finding of CHILD (an id) over the nights: first seen, changed, gone and why, returned.

    \b
    Examples
      auditcheck history C0000517 --ledger ledger.sqlite
      auditcheck history C0000517 --ledger ledger.sqlite --format csv
    """
    with sentences():
        from auditcheck.ledger import history as kept
        from auditcheck.reports.tables import csv_text

        rows = kept.history(child, ledger)
        for sentence in kept.forgotten(ledger):
            tell(sentence)
        text = csv_text(kept.COLUMNS, [tuple(row.values()) for row in rows]) if format_ == "csv" else kept.as_text(child, rows)
        click.echo(text, nl=format_ == "text")


@click.group(short_help="The memory of the nights: look it over, make it anew.", epilog=EPILOG)
def ledger() -> None:
    """The service's memory of its nights: make it anew from the folders of runs, or look it over.

    \b
    Examples
      auditcheck ledger check ledger.sqlite
      auditcheck ledger rebuild ledger.sqlite reports/2015-06-29 reports/2015-06-30
      auditcheck ledger forget ledger.sqlite --months 24
    """


@ledger.command(epilog=EPILOG)
@click.argument("file", type=_FILE, metavar="FILE")
@click.option("--months", type=click.IntRange(min=1), required=True, metavar="N", help="Months with a run that stay, the newest.")
def forget(file: Path, months: int) -> None:
    """Forget the runs in FILE before the newest N months, and findings that were over by then. What is open, or an action names, stays.

    \b
    Examples
      auditcheck ledger forget ledger.sqlite --months 24
    """
    with sentences():
        from auditcheck.ledger import forgetting
        from auditcheck.ledger import rebuild as looked_over

        gone = forgetting.forget(file, months)
        tell("\n".join([f"Forgotten: {gone.runs:,} runs and {gone.findings:,} findings that were over.", *looked_over.summary(file)]))


@ledger.command(epilog=EPILOG)
@click.argument("file", type=_FILE, metavar="FILE")
@click.argument("runs", type=_FOLDER, nargs=-1, required=True, metavar="RUN...")
def rebuild(file: Path, runs: tuple[Path, ...]) -> None:
    """Make the nights in FILE anew from the folders of runs. What else FILE holds (actions) stays.

    \b
    Examples
      auditcheck ledger rebuild ledger.sqlite reports/2015-06-29 reports/2015-06-30
    """
    with sentences():
        from auditcheck.ledger import rebuild as anew

        number = anew.rebuild(file, runs)
        tell("\n".join([f"{number:,} runs are in {file}.", *anew.summary(file)]))


@ledger.command(epilog=EPILOG)
@click.argument("file", type=_FILE, metavar="FILE")
def check(file: Path) -> None:
    """Whether FILE is a ledger that can be relied on: readable throughout, and its nights add up.

    \b
    Examples
      auditcheck ledger check ledger.sqlite
    """
    with sentences():
        from auditcheck.ledger import rebuild as looked_over

        faults = looked_over.faults(file)
        tell("\n".join(faults or [f"Nothing is wrong with {file}.", *looked_over.summary(file)]))
    sys.exit(2 if faults else 0)
