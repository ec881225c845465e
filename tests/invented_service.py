"""A few hundred invented records of one service, with blanks and unreadable values among them, for the measures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

AS_OF = date(2015, 6, 30)
Row = dict[str, str]


class _Service:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.tables: dict[str, list[Row]] = {}

    def put(self, table: str, **said: object) -> None:
        self.tables.setdefault(table, []).append({name: "" if value is None else str(value) for name, value in said.items()})

    def day(self, first: date, last: date = AS_OF) -> date:
        return first + timedelta(self.random.randint(0, (last - first).days))

    def dirty(self, value: object, often: float = 0.06) -> object:
        """The value, or in its place a blank or a date that does not exist."""
        chance = self.random.random()
        return "" if chance < often / 2 else "2015-02-31" if chance < often else value

    def one(self, *choices: object) -> object:
        return self.random.choice(choices)


def service(seed: int = 1) -> dict[str, list[Row]]:
    """Tables of text rows. Every child's case is open: each has a referral that was not closed."""
    s = _Service(seed)
    _workforce(s)
    for n in range(1, 121):
        child = f"C{n}"
        s.put(
            "children",
            child_id=child,
            family_id=s.one("", f"F{n // 3}", f"F{n // 3}"),
            date_of_birth=s.day(date(2000, 1, 1), date(2014, 1, 1)),
            immunisations_up_to_date=s.one("yes", "yes", "no", ""),
        )
        s.put("referrals", referral_id=f"O{n}", child_id=child, received_at=s.day(date(2013, 1, 1)), re_referral=s.one("", "", "no", "yes"))
        _front_door(s, child, n)
        _plans(s, child, n)
        if n % 2:
            _care(s, child, n)
        if n % 3 == 0:
            _missing(s, child, n)
    for n in range(1, 81):
        _after_care(s, n)
    return s.tables


def _workforce(s: _Service) -> None:
    for n in range(1, 13):
        s.put(
            "workers",
            worker_id=f"W{n}",
            role="social_worker",
            experience=s.one("assessed_year", "experienced"),
            agency=s.one("yes", "no"),
            full_time_equivalent=s.one("1", "1.0", "0.6", "0.75", ""),
            caseload_limit=s.one("4", "8", "12", ""),
            left_on=s.one("", "", "2015-01-01"),
        )
    for n in range(1, 31):
        s.put(
            "workers",
            worker_id=f"M{n}",
            role="practice_manager",
            agency=s.one("yes", "no", "no", ""),
            left_on=s.one("", "", "2015-06-30", "2015-07-01"),
        )
    for n in range(1, 4):
        s.put("workers", worker_id=f"I{n}", role="independent_reviewing_officer", full_time_equivalent=s.one("1", "0.5"), agency="no")
    for n in range(60):
        s.put(
            "establishment",
            establishment_id=f"S{n}",
            counted_on=date(2014, 4 + n % 9, 28),
            team=f"T{n % 5}",
            role=s.one("social_worker", "social_worker", "practice_manager"),
            established=s.one("10", "12.5"),
            vacant=s.one("0.5", "1", "1.25", "2"),
        )


def _front_door(s: _Service, child: str, n: int) -> None:
    for k in range(s.random.randint(0, 2)):
        referral, received = f"R{n}-{k}", s.day(date(2013, 6, 1))
        s.put("referrals", referral_id=referral, child_id=child, received_at=s.dirty(received), re_referral=s.one("", "no", "yes"))
        if s.random.random() < 0.7:
            started = min(received + timedelta(s.random.randint(0, 9)), AS_OF)
            s.put(
                "assessments",
                assessment_id=f"A{n}-{k}",
                child_id=child,
                referral_id=referral,
                started_on=s.dirty(started),
                kind=s.one("single", "single", "initial", "core", "early_help"),
                authorised_on=s.one("", s.dirty(s.day(started))),
            )
        if s.random.random() < 0.4:
            s.put("section_47_enquiries", enquiry_id=f"E{n}-{k}", child_id=child, referral_id=referral, started_on=s.dirty(received))
            if s.random.random() < 0.8:
                s.put(
                    "conferences",
                    conference_id=f"KE{n}-{k}",
                    child_id=child,
                    enquiry_id=f"E{n}-{k}",
                    kind="initial",
                    plan_id="",
                    held_at=s.dirty(min(received + timedelta(s.random.randint(5, 35)), AS_OF)),
                    cancelled=s.one("", "no", "yes"),
                    parent_attended=s.one("yes", "no", ""),
                    parent_invited=s.one("", "yes", "no"),
                )


