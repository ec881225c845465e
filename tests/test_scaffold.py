"""`auditcheck rules new`: a rule to be filled in, which says so until it is."""

from __future__ import annotations

from pathlib import Path

from commands import invoke

MISSING = """
  - name: missing data, no day of the minutes
    as_of: 2015-06-30
    limit: 10 working days
    given:
      core_groups: [{core_group_id: G1, child_id: C1, held_on: 2015-06-01}]
    expect: not_met
"""


def test_a_new_rule_fails_its_check_until_it_is_filled_in(tmp_path: Path) -> None:
    status, said, _ = invoke("rules", "new", "OUR-CG-01", "--area", "core_group", "--rules", tmp_path)
    file = tmp_path / "core_group" / "OUR-CG-01.yaml"
    assert status == 0 and "fill it in" in said and file.is_file()
    status, _, problems = invoke("rules", "check", tmp_path)
    assert status == 2 and "[OUR-CG-01]" in problems
    filled = "\n".join(
        f"{line} something" if line.rstrip() in ("title:", "says:", "do:", "law:") else line
        for line in file.read_text("utf-8").splitlines()
    )
    file.write_text(filled + "\n", encoding="utf-8")
    status, _, problems = invoke("rules", "check", tmp_path)
    assert status == 2 and problems.count("[OUR-CG-01]") == 1 and "too few examples, expected one for missing data" in problems
    file.write_text(filled + MISSING, encoding="utf-8")
    assert [invoke("rules", what, *rest)[0] for what, rest in (("check", [tmp_path]), ("test", ["--rules", tmp_path]))] == [0, 0]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    invoke("rules", "new", "OUR-CG-01", "--area", "core_group", "--rules", tmp_path)
    status, _, said = invoke("rules", "new", "OUR-CG-01", "--area", "core_group", "--rules", tmp_path)
    assert status == 2 and "already" in said


def test_the_id_of_a_shipped_rule_is_refused(tmp_path: Path) -> None:
    status, _, said = invoke("rules", "new", "CG-REC-03", "--area", "core_group", "--rules", tmp_path)
    assert status == 2 and "OUR-CG-REC-03" in said and not any(tmp_path.iterdir())
