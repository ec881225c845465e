"""A measure in words: its row at a glance, its page, and its target where that is missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from auditcheck.board import charts, sentences
from auditcheck.board.book import Book, Measure
from auditcheck.board.coded import HAPPENED, STARTED
from auditcheck.board.commentary import ASKED, OWNER
from auditcheck.board.sentences import target_in_words
from auditcheck.board.shown import HIDDEN, NOTHING, Figure
from auditcheck.board.trends import CHANGED, NO_VARIATION
from auditcheck.reports import words

GOOD = {"higher": "Higher is better", "lower": "Lower is better"}


def _standard(one: Measure) -> str:
    return words.FORCE.get(one.standard, "Local standard")


def _counts(figure: Figure | None) -> str:
    if figure is None:
        return ""
    said = figure.words()
    return f"{said['n']} of {said['d']}"


def _unknown_share(figure: Figure | None) -> str:
    """The share that can't be told; '' where there is none, or it is not to be known of how many."""
    return f" ({sentences.unknown_share(figure)})" if figure and figure.unknown and figure.d is not None else ""


def spans(measures: Sequence[Measure]) -> list[str]:
    """Of which time the latest figures are, most of them first."""
    every = Counter(sentences.span(one.period) for one in measures if one.period and not one.why)
    return [span for span, _ in every.most_common()]


def glance(one: Measure, keys: Mapping[str, str]) -> dict[str, str]:
    said = one.figure.words() if one.figure else {}
    return {
        "key": keys.get(one.id, ""),
        "id": one.id,
        "title": one.title,
        "standard": _standard(one),
        "good": {"higher": "Higher", "lower": "Lower"}.get(one.good, ""),
        "told": "Not evaluated" if one.why else one.told,
        "span": "" if one.why else sentences.span(one.period),
        "counts": _counts(one.figure),
        "range": said.get("range", ""),
        "unknown": said.get("unknown", "") + _unknown_share(one.figure),
        "target": "; ".join(filter(None, (target_in_words(target) for target in one.targets))),
        "mean": one.trend.mean,
        "variation": one.trend.variation,
        "assurance": one.trend.assurance or ("" if any(target["says"] for target in one.targets) else "No target"),
        "owner": one.note.lines.get(OWNER, ""),
    }


def page_of(one: Measure, book: Book, keys: Mapping[str, str], page: bool) -> dict[str, Any]:
    figure, chart = one.figure, one.trend.chart
    counts = _in_full(figure) if figure else ""
    targets = [target_in_words(target) for target in one.targets]
    return {
        "key": keys[one.id],
        "page": page,
        "id": one.id,
        "title": sentences.title(one) if page else one.title,
        "theme": one.theme,
        "standard": _standard(one),
        "good": GOOD.get(one.good, "Neither way is better"),
        "period": f"{sentences.span(one.period)}{_BY.get(one.by, '')}",
        "why": one.why,
        "told": _TOLD.get(one.told, one.told),
        "counts": counts,
        "targets": [f"Target: {target}." for target in targets if target],
        "svg": charts.svg(chart, keys[one.id]) if chart else "",
        "says": f"{chart.says} Source: {_SOURCE[bool(one.by)]}." if chart else "",
        "why_no_trend": one.trend.why,
        "points": [{"when": when, **figure.words()} for when, figure in one.trend.rows],
        "beside": [_beside(more, one) for more in book.measures if more.id.startswith(f"{one.id}.")],
        "before": [(sentences.day(day), told) for day, told in one.before],
        "note": one.note,
        "owner": one.note.lines.get(OWNER, ""),
        "questions": one.questions,
    }


#: Which day puts a check in the period, where it is not that on which something was due.
_BY = {HAPPENED: ", by the day on which it happened", STARTED: ", by the day on which it began"}
#: What a chart is counted from: what rules observed on their day, or the records of a measure that rests on no rule.
_SOURCE = {True: "what the rules observed", False: "the records that the measure counts, each in the month of its day"}
#: The signs of tables, as a page of one measure says them.
_TOLD = {HIDDEN: "Hidden (c)", NOTHING: "Nothing to count (z)"}


def _in_full(figure: Figure) -> str:
    """Counts, range, and what the figure would be with what can't be told."""
    said = figure.words()
    if figure.hidden:
        return f"{said['n']} of {said['d']}"
    unknown = f"{said['unknown']} can't be told" if figure.unknown else ""
    if figure.only_bounds:
        return f"{unknown}: with these between {said['bounds']}" if figure.d else unknown
    if not figure.d:
        return unknown
    range_ = f"{_counts(figure)}, 95% range {said['range']}"
    return f"{range_}; with what can't be told {said['bounds']}" if figure.unknown or figure.unknown is None else range_


def _beside(more: Measure, one: Measure) -> str:
    title = more.title.removeprefix(f"{one.title}: ")
    told = f"not evaluated: {more.why}" if more.why else more.told
    counts = f" ({_counts(more.figure)})" if more.figure and more.figure.d and not more.why else ""
    if more.figure and more.figure.only_bounds and not more.why:
        counts = f" ({_in_full(more.figure)})"
    return f"{title[:1].upper()}{title[1:]}: {told}{counts}."


def missed(one: Measure, target: Mapping[str, str]) -> dict[str, str]:
    judged = target.get("judged", "")
    means = {
        "Will miss unless something changes": "The target lies outside the natural limits: effort alone will not reach it, "
        "the process must change.",
        "Will sometimes miss": "The target lies within the natural limits: some months will meet it and some will not, by chance.",
        "Will meet target as it runs now": "The process as it runs now meets it; "
        + ("the day that decides has passed." if judged else "this figure is of a longer stretch."),
        NO_VARIATION: "Nothing can be told from limits, as there was no variation to make them of.",
        CHANGED: "It has changed by more than chance. Limits are those of before, so what the process can do now can't be told from them.",
    }
    action = one.note.lines.get(ASKED[2], "")
    return {
        "title": one.title,
        "target": target["says"],
        "judged": judged[:1].upper() + judged[1:] or one.told,
        "course": _course(one),
        "means": means.get(one.trend.assurance, "No trend tells what the process can do as it runs now."),
        "action": action or "Not supplied",
    }


def _course(one: Measure) -> str:
    """How a measure went: its mean and natural limits, and, where it has one target alone, for how long that is missed."""
    trend = one.trend
    if trend.chart is None or not trend.mean:
        return "No trend"
    said = [f"Mean of the latest {min(len(trend.chart.values), 12)} points {trend.mean}."]
    if trend.chart.limits:
        of = trend.chart.limits[-1]
        said.append(f"Natural limits {charts.percent(max(of.lower, Fraction(0)))} to {charts.percent(min(of.upper, Fraction(100)))}.")
    if trend.missed and len(one.targets) == 1:
        said.append(f"Missed at {'the latest point' if trend.missed == 1 else f'each of the latest {trend.missed} points'}.")
    return " ".join(said)


def none_missed(book: Book) -> str:
    agreed = [target for one in book.measures for target in one.targets if target["says"]]
    if not agreed:
        return "The profile sets no target. A target belongs in the profile, with its date and who agreed it."
    return "No target that is due is missed, of those that can be shown."
