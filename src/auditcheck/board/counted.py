"""Every table of a book as it is counted, before the door of `disclosure`: nothing here is ever rendered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from auditcheck.board import actions as acting
from auditcheck.board import audit_tables as auditing
from auditcheck.board import measures as measured
from auditcheck.board import restated as restating
from auditcheck.board import stages, standing, tables, teams
from auditcheck.board.beside import Beside
from auditcheck.board.coded import DUE, count
from auditcheck.board.groups import groups
from auditcheck.board.known import Known
from auditcheck.board.monthly import Month, Monthly, of_records
from auditcheck.board.order import Order
from auditcheck.board.periods import Period, months
from auditcheck.board.source import Run
from auditcheck.board.tally import EVENT_KINDS, Tally, by_agency
from auditcheck.disclosure import Raw, days
from auditcheck.measured_months import MONTHS
from auditcheck.rulebook.notices import evidence

#: Why a measure is not shown by team.
TOO_LITTLE, TOO_MUCH_UNKNOWN = "too little of each team can be shown", "too much is not recorded"
EARLIER_VERSION = "the run is of an earlier version, which did not say which records it counted"


class Counted:
    """Every raw table of a book. ``asked``: rules that show something of what the notice asks, and are counted by month for that."""

    def __init__(self, order: Order) -> None:
        run, policy, book = order.run, order.policy, order.book
        rules = [book.rules[rule] for rule in run.evaluated if rule in book.rules]
        events = [rule.id for rule in rules if rule.check in EVENT_KINDS]
        self.rules = frozenset(book.rules)
        self.children = run.children["child_id"].combine_chunks()
        self.breakdowns = groups(run.children)
        self.bases = {
            DUE: tables.events(events, order.period),
            measured.OPEN: tables.on_record({rule.id for rule in rules} - set(events), Period(run.as_of, run.as_of)),
        }
        names = dict.fromkeys(row["measure_id"] for row in run.measures)
        self.asked = [rule for rule in _asked(order) if rule in events and rule not in names]
        self.rests_on = {name: measured.rests_on(book.rules, name) for name in (*names, *self.asked)}
        sums = [rules for rules, _ in self.rests_on.values() if rules]
        by_month = {name: one for name, one in self.rests_on.items() if one[0] and one[1] != measured.OPEN}
        before, monthly, by_team = self._count(order, [rule.id for rule in rules], events, by_month)
        self.tables: list[tables.Table] = []
        self.grids: list[Raw] = []
        self.stages: list[stages.Stages] = []
        for basis in self.bases.values():
            ruled = tables.by_rule(self.tally, rules, sums, basis, policy)
            self.tables += ruled
            self.tables += [tables.by_group(self.tally, one, basis, policy) for one in self.breakdowns]
            crossed = {one.key: tables.by_theme_and_group(self.tally, rules, one, basis, policy) for one in self.breakdowns}
            self.grids += crossed.values()
            self.stages.append(stages.by_stage(self.tally, rules, basis, policy, ruled[-1], crossed[stages.AGE]))
        if run.taking_part is not None:
            agencies = by_agency(run.taking_part, order.period)
            self.tables += [tables.by_agency(what, numbers, order.period, policy) for what, numbers in sorted(agencies.items())]
        self.before = tables.by_rule(before, rules, sums, tables.events(events, before.period), policy)[:2]
        self._measures(order, monthly.found())
        self.recorded = {} if run.measured is None else teams.recorded(run.measured, self.children, self.breakdowns[0])
        main = {row["measure_id"]: row for row in run.measures if "." not in row["measure_id"]}
        by_each = {name: self._team_table(order, row, by_team) for name, row in main.items()}
        self.teams = {name: one for name, one in by_each.items() if isinstance(one, Raw) and one.cells}
        self.not_by_team = defaultdict[str, list[str]](list)
        for name, why in by_each.items():
            if why and name not in self.teams:
                self.not_by_team[why if isinstance(why, str) else TOO_LITTLE].append(name)
        self.audits = auditing.tables(order.audits, order.period, policy) if order.audits is not None else None
        self.actions = None if order.register is None else self._actions(order, order.register)
        own = {name: one for name, one in self.series.items() if name not in self.asked}
        self.since = [restating.compared(run, own, self.rests_on, then, policy) for then in order.earlier]

    def _count(
        self, order: Order, rules: Sequence[str], events: Sequence[str], by_month: Mapping[str, tuple[Sequence[str], str]]
    ) -> tuple[Tally, Monthly, dict[str, Tally]]:
        """Everything that is counted in the observations, in one pass: the period, the one before it, by month and by team."""
        self.tally = Tally.empty(rules, events, order.period, self.breakdowns, len(self.children))
        before = Tally.empty(rules, events, order.period.before(), self.breakdowns[:1], len(self.children))
        monthly = Monthly(by_month, months(order.run.as_of, MONTHS))
        main = {name: one for name, one in by_month.items() if "." not in name and name not in self.asked and set(one[0]) & set(rules)}
        by_team = {name: self._by_team(order.period, *one) for name, one in main.items()}
        self.observed = self._observed(order)
        others = [found for found in (*by_team.values(), *self.observed.values()) if found is not self.tally]
        count(order.run.observations(), self.children, [self.tally, before, monthly, *others])
        return before, monthly, by_team

    @property
    def raws(self) -> Iterator[Raw]:
        """All that has to pass the door, together."""
        beside = (one for one in (*self.earlier.values(), *self.deciding.values()) if one.population in measured.POPULATION.values())
        yield from (*self.grids, *self.measures.values(), *self.trends.values(), *self.teams.values(), *beside)
        for one in (*self.tables, *self.before):
            yield from one.raws.values()
        for by_stage in self.stages:
            yield from (raw for raws in by_stage.raws.values() for raw in raws)
        for part in (self.audits, self.actions, *self.since[:1]):
            yield from part.raws if part else ()

    @property
    def then(self) -> Iterator[list[Raw]]:
        """Of records what was counted on other days, and what earlier runs counted otherwise than this one: what hangs together, the latest
        first.

        It may not fit today's figures, as much has been recorded since. So it passes the door after all else, when those are told.
        """
        for told in (self.deciding, self.earlier):
            apart = defaultdict[tuple[str, str], list[Raw]](list)
            for (_, day), raw in told.items():
                if raw.population not in measured.POPULATION.values():
                    apart[day, raw.population].append(raw)
            yield from (apart[key] for key in sorted(apart, reverse=True))

    def known(self, order: Order) -> Known:
        """What the door may ask of counts that nobody prints; counted only if it asks."""
        tables = [*self.raws, *(order.released.tables if order.released else ())]
        return Known(
            self.tally,
            list(self.bases.values()),
            self.rules,
            tables,
            lambda pieces: count(order.run.observations(), self.children, [pieces]),
        )

    def _actions(self, order: Order, register: Sequence[acting.Acted]) -> acting.ActionTables:
        seen, teams = order.run.observations(), self.breakdowns[0]
        return acting.tables(register, order.run.as_of, order.period, self.bases[DUE], seen, self.children, teams, order.policy)

    def _by_team(self, period: Period, rules: Sequence[str], by: str) -> Tally:
        """Where a measure is counted by another day than all else, a count of its own."""
        own = [rule for rule in rules if rule in self.tally.rules]
        return self.tally if by == DUE else Tally.empty(own, own, period, self.breakdowns[:1], len(self.children), by)

    def _observed(self, order: Order) -> dict[str, Tally]:
        """All that the rules observed of which a measure counts some: in its own time."""
        found = {}
        for row in order.run.measures:
            rules, by = measured.counts_some_of(order.book.rules, row["measure_id"])
            if rules and row["period_from"]:
                period = Period(date.fromisoformat(row["period_from"]), date.fromisoformat(row["period_to"]))
                same = by == DUE and period == order.period and set(rules) <= set(self.tally.rules)
                apart = Tally.empty(rules, rules, period, self.breakdowns[:1], len(self.children), by)
                found[row["measure_id"]] = self.tally if same else apart
        return found

    def _team_table(self, order: Order, row: Mapping[str, str], found: Mapping[str, Tally]) -> Raw | str:
        """One measure by team; why there is no such table, in words ('' where it has no figure)."""
        name, whole = row["measure_id"], self.measures.get(row["measure_id"])
        if whole is None:
            return ""
        if why := teams.why_not(order.book.rules.get(name)):
            return why
        if not row["value"] and not order.policy.small(int(row["unknown"])):
            return TOO_MUCH_UNKNOWN if int(row["unknown"]) else ""
        rules, by = self.rests_on[name]
        if name in found:
            return teams.by_team(name, rules, by, found[name], tables.span(order.period), order.policy, self._rows_by_team(by))
        if whole.population == self.bases[measured.OPEN].population:
            return teams.by_team(name, rules, by, self.tally, self.bases[by].period, order.policy, self._rows_by_team(by))
        if order.run.measured is None:
            return EARLIER_VERSION
        each = self.recorded.get(name)
        return teams.of_records(name, whole, each, self.tally.names(teams.TEAM), order.policy) if each else ""

    def _rows_by_team(self, by: str) -> set[frozenset[str]]:
        """The sets of rules of which themes by team show the sum."""
        grids = [one for one in self.grids if one.population == measured.POPULATION[by] and one.dimensions == ("rule", teams.TEAM)]
        return {frozenset(map(str, key[0].members or ())) for one in grids for key in one.cells}

    def _measures(self, order: Order, found: Mapping[str, Sequence[Month]]) -> None:
        """The measures of every run, and by month those that can be counted so. ``found``: by month, what rules observed."""
        run = order.run
        of_each = {name: some for name, some in of_records(run.measured_months).items() if name in self.rests_on}
        self.series = {name: measured.series(some, order.policy) for name, some in {**found, **of_each}.items() if "." not in name}
        self.trends = {name: measured.by_month(name, one, *self.rests_on[name]) for name, one in self.series.items() if one.months}
        beside = Beside(order.book.rules, self.rests_on, lambda row: self._within(order, row, found), order.policy)
        observed = {name: each.of(measured.counts_some_of(order.book.rules, name)[0]) for name, each in self.observed.items()}
        self.measures, self.too_near = beside.raws(run, observed)
        #: Of a measure, on the day that decides its target: what it was then.
        self.deciding = dict(self._deciding(run, {**found, **of_each}))
        self.earlier: dict[tuple[str, str], Raw] = {}
        for other in (other for other in order.runs if other is not run):
            counted, _ = beside.raws(other, {})
            self.earlier |= {(name, other.info["as_of"]): raw for name, raw in counted.items() if self._may_be_told(order, name, raw)}

    def _deciding(self, run: Run, of_month: Mapping[str, Sequence[Month]]) -> Iterator[tuple[tuple[str, str], Raw]]:
        for row in run.measures:
            name = row["measure_id"]
            then = standing.deciding(row, of_month.get(name, ()))
            if then is not None:
                rules, by = self.rests_on[name]
                within = measured.Within(measured.POPULATION[by], tables.span(standing.over(then)), rules) if rules else None
                raw = measured.of_row(then, row["target_due"], within, by_days=True)
                if raw is not None:
                    yield (name, row["target_due"]), raw

    @staticmethod
    def _may_be_told(order: Order, name: str, raw: Raw) -> bool:
        """Whether a figure of an earlier run is told: not how many targets were met, which tells of figures that may be hidden; nor what a
        book that was released hid, wherever it stood there."""
        rule = order.book.rules.get(name)
        same = (one for one in (order.released.tables if order.released else ()) if one.name == raw.name)
        shown = [counts[count] for one in same for counts in one.cells.values() for count in ("n", "d") if count in counts]
        return None not in shown and not (rule is not None and "targets" in rule.body)

    def _within(self, order: Order, row: Mapping[str, str], by_month: Mapping[str, Sequence[Month]]) -> measured.Within | None:
        """Where a measure's records are those of other tables: its figure then is a sum there, and protected as one."""
        rules, by = self.rests_on.get(row["measure_id"], ((), ""))
        counts = row["numerator"], row["denominator"]
        if by in self.bases and row["period_to"] == order.run.info["as_of"]:
            number = self.tally.of(self.bases[by].rules & set(rules))
            if counts == (str(number.met), str(number.known)):
                told = tables.outcomes(self.bases[by].period)["unknown"] if row["unknown"] == str(number.unknown) else None
                return measured.Within(self.bases[by].population, self.bases[by].period, rules, told)
        each = by_month.get(row["measure_id"], ())
        inside = [one for one in each if row["period_from"] <= one.period.first.isoformat() <= row["period_to"]]
        if inside and counts == (str(sum(one.met for one in inside)), str(sum(one.known for one in inside))):
            whole = days("the months of the measure", inside[0].period.first, inside[-1].period.last)
            return measured.Within(measured.POPULATION[by], whole, rules)
        return None


def _asked(order: Order) -> set[str]:
    """The rules that show something of what the profile's notice asks."""
    rules = order.book.rules
    return {name for one in order.profile.notice.references for name in evidence(one, rules)}
