"""Writes a book into a folder: page, figures, workbook, commentary, and where asked for a PDF."""

from __future__ import annotations

from pathlib import Path

from auditcheck.board import commentary
from auditcheck.board.book import make
from auditcheck.board.files import write_files
from auditcheck.board.order import Order
from auditcheck.board.page import titles, write_page
from auditcheck.board.pdf import write_pdf
from auditcheck.disclosure import Safe

PAGE = "book.html"


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
        write_pdf(folder / PAGE, folder / "book.pdf")
    return book.safes
