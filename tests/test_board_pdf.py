"""The board's book as a PDF: with the extra it is the same each time and tells nothing of its making; without, that is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from commands import invoke

SAMPLE = Path(__file__).parents[1] / "reports" / "sample"


def test_without_the_extra_a_sentence_says_what_to_install_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)  # as if it were not installed
    code, _, said = invoke("board", SAMPLE, "--out", tmp_path / "book", "--pdf")
    assert code == 2 and "A PDF needs the extra auditcheck[pdf]" in said and "print book.html from a browser" in said
    assert not (tmp_path / "book").exists()


@pytest.mark.deep
def test_the_pdf_is_the_same_each_time_and_tells_nothing_of_its_making(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert invoke("board", SAMPLE, "--out", tmp_path / name, "--pdf")[0] == 0
    one, two = ((tmp_path / name / "book.pdf").read_bytes() for name in ("one", "two"))
    assert one.startswith(b"%PDF-") and one == two
    assert b"CreationDate" not in one and b"ModDate" not in one
