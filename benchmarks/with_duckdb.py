"""The twelve rules by hand in DuckDB: what somebody who knows SQL and these rules well would write, and the practical limit.

One statement a rule, over views that read the dates once. A rule answers with its breaches alone; where it can't be told, it is none.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
from alike import alike
from by_heart import BANK_HOLIDAYS, PLACEHOLDERS
from rules12 import AS_OF, Finding, Tables

#: Working days by number; the end of what is owed to a child (death, move, eighteenth birthday) and of its case.
SHARED = """
create macro said(word) as not list_contains(getvariable('placeholders'), lower(trim(word)));
create macro moment(said) as try_cast(nullif(said, '') as timestamp);
create macro happened(said) as case when moment(said)::date <= getvariable('as_of') then moment(said) end;
create macro first_of(a, b, c) as least(coalesce(a, '9999-12-31'::date), coalesce(b, '9999-12-31'::date), coalesce(c, '9999-12-31'::date));
create table workdays as
    select day, row_number() over (order by day) as number from (
        select unnest(generate_series(date '2009-01-01', date '2017-01-01', interval 1 day))::date as day)
    where isodow(day) < 6 and day not in (select unnest(getvariable('holidays'))::date);
create table numbered as  -- of any day: the number of the last working day up to it
    select day::date as day, (select max(number) from workdays w where w.day <= d.day) as number
    from generate_series(date '2009-01-01', date '2017-01-01', interval 1 day) d(day);
create table child as
    select child_id, family_id, restricted not in ('no', '') as sealed, moment(date_of_birth)::date as born,
        born is null and expected_birth_date <> '' as expected,
        first_of(happened(died_on)::date, happened(left_area_on)::date, (born + interval 18 year)::date) as ends
    from children;
create table plan as
    select plan_id, child_id, kind, moment(started_on)::date as starts, happened(ended_on)::date as ended, end_reason, visit_every
    from plans where moment(started_on) is null or moment(started_on)::date <= getvariable('as_of');
create table closed as  -- the day on which nothing of the child was open any more
    select child_id, max(coalesce(ended, '9999-12-31')) as ends from (
        select child_id, happened(closed_on)::date as ended from referrals
            where no_further_action <> 'yes' and (moment(received_at) is null or moment(received_at)::date <= getvariable('as_of'))
        union all select child_id, ended from plan
        union all select child_id, happened(ended_on)::date from care_episodes
            where moment(started_on) is null or moment(started_on)::date <= getvariable('as_of')
    ) group by child_id;
create table meeting as
    select conference_id, child_id, enquiry_id, plan_id, kind, happened(held_at) as clock, clock::date as day, late_reason,
        child_participation
    from conferences where cancelled <> 'yes' and happened(held_at) is not null;
create table visit as
    select visit_id, child_id, plan_id, kind, happened(visited_at) as clock, clock::date as day, child_seen, not_seen_reason
    from visits where happened(visited_at) is not null;
"""

#: Each gives child and record. ``due < as_of``: the limit has passed.
QUERIES = {
    "CPC-ICPC-01": """
with owed as (
    select e.enquiry_id, e.child_id, coalesce(happened(s.held_at), happened(e.started_on))::date as day,
        first_of(c.ends, happened(r.closed_on)::date, case when day <= closed.ends then closed.ends end) as ends
    from section_47_enquiries e left join strategy_discussions s using (strategy_id) join child c on c.child_id = e.child_id
        left join referrals r on r.referral_id = e.referral_id left join closed on closed.child_id = e.child_id
    where e.conference_required <> 'no' and e.outcome not in ('not_substantiated', 'substantiated_no_conference')
), due as (
    select owed.*, w.day as due from owed join numbered n on n.day = owed.day join workdays w on w.number = n.number + 15
), held as (
    select enquiry_id, due.child_id, due, due.ends, min(m.day) filter (m.day >= due.day) as first,
        arg_min(m.late_reason, m.clock) filter (m.day >= due.day) as reason, bool_or(m.day < due.day) as before
    from due left join (from meeting where kind in ('initial', 'pre_birth')) m using (enquiry_id) group by all
)
select child_id, enquiry_id from held
where due <= ends
    and case when first is null then due < getvariable('as_of') and before is not true else first > due and not said(reason) end
""",
    "CPC-RCPC1-11": """
