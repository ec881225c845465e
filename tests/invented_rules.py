"""Rules that nobody needs: each says something as no shipped rule says it, so that two readers of the language can be compared.

Not among them: a series by child of records that overlap, where the two readers keep another of two judgements, and what is
overdue while the day it happened on is in doubt. Imports nothing of the
product. Every scalar is text, as in a file.
"""

from __future__ import annotations

from itertools import count, product
from typing import Any

from oracle import contract

Spec = dict[str, Any]

COMMON = {
    **{"title": "Invented", "area": "plan", "kind": "automated", "force": "LOCAL", "severity": "low", "stage": "active", "says": "So."},
    **{"do": "Do it.", "law": "None.", "verified": "local"},
}
GAP = [
    {"from": "2010-03-01", "until": "2014-07-01", "is": "2 months"},
    {"from": "2014-07-01", "until": "2014-10-01", "is": "none"},
    {"from": "2014-10-01", "until": "2015-03-01", "is": "3 weeks"},
    {"from": "2015-03-01", "is": "20 working days"},
]
VISITS = {"table": "visits", "at": "visited_at", "match": "child_id"}
SEEN = VISITS | {"where": {"child_seen": "yes"}}
ALONE = VISITS | {"where": {"child_seen": "yes", "child_seen_alone": {"not": "no"}}}
GROUPS = {"table": "core_groups", "at": "held_on", "match": "plan_id"}
ATTENDED = GROUPS | {"where": {"parent_attended": "yes"}}
CONFERENCES = {"table": "conferences", "at": "held_at", "match": "plan_id"}
ENQUIRIES = {"table": "section_47_enquiries", "at": "started_on", "match": "referral_id"}
ASSESSMENTS = {"table": "assessments", "at": "authorised_on", "match": "referral_id"}
STARTED = ASSESSMENTS | {"at": "started_on"}
DECISIONS = {"table": "management_decisions", "at": "decided_on", "match": "child_id"}
ACTIONS = {"table": "plan_actions", "match": "plan_id"}
PLANS = {"table": "plans", "at": "started_on", "match": "child_id"}
PROTECTION = {"kind": "child_protection"}
#: So long that the calendar of bank holidays does not reach so far.
BEYOND = "9000 working days"


def rules() -> list[Spec]:
    """All of them, by id."""
    made = [*_within(), *_recurs(), *_exists(), *_others(), *_conditions(), *_judged()]
    return [{"id": f"INV-{one['subject'].replace('_', '').upper()[:6]}-{n:02}", **one} for n, one in zip(count(1), made, strict=False)]


def _within() -> list[Spec]:
    found = [
        _rule("plans", {"within": {"trigger": "started_on", "event": event} | more}, limit)
        for (event, limit), more in product(
            [(SEEN, "10 working days"), (GROUPS, "3 weeks"), (ATTENDED, GAP), (CONFERENCES, "2 months"), (ALONE, "48 hours")],
            [{}, {"early": "true"}],
        )
    ]
    found += [
        _rule("referrals", {"within": {"trigger": "received_at", "event": event} | more}, limit)
        for event, more, limit in [
            ("decided_at", {}, "24 hours"),
            ("decided_at", {"under": "true"}, "1 day"),
            ("decided_at", {"early": "true"}, "1 day"),
            ("closed_on", {"under": "true"}, "6 months"),
            ("closed_on", {"passes_on": "received_at"}, "3 months"),
            (STARTED, {"passes_on": "received_at"}, "72 hours"),
            (STARTED, {"passes_on": "received_at", "early": "true"}, "1 week"),
            (ENQUIRIES, {"no_trigger": "met"}, GAP),
            (PLANS, {"doubtful_if": {"decision": "assessment"}}, "2 months"),
            (PLANS | {"lasts_until": "ended_on"}, {}, "1 month"),
            (PLANS | {"lasts_until": "ended_on", "where": PROTECTION}, {}, "5 working days"),
        ]
    ]
    first, last = (
        {"table": "visits", "at": "visited_at", "match": "child_id", "where": {"child_seen": "yes"}, "pick": p} for p in ("first", "last")
    )
    found += [
        _rule("plans", {"within": {"trigger": trigger, "event": event} | more}, limit)
        for trigger, event, more, limit in [
            (first, "document_on", {}, "2 months"),
            (last, "ended_on", {"no_trigger": "not_applicable"}, "2 months"),
            (GROUPS | {"pick": "first"}, "shared_with_family_on", {}, GAP),
            (GROUPS | {"pick": "last"}, "shared_with_family_on", {"no_trigger": "met"}, "2 months"),
            (GROUPS | {"pick": "last", "where": {"parent_attended": "yes"}}, "updated_on", {"early": "true"}, "3 weeks"),
            (["document_on", "started_on"], SEEN, {}, "1 week"),
            ([{"path": "ended_on", "when": PROTECTION}, "document_on"], GROUPS, {"early": "true"}, "1 month"),
            ({"path": "ended_on", "when": {"child_views": {"blank": "false"}}}, VISITS, {"awaits_trigger": "true"}, "10 days"),
            ("ended_on", ALONE, {"awaits_trigger": "true"}, "10 working days"),
            ("referral_id.received_at", CONFERENCES, {}, "1 month"),
        ]
    ]
    found += [
        _rule("plans", {"within": {"trigger": "started_on", "event": GROUPS}}, BEYOND),
        _rule("plans", {"within": {"trigger": "started_on", "event": SEEN, "early": "true"}}, BEYOND),
        _rule("reviews", {"within": {"due": "due_on", "event": "held_on"}}, None),
        _rule("reviews", {"within": {"due": "due_on", "event": SEEN}}, None),
        _rule("conferences", {"within": {"due": "due_on", "event": "held_at"}}, None, where={"kind": ["initial", "review"]}),
        _rule("conferences", {"within": {"trigger": "held_at", "event": "minutes_sent_on"}}, "20 working days", ends=["child"]),
        _rule(
            "missing_episodes",
            {"within": {"trigger": "returned_at", "event": "interviewed_at", "passes_on": "went_missing_at"}},
            "72 hours",
        ),
        _rule(
            "conferences",
            {"within": {"trigger": "enquiry_id.started_on", "event": "held_at"}},
            "10 working days",
            justified_by=["late_reason", "late_agreed_by"],
        ),
        _rule("plans", {"within": {"trigger": "started_on", "event": CONFERENCES}}, "3 weeks", justified_by=["event.late_reason"]),
    ]
    return found


