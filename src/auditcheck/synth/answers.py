"""Which rules each format can answer, and what it makes of an outcome. Case records can answer all of them."""

from __future__ import annotations

from auditcheck.synth.planting import ANNEX_A, CASE_RECORDS, CENSUS, SSD, Plant

#: Dates and codes that every format carries which has the records at all.
_DATES = frozenset({"DQ-ASM-15", "DQ-REV-18"})
#: What the census and the dataset carry alike: whole episodes, from the referral on.
_EPISODES = _DATES | {
    "ASM-45-03", "CPC-ICPC-01", "CPC-RCPC1-11", "CPC-RCPC2-12", "DQ-ASM-01", "DQ-CHI-13", "DQ-CLS-16", "DQ-CONF-32", "DQ-DTH-19",
    "DQ-DTH-44", "DQ-PLAN-17", "DQ-REF-27", "DQ-REF-28", "DQ-REV-40", "DQ-S47-02", "DRF-24M-02",
}  # fmt: skip
_SHORT: dict[str, frozenset[str]] = {
    # Of steps down the census can only say that none is late, of two at a time that two are: a plan that ran before the year is not in it.
    CENSUS: _EPISODES | {"DIS-CODE-01"},
    # Lists 7 and 8 hold the latest review and visit only: of a series, what is overdue now is all that shows.
    ANNEX_A: _DATES | {
        "ASM-45-03", "ASM-SEEN-05", "CPC-ICPC-01", "CPC-RCPC2-12", "VIS-CP-01", "CL-ACC-08", "CL-EET-14", "CL-TOUCH-06", "ADO-A1-03",
        "ADO-A2-04", "DRF-24M-02", "DQ-ADO-22", "DQ-ADO-23", "DQ-ADO-24", "DQ-ADO-45", "DQ-ADO-46", "DQ-ADO-47", "DQ-ADO-48", "DQ-ADO-49",
        "DQ-ADO-50",
    },
    SSD: _EPISODES | {
        "ASM-PREB-17", "ASM-SEEN-05", "CLS-SOON-12", "CLS-STEP-07", "VIS-CP-01", "VIS-ALONE-03", "VIS-BED-04", "LAC-REV1-06",
        "LAC-REV2-07", "LAC-REV3-08", "CL-EET-14", "DQ-ASM-11", "DQ-CIN-08", "DQ-CIN-09", "DQ-CONF-33", "DQ-CPP-05", "DQ-CPP-06",
        "DQ-CPP-07", "DQ-LAC-26", "DQ-MIS-21", "DQ-REF-10", "DQ-REV-41", "DQ-REV-42", "DQ-REV-43", "DQ-S47-12", "DRF-AGAIN-06",
        "MIS-DQ-08",
    },
}  # fmt: skip
#: Near misses that only a field excuses which these formats do not carry.
_UNSEEN = {
    ("CPC-ICPC-01", "no conference was needed"),
    ("CL-TOUCH-06", "not in touch, and why"),
    ("DQ-CLS-16", "a placeholder for a reason, and no day"),
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
