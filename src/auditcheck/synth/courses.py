"""How each kind of life goes, from the contact that began it to the closing of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from auditcheck.synth import beyond, care, need, protection
from auditcheck.synth import front_door as door
from auditcheck.synth.almanac import AS_OF, days, held, opened, past, working
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life


@dataclass(frozen=True)
class Lot:
    """What a family's children have in common. ``start``: the day of the (latest) contact; ``pace``: how far the case went (0 to 1)."""

    start: date
    pace: float
    again: bool


def only_contact(life: Life, lot: Lot) -> None:
    door.contact(life, lot.start, "information and advice")


def early_help(life: Life, lot: Lot) -> None:
    door.help_early(life, lot.start)


def turned_away(life: Life, lot: Lot) -> None:
    door.refer(life, lot.start, nfa=True)


def assessed(life: Life, lot: Lot) -> None:
    """A referral, an assessment, and no need of services."""
    referral = open_case(life, lot)
    end = past(working(_assess(life, referral, lot.start, "no further action"), 2))
    keep_file(life, referral, lot.start, end)


def in_need(life: Life, lot: Lot) -> None:
    if lot.again:
        _earlier(life, lot)
    referral = open_case(life, lot)
    done = _assess(life, referral, lot.start, "child in need plan")
    end = _need(life, referral, working(done, 2), lot)
    door.assess_again(life, referral, done, end or AS_OF)
    keep_file(life, referral, lot.start, end)


def enquired(life: Life, lot: Lot) -> None:
    """A section 47 enquiry that found no reason for a conference, then a child in need plan."""
    referral = open_case(life, lot)
    protection.enquire(life, referral, working(lot.start, 2), "not_substantiated")
    done = _assess(life, referral, lot.start, "child in need plan")
    end = _need(life, referral, working(done, 2), lot)
    door.assess_again(life, referral, done, end or AS_OF)
    keep_file(life, referral, lot.start, end)


def protected(life: Life, lot: Lot) -> None:
    """Enquiry, conference, plan; and, where the plan has ended, a child in need plan and the closing of the case."""
    referral = open_case(life, lot)
    plan, done = to_plan(life, referral, lot)
    if plan is None:
        keep_file(life, referral, lot.start, None)
        return
    end = protection.protect(life, plan, 1 + int(lot.pace * 3.99), lasting=lot.pace > 0.85)
    start = plan["started_on"]
    assert isinstance(start, date)
    last = end or AS_OF
    for _ in range(life.rng.choice([0, 0, 1, 2])):
        if (day := days(start, life.between(20, 300))) < days(last, -10):
            beyond.something_happens(life, day, plan)
    if life.chance(0.12) and days(start, 120) < last:
        beyond.go_to_court(life, held(days(start, 100)), last)
    _missing(life, start, last, "home", 0.06)
    closed = _need(life, referral, working(end, 3), Lot(end, lot.pace, False)) if end and working(end, 3) <= AS_OF else None
    door.assess_again(life, referral, done, closed or AS_OF)
    keep_file(life, referral, lot.start, closed)


def transferred(life: Life, lot: Lot) -> None:
    """A child with a plan who moved here: a transfer-in conference, and a plan of this authority's own."""
    referral = open_case(life, lot)
    done = _assess(life, referral, lot.start, "child protection")
    met = working(lot.start, 12)
    if met <= AS_OF:
        plan = protection.begin_plan(life, referral, met)
        plan["transferred_in"] = "yes"
        notified = working(met, -life.between(5, 12))
        protection.confer(life, met, "transfer_in", "plan", plan, notified_on=notified, move_permanent="yes")
        end = protection.protect(life, plan, 2)
        closed = _need(life, referral, working(end, 3), Lot(end, lot.pace, False)) if end and working(end, 3) <= AS_OF else None
        door.assess_again(life, referral, done, closed or AS_OF)
        keep_file(life, referral, lot.start, closed)
    else:
        keep_file(life, referral, lot.start, None)


def unborn(life: Life, lot: Lot) -> None:
    """A child expected: assessed before the birth, and for some a conference and a plan."""
    referral = open_case(life, lot)
    if lot.pace < 0.5:
        _assess(life, referral, lot.start, "parents helped by the midwife")
    else:
        plan, _ = to_plan(life, referral, lot, "pre_birth")
        if plan is not None:
            protection.protect(life, plan, 3)
    keep_file(life, referral, lot.start, None)


