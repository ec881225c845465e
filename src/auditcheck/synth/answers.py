"""Which rules each format can answer, and what it makes of an outcome. Case records can answer all of them."""

from __future__ import annotations

from auditcheck.synth.planting import ANNEX_A, CASE_RECORDS, CENSUS, SSD, Plant

_SHORT: dict[str, frozenset[str]] = {
    CENSUS: frozenset({"ASM-45-03", "CPC-ICPC-01", "CPC-RCPC1-11", "CPC-RCPC2-12", "DIS-CODE-01"}),
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
        }
    ),
    SSD: frozenset(
        {
            "ASM-45-03",
            "ASM-SEEN-05",
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


#: Lives may break these by themselves: how soon things come again is left to chance, and a late assessment that is planted may run
#: into the next.
_LEFT_TO_CHANCE = frozenset({"CLS-BACK-11", "CLS-SOON-12", "DQ-ASM-11", "DRF-AGAIN-06", "DRF-CIN-07"})


def answers(format_: str, rule: str) -> bool:
    """Whether what is expected of a rule in a format is all that an audit may find."""
    return rule not in _LEFT_TO_CHANCE if format_ == CASE_RECORDS else rule in _SHORT[format_]


def carries(format_: str, plant: Plant) -> bool:
    """Whether what is planted can be seen in the format."""
    return format_ == CASE_RECORDS or (plant.rule in _SHORT[format_] and (plant.rule, plant.name) not in _UNSEEN)


def outcome(format_: str, said: str) -> str:
    """The outcome in the format: reasons that excuse are carried by case records alone."""
    return "not_met" if said == "justified" and format_ != CASE_RECORDS else said
