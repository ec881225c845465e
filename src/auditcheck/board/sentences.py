"""What the figures say in words, and no word more: no adjective that a figure does not carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from auditcheck.board import spc
from auditcheck.board.book import Book, Measure
from auditcheck.board.shown import Figure
from auditcheck.board.trends import NO_VARIATION, VARIATION
from auditcheck.checks.figure import in_figures
from auditcheck.clock import day_number
from auditcheck.reports import words
from auditcheck.texts import in_words

MOST = 6


def day(iso: str) -> str:
    """``31 March 2015``."""
    return in_words(day_number(date.fromisoformat(iso)))


def said(figure: Figure) -> str:
    """``89.2% (112 of 127)``."""
    told = figure.words()
    return f"{told['percent']} ({told['n']} of {told['d']})"


def changes(book: Book) -> tuple[list[str], list[str]]:
    """(what differs from the period before by more than chance could explain, what does not)."""
    differs: list[str] = []
    same: list[str] = []
    for label, now, then in book.changes:
        if now.range is None or then.range is None:
            continue
        apart = now.range[0] > then.range[1] or now.range[1] < then.range[0]
        (differs if apart else same).append(f"{label}: of what fell due, {said(now)} was met, and {said(then)} in the period before.")
    return differs, same


def unchanged(differs: Sequence[str], same: Sequence[str]) -> str:
    """How many figures do not differ from the period before; '' where there is none."""
    which = "No other" if differs else "Nothing"
    return (
        f"{which} differs by more than chance alone could explain: {_count(len(same), 'figure')}, in section 6 and annex B." if same else ""
    )


def headlines(book: Book) -> list[str]:
    """Up to six, at least one about the long run where there is one."""
    found = []
    whole = book.shown["due-theme"].figure("All rules")
    if whole is not None and not whole.hidden:
        found.append(f"Of what fell due, {said(whole)} was done as the rules ask, over all rules.")
    if whole is not None and whole.unknown is not None and whole.d:
        counts = f"{whole.unknown:,} of {whole.d + whole.unknown:,}"
        found.append(f"{unknown_share(whole)} of what fell due could not be told from the records ({counts}).")
    found += [news for measure in book.measures if (news := _news(measure))][:2]
    steady = [measure for measure in book.measures if measure.trend.variation == VARIATION[spc.NO_CHANGE]]
    long_run = [measure for measure in steady if measure.trend.chart and measure.trend.chart.limits]
    found += [
        f"{measure.title}: {measure.trend.mean} on average over the latest {min(len(measure.trend.chart.values), 12)} points; "
        "the latest shows no change that chance could not explain."
        for measure in long_run[:1]
        if measure.trend.chart
    ] or [_unvarying(measure) for measure in book.measures if measure.trend.variation == NO_VARIATION][:1]
    failing = [measure for measure in book.measures if measure.failing]
    if failing:
        found.append(f"{_count(len(failing), 'target')} not met: {'; '.join(measure.title.lower() for measure in failing[:3])}.")
    differs, _ = changes(book)
    found += differs[:1]
    return [sentence[:1].upper() + sentence[1:] for sentence in found[:MOST]]


def _news(measure: Measure) -> str:
    """What a measure's latest point says, where it is more than chance; how that is worked out stands with the chart."""
    if not signalled(measure) or not measure.trend.rows:
        return ""
    when, figure = measure.trend.rows[-1]
    change = _CHANGE[measure.trend.signal]
    return f"{measure.title}: {change} by more than chance, {when} {said(figure)}; {measure.trend.mean} on average of the last 12."


def _unvarying(measure: Measure) -> str:
    """What is known of the long run where there was no variation to make limits of."""
    when, figure = measure.trend.rows[-1]
    latest = "" if figure.value is None else f", {when} {said(figure)}"
    why = "nothing can be told from limits, as there was no variation to make them of"
    return f"{measure.title}: {measure.trend.mean} on average over the latest 12 points{latest}; {why}."


#: A real change in a sentence.
_CHANGE = {spc.WORSE: "worse", spc.BETTER: "better", spc.HIGHER: "higher", spc.LOWER: "lower"}


def unknown_share(figure: Figure) -> str:
    """The unknown in per cent of all; what is not nought is never shown as nought."""
    unknown, every = figure.unknown or 0, (figure.d or 0) + (figure.unknown or 0)
    share = in_figures(Fraction(100 * unknown, every))
    return "under 0.1%" if unknown and share == "0.0" else f"{share}%"


def span(period: str) -> str:
    """``1 April 2014 to 31 March 2015``, from two ISO days."""
    first, _, last = period.partition(" to ")
    return "" if not period else f"On {day(last)}" if first == last else f"{day(first)} to {day(last)}"


def signalled(measure: Measure) -> bool:
    """Whether its latest point is more than chance."""
    return measure.trend.signal != spc.NO_CHANGE


def decisions(book: Book) -> Iterator[str]:
    """What the figures put to the board; people add theirs."""
    for measure in book.measures:
        if measure.trend.assurance == "Will miss unless something changes":
            outside = "the target lies outside what the process gives as it runs now"
            yield f"{measure.title}: {outside}. Effort alone will not reach it; decide what is to change."
        elif measure.failing:
            yield f"{measure.title}: the target is not met ({judged_by(measure)}). Decide what is done, by whom and by when."
    for measure in book.measures:
        if measure.trend.signal == spc.WORSE:
            yield f"{measure.title}: worse than before by more than chance. Ask what is known of the cause."
    for measure in book.measures:
        if measure.figure and measure.figure.only_bounds and not measure.beside:
            yield f"{measure.title}: too much is not recorded to show one figure. Decide who puts the records right."


def title(measure: Measure) -> str:
    """An active title of a measure's page: what it says, in ten words or so."""
    if measure.failing:
        return f"{measure.title}: target not met"
    if signalled(measure):
        return f"{measure.title}: {_CHANGE[measure.trend.signal]}, a real change"
    return measure.title


def ordered(measures: Sequence[Measure]) -> list[Measure]:
    """The failing first, then those with a real change, worse before better, then the others; otherwise as in the book."""
    ranks = {spc.WORSE: 1, spc.HIGHER: 2, spc.LOWER: 2, spc.BETTER: 3}
    return sorted(measures, key=lambda one: 0 if one.failing else ranks.get(one.trend.signal, 4))


def judged_by(measure: Measure) -> str:
    """The figure by which a target is not met, in words: the latest, unless all such targets are of days that have passed."""
    found = [target.get("judged", "") for target in measure.targets if target["status"] == "not_met"]
    return measure.told if "" in found else found[0]


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def target_in_words(target: Mapping[str, str]) -> str:
    """What is wanted, and how it stands; empty where nothing is."""
    if not target["says"]:
        return ""
    if target["status"] == "hidden":
        return f"{target['says']}: hidden"
    stands = words.TARGET.get(target["status"], target["status"]).lower().removeprefix("target ")
    condition = f", if {if_}" if (if_ := target.get("if")) else ""
    by = f" ({judged})" if (judged := target.get("judged")) else ""
    return f"{target['says']}: {stands}{condition}{by}"
