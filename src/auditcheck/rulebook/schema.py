"""The shape of a rule file: JSON Schema, and its complaints in plain words.

A kind of check is one file, ``kinds/<kind>.schema.json``. Besides the shape, the schemas say what each text is a name of (see `mentions`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path as File
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from auditcheck.rulebook.problems import wrong
from auditcheck.yaml_text import Path

HERE = File(__file__).parent
_TYPES = {"string": "text", "object": "a mapping", "array": "a list", "integer": "a whole number", "null": "nothing"}

Complaint = tuple[Path, bool, str]


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """The schema of each kind of check, by name."""
    return {file.name.removesuffix(".schema.json"): _load(file) for file in sorted((HERE / "kinds").glob("*.schema.json"))}


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema of a ``rule``, a ``profile`` or the ``editions``; that of a rule holds every kind of check."""
    found = _load(HERE / f"{name}.schema.json")
    if name != "editions":
        more = _load(HERE / "measure.schema.json")["$defs"]
        used = more if name == "rule" else {key: more[key] for key in ("amount", "targets", "text_or_year")}
        found["$defs"] = used | found["$defs"]
    if name == "rule":
        for kind, fragment in kinds().items():
            found["$defs"][f"kind_{kind}"] = fragment
            found["$defs"]["requires"]["properties"][kind] = {"$ref": f"#/$defs/kind_{kind}"}
    simple = {f"#/$defs/{key}": part for key, part in found["$defs"].items() if "$ref" not in json.dumps(part)}
    inlined: dict[str, Any] = _inlined(found, simple)
    return inlined


def complaints(name: str, value: Any) -> list[Complaint]:
    """What the schema has against a value: (path, whether it is about the key there, text), in the order found."""
    return against(_validator(name), value)


def against(validator: Draft202012Validator, value: Any) -> list[Complaint]:
    """What a validator has against a value, as `complaints` says it."""
    return list(dict.fromkeys(complaint for error in validator.iter_errors(value) for complaint in _explain(error)))


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name))


def _inlined(part: Any, simple: dict[str, dict[str, Any]]) -> Any:
    # Following a reference costs more than the check behind it, and most lead to a word or two.
    if isinstance(part, list):
        return [_inlined(one, simple) for one in part]
    if not isinstance(part, dict):
        return part
    inlined = {key: _inlined(value, simple) for key, value in part.items() if key != "$ref" or value not in simple}
    return simple[part["$ref"]] | inlined if part.get("$ref") in simple else inlined


def _load(file: File) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _explain(error: ValidationError) -> Iterator[Complaint]:
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        words = error.schema.get("properties", {})
        for key in error.instance:
            if key not in words:
                yield (*path, key), True, wrong(f"unknown word '{key}'", words, key)
    elif error.validator == "required":
        named = re.match(r"'(.*)' is a required property", error.message)
        yield path, False, f"{_here(path)}'{named[1] if named else error.message}' is missing"
    elif error.validator in ("anyOf", "oneOf"):
        yield from _explain_choice(error, path)
    else:
        yield path, False, f"{_here(path)}{_simple(error)}"


def _simple(error: ValidationError) -> str:
    value, schema_ = error.instance, error.schema
    if error.validator == "enum":
        return wrong(_shown(value), error.validator_value, value if isinstance(value, str) else None)
    if error.validator == "type":
        wanted = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
        return f"{_shown(value)}, expected {' or '.join(_TYPES[kind] for kind in wanted)}"
    if "message" in schema_:
        return f"{_shown(value)}, {schema_['message']}"
    if error.validator in ("minItems", "minProperties", "minLength"):
        return f"{_shown(value)}, expected at least one"
    return f"{_shown(value)}, expected {error.validator} {error.validator_value}"


def _explain_choice(error: ValidationError, path: Path) -> Iterator[Complaint]:
    if "message" in error.schema:
        yield path, False, f"{_here(path)}{_shown(error.instance)}, {error.schema['message']}"
        return
    branches: dict[int, list[ValidationError]] = {}
    for inner in error.context or []:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    # A branch of the wrong type altogether says nothing useful about what was meant.
    meant = [found for found in branches.values() if not any(e.validator == "type" and not e.path for e in found)]
    if meant:
        for inner in min(meant, key=lambda found: sum(e.validator in ("required", "additionalProperties") for e in found)):
            yield from _explain(inner)
    else:
        wanted = [kind for found in branches.values() for e in found if e.validator == "type" for kind in _as_list(e.validator_value)]
        yield path, False, f"{_here(path)}{_shown(error.instance)}, expected {' or '.join(dict.fromkeys(_TYPES[kind] for kind in wanted))}"


def _as_list(kinds_: str | list[str]) -> list[str]:
    return [kinds_] if isinstance(kinds_, str) else kinds_


def _here(path: Path) -> str:
    words = [str(step) for step in path if isinstance(step, str)]
    return f"{words[-1]}: " if words else ""


def _shown(value: Any) -> str:
    if value is None:
        return "nothing is written"
    if isinstance(value, dict | list):
        return ("an empty " if not value else "a ") + ("mapping" if isinstance(value, dict) else "list")
    text = str(value)
    return f"'{text if len(text) <= 60 else text[:57] + '...'}'"
