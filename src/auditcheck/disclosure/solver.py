"""Linear programs, in fractions or in whole numbers, by HiGHS. The only place that knows the solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import highspy
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


_DUAL, _PRIMAL = 1, 4
"""Two simplex methods. The primal one goes on from what was least in another way: some dozens of steps, where the dual one starts anew with
1,300 (of 9,000 numbers). But where it comes from a corner in fractions it mostly ends in one, and the dual one mostly in whole numbers."""


NEAR = 1e-6
"""The solver's numbers are so near to those that are meant: 5.9999999 is 6."""
TOO_MUCH = "too much work"
_NO_LIMIT = highspy.kHighsIInf
"""The solver's own word for it."""
_BEGIN = 20
"""So many steps would take as long as it takes to begin."""


class NoSolution(Exception):
    """No numbers satisfy every equation within the bounds."""


class Undecided(Exception):
    """The solver came to no end. That tells nothing, least of all that there is no solution."""


@dataclass
class Work:
    """How much was solved: of every program its numbers, as often as it took a step. The same in every run, as the time it takes is not.

    ``most``: beyond so much nothing more is solved, and that is `Undecided`.
    """

    most: float = inf
    done: int = 0

    def steps(self, numbers: int) -> int:
        """How many steps a program of so many numbers may take. Raises `Undecided` where that is none."""
        left = (self.most - self.done) / numbers
        if left < 1:
            raise Undecided(TOO_MUCH)
        return int(min(left, _NO_LIMIT))


class Program:
    """Bounded numbers under linear constraints, to be made least or most in one way after another; each starts where the last ended.

    ``rows``: of each constraint, column: coefficient. ``least``, ``most``: bounds of the constraints; ``low``, ``high``: of the numbers.
    ``work``: where what is solved is put down.
    """

    def __init__(
        self, rows: Sequence[Mapping[int, float]], least: Vector, most: Vector, low: Vector, high: Vector, work: Work | None = None
    ) -> None:
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        options = {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 0.0, "simplex_strategy": _PRIMAL}
        for name, value in options.items():
            self._solver.setOptionValue(name, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(low), len(rows)
        model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(len(low)), low, high
        model.row_lower_, model.row_upper_ = least, most
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *map(len, rows)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([column for row in rows for column in row], np.int32)
        model.a_matrix_.value_ = np.array([times for row in rows for times in row.values()], float)
        self._solver.passModel(model)
        self._columns = np.arange(len(low), dtype=np.int32)
        self._kind = highspy.HighsVarType.kContinuous
        self._low, self._high, self._work = low, high, work or Work()

    def least(self, aim: Vector) -> tuple[Vector, Vector]:
        """The numbers that make the weighted sum least, in fractions, and the price of each constraint.

        Raises `NoSolution`, `Undecided`.
        """
        self._solve(aim, highspy.HighsVarType.kContinuous)
        found = self._solver.getSolution()
        return np.array(found.col_value), np.array(found.row_dual)

    def least_afresh(self, aim: Vector, high: Vector) -> Vector:
        """As `least`, for this once with other upper bounds and not from where the last ended: more likely in whole numbers."""
        self._solver.clearSolver()
        self._begin(_DUAL, high)
        try:
            return self.least(aim)[0]
        finally:
            self._begin(_PRIMAL, self._high)

    def _begin(self, method: int, high: Vector) -> None:
        self._solver.setOptionValue("simplex_strategy", method)
        self._solver.changeColsBounds(len(high), self._columns, self._low, high)

    def least_whole(self, aim: Vector) -> Vector:
        """The whole numbers that make the weighted sum least. Raises `NoSolution`, `Undecided`."""
        basis = self._solver.getBasis()  # whole numbers leave none to start the next from
        self._solve(aim, highspy.HighsVarType.kInteger)
        found = np.round(np.array(self._solver.getSolution().col_value))
        self._solver.setBasis(basis)
        return found

    def _solve(self, aim: Vector, kind: highspy.HighsVarType) -> None:
        self._solver.changeColsCost(len(aim), self._columns, aim)
        if kind != self._kind:
            self._solver.changeColsIntegrality(len(aim), self._columns, np.full(len(aim), int(kind), np.uint8))
            self._kind = kind
        self._solver.setOptionValue("simplex_iteration_limit", self._work.steps(len(aim)))
        self._solver.run()
        self._work.done += (_BEGIN + self._solver.getInfo().simplex_iteration_count) * len(aim)
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise NoSolution
        if status == highspy.HighsModelStatus.kIterationLimit:
            raise Undecided(TOO_MUCH)
        if status != highspy.HighsModelStatus.kOptimal:
            raise Undecided(self._solver.modelStatusToString(status))