def _plans(s: _Service, child: str, n: int) -> None:
    for k in range(s.random.randint(0, 2)):
        started = s.day(date(2013, 1, 1))
        ended = s.one("", s.day(started))
        plan = f"P{n}-{k}"
        s.put(
            "plans",
            plan_id=plan,
            child_id=child,
            kind=s.one("child_protection", "child_protection", "child_in_need"),
            started_on=s.dirty(started),
            ended_on=ended,
            previous_plans=s.one("", "0", "0", "1"),
            visit_every=s.one("10 working days", "4 weeks", "often", ""),
        )
        s.put(
            "conferences",
            conference_id=f"K{plan}",
            child_id=child,
            plan_id=plan,
            enquiry_id="",
            kind="initial",
            held_at=started,
            cancelled="",
            parent_attended=s.one("yes", "no", ""),
            parent_invited="",
        )
        for r in range(s.random.randint(0, 3)):
            s.put(
                "conferences",
                conference_id=f"R{plan}-{r}",
                child_id=child,
                plan_id=plan,
                enquiry_id="",
                kind="review",
                held_at=s.dirty(s.day(started)),
                cancelled=s.one("", "yes"),
                parent_attended=s.one("yes", "no", ""),
                parent_invited=s.one("", "no"),
            )
        for v in range(s.random.randint(0, 9)):
            s.put(
                "visits",
                visit_id=f"V{plan}-{v}",
                child_id=child,
                plan_id=plan,
                kind="",
                visited_at=s.day(started),
                child_seen=s.one("yes", "yes", "no"),
            )
        if s.random.random() < 0.6:
            s.put(
                "core_groups",
                core_group_id=f"G{plan}",
                plan_id=plan,
                child_id=child,
                held_on=s.day(started, min(started + timedelta(20), AS_OF)),
            )


def _care(s: _Service, child: str, n: int) -> None:
    started = s.day(date(2012, 1, 1))
    episode = f"X{n}"
    s.put(
        "care_episodes",
        care_episode_id=episode,
        child_id=child,
        started_on=started,
        ended_on=s.one("", "", "", s.day(started)),
        legal_status=s.one("C2", "C2", "", "V4"),
        reviewing_officer_id=s.one("I1", "I2", "I3", "", "I9"),
    )
    moved = started
    for k in range(s.random.randint(0, 4)):
        last = s.day(moved)
        s.put(
            "placements",
            placement_id=f"{episode}-{k}",
            child_id=child,
            care_episode_id=episode,
            started_on=s.dirty(moved, 0.03),
            ended_on=s.one(last, last, last, ""),
            kind="foster",
            in_area=s.one("yes", "no", ""),
            distance_miles=s.one("3", "20", "20.5", "61", ""),
        )
        moved = last
    for k in range(s.random.randint(0, 3)):
        s.put(
            "reviews",
            review_id=f"{episode}-{k}",
            child_id=child,
            care_episode_id=episode,
            kind=s.one("looked_after", "looked_after", "pathway"),
            held_on=s.dirty(s.day(started)),
            cancelled=s.one("", "no", "yes"),
            child_participation=s.one("PN1", "PN4", "PN7", "PN0", "", "see minutes"),
        )
    for kind in ("initial", "review", "dental"):
        if s.random.random() < 0.7:
            s.put(
                "health_assessments",
                health_id=f"{episode}-{kind}",
                child_id=child,
                care_episode_id=episode,
                kind=kind,
                completed_on=s.dirty(s.day(started, min(started + timedelta(400), AS_OF))),
            )
    s.put(
        "involvements",
        involvement_id=f"L{n}",
        child_id=child,
        worker_id=s.one(*(f"W{w}" for w in range(1, 14))),
        role=s.one("lead", "lead", "other"),
        started_on=s.day(started),
        ended_on=s.one("", "", s.day(started)),
    )


def _missing(s: _Service, child: str, n: int) -> None:
    for k in range(s.random.randint(1, 3)):
        # In winter, so that no clock changes between a return and its interview.
        back = datetime.combine(s.day(date(2014, 11, 3), date(2015, 3, 10)), datetime.min.time()) + timedelta(hours=s.random.randint(1, 23))
        held = back + timedelta(hours=s.random.randint(2, 110))
        s.put(
            "missing_episodes",
            missing_id=f"M{n}-{k}",
            child_id=child,
            went_missing_at=f"{back - timedelta(hours=30):%Y-%m-%dT%H:%M}",
            returned_at=s.one("", *[f"{back:%Y-%m-%dT%H:%M}"] * 4),
            interviewed_at=s.one("", f"{held:%Y-%m-%dT%H:%M}"),
            interview_accepted=s.one("", "yes", "no"),
        )


def _after_care(s: _Service, n: int) -> None:
    child, entered = f"Y{n}", s.day(date(2009, 1, 1), date(2012, 1, 1))
    s.put(
        "children",
        child_id=child,
        family_id="",
        date_of_birth=s.day(date(1989, 1, 1), date(1998, 1, 1)),
        immunisations_up_to_date="",
        died_on=s.one("", "", "", "", "2014-01-01"),
    )
    s.put(
        "care_leavers",
        care_leaver_id=f"L{n}",
        child_id=child,
        in_education_employment_training=s.one("yes", "no", ""),
        not_in_education_reason=s.one("illness_or_disability", "pregnancy_or_parenting", "other", ""),
    )
    order, match, placed, adopted = (entered + timedelta(s.random.randint(low, low + 300)) for low in (100, 350, 700, 1001))
    s.put(
        "adoptions",
        adoption_id=f"D{n}",
        child_id=child,
        entered_care_on=s.dirty(entered),
        placement_order_on=s.dirty(order),
        matched_on=s.dirty(match),
        placed_on=s.dirty(placed),
        adopted_on=s.dirty(adopted),
        reversed_on=s.one("", "", "", "", "2014-05-01"),
    )
    issued = s.day(date(2013, 9, 1), date(2014, 12, 1))
    s.put(
        "pre_proceedings",
        proceedings_id=f"J{n}",
        child_id=child,
        issued_in_court_on=s.dirty(issued),
        court_concluded_on=s.dirty(issued + timedelta(s.random.randint(90, 400))),
    )
