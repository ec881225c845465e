"""The refusals of the other rooms: each is a sentence for the person at the command line."""

from __future__ import annotations


def refusals() -> tuple[type[Exception], ...]:
    """Every exception whose message is meant for a user. Imported late, so that help stays quick."""
    from auditcheck.board import BoardRefused
    from auditcheck.disclosure import CannotRelease, LedgerUnreadable, NotATable, NotReleased
    from auditcheck.judgement.engine import EngineMissing
    from auditcheck.ledger.store import LedgerRefused
    from auditcheck.ledger.waiver_file import WaiversRefused
    from auditcheck.reports.cases import NoSheet
    from auditcheck.reports.folder import OutputRefused
    from auditcheck.review import BadReview
    from auditcheck.review.pseudonyms import KeyRefused
    from auditcheck.rulebook.problems import RulebookError
    from auditcheck.samples.run_folder import BadSample
    from auditcheck.synth.wanted import BadOrder
    from auditcheck.unattended.begin import NotEmpty
    from auditcheck.unattended.config import BadConfig
    from auditcheck.unattended.night import AnotherNight, CutShort
    from auditcheck.why import NoSuchFinding

    return (
        *(
            AnotherNight,
            BadConfig,
            BadOrder,
            BadSample,
            BoardRefused,
            CannotRelease,
            CutShort,
            EngineMissing,
            LedgerRefused,
            LedgerUnreadable,
        ),
        *(BadReview, KeyRefused, NoSheet, NoSuchFinding, NotATable, NotEmpty, NotReleased, OutputRefused),
        *(RulebookError, WaiversRefused),
    )
