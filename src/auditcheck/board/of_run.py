"""The book that every run writes into its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditcheck.board import BoardRefused, commentary
from auditcheck.board.book import Order
from auditcheck.board.periods import up_to
from auditcheck.board.source import of_view
from auditcheck.board.write import write_book
from auditcheck.disclosure import CannotRelease, NotATable
from auditcheck.rulebook.model import YEAR, Profile, Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

    from auditcheck.reports.view import RunView


def write_of_run(
    folder: Path, last: Path, view: RunView, observations: Callable[[], Iterable[pa.Table]], book: Rulebook, profile: Profile
) -> str:
    """Write a book of the profile's period up to the run's day; '' or, in a sentence, why there is none.

    ``last``: where the book of the run that is replaced lies, with what people wrote in it. That is kept whatever becomes of the book.
    """
    folder.mkdir(mode=0o700)
    try:
        text = commentary.read(last / commentary.NAME)
        run = of_view(folder.parent.name, view, observations)
        write_book(folder, Order([run], book, profile, up_to(run.as_of, profile.period or YEAR), text))
    except (BoardRefused, CannotRelease, NotATable) as problem:
        if (last / commentary.NAME).is_file():
            (folder / commentary.NAME).write_bytes((last / commentary.NAME).read_bytes())
        return str(problem)
    return ""
