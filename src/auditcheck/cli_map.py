"""The commands for files of a service's own layout: draft a mapping, and look at what it would read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from auditcheck.console import sentences, stop, tell

EPILOG = """
\b
Exit codes
  0  done; of check: the mapping is settled, and every list and header that it names is there
  2  can't be done; of check: something is still undecided or proposed, or a list or header is missing
"""
_FILES = click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILES...")


@click.group("map", short_help="Read files of your own layout: draft, settle, check.", epilog=EPILOG)
def map_() -> None:
    """Files of your own layout: draft how they are read (init), look at what would be read (check), then run with --mapping.

    \b
    Examples
      auditcheck map init referrals.csv visits.xlsx --out ours.yaml
      auditcheck map check ours.yaml referrals.csv visits.xlsx
      auditcheck run referrals.csv visits.xlsx --mapping ours.yaml --as-of 2015-06-30
    """


@map_.command(epilog=EPILOG)
@_FILES
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.yaml", help="The mapping to write.")
@click.option("--dates", type=click.Choice(["day-first", "month-first"]),
              help="How 03/04/2015 is meant where no date in its column settles it. Without it that is left for you.")  # fmt: skip
def init(files: tuple[Path, ...], out: Path, dates: str | None) -> None:
    """Look at FILES (CSV, Parquet, Excel, or folders of them) and draft a mapping: tables, columns, dates, codes.

    Nothing is guessed for good: what is only likely is marked proposed, what can't be known undecided, and neither is read until a person
    has settled it.

    \b
    Examples
      auditcheck map init referrals.csv visits.xlsx --out ours.yaml
      auditcheck map init extract/ --out ours.yaml --dates day-first
    """
    with sentences():
        from auditcheck.mapping.draft import draft
        from auditcheck.mapping.language import load
        from auditcheck.mapping.look import files_of, opened

        if out.exists():
            stop(f"{out} exists: it may hold somebody's decisions. Give another name, or remove it first.")
        found = [one for file in files_of([path.absolute() for path in files]) for one in opened(file).lists]
        for one in found:
            for problem in one.problems if one.sheet is None else ():
                tell(f"{problem.file}: {problem.problem}")
        if not any(one.sheet for one in found):
            stop("None of the files holds a table, so there is nothing to draft.")
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(draft(found, dates or ""))
        drafted = load(out)
        click.echo(
            f"{out}: {len(drafted.said['lists'])} lists; {len(drafted.undecided)} points undecided, {len(drafted.proposed)} lines of "
            f"proposals to confirm. Correct it, then: auditcheck map check {out} FILES..."
        )


@map_.command(epilog=EPILOG)
@click.argument("mapping", type=click.Path(path_type=Path))
@_FILES
@click.option("--profile", metavar="NAME", help="Count the rules that this profile selects.")
def check(mapping: Path, files: tuple[Path, ...], profile: str | None) -> None:
    """What MAPPING would read of FILES: for each column some values and what is made of them, and every value that can't be read.

    \b
    Examples
      auditcheck map check ours.yaml referrals.csv visits.xlsx
      auditcheck map check ours.yaml extract/ --profile local-example
    """
    with sentences():
        from auditcheck import coverage
        from auditcheck.mapping.language import load
        from auditcheck.mapping.look import files_of, opened
        from auditcheck.mapping.shown import check as checked
        from auditcheck.rulebook.load import load as rules_of
        from auditcheck.rulebook.profile import apply

        layout = load(mapping)
        found = checked(layout, [opened(file) for file in files_of([path.absolute() for path in files])])
        answers = coverage.answers(found.export, apply(rules_of(None, examples=False), profile))
        able = sum(one.answered for one in answers)
        click.echo("\n".join(found.lines).strip("\n") + "\n")
        asked = len(answers) - sum(one.for_a_person for one in answers)
        click.echo(f"{able} of {asked} rules could be answered; `auditcheck coverage FILES... --mapping {mapping}` says which.")
        ready = not (layout.undecided or layout.proposed)
    if not ready:
        click.echo(f"Not settled: {len(layout.undecided)} undecided, {len(layout.proposed)} proposed. A run refuses it until none is left.")
    elif found.stopped:
        click.echo("Settled, but these files are not what it was written for (above): a run would be incomplete.")
    else:
        click.echo(
            "Settled." + (f" {found.odd} values or rows could not be taken as they stood (above); a run lists them." if found.odd else "")
        )
    sys.exit(0 if ready and not found.stopped else 2)
