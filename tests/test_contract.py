"""The vocabulary in code is the vocabulary that the documentation gives."""

from __future__ import annotations

import re
from pathlib import Path

from auditcheck import contract

DOCUMENT = Path(__file__).parents[1] / "docs" / "case-records.md"


def documented() -> dict[str, list[str]]:
    rows = re.findall(r"^\| (\w+) \| (\w+\*.*) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    found = {}
    for table, fields in rows:
        plain = re.sub(r"\([^()]*\)", "", fields)
        plain = re.split(r"\. (?=[A-Z`])", plain)[0]
        found[table] = [re.match(r"\s*(\w+)", part)[1] for part in plain.split(",")]  # type: ignore[index]
    return found


def test_every_table_and_field_of_the_document_is_known_and_no_other() -> None:
    ours = {name: [f for f in contract.tables()[name] if f != "recorded_at"] for name in contract.supplied()}
    assert ours == documented()


def test_any_event_table_may_say_when_it_was_recorded() -> None:
    assert all("recorded_at" in contract.tables()[name] for name in contract.HAPPENED)


def test_references_lead_to_tables() -> None:
    for fields in contract.tables().values():
        for field in fields.values():
            assert field.refers_to is None or field.refers_to in contract.tables()
    assert contract.tables()["visits"]["plan_id"].refers_to == "plans"
    assert contract.tables()["section_47_enquiries"]["signed_off_by"].refers_to == "workers"