with trigger as (
    select p.plan_id, p.child_id, p.ended, p.starts,
        coalesce(max(m.day) filter (m.kind = 'transfer_in'), min(m.day) filter (m.kind in ('initial', 'pre_birth')), p.starts) as day
    from plan p left join meeting m using (plan_id) where p.kind = 'child_protection' group by p.plan_id, p.child_id, p.ended, p.starts
), held as (
    select t.plan_id, t.child_id, (t.day + interval 3 month)::date as due,
        first_of(c.ends, t.ended, case when t.day <= closed.ends then closed.ends end) as ends,
        min(m.day) filter (m.day >= t.day) as first, arg_min(m.late_reason, m.clock) filter (m.day >= t.day) as reason,
        bool_or(m.day < t.day) as before
    from trigger t join child c on c.child_id = t.child_id left join closed on closed.child_id = t.child_id
        left join (from meeting where kind = 'review') m on m.plan_id = t.plan_id
    group by all
)
select child_id, plan_id from held
where due <= ends
    and case when first is null then due < getvariable('as_of') and before is not true else first > due and not said(reason) end
""",
    "VIS-CP-01": """
with plans_on as (
    select p.*, c.born, c.ends as child_ends, closed.ends as case_ends,
        case when visit_every = '' then 10 else split_part(visit_every, ' ', 1)::int end as every
    from plan p join child c using (child_id) left join closed using (child_id)
    where p.kind = 'child_protection' and not c.expected
), counted as (
    select p.plan_id, v.visit_id, v.clock, v.day, v.child_seen, v.child_seen = 'yes' or p.born > v.day as seen
    from visit v join plans_on p using (plan_id)
    where v.kind not in ('child_in_need', 'looked_after', 'private_fostering', 'care_leaver') and (p.starts is null or v.day >= p.starts)
), anchors as (
    select plan_id, plan_id as record, starts as day, 0 as visit from plans_on where starts is not null
    union all select plan_id, arg_min(visit_id, (clock, visit_id)), day, 1 from counted where seen group by plan_id, day
), gaps as (
    select *, lead(day) over (partition by plan_id order by day, visit) as next from anchors
), due as (
    select g.*, p.child_id, w.day as due, p.born,
        first_of(p.child_ends, p.ended, case when g.day <= p.case_ends then p.case_ends end) as ends
    from gaps g join plans_on p using (plan_id) join numbered n on n.day = g.day join workdays w on w.number = n.number + p.every
)
select child_id, record from due
where due <= ends and case when next is null then due < getvariable('as_of') else next > due end
    and not exists (  -- a visit that does not say whether the child was seen
        from counted v where v.plan_id = due.plan_id and v.child_seen = '' and not v.seen and v.day between due.day + due.visit and due.due)
""",
    "CPC-REP24-04": """
with asked as (
    select m.*, class, c.born, timezone('Europe/London', m.clock) as starts,
        first_of(c.ends, p.ended, case when m.day <= closed.ends then closed.ends end) as ends
    from meeting m join child c using (child_id) left join closed using (child_id) left join plan p on p.plan_id = m.plan_id,
        (select unnest(['parent', 'child', 'professional']) as class)
    where class <> 'child' or (not c.expected and child_participation <> 'too_young' and m.day >= (c.born + interval 4 year)::date)
), given as (
    select a.child_id, a.conference_id, a.class, a.starts, a.ends, max(timezone('Europe/London', happened(r.shared_at))) as early,
        count(r.report_id) as reports, bool_or(happened(shared_at) is null and not said(not_shared_reason)) as missing,
        bool_and(happened(shared_at) is null and said(not_shared_reason)) as excused
    from asked a left join conference_reports r on r.conference_id = a.conference_id and r.recipient = a.class
    group by all
)
select child_id, conference_id || '/' || class from given
where timezone('Europe/London', starts - interval 24 hour)::date <= ends
    and (reports = 0 or (not excused and (missing or starts - early < interval 24 hour)))
""",
    "VIS-SEEN-02": """
select v.child_id, visit_id from visit v join child c using (child_id)
where kind not in ('looked_after', 'private_fostering', 'care_leaver') and child_seen = 'no' and not said(not_seen_reason)
    and not c.expected and c.born <= v.day
""",
    "CLS-SEEN-09": """
