"""Our own YAML is read fast; ruamel.yaml, which knows YAML 1.2 and refuses a key that is written twice, reads the same in it."""

from importlib.resources import files
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from auditcheck.exports.manifest import plain_yaml

OWN = sorted(Path(str(files("auditcheck"))).rglob("*.yaml"))


class DatesAsText(SafeConstructor):
    """YAML turns 2024-04-01 into a date; here it stays what was written."""


DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.name)
def test_a_file_of_ours_reads_as_yaml_says(file: Path) -> None:
    slow = YAML(typ="safe", pure=True)
    slow.Constructor = DatesAsText
    text = file.read_text("utf-8")
    assert repr(plain_yaml(text)) == repr(slow.load(text))


def test_nothing_is_guessed_but_numbers_true_false_and_nothing() -> None:
    text = "[2024-04-01, yes, no, 1.5, 0x1F, 010, 10:30, true, -7, ~, null, 'null']"
    assert plain_yaml(text) == ["2024-04-01", "yes", "no", "1.5", "0x1F", "010", "10:30", True, -7, None, None, "null"]