def _recurs() -> list[Spec]:
    options: list[Spec] = [{}, {"starts": "started_on"}, {"anchors": "first"}, {"anchors": "later"}]
    found = [
        _rule("plans", {"recurs": {"of": source} | more}, limit)
        for (source, limit), more in product([(GROUPS, "3 weeks"), (ATTENDED, "2 months"), (CONFERENCES, GAP)], options)
    ]
    found += [
        _rule("reviews", {"within": {"trigger": "held_on", "event": ALONE}}, "10 working days", where={"kind": {"blank": "false"}}),
        _rule("plans", {"recurs": {"of": GROUPS, "starts": "started_on"}}, "1 month", where=PROTECTION, ends=["child"]),
        _rule("plans", {"recurs": {"of": GROUPS, "starts": "started_on"}}, BEYOND),
        _rule("care_episodes", {"recurs": {"of": VISITS, "starts": "started_on"}}, "1 month"),
        _rule("cases", {"recurs": {"of": DECISIONS, "starts": "opened_on"}}, "2 months", where={"kind": {"not": "looked_after"}}),
    ]
    return found


def _exists() -> list[Spec]:
    settings = {"settings": {"recent": "6 weeks"}}
    found = [
        _rule("plans", {"exists": {"any": sources} | more}, limit, **others)
        for sources, more, limit, others in [
            ([SEEN], {"recent": "limit"}, "3 weeks", {}),
            ([SEEN], {"recent": "limit"}, GAP, {}),
            ([ATTENDED], {"recent": "recent"}, None, settings),
            ([GROUPS, SEEN], {"recent": "recent"}, None, settings),
            ([SEEN, ACTIONS], {"recent": "recent"}, None, settings),
            ([ACTIONS, SEEN], {}, None, {}),
            ([ACTIONS | {"where": {"status": "completed"}}], {}, None, {"needs": ["plan_actions.status"]}),
            ([ATTENDED], {"recent": "limit", "once_past": {"from": "started_on", "limit": "limit"}}, "3 months", {}),
            ([SEEN], {"recent": "recent", "once_past": {"from": "document_on", "limit": "recent"}}, None, settings),
            ([CONFERENCES | {"where": {"held_at": {"after": "subject.started_on"}}}], {"recent": "limit"}, "6 months", {}),
            ([GROUPS | {"blank_at": "doubtful"}], {"recent": "limit"}, "10 working days", {}),
            ([GROUPS], {"recent": "limit"}, BEYOND, {}),
            ([SEEN], {"recent": "limit", "once_past": {"from": "started_on", "limit": "limit"}}, BEYOND, {}),
        ]
    ]
    return [
        *found,
        _rule("children", {"exists": {"any": [SEEN], "recent": "limit"}}, "2 months"),
        _rule("referrals", {"exists": {"any": [STARTED]}}),
    ]


