"""Section 10: what the figures can't tell, and which earlier figures have changed since, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditcheck.board import sentences
from auditcheck.board.book import Book
from auditcheck.board.trends import NO_VARIATION
from auditcheck.reports.words import count


def unknown(book: Book) -> Iterator[str]:
    """What could not be told, or not be evaluated."""
    for basis in ("due", "record"):
        table = book.shown[f"{basis}-theme"]
        whole = table.figure("All rules")
        if whole is not None and whole.unknown is not None and whole.d:
            every = f"{whole.d + whole.unknown:,}"
            some = f"{whole.unknown:,} of {every} could not be told ({sentences.unknown_share(whole)})"
            yield f"{table.about}: {some if whole.unknown else f'none of {every} could not be told'}."
    if book.undated:
        yield "Some records bear no day by which they could be put in a period, and are closed: they are in no figure."
    bounds = [one.title for one in book.measures if one.figure and one.figure.only_bounds]
    if bounds:
        yield f"Too much is not recorded to show one figure of: {'; '.join(bounds)}."
    still = [one.title for one in book.measures if one.trend.variation == NO_VARIATION]
    if still:
        why = "can't be told from limits, as there was no variation to make them of"
        yield f"Whether these changed by more than chance {why}: {'; '.join(still)}."
    reasons = Counter(_in_short(row["why"]) for row in book.not_evaluated)
    for reason, number in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"{count(number, 'rule or measure', 'rules or measures')} not evaluated: {reason}."
    if reasons:
        yield "Which they are is in annex B."


def _in_short(why: str) -> str:
    """Why something was not evaluated, without what is lacking: that is in the annex."""
    return "it rests on a rule that was not evaluated" if why.startswith("it rests on") else why.partition(":")[0]


def restated(book: Book) -> Iterator[str]:
    """Which figures of the earlier runs given have been restated since."""
    if not book.earlier:
        yield "No earlier run was given to this book, so which figures have been restated can't be told."
    titles = {one.id: one.title for one in book.measures}
    for at, one in enumerate(book.earlier):
        day = sentences.day(one.as_of.isoformat())
        if not one.same_rules:
            yield f"The rules have changed since the run as at {day}; a figure may differ for that reason too."
        if one.apart:
            yield f"The run as at {day} has no months to compare of: {'; '.join(titles[name] for name in one.apart)}."
        if not one.points:
            yield f"No point of a chart is counted differently than in the run as at {day}."
        else:
            points = f"{count(one.points, 'point')} of {count(one.measures, 'measure')}"
            yield f"Since the run as at {day}, {points} {'is' if one.points == 1 else 'are'} counted differently{'.' if at else ':'}"
    yield from (one.says(titles[one.measure]) for one in book.restated)
