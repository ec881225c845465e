"""From a number of children and a seed to an export and what an audit of it must find."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from auditcheck.synth import wanted
from auditcheck.synth.answers import answers, carries, outcome
from auditcheck.synth.authority import Row, Team, teams
from auditcheck.synth.families import families
from auditcheck.synth.life import Life
from auditcheck.synth.planting import ANNEX_A, CASE_RECORDS, CENSUS, SSD, Planter, Quota
from auditcheck.synth.plants import plants


@dataclass(frozen=True)
class Order:
    """What is asked for. ``breaches`` None: the usual shares. ``parquet`` matters to formats of one file a table."""

    out: Path
    children: int
    seed: int
    format: str = CASE_RECORDS
    breaches: Path | None = None
    parquet: bool = False


@dataclass(frozen=True)
class Made:
    """Where the export is, how many children and expectations it has, and what could not be planted as often as asked."""

    export: Path
    children: int
    expected: int
    short: list[Quota]


class Writer(Protocol):
    """Writes lives in one format, as they come; knows by which id an audit of that format calls a record."""

    export: Path

    def add(self, life: Life) -> None: ...
    def record_id(self, life: Life, table: str, row: Row) -> str: ...
    def close(self) -> None: ...


def make(order: Order, tell: Callable[[str], object] = lambda text: None) -> Made:
    """Write OUT whole or not at all. Raises `wanted.BadOrder` (also where OUT holds something), `OSError`."""
    known = [plant for plant in plants() if carries(order.format, plant)]
    quotas = wanted.asked_for(known, order.breaches) if order.breaches else wanted.usual(known)
    if order.out.exists() and any(order.out.iterdir()):
        raise wanted.BadOrder(f"{order.out} is not empty. Name a folder that is not there yet.")
    draft = order.out.with_name(f".{order.out.name}.part-{os.getpid()}")
    draft.mkdir(parents=True, mode=0o700)
    try:
        made = _write(order, draft, quotas, tell)
        if order.out.exists():
            order.out.rmdir()
        draft.rename(order.out)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Made(order.out / made.export.relative_to(draft), made.children, made.expected, made.short)


def _write(order: Order, place: Path, quotas: list[Quota], tell: Callable[[str], object]) -> Made:
    known = teams(order.children)
    planter, writer = Planter(quotas), _writer(order, place, known)
    children = found = 0
    with (place / "expected.csv").open("w", encoding="utf-8", newline="") as file:
        expected = csv.writer(file, lineterminator="\n")
        expected.writerow(["child_id", "rule_id", "table", "record_id", "class", "outcome", "why"])
        for family in families(order.children, order.seed, known):
            for life in family:
                planter.plant(life)
            for life in family:
                writer.add(life)
                for one in life.expected:
                    key = one.record_id or writer.record_id(life, one.table, one.row)
                    if key and answers(order.format, one.rule_id):
                        said = outcome(order.format, one.outcome)
                        expected.writerow([life.child_id, one.rule_id, one.table, key, one.class_, said, one.why])
                        found += 1
                children += 1
            if not children % 1000:
                tell(f"Inventing children: {children:,} of {order.children:,}")
    writer.close()
    _tell_planted(place, quotas)
    short = [quota for quota in quotas if quota.count is not None and quota.planted < quota.count]
    return Made(writer.export, children, found, short)


def _writer(order: Order, place: Path, known: list[Team]) -> Writer:
    if order.format == CENSUS:
        from auditcheck.synth.census import Census

        return Census(place)
    if order.format == ANNEX_A:
        from auditcheck.synth.annex_a import AnnexA

        return AnnexA(place)
    if order.format == SSD:
        from auditcheck.synth.ssd import SsdExtract

        return SsdExtract(place, known, order.parquet)
    from auditcheck.synth.folder import Folder

    return Folder(place, known, order.parquet)


def _tell_planted(place: Path, quotas: list[Quota]) -> None:
    with (place / "planted.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["rule_id", "what", "near_miss", "could_carry", "planted"])
        for quota in quotas:
            table.writerow([quota.plant.rule, quota.plant.name, "yes" if quota.plant.trap else "no", quota.hosts, quota.planted])