def _others() -> list[Spec]:
    absent = {"when": "ended_on"}
    found = [
        _rule("plans", {"absent": ACTIONS | absent | {"where": {"status": {"not": "completed"}}}}, needs=["plan_actions.status"]),
        _rule("plans", {"absent": GROUPS | absent | {"pick": "last", "where": {"parent_attended": "no"}}}),
        _rule("plans", {"absent": VISITS | absent | {"pick": "last", "where": {"child_seen": {"not": "yes"}}}}, where=PROTECTION),
        _rule("referrals", {"absent": ENQUIRIES | {"when": "closed_on", "pick": "last", "where": {"outcome": {"blank": "true"}}}}),
    ]
    found += [_rule("plans", {"apart": {"at": "started_on", "after": PLANS | {"at": "ended_on"} | more}}, limit) for more, limit in (
        ({}, "6 months"), ({"where": PROTECTION}, GAP), ({"where": {"child_views": {"blank": "false"}}}, "10 working days"),
    )]  # fmt: skip
    found += [
        _rule("visits", {"apart": {"at": "visited_at", "after": SEEN}}, "1 week"),
        _rule("visits", {"apart": {"at": "visited_at", "after": SEEN}}, BEYOND),
        _rule("referrals", {"apart": {"at": "received_at", "after": VISITS}}, "3 weeks", where={"no_further_action": {"not": "yes"}}),
        _rule("plans", {"alone": {"starts": "started_on", "ends": "ended_on"}}),
        _rule("plans", {"alone": {"starts": "started_on", "ends": "ended_on"}}, where=PROTECTION),
        _rule("care_episodes", {"alone": {"starts": "started_on", "ends": "ended_on", "others": {
            "table": "plans", "starts": "started_on", "ends": "ended_on", "where": PROTECTION}}}),
        _rule("referrals", {"alone": {"starts": "received_at", "ends": "closed_on", "others": {
            "table": "plans", "starts": "started_on", "ends": "ended_on"}}}),
        _rule("conferences", {"includes": {"at": "held_at", "field": "agencies", "all": ["social_care", "police"],
            "known": ["health", "education"]}}, where={"kind": "initial"}),
    ]  # fmt: skip
    reports = {"table": "conference_reports", "at": "shared_at", "match": "conference_id"}
    before = {"meeting": "held_at", "class": "recipient", "each": ["parent", "child", "professional"], "reports": reports}
    found += [
        _rule("conferences", {"before": before | more}, limit)
        for more, limit in (({}, "2 working days"), ({"excused": "not_shared_reason"}, "24 hours"), ({}, GAP), ({}, "1 week"), ({}, BEYOND))
    ]
    found += [
        _rule(subject, {"compares": {"earlier": earlier, "later": later} | more})
        for subject, earlier, later, more in [
            ("section_47_enquiries", "strategy_id.held_at", "started_on", {"strict": "true"}),
            ("section_47_enquiries", "started_on", "child_seen_at", {"no_earlier": "met"}),
            ("conferences", "enquiry_id.started_on", "held_at", {"no_earlier": "not_met"}),
            ("plans", "document_on", "shared_with_family_on", {"no_earlier": "not_applicable"}),
            ("missing_episodes", "went_missing_at", "returned_at", {"strict": "true"}),
        ]
    ]
    tests: list[list[Spec]] = [
        [{"field": "child_views"}, {"field": "parent_views", "if_blank": "cannot_tell"}],
        [{"field": "document_on", "not_before": "started_on"}, {"field": "shared_with_family_on", "not_after": "ended_on"}],
        [{"field": "lead_worker_id", "not_same_as": "agreed_by"}],
        [{"field": ["visit_every", "core_group"], "as": "limit"}],
        [{"field": "started_on", "not_on": "weekend"}, {"field": "kind", "is": ["child_protection"], "or_reason": "end_reason"}],
    ]
    return found + [_rule("plans", {"states": {"all": one} | more}) for one, more in product(tests, ({}, {"also_blank": ["all", "yes"]}))]