with closure as (
    select r.referral_id, r.child_id, moment(received_at)::date as starts,
        first_of(c.ends, happened(closed_on)::date, case when starts <= closed.ends then closed.ends end) as ends
    from referrals r join child c using (child_id) left join closed using (child_id)
    where happened(closed_on) is not null and no_further_action <> 'yes'
        and lower(closure_reason) not in ('rc2', 'rc5', 'died', 'transferred')
)
select child_id, referral_id from closure
where ends > starts and not exists (
    from visit v where v.child_id = closure.child_id and v.child_seen in ('yes', '') and v.day between closure.ends - 20 and closure.ends)
""",
    "CLS-ACT-02": """
select distinct p.child_id, p.plan_id from plan p join plan_actions a using (plan_id)
where p.kind in ('child_protection', 'child_in_need') and p.ended is not null
    and lower(p.end_reason) not in ('care', 'in care', 'looked after')
    and (happened(completed_on) is null or happened(completed_on)::date > p.ended) and not said(carried_over_to)
    and not (status = 'completed' and happened(completed_on) is null)
    and not (status in ('abandoned', 'superseded') and said(abandoned_reason))
""",
    "S47-STRAT-01": """
select e.child_id, e.enquiry_id from section_47_enquiries e left join strategy_discussions s using (strategy_id)
where happened(e.started_on) is not null and (happened(s.held_at) is null or happened(s.held_at)::date > happened(e.started_on)::date)
""",
    "DQ-CPP-07": """
select distinct a.child_id, a.plan_id from plan a join plan b using (child_id)
where a.kind = 'child_protection' and b.kind = 'child_protection' and (a.starts, a.plan_id) > (b.starts, b.plan_id)
    and a.starts < coalesce(b.ended, '9999-12-31') and b.starts < coalesce(a.ended, '9999-12-31')
""",
    "S47-ATT-02": """
with came as (
    select child_id, strategy_id, string_split(lower(agencies), ';') as who, agencies = '' as blank
    from strategy_discussions where happened(held_at) is not null
)
select child_id, strategy_id from came
where blank or (not list_has_all(who, ['social_care', 'police', 'health'])
    and list_has_all(['social_care', 'police', 'health', 'education', 'early_years', 'housing', 'probation', 'youth_justice',
        'adult_social_care', 'fostering_service', 'residential_care', 'legal', 'cafcass', 'voluntary_sector'], who))
""",
    "ASM-SIB-07": """
with text as (
    select assessment_id, a.child_id, c.family_id, c.sealed, happened(started_on)::date as day, risk_analysis, child_needs
    from assessments a join child c using (child_id)
    where happened(started_on) is not null and family_id in (
        select family_id from child where family_id <> '' group by family_id having count(*) between 2 and 20)
)
select distinct a.child_id, a.assessment_id from text a join text b using (family_id)
where a.child_id <> b.child_id and not b.sealed and greatest(a.day, b.day) <= least(a.day, b.day) + interval 6 month
    and (alike(a.risk_analysis, b.risk_analysis) or alike(a.child_needs, b.child_needs))
""",
    "CLS-BACK-11": """
with closing as (
    select referral_id, child_id, happened(closed_on)::date as day from referrals
    where happened(closed_on) is not null and no_further_action <> 'yes' and lower(closure_reason) not in ('rc5', 'transferred')
), back as (
    select r.referral_id, r.child_id, happened(r.received_at)::date as came, max(c.day) as last
    from referrals r join closing c on c.child_id = r.child_id and c.referral_id <> r.referral_id and c.day <= happened(r.received_at)::date
    where not said(r.earlier_closure_review) group by all
)
select child_id, referral_id from back where came < (last + interval 12 month)::date
""",
}


def ready() -> None:
    """Nothing to prepare."""


def found(tables: Tables, _: None = None) -> set[Finding]:
    """The findings of every rule, the views included."""
    with duckdb.connect() as hand:
        for name, table in tables.items():
            hand.register(name, table)
        hand.create_function("alike", alike, ["VARCHAR", "VARCHAR"], "BOOLEAN")
        hand.execute("set variable as_of = ?::date", [AS_OF])
        hand.execute("set variable holidays = ?", [BANK_HOLIDAYS.split()])
        hand.execute("set variable placeholders = ?", [PLACEHOLDERS])
        hand.execute(SHARED)
        return set(_every(hand))


def _every(hand: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    for rule, query in QUERIES.items():
        yield from ((rule, child, record) for child, record in hand.execute(query).fetchall())
