-- The measures that are shares of records, counted again in plain SQL: numerator, denominator, unknown (test_measures.py).
-- Dates are text in the records: '' is blank, and one that can't be read is bad.

-- prepared
create macro d(x) as try_cast(left(x, 10) as date);
create macro happened(x) as case when d(x) <= as_of() then d(x) end;
create macro bad(x) as x <> '' and d(x) is null;
create macro in_period(x) as coalesce(d(x) between first_day() and as_of(), false);
create macro number(x) as try_cast(x as decimal(12, 4));
create view child as select *, d(date_of_birth) as born from children;
create view living as select child_id from child where born + interval 18 year > as_of();
create view open_plans as select p.*, family_id from plans p join living using (child_id) join children using (child_id)
  where kind = 'child_protection' and happened(ended_on) is null;
create view looked_after as select e.* from care_episodes e join living using (child_id)
  where happened(e.ended_on) is null and legal_status not in ('V3', 'V4');
create view placed as select * from placements;
create view started as select * from assessments where kind not in ('early_help', 'core');
create view allocated as select i.*, role_ as worker_role, fte, experience, family_id from involvements i join living using (child_id)
  join children using (child_id)
  left join (select worker_id, role as role_, number(full_time_equivalent) as fte, w.experience from workers w) using (worker_id)
  where i.role = 'lead' and happened(i.ended_on) is null;
/* Records that had ended before the period, and the meetings and visits of such a plan. */
create view records_ended as
  select 'plans' as kind, plan_id as id from plans where happened(ended_on) < first_day()
  union all select 'placements', placement_id from placements where happened(ended_on) < first_day()
  union all select 'care_episodes', care_episode_id from care_episodes where happened(ended_on) < first_day()
  union all select 'visits', visit_id from visits join plans using (plan_id) where happened(ended_on) < first_day()
  union all select 'conferences', conference_id from conferences join plans using (plan_id) where happened(ended_on) < first_day()
  union all select 'core_groups', core_group_id from core_groups join plans using (plan_id) where happened(ended_on) < first_day();

-- AGG-REFIA-01
select count(*) filter (placed and yes), count(*) filter (placed and not maybe), count(*) filter (not placed or maybe) from (
  select in_period(received_at) as placed,
    coalesce((select bool_or(happened(started_on) is not null) from started a where a.referral_id = r.referral_id), false) as yes,
    not coalesce((select bool_or(happened(started_on) is not null) from started a where a.referral_id = r.referral_id), false)
      and coalesce((select bool_or(bad(started_on)) from started a where a.referral_id = r.referral_id), false) as maybe
  from referrals r where received_at = '' or bad(received_at) or in_period(received_at));

-- AGG-AGY-04
select count(*) filter (agency = 'yes'), count(*) filter (agency <> ''), count(*) filter (agency = '')
from workers where role = 'practice_manager' and happened(left_on) is null;

-- AGG-CPP15-09
select count(*) filter (d(started_on) + interval 15 month < as_of()), count(*) filter (d(started_on) is not null), count(*) filter (d(started_on) is null)
from open_plans;

-- AGG-CPP15-09.families
select count(*) filter (old), count(*) filter (old or not maybe), count(*) filter (not old and maybe) from (
  select coalesce(bool_or(d(started_on) + interval 15 month < as_of()), false) as old, bool_or(d(started_on) is null) as maybe
  from open_plans group by case when family_id = '' then child_id else family_id end);

-- AGG-CPPREP-10
select count(*) filter (placed and yes), count(*) filter (placed and (yes or not maybe)), count(*) filter (not placed or (maybe and not yes)) from (
  select in_period(started_on) as placed,
    previous_plans not in ('', '0') or exists (from plans q where q.child_id = p.child_id and q.kind = 'child_protection' and d(q.started_on) < d(p.started_on)) as yes,
    previous_plans = '' as maybe
  from plans p where kind = 'child_protection' and (d(started_on) is null or in_period(started_on)));

-- AGG-REREF-11
select count(*) filter (placed and yes), count(*) filter (placed and (yes or not maybe)), count(*) filter (not placed or (maybe and not yes)) from (
  select in_period(received_at) as placed,
    re_referral = 'yes' or exists (from referrals q where q.child_id = r.child_id and d(q.received_at) < d(r.received_at)
      and d(q.received_at) >= d(r.received_at) - interval 12 month) as yes,
    re_referral <> 'no' and exists (from referrals q where q.child_id = r.child_id and bad(q.received_at)) as maybe
  from referrals r where received_at = '' or bad(received_at) or in_period(received_at));

-- AGG-PART-12
select count(*) filter (placed and child_participation in ('PN1', 'PN4')), count(*) filter (placed and child_participation like 'PN_'),
  count(*) filter (not placed or child_participation not like 'PN_') from (
  select *, in_period(held_on) and born + interval 4 year <= d(held_on) as placed
  from reviews join child using (child_id)
  where kind = 'looked_after' and cancelled <> 'yes' and (bad(held_on) or (in_period(held_on) and born + interval 4 year <= d(held_on))));

