"""What every command shares with the person at the terminal: sentences instead of tracebacks, progress, plain text."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from datetime import date

    from auditcheck.nightly import Progress


class Day(click.DateTime):
    """A date as this program writes and reads it."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day; refused with what to do where the text is none."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"'{value}' is no day of the calendar. Write year, month and day, as in 2015-06-30.", param, ctx)


DAY = Day()


def stop(sentence: str) -> NoReturn:
    """Say why nothing was done, and exit with 2."""
    tell(f"auditcheck: {sentence}")
    sys.exit(2)


def tell(text: str) -> None:
    """On standard error; what a file's name or content may hold besides plain text is not let loose on a terminal."""
    click.echo("".join(c if c.isprintable() or c == "\n" else "?" for c in text), err=True)


def check_day(day: date | None, option: str) -> None:
    """Refuse a day of an option that no calendar here reaches."""
    from auditcheck import clock

    if day is not None and not clock.FIRST <= day <= clock.LAST:
        stop(f"{option} {day} lies outside the calendar: expected a day from {clock.FIRST} to {clock.LAST}.")


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what a user can put right into a sentence and exit 2; never a traceback."""
    from auditcheck.raw import BadExport
    from auditcheck.refusals import refusals

    try:
        yield
    except refusals() as problem:
        stop(str(problem))
    except BadExport as problem:
        stop(str(problem))
    except BrokenPipeError:
        sys.exit(2)
    except KeyboardInterrupt:
        stop("Stopped. Nothing was written.")
    except MemoryError:
        stop("There is not enough memory for this export on this machine. Nothing was written.")
    except OSError as problem:
        what = os.strerror(problem.errno) if problem.errno else str(problem)  # Arrow says more in its place
        stop(f"{Path(problem.filename).name + ': ' if problem.filename else ''}{what}. Nothing was written.")
    except Exception as fault:  # Python's own exit code for this is 1, and here that says "findings"
        stop(_in_itself(fault))


def _in_itself(fault: Exception) -> str:
    """Where auditcheck itself failed. The fault's own words are left out: they may hold what a case file says."""
    here = str(Path(__file__).parent)
    frame = [frame for frame in traceback.extract_tb(fault.__traceback__) if frame.filename.startswith(here)][-1]
    place = f"{Path(frame.filename).name}, line {frame.lineno}"
    return f"A fault in auditcheck itself ({type(fault).__name__} at {place}). Nothing was written. Please report this line."


@contextmanager
def progress() -> Iterator[Progress]:
    """One line on a terminal that says what is being done; nothing in a pipe, or where plain text is asked for (NO_COLOR)."""
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as status:
        yield lambda text: status.update(text)
