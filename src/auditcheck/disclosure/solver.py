"""Linear programs, in fractions or in whole numbers, by HiGHS. The only place that knows the solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import highspy
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


class NoSolution(Exception):
    """No numbers satisfy every equation within the bounds."""


class Undecided(Exception):
    """The solver came to no end. That tells nothing, least of all that there is no solution."""


class Program:
    """Bounded numbers under linear constraints, to be made least or most in one way after another; each starts where the last ended.

    ``rows``: of each constraint, column: coefficient. ``least``, ``most``: bounds of the constraints; ``low``, ``high``: of the numbers.
    """

    def __init__(self, rows: Sequence[Mapping[int, float]], least: Vector, most: Vector, low: Vector, high: Vector) -> None:
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.0)):
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

    def least(self, aim: Vector) -> tuple[Vector, Vector]:
        """The numbers that make the weighted sum least, in fractions, and the price of each constraint.

        Raises `NoSolution`, `Undecided`.
        """
        self._solve(aim, highspy.HighsVarType.kContinuous)
        found = self._solver.getSolution()
        return np.array(found.col_value), np.array(found.row_dual)

    def least_whole(self, aim: Vector) -> Vector:
        """The whole numbers that make the weighted sum least. Raises `NoSolution`, `Undecided`."""
        self._solve(aim, highspy.HighsVarType.kInteger)
        return np.round(np.array(self._solver.getSolution().col_value))

    def _solve(self, aim: Vector, kind: highspy.HighsVarType) -> None:
        self._solver.changeColsCost(len(aim), self._columns, aim)
        if kind != self._kind:
            self._solver.changeColsIntegrality(len(aim), self._columns, np.full(len(aim), int(kind), np.uint8))
            self._kind = kind
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise NoSolution
        if status != highspy.HighsModelStatus.kOptimal:
            raise Undecided(self._solver.modelStatusToString(status))