-- AGG-PARENT-13
select count(*) filter (in_period(held_at) and parent_attended = 'yes'), count(*) filter (in_period(held_at) and parent_attended <> ''),
  count(*) filter (bad(held_at) or parent_attended = '')
from conferences where cancelled <> 'yes' and parent_invited <> 'no' and (bad(held_at) or in_period(held_at));

-- AGG-PLAC3-19
select count(*) filter (n >= 3), count(*) filter (n >= 3 or not maybe), count(*) filter (n < 3 and maybe) from (
  select (select count(*) from placed p where p.care_episode_id = e.care_episode_id and d(started_on) <= as_of()
      and (happened(ended_on) is null or d(ended_on) > as_of() - interval 12 month)) as n,
    exists (from placed p where p.care_episode_id = e.care_episode_id and bad(started_on))
      or not exists (from placed p where p.care_episode_id = e.care_episode_id and d(started_on) is not null) as maybe
  from looked_after e);

-- AGG-STAB-20
select count(*) filter (yes), count(*) filter (yes or not maybe), count(*) filter (not yes and maybe) from (
  select exists (from placed p where p.care_episode_id = e.care_episode_id and happened(ended_on) is null and d(started_on) + interval 24 month <= as_of()) as yes,
    exists (from placed p where p.care_episode_id = e.care_episode_id and happened(ended_on) is null and bad(started_on))
      or not exists (from placed p where p.care_episode_id = e.care_episode_id and happened(ended_on) is null and d(started_on) is not null) as maybe
  from looked_after e where d(started_on) + interval 30 month <= as_of());

-- AGG-LOC-22
select count(*) filter (yes), count(*) filter (yes or not maybe), count(*) filter (not yes and maybe) from (
  select coalesce(bool_or(d(p.started_on) is not null and in_area = 'no'), false) as yes,
    coalesce(bool_or(p.started_on <> '' and (bad(p.started_on) and in_area <> 'yes' or in_area = '')), false) or coalesce(count(d(p.started_on)), 0) = 0 as maybe
  from looked_after e left join (from placed where happened(ended_on) is null) p using (care_episode_id) group by care_episode_id);

-- AGG-LOC-22.over_20_miles
select count(*) filter (yes), count(*) filter (yes or not maybe), count(*) filter (not yes and maybe) from (
  select coalesce(bool_or(d(p.started_on) is not null and number(distance_miles) > 20), false) as yes,
    coalesce(bool_or(p.started_on <> '' and (bad(p.started_on) or number(distance_miles) is null)), false) or coalesce(count(d(p.started_on)), 0) = 0 as maybe
  from looked_after e left join (from placed where happened(ended_on) is null) p using (care_episode_id) group by care_episode_id);

-- AGG-NEET-21
select count(*) filter (in_education_employment_training = 'no'), count(*) filter (in_education_employment_training <> ''),
  count(*) filter (in_education_employment_training = '')
from care_leavers join child using (child_id) where died_on = '' and born + interval 25 year > as_of();

-- AGG-NEET-21.aged_19_to_21
select count(*) filter (in_education_employment_training = 'no'), count(*) filter (in_education_employment_training <> ''),
  count(*) filter (in_education_employment_training = '')
from care_leavers join child using (child_id)
where died_on = '' and born + interval 22 year > as_of() and born + interval 19 year <= as_of();

-- AGG-NEET-21.unable
select count(*) filter (not maybe and in_education_employment_training = 'no' and not_in_education_reason <> 'other'), count(*) filter (not maybe),
  count(*) filter (maybe) from (
  select *, in_education_employment_training = '' or (in_education_employment_training = 'no' and not_in_education_reason = '') as maybe
  from care_leavers join child using (child_id) where died_on = '' and born + interval 25 year > as_of());

-- AGG-RHI-23
select count(*) filter (in_period(returned_at) and date_diff('minute', try_cast(returned_at as timestamp), try_cast(interviewed_at as timestamp)) <= 4320),
  count(*) filter (in_period(returned_at)),
  count(*) filter (returned_at = '' and exists (from missing_episodes n where n.child_id = m.child_id and d(n.went_missing_at) > d(m.went_missing_at)))
from missing_episodes m;

-- AGG-ASYE-24
select count(*) filter (n > number(caseload_limit)), count(*) filter (caseload_limit <> ''), count(*) filter (caseload_limit = '') from (
  select worker_id, caseload_limit, count(distinct a.child_id) as n
  from workers w left join allocated a using (worker_id) where w.role = 'social_worker' and w.experience = 'assessed_year' and happened(left_on) is null
  group by worker_id, caseload_limit);
