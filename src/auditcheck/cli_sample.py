"""The auditors' commands: draw a sample of a run's children with a form for each, and read the forms back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditcheck.console import sentences, stop, tell

_RUN = click.option("--run", "run_dir", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder of a run.")
_OUT = click.option("--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="A new folder for the results.")
_RULES = click.option(
    "--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="The rules of the run, where it named others."
)
_REPLACE = click.option("--replace", is_flag=True, help="Put the results in place of earlier ones.")

EPILOG = """
\b
Exit codes
  0  done
  2  nothing was drawn, or a form holds something that can't be taken; why goes to standard error
"""


class _DrawByDefault(click.Group):
    """`auditcheck sample --n 30 ...` draws; `auditcheck sample read ...` reads."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["draw", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_DrawByDefault, short_help="Draw cases for auditors, and read their forms back.", epilog=EPILOG)
def sample() -> None:
    """Draw a sample of cases for auditors with a form for each, and read the forms back. The word `draw` may be left out.

    \b
    Examples
      auditcheck sample draw --run reports/tonight --n 30 --seed 2015Q2 --out audits/2015Q2
      auditcheck sample draw --run reports/tonight --n 30 --seed 7 --strata team,plan_kind,risk --high-risk 0.5 --out audits/half
      auditcheck sample read audits/2015Q2 --run reports/tonight --out audits/2015Q2-results
    """


@sample.command(epilog=EPILOG)
@_RUN
@_OUT
@click.option("--n", type=click.IntRange(1), required=True, metavar="N", help="How many cases.")
@click.option("--seed", required=True, metavar="SEED", help="Any word or number: the same seed draws the same cases.")
@click.option(
    "--strata", default="plan_kind", show_default=True, metavar="NAME,...", help="What to spread the sample over; '' for nothing."
)
@click.option("--high-risk", type=click.FloatRange(0, 1), default=0.3, show_default=True, metavar="SHARE",
              help="At least this share of the cases has an open finding of high severity; 0: as it falls.")  # fmt: skip
@click.option(
    "--at-least", type=click.IntRange(0), default=1, show_default=True, metavar="K", help="From each stratum, where there are so many."
)
@click.option("--with-restricted", is_flag=True, help="Restricted children may be drawn; their forms are under restricted/.")
@click.option("--with-closed", is_flag=True, help="Children of whom no record is open may be drawn.")
@_RULES
@_REPLACE
def draw(
    run_dir: Path,
    out: Path,
    n: int,
    seed: str,
    strata: str,
    high_risk: float,
    at_least: int,
    with_restricted: bool,
    with_closed: bool,
    rules_dir: Path | None,
    replace: bool,
) -> None:
    """Draw N cases and write a form to audit and one to moderate each.

    \b
    Examples
      auditcheck sample draw --run reports/tonight --n 30 --seed 2015Q2 --out audits/2015Q2
    """
    with sentences():
        from auditcheck.reports.folder import refuse_unless_free, whole
        from auditcheck.samples.draw import Order, draw
        from auditcheck.samples.frame import frame
        from auditcheck.samples.run_folder import run_folder
        from auditcheck.samples.words import drawn_in_words
        from auditcheck.samples.write import write_sample

        if not seed.strip():
            stop("--seed is blank. Give any word or number, and keep it: it draws the same cases again.")
        refuse_unless_free(out, replace, "sample.json")
        run = run_folder(run_dir, rules_dir)
        names = [name.strip() for name in strata.split(",") if name.strip()]
        drawn = draw(frame(run, names, with_restricted, with_closed), Order(n, seed.strip(), at_least, high_risk))
        with whole(out, replace, "sample.json") as folder:
            write_sample(folder, run, drawn)
        tell(drawn_in_words(drawn, out))


@sample.command(short_help="Read forms back: grades, agreement, the tool's precision.", epilog=EPILOG)
@click.argument("forms", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FORMS...")
@_RUN
@_OUT
@_RULES
@_REPLACE
def read(forms: tuple[Path, ...], run_dir: Path, out: Path, rules_dir: Path | None, replace: bool) -> None:
    """Read FORMS (workbooks, or folders of them): grades, how far auditors and moderators agree, where auditors and the tool differ.

    \b
    Examples
      auditcheck sample read audits/2015Q2 --run reports/tonight --out audits/2015Q2-results
    """
    with sentences():
        from auditcheck.reports.folder import refuse_unless_free, whole
        from auditcheck.samples.graded import returned
        from auditcheck.samples.outcome import said, write_outcome
        from auditcheck.samples.run_folder import run_folder

        refuse_unless_free(out, replace, "grades.csv")
        run = run_folder(run_dir, rules_dir)
        back = returned(forms, run)
        with whole(out, replace, "grades.csv") as folder:
            write_outcome(folder, run, back, forms)
        tell("\n".join([*map(str, back.problems), *said(back), f"Look at {out / 'audits.html'} or {out / 'audits.xlsx'}"]))
    if back.problems:
        sys.exit(2)
