"""What can be changed in a module's code, one thing at a time: a comparison, a sign, a constant by one, a condition, a statement dropped.

A mutant has a name that outlives moves of lines: the function, the text before and after, and which of several alike it is.
Annotations, docstrings and texts are left alone: a wrong word is for a reader to find.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Where both ways are told apart: the boundary, and the opposite.
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
#: What numpy and Python call by a name: each for its opposite.
_CALLS = dict(
    pair
    for one, other in (("any", "all"), ("min", "max"), ("minimum", "maximum"), ("argmin", "argmax"), ("zeros", "ones"))
    for pair in ((one, other), (other, one))
)
_SIDES = {"left": "right", "right": "left"}

KINDS = {
    "comparison": "a comparison at its boundary, and turned round",
    "sign": "plus and minus, times and divided by, and and or of masks",
    "constant": "a number one more and one less, True and False",
    "connective": "and and or; not left out; a condition turned",
    "call": "any and all, least and most, first and second of where, left and right of a search",
    "statement": "a call, a change in place, a raise left out; break and continue; nothing returned",
}


@dataclass(frozen=True)
class Mutant:
    """One change of one module. ``lines``: the first and the last line of the statement's part that a test must reach to tell."""

    module: str
    kind: str
    what: str
    lines: tuple[int, int]
    number: int
    at_import: bool

    @property
    def name(self) -> str:
        return f"{self.module}: {self.what}"


@dataclass(frozen=True)
class _Change:
    kind: str
    where: str
    before: str
    after: str
    lines: tuple[int, int]
    at_import: bool


def mutants(module: str, path: Path) -> list[Mutant]:
    """Every mutant of a module, in the order of its text."""
    found: list[Mutant] = []
    alike: Counter[str] = Counter()
    for number, change in enumerate(_Mutator().changes(ast.parse(path.read_text("utf-8")))):
        what = f"{change.where}: {change.before} -> {change.after}"
        alike[what] += 1
        found.append(
            Mutant(module, change.kind, what + (f" #{alike[what]}" if alike[what] > 1 else ""), change.lines, number, change.at_import)
        )
    return found


def mutated(path: Path, number: int) -> ast.Module:
    """The module with its change of that number made."""
    tree = ast.parse(path.read_text("utf-8"))
    for at, _ in enumerate(_Mutator().changes(tree)):
        if at == number:
            return ast.fix_missing_locations(tree)
    raise ValueError(f"{path} has no change {number}")


class _Mutator:
    """Walks a tree and makes its changes one after another: each stands while it is yielded and is undone after."""

    def __init__(self) -> None:
        self.where: list[str] = []
        self.lines = (0, 0)
        self.inside = 0  # so many functions

    def changes(self, tree: ast.Module) -> Iterator[_Change]:
        yield from self._block(tree.body)

    def _block(self, body: list[ast.stmt]) -> Iterator[_Change]:
        for at, statement in enumerate(body):
            if _is_text(statement) or isinstance(statement, ast.Import | ast.ImportFrom) or _is_for_types(statement):
                continue
            yield from self._statement(body, at)

    def _statement(self, body: list[ast.stmt], at: int) -> Iterator[_Change]:
        statement = body[at]
        named = isinstance(statement, ast.FunctionDef | ast.ClassDef)
        if named:
            self.where.append(statement.name)
        self.lines = (statement.lineno, statement.lineno)
        for kind, after in _instead_of(statement):
            body[at] = ast.copy_location(after, statement)
            yield self._change(kind, statement, after)
            body[at] = statement
        for field, value in ast.iter_fields(statement):
            if field in ("annotation", "returns", "decorator_list", "type_params", "bases"):
                continue
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self.inside += isinstance(statement, ast.FunctionDef)
                yield from self._block(value)
                self.inside -= isinstance(statement, ast.FunctionDef)
            elif isinstance(value, list):
                yield from self._list(value)
            elif isinstance(value, ast.AST):
                self.lines = (statement.lineno, value.end_lineno if isinstance(value, ast.expr) and value.end_lineno else statement.lineno)
                yield from self._part(statement, field, value)
        if named:
            self.where.pop()

    def _list(self, values: list[Any], tests: bool = False) -> Iterator[_Change]:
        for at, value in enumerate(values):
            if isinstance(value, ast.ExceptHandler | ast.match_case):
                yield from self._block(value.body)
            elif isinstance(value, ast.AST):
                for kind, after in _other_than(value, tests):
                    values[at] = ast.copy_location(after, value)
                    yield self._change(kind, value, after)
                    values[at] = value
                yield from self._parts(value)

    def _part(self, parent: ast.AST, field: str, value: ast.AST) -> Iterator[_Change]:
        for kind, after in _other_than(value, field == "test"):
            setattr(parent, field, ast.copy_location(after, value))
            yield self._change(kind, value, after)
            setattr(parent, field, value)
        yield from self._parts(value)

    def _parts(self, node: ast.AST) -> Iterator[_Change]:
        if _is_left_alone(node):
            return
        for field, value in ast.iter_fields(node):
            if isinstance(value, list) and not _names_types(node):
                yield from self._list(value, tests=field == "ifs")
            elif isinstance(value, ast.AST) and field != "annotation":
                yield from self._part(node, field, value)

    def _change(self, kind: str, before: ast.AST, after: ast.AST) -> _Change:
        lines = (before.lineno, before.end_lineno or before.lineno) if isinstance(before, ast.stmt) else self.lines  # type: ignore[attr-defined]
        if isinstance(before, ast.If | ast.While | ast.For | ast.With | ast.Try):
            lines = (before.lineno, before.lineno)
        return _Change(kind, ".".join(self.where) or "module", _text(before), _text(after), lines, not self.inside)


