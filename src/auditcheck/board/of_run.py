"""The book that every run writes into its folder. A fault in it never stops the run; a full disk does."""

from __future__ import annotations

import shutil
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from auditcheck.board import BoardRefused, commentary
from auditcheck.board.audits import read as read_audits
from auditcheck.board.order import Order
from auditcheck.board.periods import up_to
from auditcheck.board.register import of_view as register_of
from auditcheck.board.source import of_view
from auditcheck.board.write import write_book
from auditcheck.disclosure import CannotRelease, NotATable
from auditcheck.rulebook.model import YEAR, Profile, Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pyarrow as pa

    from auditcheck.reports.view import RunView


def write_of_run(
    folder: Path,
    last: Path,
    view: RunView,
    observations: Callable[[], Iterable[pa.Table]],
    book: Rulebook,
    profile: Profile,
    audits: Sequence[Path] = (),
) -> str:
    """Write a book of the profile's period up to the run's day; '' or, in a sentence, why there is none.

    ``last``: where the book of the run that is replaced lies, with what people wrote in it. That is kept whatever becomes of the book.
    ``audits``: the folders of results of sampled audits.
    """
    folder.mkdir(mode=0o700)
    try:
        text = commentary.read(last / commentary.NAME)
        run = of_view(folder.parent.name, view, observations)
        period = up_to(run.as_of, profile.period or YEAR)
        graded = read_audits(audits) if audits else None
        write_book(folder, Order([run], book, profile, period, text, audits=graded, register=register_of(view)))
    except (BoardRefused, CannotRelease, NotATable) as problem:
        why = str(problem)
    except OSError:  # no room, no permission: that concerns the whole run
        raise
    except Exception as fault:  # whatever it is, the lists of the night are worth more than its book
        # The fault's own words are left out: they may hold what a case file says.
        at = traceback.extract_tb(fault.__traceback__)[-1]
        why = (
            f"a fault in auditcheck itself ({type(fault).__name__} at {Path(at.filename).name}, line {at.lineno}). Please report this line."
        )
    else:
        return ""
    _only_what_people_wrote(folder, last / commentary.NAME)
    return why


def _only_what_people_wrote(folder: Path, text: Path) -> None:
    """Half a book is none: nothing is left of it but the commentary."""
    shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    if text.is_file():
        (folder / commentary.NAME).write_bytes(text.read_bytes())
