"""The command that writes one child's case sheet from a run."""

from __future__ import annotations

import os
from pathlib import Path

import click

from auditcheck.console import sentences, stop

EPILOG = """
\b
Exit codes
  0  written; its path is printed
  2  no such run or child, or it may not lie there; why goes to standard error
"""


@click.command(short_help="The case sheet of one child of a run.", epilog=EPILOG)
@click.argument("child", metavar="CHILD")
@click.option("--run", "run_dir", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder of the run.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to. [default: case-<16 letters>.html, here]")
@click.option(
    "--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="The folder of rules that the run was made with."
)
@click.option("--restricted", is_flag=True, help="Also for a child whose records are restricted.")
@click.option("--replace", is_flag=True, help="Put it in place of a file that is there.")
def case(child: str, run_dir: Path, out: Path | None, rules_dir: Path | None, restricted: bool, replace: bool) -> None:
    """The case sheet of CHILD, any child of a run: what needs doing and how the days were counted, what is in place, a timeline, every
    check, and what only a person can judge. Two sides of A4 for most children. Only you can read the file.

    \b
    Examples
      auditcheck case C0042 --run reports/tonight
      auditcheck case C0042 --run reports/tonight --out audit/C0042.html --replace
    """
    with sentences():
        from auditcheck.reports.cases import one_sheet
        from auditcheck.reports.slugs import case_file
        from auditcheck.rulebook.load import load

        sealed, page = one_sheet(run_dir, child, load(rules_dir, examples=False))
        if sealed and not restricted:
            stop(
                "The records of that child are restricted. Say --restricted if you may see them, and --out to put the sheet where few can."
            )
        place = out or Path(case_file(child).replace("/", "-").replace("cases", "case"))
        if place.exists() and not replace:
            stop(f"{place} is there already. Name another file with --out, or say --replace.")
        _write(place, page)
        click.echo(place)


def _write(place: Path, page: str) -> None:
    """Write a file that its owner alone can read, from its first byte on, whole or not at all."""
    new = place.with_name(f".{place.name}.new")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
        new.replace(place)
    except OSError as problem:
        stop(f"{place} can't be written: {problem.strerror}. Name another file with --out.")
