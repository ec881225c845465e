"""Writes a book into a folder: page, figures, workbook, commentary, and where asked for a PDF."""

from __future__ import annotations

from pathlib import Path

from auditcheck.board import BoardRefused, commentary
from auditcheck.board.book import make
from auditcheck.board.files import write_files
from auditcheck.board.order import Order
from auditcheck.board.page import titles, write_page
from auditcheck.disclosure import Safe

PAGE = "book.html"


class NoPdf(BoardRefused):
    """A PDF was asked for and can't be made here. The message is a sentence; exit 2."""


def write_book(folder: Path, order: Order, pdf: bool = False) -> tuple[Safe, ...]:
    """Write the book of an order into an existing folder; what was shown, for the ledger of what was released.

    Its commentary is written back as it was given; where there is none, as a form to fill in.
    """
    book = make(order)
    write_page(folder / PAGE, book)
    write_files(folder, book)
    text = order.commentary or commentary.template(titles(book.measures))
    (folder / commentary.NAME).write_text(text, encoding="utf-8", newline="\n")
    if pdf:
        _pdf(folder / PAGE, folder / "book.pdf")
    return book.safes


def _pdf(page: Path, path: Path) -> None:
    try:
        import weasyprint
    except (ImportError, OSError) as problem:
        raise NoPdf(f"A PDF needs the extra auditcheck[pdf] ({problem}). Install it, or print {PAGE} from a browser.") from problem
    html = weasyprint.HTML(string=page.read_text("utf-8"))
    html.write_pdf(path, pdf_tags=True, custom_metadata=False)