def _text(node: ast.AST) -> str:
    return ast.unparse(node).replace("\n", " ")


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_for_types(statement: ast.stmt) -> bool:
    """An alias of types, such as ``Mask = npt.NDArray[np.bool_]``."""
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Subscript) and "NDArray" in ast.unparse(statement.value)


def _is_left_alone(node: ast.AST) -> bool:
    """Words for people, and bounds beyond every day or count, such as ``2**31``: one more or less says nothing."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow))


def _names_types(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "cast")


def _instead_of(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """What may stand in a statement's place."""
    match statement:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield "statement", ast.Pass()
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "statement", ast.Return(value=ast.Constant(None))
        case ast.Break():
            yield "statement", ast.Continue()
        case ast.Continue():
            yield "statement", ast.Break()
    if isinstance(statement, ast.AugAssign) and type(statement.op) in _SIGNS:
        yield "sign", ast.AugAssign(target=statement.target, op=_SIGNS[type(statement.op)](), value=statement.value)


def _other_than(value: ast.AST, test: bool = False) -> Iterator[tuple[str, ast.expr]]:
    """What may stand in an expression's place; a test may always be turned."""
    if test and not isinstance(value, ast.Compare | ast.UnaryOp):
        yield "connective", ast.UnaryOp(op=ast.Not(), operand=value)
    match value:
        case ast.Compare():
            for at, op in enumerate(value.ops):
                for other in _COMPARISONS[type(op)]:
                    changed = deepcopy(value)
                    changed.ops[at] = other()
                    yield "comparison", changed
        case ast.BinOp(op=op) if type(op) in _SIGNS and not _of_texts(value):
            yield "sign", ast.BinOp(left=value.left, op=_SIGNS[type(op)](), right=value.right)
        case ast.Constant(value=bool() as truth):
            yield "constant", ast.Constant(not truth)
        case ast.Constant(value=int() | float() as number):
            yield "constant", ast.Constant(number + 1)
            yield "constant", ast.Constant(number - 1)
        case ast.Constant(value=str() as text) if text in _SIDES:
            yield "call", ast.Constant(_SIDES[text])
        case ast.BoolOp(op=op):
            yield "connective", ast.BoolOp(op=ast.Or() if isinstance(op, ast.And) else ast.And(), values=value.values)
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield "connective", value.operand
        case ast.UnaryOp(op=ast.USub()) if not isinstance(value.operand, ast.Constant):
            yield "sign", value.operand
        case ast.Call(func=ast.Attribute(attr="where"), args=[_, _, _]):
            yield "call", ast.Call(func=value.func, args=[value.args[0], value.args[2], value.args[1]], keywords=value.keywords)
        case ast.Call(func=ast.Attribute(attr=name) as call) if name in _CALLS:
            yield "call", ast.Call(func=ast.Attribute(call.value, _CALLS[name], ast.Load()), args=value.args, keywords=value.keywords)
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
            yield "call", ast.Call(func=ast.Name(_CALLS[name], ast.Load()), args=value.args, keywords=value.keywords)


def _of_texts(value: ast.BinOp) -> bool:
    """Joined texts, and ``int | str``, are no sums."""
    sides = (value.left, value.right)
    return any(isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str)) for side in sides)
