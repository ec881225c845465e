"""Workbooks are put on the disk here: where it is full, that is said as of any other file, and half a workbook goes without a word."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xlsxwriter


def put_down(book: xlsxwriter.Workbook) -> None:
    """Write a workbook's file. Raises OSError where that can't be done, as other files do: the library has an exception of its own."""
    from xlsxwriter.exceptions import FileCreateError

    try:
        book.close()
    except FileCreateError as refused:
        disk = refused.__context__
        if not isinstance(disk, OSError):
            raise
        said = OSError(disk.errno, disk.strerror, str(book.filename))
        with _quietly():
            while disk is not None:
                traceback.clear_frames(disk.__traceback__)
                disk = disk.__context__
    else:
        return
    raise said


@contextmanager
def _quietly() -> Iterator[None]:
    """What is half written is closed as it is let go of, and that this fails too is told by Python with a traceback: not here."""
    usual, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        yield
    finally:
        sys.unraisablehook = usual
