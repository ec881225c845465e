"""The command ``auditcheck synth``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditcheck.console import progress, sentences, tell

EPILOG = """
\b
Exit codes
  0  written
  2  nothing was written, or fewer breaches than asked for; what is wrong goes to standard error
"""


@click.command(short_help="Invent an authority, and what an audit of it must find.", epilog=EPILOG)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--children", type=click.IntRange(1, 9_999_999), required=True, metavar="N", help="How many children the service knows.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, metavar="S", help="Another seed is another authority.")
@click.option(
    "--format", "format_", type=click.Choice(["case-records", "annex-a", "cin-xml", "ssd"]), default="case-records", show_default=True
)
@click.option("--breaches", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="YAML: rule id to how many (12) or what share (5%) of those who could. [default: some of every rule]")  # fmt: skip
@click.option("--tables", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
              help="How formats of one file a table are written.")  # fmt: skip
def synth(out: Path, children: int, seed: int, format_: str, breaches: Path | None, tables: str) -> None:
    """Invent an authority: OUT gets an export, and expected.csv with what an audit of it must find.

    Every life is lawful but for what was planted. The export speaks of 31 March 2015; audit it with the profile local-example.

    \b
    Examples
      auditcheck synth invented --children 2000 --seed 1
      auditcheck synth invented-census --children 500 --seed 7 --format cin-xml
      auditcheck synth invented-tables --children 40000 --tables parquet
    """
    with sentences(), progress() as shown:
        from auditcheck.synth.make import Order, make

        made = make(Order(out.absolute(), children, seed, format_, breaches, tables == "parquet"), shown)
    tell(
        f"{made.children:,} children, {made.expected:,} expected outcomes beside them (expected.csv; planted.csv counts them by rule)\n"
        f"Audit it: auditcheck run {out / made.export.name} --as-of 2015-03-31 --profile local-example"
    )
    for quota in made.short:
        tell(f"Only {quota.planted} of {quota.count} planted: {quota.plant.rule}, {quota.plant.name}. Too few children could carry it.")
    sys.exit(2 if made.short else 0)
