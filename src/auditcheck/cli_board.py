"""The command ``auditcheck board``: a book of figures for the board, out of finished runs."""

from __future__ import annotations

from pathlib import Path

import click

from auditcheck.cli_released import Ledger
from auditcheck.console import sentences, tell

EPILOG = """
\b
Exit codes
  0  written
  2  nothing was written; what is wrong goes to standard error
"""


@click.command(short_help="A book of figures for the board, small numbers hidden.", epilog=EPILOG)
@click.argument("runs", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="RUN...")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="For the book.")
@click.option("--period", metavar="PERIOD",
              help="Such as 2015-Q3, 2015-07, 2014/15 or 2014-07-01..2015-06-30. [default: 12 months up to the run's day]")  # fmt: skip
@click.option("--profile", metavar="NAME", help="Targets and names. [default: that of the run]")
@click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="Another folder of rules.")
@click.option("--commentary", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="What people wrote. [default: commentary.md of the book that is replaced]")  # fmt: skip
@click.option("--audits", type=click.Path(path_type=Path, file_okay=False), multiple=True, metavar="DIR",
              help="What `auditcheck sample read` wrote: planned, done, grades, agreement. May be repeated.")  # fmt: skip
@click.option("--ledger", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="The ledger of the service's runs: its register of actions, and what difference they made.")  # fmt: skip
@click.option("--policy", type=click.Choice(["dfe", "round5"]), default="dfe", show_default=True,
              help="What is hidden: 1 to 5, or 1 to 7 and the rest rounded to fives.")  # fmt: skip
@click.option("--released", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="The ledger of figures that have left the service: nothing may be subtracted from them.")  # fmt: skip
@click.option("--release", is_flag=True, help="Put this book down in that ledger: it leaves the service now.")
@click.option("--pdf", is_flag=True, help="Write book.pdf too (needs the extra auditcheck[pdf]).")
@click.option("--replace", is_flag=True, help="Put the book in place of an earlier one; its commentary is kept.")
def board(
    runs: tuple[Path, ...],
    out: Path,
    period: str | None,
    profile: str | None,
    rules_dir: Path | None,
    commentary: Path | None,
    audits: tuple[Path, ...],
    ledger: Path | None,
    policy: str,
    released: Path | None,
    release: bool,
    pdf: bool,
    replace: bool,
) -> None:
    """A book for the board, out of the folders of RUNs: figures by rule, theme, team and group of children, measures and their trends.
    Nothing in it identifies a child. The latest run gives the figures; earlier ones, what they said of each measure.

    \b
    Examples
      auditcheck board reports/tonight --out board/july
      auditcheck board reports/june reports/july --period 2015-Q2 --out board/july --pdf
      auditcheck board reports/july --audits audits/2015Q2-results --ledger ledger.sqlite --out board/july
    """
    with sentences():
        from auditcheck.board import commentary as notes
        from auditcheck.board import register, source
        from auditcheck.board.audits import read as read_audits
        from auditcheck.board.order import Order
        from auditcheck.board.periods import parse, up_to
        from auditcheck.board.write import PAGE, write_book
        from auditcheck.disclosure import POLICIES
        from auditcheck.reports.folder import refuse_unless_free, whole
        from auditcheck.rulebook.load import load
        from auditcheck.rulebook.model import YEAR
        from auditcheck.rulebook.profile import chosen

        refuse_unless_free(out, replace, PAGE)
        releases = Ledger.of(released, release)
        read = [source.of_folder(run) for run in runs]
        latest = max(read, key=lambda run: run.as_of)
        book = load(rules_dir, examples=False)
        mine = chosen(book, profile or source.profile_of(latest))
        text = notes.read(commentary or out / notes.NAME)
        span = parse(period) if period else up_to(latest.as_of, mine.period or YEAR)
        order = Order(
            read,
            book,
            mine,
            span,
            text,
            POLICIES[policy],
            releases.before,
            read_audits(audits) if audits else None,
            register.of_ledger(ledger) if ledger else None,
        )
        with whole(out, replace, PAGE) as folder:
            releases.add(write_book(folder, order, pdf))
    tell(f"{span}: {out / PAGE}")
