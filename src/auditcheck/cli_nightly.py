"""The commands of an unattended service: begin one, and do its night."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from auditcheck.console import DAY, sentences, tell

EPILOG = """
\b
Exit codes
  0  nothing at or above the configured severity
  1  findings at or above it
  2  the night failed or is incomplete; what was there before is still there, and index.html says so
"""
_INIT_EPILOG = """
\b
Exit codes
  0  written
  2  something is there already, or can't be written; nothing was
"""


@click.command(short_help="Do the whole night unattended, as a configuration says.", epilog=EPILOG)
@click.option("--config", type=click.Path(path_type=Path), required=True, metavar="FILE", help="auditcheck.toml, see `auditcheck init`.")
@click.option("--as-of", type=DAY, metavar="YYYY-MM-DD",
              help="The day that the run speaks of. [default: the day in the export's name]")  # fmt: skip
def nightly(config: Path, as_of: datetime | None) -> None:
    """Do the whole night: the newest export, the run, what is new and what is gone, the entry page, the log, and what is no longer kept.

    \b
    Examples
      auditcheck nightly --config /srv/auditcheck/auditcheck.toml
      auditcheck nightly --config auditcheck.toml --as-of 2026-01-31
    """
    with sentences():
        from auditcheck.unattended.config import read
        from auditcheck.unattended.night import night

        ended = night(read(config), as_of.date() if as_of else None)
    tell(ended.said)
    sys.exit(ended.status)


@click.command(short_help="Write a configuration for a service to begin with.", epilog=_INIT_EPILOG)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--name", default="our service", show_default=True, metavar="NAME", help="What the service is called.")
def init(folder: Path, name: str) -> None:
    """Begin with a service: write a configuration for the nightly run, a profile to fill in and an empty list of waivers into DIR.

    \b
    Examples
      auditcheck init /srv/auditcheck --name Northshire
    """
    with sentences():
        from auditcheck.unattended.begin import begin

        written = begin(folder, name)
    click.echo("\n".join(f"Wrote {file}" for file in written))
    click.echo("The profile sets no local figure yet, so rules that rest on one are not evaluated: docs/profiles.md says how it does.")
    click.echo(f"Put an export with its day in its name into {folder / 'exports'}, then: auditcheck nightly --config {written[0]}")
