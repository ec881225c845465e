"""The refusals of the other rooms: each is a sentence for the person at the command line."""

from __future__ import annotations


def refusals() -> tuple[type[Exception], ...]:
    """Every exception whose message is meant for a user. Imported late, so that help stays quick."""
    from auditcheck.board.commentary import BadCommentary
    from auditcheck.board.periods import BadPeriod
    from auditcheck.board.source import NotARun
    from auditcheck.board.write import NoPdf
    from auditcheck.disclosure import CannotRelease, LedgerUnreadable, NotATable
    from auditcheck.judgement.engine import EngineMissing
    from auditcheck.reports.folder import OutputRefused
    from auditcheck.rulebook.problems import RulebookError
    from auditcheck.synth.wanted import BadOrder
    from auditcheck.why import NoSuchFinding

    return (BadCommentary, BadPeriod, CannotRelease, LedgerUnreadable, NoPdf, NotARun, NotATable, BadOrder, EngineMissing, NoSuchFinding, OutputRefused, RulebookError)
