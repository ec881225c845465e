"""A mapping as a person writes it -> as the readers of lists take it. What is still open is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Answers that need no list of a person's own.
_YES_NO = {"yes": ["yes", "y", "true", "1"], "no": ["no", "n", "false", "0"]}


def ready(said: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping for `exports.lists.Lists`."""
    words = said.get("words", {})
    codes = {name: _settled(answers) for name, answers in words.get("codes", {}).items()}
    return {
        "words": {
            "codes": {"yesno": _YES_NO} | codes,
            "date_layouts": [layout for layout in words.get("date_layouts", ()) if layout != "undecided"],
            "nothing": words.get("nothing", ()),
        },
        "coverage": {table: how for table, how in said.get("coverage", {}).items() if how != "undecided"},
        "lists": {name: _list(name, about) for name, about in said["lists"].items()},
    }


def _settled(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {code: texts for code, texts in answers.items() if code not in ("proposed", "undecided")}


def _list(name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    child = str(about.get("child", ""))
    made: dict[str, Any] = {
        "titles": [name, *map(str, about.get("titles", ()))],
        "columns": [[str(one) for one in (names if isinstance(names, list) else [names])] for names in about["columns"]],
        "child": child,
        "records": [_record(record, child) for record in about.get("records", ())],
    }
    if about.get("several") == "true":
        made["several"] = True
    return made | ({"not_read": about["not_read"]} if "not_read" in about else {})


def _record(record: Mapping[str, Any], child: str) -> dict[str, Any]:
    made: dict[str, Any] = {word: str(value) if word == "only_if" else value for word, value in record.items() if word != "proposed"}
    fields = {name: [_way(way) for way in (ways if isinstance(ways, list) else [ways])] for name, ways in record["fields"].items()}
    made["fields"] = {name: kept for name, ways in fields.items() if (kept := [way for way in ways if way is not None])}
    for test in ("when", "but"):
        if test in made:
            made[test] = {"column": str(made[test]["column"]), "is": made[test]["is"]}
    if record["table"] == "children":
        made.setdefault("only_if", child)
    return made


def _way(way: Any) -> Any:
    """One way to fill a field; None where nobody has decided it."""
    if not isinstance(way, dict):
        return str(way)
    if way.get("always") == "undecided":
        return None
    made: dict[str, Any] = {word: str(value) for word, value in way.items()}
    if made.get("layout") == "undecided":
        del made["layout"]
    if "opposite" in made:
        return made | {"opposite": True}
    return made