def looked_after(life: Life, lot: Lot) -> None:
    referral = open_case(life, lot)
    done = _assess(life, referral, lot.start, "accommodation")
    start = working(done, 3)
    end = _ended(life, start, 200, 900, lot.pace)
    if start > AS_OF:
        keep_file(life, referral, lot.start, None)
        return
    care.look_after(life, referral, start, end)
    if life.age(AS_OF) < 5 and end is None and life.chance(0.5):
        beyond.adopt(life, start)
    _missing(life, start, end or AS_OF, "care", 0.15)
    door.assess_again(life, referral, done, working(end, -42) if end else AS_OF)
    if end:
        door.assess(life, referral, working(end, -40), working(end, -15), "return home")
    keep_file(life, referral, lot.start, end)


def short_breaks(life: Life, lot: Lot) -> None:
    """A few nights away at a time, under another regulation; the rest of the case is a child in need plan."""
    referral = open_case(life, lot)
    done = _assess(life, referral, lot.start, "child in need plan")
    end = _need(life, referral, working(done, 2), lot)
    if (start := working(done, 20)) < days(end or AS_OF, -30):
        care.look_after(life, referral, start, days(start, 25), short=True)
    door.assess_again(life, referral, done, end or AS_OF)
    keep_file(life, referral, lot.start, end)


def left_care(life: Life, lot: Lot) -> None:
    beyond.leave_care(life)


def privately_fostered(life: Life, lot: Lot) -> None:
    beyond.foster_privately(life, lot.start)


def open_case(life: Life, lot: Lot) -> Row:
    referral = door.refer(life, lot.start, again=lot.again)
    door.involve(life, lot.start)
    return referral


def _assess(life: Life, referral: Row, start: date, outcome: str) -> date:
    """The referral's first assessment (before 15 April 2013 an initial one); the day on which it is, or is to be, authorised."""
    early = start < date(2013, 4, 15)
    done = working(start, life.between(5, 9) if early else life.between(12, 40))
    door.assess(life, referral, start, done, outcome, "initial" if early else "single")
    return done


def to_plan(life: Life, referral: Row, lot: Lot, kind: str = "initial") -> tuple[Row | None, date]:
    """From the strategy discussion to the plan; no plan where the conference is still to come."""
    enquiry = protection.enquire(life, referral, working(lot.start, life.between(3, 6)), "substantiated_conference")
    met = working(enquiry["started_on"], life.between(11, 14))
    done = working(lot.start, life.between(5, 9))
    early = lot.start < date(2013, 4, 15)
    door.assess(life, referral, lot.start, done, "child protection", "initial" if early else "single")
    if early:
        begun = working(done, 1)
        finished = working(begun, life.between(20, 32))
        door.assess(life, referral, begun, finished, "child protection", "core")
        done = finished
    if met > AS_OF:
        return None, done
    plan = protection.begin_plan(life, referral, met)
    protection.confer(life, met, kind, "plan", plan, enquiry)
    return plan, done


def _need(life: Life, referral: Row, start: date, lot: Lot) -> date | None:
    """A child in need plan and the day of its end, which is also that of the case."""
    if start > AS_OF:
        return None
    end = _ended(life, start, 100, 400, lot.pace)
    need.plan_for_need(life, referral, start, end)
    return end


def _ended(life: Life, start: date, low: int, high: int, pace: float) -> date | None:
    return past(held(days(start, low + int((high - low) * pace))))


def keep_file(life: Life, referral: Row, start: date, end: date | None) -> None:
    """The running of the file, and its closing where the case is over."""
    door.look_after_the_file(life, start, end)
    beyond.quality(life, start, end or AS_OF)
    if end:
        seen = [str(row["visited_at"])[:10] for row in life.all("visits") if row["child_seen"] == "yes"]
        if not seen or max(seen) < str(days(end, -12)):
            door.visit(life, held(days(end, -2)), "child_in_need")
        door.close(life, referral, end)


def _earlier(life: Life, lot: Lot) -> None:
    """A referral some while before, assessed and closed."""
    start = opened(days(lot.start, -life.between(150, 340)))
    if life.age(start) < 0:
        return
    assessed(life, Lot(start, 0.0, False))


def _missing(life: Life, start: date, last: date, setting: str, share: float) -> None:
    """Some who are old enough go missing, and a few of them often: 243 times for 115 children."""
    if life.age(start) < 10 or not life.chance(share * 2):
        return
    for number in range(life.rng.choices([1, 2, 3, 6], [60, 20, 12, 8])[0]):
        day = days(start, 20 + 30 * number)
        if days(day, 20) < last:
            care.go_missing(life, day, setting)
