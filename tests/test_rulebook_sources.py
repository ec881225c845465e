"""Every rule names who asked for it by one of the documents of sources.yaml, so that an index by document holds them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_rulebook_load import RULE, book

from auditcheck.rulebook import RulebookError, load

SOURCES = "sources:\n  - {name: Ofsted inspection of Anytown, about: A report.}\n  - {name: Notice to Anytown, about: A notice.}\n"
ASKED = "asked_by: [{source: inspection report, says: conferences held in time}]"


def asking(source: str) -> str:
    assert ASKED in RULE
    return RULE.replace(ASKED, f'asked_by: [{{source: "{source}", says: conferences held in time}}]')


@pytest.mark.parametrize("source", ["Notice to Anytown", "Notice to Anytown, second heading", "Ofsted inspection of Anytown, paragraph 3"])
def test_a_document_is_named_alone_or_with_a_place_in_it(tmp_path: Path, source: str) -> None:
    rulebook = load(book(tmp_path, asking(source), **{"sources.yaml": SOURCES}))
    assert rulebook.rules["CPC-ICPC-01"].asked_by[0].source == source
    assert [one.name for one in rulebook.sources] == ["Ofsted inspection of Anytown", "Notice to Anytown"]


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("Notice for Anytown, second heading", "Notice to Anytown"),
        ("Notice to Anytowns", "Notice to Anytown"),
        ("Ofsted inspection at Anytown, paragraph 3", "Ofsted inspection of Anytown"),
    ],
)
def test_another_name_is_refused_with_the_nearest(tmp_path: Path, source: str, meant: str) -> None:
    with pytest.raises(RulebookError) as caught:
        load(book(tmp_path, asking(source), **{"sources.yaml": SOURCES}))
    (problem,) = caught.value.problems
    assert problem.startswith("conference/CPC-ICPC-01.yaml:") and f"'{source}' is no document of sources.yaml" in problem
    assert problem.endswith(f"did you mean '{meant}'?")


def test_a_book_that_names_no_documents_takes_any(tmp_path: Path) -> None:
    assert load(book(tmp_path)).rules["CPC-ICPC-01"].asked_by[0].source == "inspection report"


def test_what_sources_get_wrong_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"sources\.yaml:2:.*unknown word 'titel'"):
        load(book(tmp_path, **{"sources.yaml": "sources:\n  - {titel: A notice, about: It.}\n"}))
