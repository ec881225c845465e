"""Every requirement and every aggregate measure of the catalogue is a rule, of a kind that says what is done about it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from commands import invoke

CATALOGUE = (Path(__file__).parent / "catalogue_ids.txt").read_text("utf-8").split()


def test_every_id_of_the_catalogue_is_listed_with_its_kind() -> None:
    status, said, _ = invoke("rules", "list", "--format", "json")
    kinds = {rule["id"]: rule["kind"] for rule in json.loads(said)}
    assert status == 0 and len(CATALOGUE) == len(set(CATALOGUE)) == 239 + 26
    assert [name for name in CATALOGUE if name not in kinds] == []
    assert {name for name in CATALOGUE if name.startswith("AGG-")} == {name for name, kind in kinds.items() if kind == "measure"}
    counts = Counter(kinds[name] for name in CATALOGUE)
    assert counts["automated"] + counts["composed"] >= 110
    assert counts["automated"] + counts["composed"] + counts["recorded"] >= 150
