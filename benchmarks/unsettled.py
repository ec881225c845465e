"""The authority that everybody is asked about: one of `auditcheck synth`, whose lives are lawful, with more that goes wrong.

`auditcheck synth` plants a few breaches a rule and none of some. Here dates move, answers go missing, records are left out, protection
plans overlap and texts are copied between brothers and sisters, a few in a hundred of each: an agreement on nothing would say nothing.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rules12 import AS_OF

#: Moments of which some move by up to sixty days, and some are blank.
_MOVED = {
    "conferences": ["held_at"],
    "conference_reports": ["shared_at"],
    "plan_actions": ["completed_on"],
    "plans": ["started_on", "ended_on"],
    "strategy_discussions": ["held_at"],
    "visits": ["visited_at"],
}
#: Answers of which some are blank.
_BLANKED = {
    "conferences": ["late_reason"],
    "plan_actions": ["carried_over_to", "abandoned_reason"],
    "referrals": ["earlier_closure_review", "closure_reason"],
    "section_47_enquiries": ["strategy_id"],
    "strategy_discussions": ["agencies"],
    "visits": ["child_seen", "not_seen_reason"],
}
#: Tables of which some records are left out.
_THINNED = ["conference_reports", "visits"]
_WORDS = "alone bruised hungry late calm school home mother father stairs cold clothes bed weight asks night often never settled door"
_NAMES = ["Amara", "Ben", "Chidi", "Dora", "Ewan", "Fay"]


def write(folder: Path, children: int, seed: int = 1) -> Path:
    """Write the authority into ``folder`` (Parquet), the same for the same figures; its case records."""
    command = ["synth", str(folder), "--children", str(children), "--seed", str(seed), "--tables", "parquet"]
    subprocess.run([sys.executable, "-m", "auditcheck", *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    records, random = folder / "case-records", np.random.default_rng(seed)
    for file in sorted(records.glob("*.parquet")):
        table = pq.read_table(file)
        for name in _MOVED.get(file.stem, []):
            table = _put(table, name, _moved(table[name].to_pylist(), random))
        for name in _BLANKED.get(file.stem, []):
            table = _put(table, name, np.where(random.random(len(table)) < 0.1, "", np.array(table[name].to_pylist(), object)))
        if file.stem in _THINNED:
            table = table.filter(pa.array(random.random(len(table)) > 0.02))
        if file.stem == "plans":
            needy = np.array(table["kind"].to_pylist(), object)
            table = _put(table, "kind", np.where((needy == "child_in_need") & (random.random(len(table)) < 0.2), "child_protection", needy))
            table = pa.concat_tables([table, _again(table.filter(pa.array(random.random(len(table)) < 0.02)))])
        if file.stem == "assessments":
            children_ = pq.read_table(records / "children.parquet").to_pydict()
            family = dict(zip(children_["child_id"], children_["family_id"], strict=True))
            table = _put(table, "risk_analysis", _texts([family[child] for child in table["child_id"].to_pylist()], random))
        pq.write_table(table, file)
    return records


def _put(table: pa.Table, name: str, values: object) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values, pa.string()))


def _again(plans: pa.Table) -> pa.Table:
    """The same plans under other ids."""
    return _put(plans, "plan_id", [f"{plan}-again" for plan in plans["plan_id"].to_pylist()])


def _moved(texts: list[str], random: np.random.Generator) -> list[str]:
    """Three in a hundred on another day (never after the as-of date), two in a hundred blank."""
    chance, days = random.random(len(texts)), random.integers(-60, 60, len(texts))
    last = np.datetime64(AS_OF) - 1

    def one(text: str, chance: float, days: int) -> str:
        if not text or chance < 0.95:
            return text
        return "" if chance > 0.98 else str(min(np.datetime64(text[:10]) + days, last)) + text[10:]

    return [one(*each) for each in zip(texts, chance.tolist(), days.tolist(), strict=True)]


def _texts(families: list[str], random: np.random.Generator) -> list[str]:
    """An analysis of 24 words each, with a name; one in five is that of another in the family but for a word or two."""
    said: dict[str, list[str]] = {}
    result = []
    for family in families:
        words = said.get(family)
        if words is None or random.random() > 0.2:
            words = random.choice(_WORDS.split(), 24).tolist()
        words = [*words]
        words[3], words[random.integers(4, 24)] = random.choice(_NAMES), random.choice(_WORDS.split())
        said[family] = words
        result.append(" ".join(words))
    return result
