"""Drawing a sample from its frame: how many from each stratum, which, and what each drawn case stands for."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import pandas as pd

from auditcheck import sampling
from auditcheck.samples.frame import HIGH, Frame


@dataclass(frozen=True)
class Order:
    """What is asked: ``n`` cases, ``seed``, at least ``floor`` from each stratum, and at least ``share`` of them of high risk."""

    n: int
    seed: str
    floor: int
    share: float


@dataclass(frozen=True)
class Stratum:
    """One stratum: the children in it and how many were drawn."""

    name: str
    size: int
    drawn: int


@dataclass(frozen=True)
class Sample:
    """``cases``: one row a case drawn: case, child_id, restricted, risk, strata, stratum, drawn_from, drawn, weight.

    ``floor``: the least that every stratum gave, which may be less than was asked.
    """

    order: Order
    frame: Frame
    hash: str
    strata: list[Stratum]
    floor: int
    cases: pd.DataFrame

    @property
    def name(self) -> str:
        """Short, for forms: those belong together on which it is the same."""
        return sha256(repr((self.hash, self.order)).encode()).hexdigest()[:12]


def draw(frame: Frame, order: Order) -> Sample:
    """Draw. The same frame, order and seed give the same cases, whatever the order of the frame's rows."""
    names = [*frame.strata, *(["high_risk"] if order.share and "risk" not in frame.strata else [])]
    rows = frame.rows.assign(high_risk=(frame.rows["risk"] == HIGH).map({True: "high risk", False: "other risk"}))
    rows["stratum"] = rows[names].agg(", ".join, axis=1) if names else "all"
    given, floor = _allocate(rows, order)
    strata = [Stratum(name, int(size), given[name]) for name, size in rows["stratum"].value_counts().sort_index().items()]
    taken = {
        child: stratum
        for stratum in strata
        for child in sampling.drawn(rows["child_id"][rows["stratum"] == stratum.name], stratum.drawn, order.seed)
    }
    cases = pd.DataFrame({"child_id": sampling.drawn(taken, len(taken), order.seed)}).merge(rows, on="child_id")
    cases.insert(0, "case", [f"case-{number:03d}" for number in range(1, len(cases) + 1)])
    cases["drawn_from"] = [taken[child].size for child in cases["child_id"]]
    cases["drawn"] = [taken[child].drawn for child in cases["child_id"]]
    cases["weight"] = [f"{taken[child].size / taken[child].drawn:.4f}" for child in cases["child_id"]]
    columns = ["child_id", "restricted", "risk", *frame.strata]
    hash_ = sampling.frame_hash(rows[list(dict.fromkeys(columns))].to_numpy().tolist())
    return Sample(order, frame, hash_, strata, floor, cases.drop(columns="high_risk"))


def _allocate(rows: pd.DataFrame, order: Order) -> tuple[dict[str, int], int]:
    """How many from each stratum. High risk and the rest are two samples where a share of high risk is asked for."""
    parts = [rows]
    numbers = [min(order.n, len(rows))]
    if order.share:
        high = rows["risk"] == HIGH
        parts = [rows[high], rows[~high]]
        numbers = list(sampling.with_share(len(parts[0]), len(parts[1]), order.n, order.share))
    given: dict[str, int] = {}
    floors = []
    for part, number in zip(parts, numbers, strict=True):
        if len(part):
            more, floor = sampling.at_least({str(k): int(v) for k, v in part["stratum"].value_counts().items()}, number, order.floor)
            given |= more
            floors.append(floor)
    return given, min(floors)
