"""The command ``auditcheck notice``: progress against an improvement notice, and its calendar."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from auditcheck.cli_released import Ledger
from auditcheck.console import DAY, check_day, sentences, stop, tell

EPILOG = """
\b
Exit codes
  0  written
  2  nothing was written; what is wrong goes to standard error
"""


@click.command(short_help="Progress against an improvement notice, with evidence.", epilog=EPILOG)
@click.argument("runs", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="RUN...")
@click.option("--profile", required=True, metavar="NAME", help="The profile that holds the notice.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="For the table and the calendar.")
@click.option("--notice-start", type=DAY, metavar="YYYY-MM-DD",
              help="The day on which the notice began, where the profile does not say it.")  # fmt: skip
@click.option("--progress", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="A CSV of progress, next steps, owners and dates; written to be filled in where there is none.")  # fmt: skip
@click.option("--audits", type=click.Path(path_type=Path, file_okay=False), multiple=True, metavar="DIR",
              help="What `auditcheck sample read` wrote, for what its themes bear out. May be repeated.")  # fmt: skip
@click.option("--period", metavar="PERIOD", help="As in `auditcheck board`. [default: 12 months up to the run's day]")
@click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="Another folder of rules.")
@click.option("--released", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="The ledger of figures that have left the service, as in `auditcheck board`.")  # fmt: skip
@click.option("--release", is_flag=True, help="Put the figures shown down in that ledger: they leave the service now.")
@click.option("--replace", is_flag=True, help="Put the results in place of earlier ones.")
def notice(
    runs: tuple[Path, ...],
    profile: str,
    out: Path,
    notice_start: datetime | None,
    progress: Path | None,
    audits: tuple[Path, ...],
    period: str | None,
    rules_dir: Path | None,
    released: Path | None,
    release: bool,
    replace: bool,
) -> None:
    """What an improvement notice asks, reference by reference, with the evidence of rules and measures beside what people write, and the
    calendar of what falls due. Small numbers are hidden, as in the board's book.

    \b
    Examples
      auditcheck notice reports/tonight --profile cheshire-east-2013 --notice-start 2013-08-05 --progress progress.csv --out board/notice
    """
    with sentences():
        from auditcheck.board import source
        from auditcheck.board.audits import read as read_audits
        from auditcheck.board.order import Order
        from auditcheck.board.periods import parse, up_to
        from auditcheck.disclosure import DFE
        from auditcheck.notice.basis import began, checked_with, other_standards
        from auditcheck.notice.make import table
        from auditcheck.notice.progress import keys, read, template
        from auditcheck.notice.write import PAGE, TO_ADD, write
        from auditcheck.reports.folder import refuse_unless_free, whole
        from auditcheck.reports.words import count
        from auditcheck.rulebook.load import load
        from auditcheck.rulebook.model import YEAR
        from auditcheck.rulebook.notices import calendar
        from auditcheck.rulebook.profile import chosen
        from auditcheck.whole_file import whole_file

        said = notice_start.date() if notice_start else None
        check_day(said, "--notice-start")
        refuse_unless_free(out, replace, PAGE)
        releases = Ledger.of(released, release)
        read_runs = [source.of_folder(run) for run in runs]
        latest = max(read_runs, key=lambda run: run.as_of)
        book = load(rules_dir, examples=False)
        mine = chosen(book, profile)
        asked = mine.notice.references
        if not asked and not mine.notice.obligations:
            stop(f"The profile {mine.id} writes down no notice: neither references nor obligations (docs/profiles.md says how).")
        start = began(said, mine, latest.info)
        about = keys(asked, calendar(mine.notice, start))
        if progress is not None and not progress.exists():
            with whole_file(progress) as new:
                new.write_text(template(about), encoding="utf-8", newline="\n")
            tell(f"{progress} was not there: it is written now, {count(len(about), 'row')} to fill in. Fill them in and run this again.")
        written = read(progress, about, latest.children["child_id"].to_pylist(), start) if progress else {}
        lacking = [one for one in about if one not in written] if progress else []
        span = parse(period) if period else up_to(latest.as_of, mine.period or YEAR)
        order = Order(read_runs, book, mine, span, "", DFE, releases.before, read_audits(audits) if audits else None)
        made = table(order, start, written, lacking)
        with whole(out, replace, PAGE) as folder:
            releases.add(write(folder, made))
        other = other_standards(order)
        for sentence in (*([f"{checked_with(order)} {other}"] if other else []), *made.notes):
            tell(sentence)
        if lacking:
            what = count(len(lacking), "reference or obligation", "references and obligations")
            tell(f"{progress} has no row for {what}: {out / TO_ADD} has them, to be copied into it.")
    tell(f"{count(len(asked), 'reference')}: {out / PAGE}")
