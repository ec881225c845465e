"""The book as a PDF, made from its page by WeasyPrint, an extra."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditcheck.board import BoardRefused


class NoPdf(BoardRefused):
    """A PDF was asked for and can't be made here. The message is a sentence; exit 2."""


def write_pdf(page: Path, path: Path) -> None:
    """Print a page. Raises NoPdf where that can't be done here."""
    with _temporary_files_in(path.parent):
        try:
            import weasyprint
        except (ImportError, OSError) as problem:
            raise NoPdf(f"A PDF needs the extra auditcheck[pdf] ({problem}). Install it, or print {page.name} from a browser.") from problem
        html = weasyprint.HTML(string=page.read_text("utf-8"))
        html.write_pdf(path, pdf_tags=True, custom_metadata=False)


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Whatever a library of others, or a program that it calls, writes for a moment is written there, and is gone afterwards."""
    usual, said = tempfile.tempdir, os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix=".temporary-", dir=folder) as place:
        tempfile.tempdir = os.environ["TMPDIR"] = place
        try:
            yield
        finally:
            tempfile.tempdir = usual
            if said is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = said
