"""Which rules each format can answer, and what it makes of an outcome. Case records can answer all of them."""

from __future__ import annotations

from auditcheck.synth.planting import ANNEX_A, CASE_RECORDS, CENSUS, SSD, Plant

_SHORT: dict[str, frozenset[str]] = {
    # Of steps down the census can only say that none is late: a plan that ran before the year is not in it.
    CENSUS: frozenset({"ASM-45-03", "CPC-ICPC-01", "CPC-RCPC1-11", "CPC-RCPC2-12", "DIS-CODE-01", "DRF-24M-02"}),
    # Lists 7 and 8 hold the latest review and visit only: of a series, what is overdue now is all that shows.
    ANNEX_A: frozenset(
        {
            "ASM-45-03",
            "ASM-SEEN-05",
            "CPC-ICPC-01",
            "CPC-RCPC2-12",
            "VIS-CP-01",
            "CL-ACC-08",
            "CL-EET-14",
            "CL-TOUCH-06",
            "ADO-A1-03",
            "ADO-A2-04",
            "DRF-24M-02",
        }
    ),
    SSD: frozenset(
        {
            "ASM-45-03",
            "ASM-SEEN-05",
            "CPC-ICPC-01",
            "CPC-RCPC1-11",
            "CPC-RCPC2-12",
            "CLS-STEP-07",
            "VIS-CP-01",
            "VIS-ALONE-03",
            "VIS-BED-04",
            "LAC-REV1-06",
            "LAC-REV2-07",
            "LAC-REV3-08",
            "CL-EET-14",
            "DRF-24M-02",
        }
    ),
}
#: Near misses that only a field excuses which these formats do not carry.
_UNSEEN = {
    ("CPC-ICPC-01", "no conference was needed"),
    ("CL-TOUCH-06", "not in touch, and why"),
    ("VIS-ALONE-03", "not seen alone, each time for a reason"),
    ("VIS-BED-04", "the bedroom was not seen, for a reason"),
}


def answers(format_: str, rule: str) -> bool:
    """Whether what is expected of a rule in a format is all that an audit may find."""
    return format_ == CASE_RECORDS or rule in _SHORT[format_]


def carries(format_: str, plant: Plant) -> bool:
    """Whether what is planted can be seen in the format."""
    return format_ == CASE_RECORDS or (plant.rule in _SHORT[format_] and (plant.rule, plant.name) not in _UNSEEN)


def outcome(format_: str, said: str) -> str:
    """The outcome in the format: reasons that excuse are carried by case records alone."""
    return "not_met" if said == "justified" and format_ != CASE_RECORDS else said