def _conditions() -> list[Spec]:
    """Who is asked, and who is let off."""
    asked = {"within": {"trigger": "started_on", "event": SEEN}}
    where: list[Spec] = [
        {"first_in": "referral_id"},
        {"first_in": "referral_id", "kind": "child_protection"},
        {"open": "true"},
        {"open": "false"},
        {"any": [PROTECTION, {"child_views": {"blank": "true"}}]},
        {"none": [PROTECTION, {"ended_on": {"blank": "false"}}]},
        {"unborn": "started_on"},
        {"under_age": {"years": 6, "on": "started_on"}},
        {"referral_id.received_at": {"by": "started_on"}},
        {"ended_on": {"after": "referral_id.closed_on"}},
        {"child_id.disabled": {"not": "yes"}, "kind": ["child_in_need", "child_protection"]},
    ]
    found = [_rule("plans", asked, "10 days", where=one) for one in where]
    return found + [
        _rule("plans", asked, "10 days", unless=[{"when": one, "because": "let off"}, {"when": {"open": "true"}, "because": "open"}])
        for one in where[:1] + where[4:]
    ]


def _judged() -> list[Spec]:
    """Rules that react to what others found."""
    groups = {"within": {"trigger": "started_on", "event": GROUPS}}
    late = {"within": {"trigger": "started_on", "event": CONFERENCES}}
    closed = [{"when": {"open": "false"}, "because": "closed"}]
    found = [
        _rule("plans", groups, "3 weeks", id="INV-P-01"),
        _rule("plans", late, "2 months", id="INV-P-02", justified_by=["event.late_reason"], unless=closed),
        _rule("referrals", {"within": {"trigger": "received_at", "event": "decided_at"}}, "1 day", id="INV-P-03"),
        _rule("plan_actions", {"states": {"all": [{"field": "owner"}]}}, id="INV-P-04"),
        _rule("plans", {"states": {"all": [{"field": "child_views"}]}}, id="INV-P-05", superseded_by=["INV-P-01"]),
        _rule("plans", {"states": {"all": [{"field": "parent_views"}]}}, superseded_by=["INV-P-02", "INV-P-03"], unless=closed),
        _rule("core_groups", {"states": {"all": [{"field": "agencies"}]}}, superseded_by=["INV-P-01"]),
        _rule("plans", {"recurs": {"of": GROUPS, "starts": "started_on"}}, "1 month", escalates={"after": 2, "to": "high"}),
    ]
    blank = {"name": "blank", "check": {"states": {"all": [{"field": "child_views"}]}}, "says": "blank"}
    unseen = {"name": "unseen", "check": {"exists": {"any": [SEEN]}}, "where": PROTECTION, "says": "unseen"}
    asked: list[Spec] = [
        {"all": [{"rule": "INV-P-01"}, {"rule": "INV-P-02"}]},
        {"all": [{"rule": "INV-P-01"}, {"rule": "INV-P-02", "or_justified": "true"}]},
        {"any": [{"rule": "INV-P-01"}, {"rule": "INV-P-02", "or_justified": "true"}]},
        {"all": [{"rule": "INV-P-02"}], "any": [blank, unseen]},
        {"any": [{"rule": "INV-P-04"}, blank]},
        {"all": [unseen, blank]},
    ]
    found += [_rule("plans", {"together": one}, kind="composed") for one in asked]
    found += [
        _rule("plans", {"together": asked[4]}, kind="composed", where=PROTECTION, unless=[{"when": {"open": "true"}, "because": "open"}])
    ]
    found.append(_rule("children", {"together": {"any": [{"rule": "INV-P-01"}, {"rule": "INV-P-03"}]}}, kind="composed"))
    return [*found, _rule("referrals", {"together": {"all": [{"rule": "INV-P-03"}], "any": [{"rule": "INV-P-01"}]}}, kind="composed")]


def _rule(subject: str, requires: Spec, limit: Any = None, **more: Any) -> Spec:
    """It uses every field of the tables that it speaks of, and so may read any."""
    tables = {"children", "referrals", "section_47_enquiries", "strategy_discussions", "plans", subject, *_named(requires)} - {"cases"}
    fields = [f"{table}.{name}" for table in sorted(tables) for name in contract.tables()[table] if name != contract.keys()[table]]
    needs = more.pop("needs", fields[:1])
    uses = [name for name in fields if name not in needs]
    rule = {**COMMON, "subject": subject, "requires": requires, "needs": needs, "uses": uses, **more}
    return rule | ({"limit": limit} if limit else {})


def _named(part: Any) -> set[str]:
    """The tables that a part of a rule looks into."""
    if isinstance(part, list):
        return {table for one in part for table in _named(one)}
    if not isinstance(part, dict):
        return set()
    return {table for one in part.values() for table in _named(one)} | {str(part[word]) for word in ("table",) if word in part}
