"""Constraints on recipes, written as text: ``a + b <= 5``, ``temperature * time < 4000``, ``solvent != "water"``."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ._errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LONGEST, _DEEPEST, _LARGEST_POWER = 500, 30, 10
_TOLERANCE = 1e-9


@frozen
class Constraint:
    """A condition that every recipe fulfils. The text is parsed and never run as code: numbers, names of variables,
    ``+ - * / **``, parentheses, ``abs min max sqrt exp log``, comparisons, ``and or not``, and names of categories in
    quotes."""

    text: str
    _holds: Callable[[Mapping[str, Any]], Any] = field(repr=False, eq=False)

    def holds(self, columns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.bool_]:
        """For each recipe whether it is fulfilled; one that cannot be computed (1 / 0) is not."""
        import numpy as np

        with np.errstate(all="ignore"):
            found = np.asarray(self._holds(columns), dtype=bool)
        size = len(next(iter(columns.values())))
        result: NDArray[np.bool_] = np.broadcast_to(found, (size,))
        return result


def parse_constraint(text: str, names: Mapping[str, tuple[str, ...]], *, key: str = "constraints") -> Constraint:
    """A constraint over variables ``names``, each with its categories (none: it is a number).

    Raises:
        InputError: with what is wrong and the names that are known.
    """
    if len(text) > _LONGEST:
        raise InputError(f"is longer than {_LONGEST} characters", key=key, value=text[:60] + "...")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError("cannot be understood", key=key, value=text, mend='write for example "a + b <= 5"') from None
    reader = _Reader(text, names, key)
    holds, kind = reader.read(tree.body, 0)
    if kind != "truth":
        raise InputError("is no condition", key=key, value=text, mend="compare with <=, >=, <, > or ==")
    return Constraint(text, holds)


def parse_expression(
    text: str, names: Mapping[str, tuple[str, ...]], *, key: str = "expression"
) -> Callable[[Mapping[str, NDArray[np.float64]]], NDArray[np.float64]]:
    """A number that is computed from variables ``names``, in the same language as a constraint: a function from columns
    ``(n,)`` to values ``(n,)``; what cannot be computed is NaN or infinite.

    Raises:
        InputError: with what is wrong and the names that are known.
    """
    if len(text) > _LONGEST:
        raise InputError(f"is longer than {_LONGEST} characters", key=key, value=text[:60] + "...")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError("cannot be understood", key=key, value=text, mend='write for example "1 + 2 * a"') from None
    number, kind = _Reader(text, names, key).read(tree.body, 0)
    if kind != "number":
        raise InputError("is no number", key=key, value=text, mend='write for example "1 + 2 * a"')

    def value(columns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        import numpy as np

        with np.errstate(all="ignore"):
            found = np.asarray(number(columns), dtype=float)
        result: NDArray[np.float64] = np.broadcast_to(found, (len(next(iter(columns.values()))),)).astype(float)
        return result

    return value


class _Reader:
    """From a syntax tree to a function of columns, by a list of what is allowed."""

    def __init__(self, text: str, names: Mapping[str, tuple[str, ...]], key: str) -> None:
        self._text, self._names, self._key = text, names, key

    def _wrong(self, problem: str, mend: str = "") -> InputError:
        return InputError(problem, key=self._key, value=self._text, mend=mend or None)

    def read(self, node: ast.AST, depth: int) -> tuple[Callable[[Mapping[str, Any]], Any], str]:
        if depth > _DEEPEST:
            raise self._wrong("is nested too deeply")
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            value = float(str(node.value))
            if abs(value) > 1e100:
                raise self._wrong("holds a number that is too large")
            return lambda _: value, "number"
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.BinOp):
            return self._arithmetic(node, depth)
        if isinstance(node, ast.UnaryOp):
            return self._unary(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, ast.Compare):
            return self._comparison(node, depth)
        if isinstance(node, ast.BoolOp):
            parts = [self._of(v, "truth", depth) for v in node.values]
            import numpy as np

            join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            return lambda c: join.reduce(np.broadcast_arrays(*[p(c) for p in parts])), "truth"
        raise self._wrong(
            f"holds something that is not allowed: {type(node).__name__}",
            "numbers, variables, + - * / **, abs min max sqrt exp log, comparisons, and, or, not",
        )

    def _of(self, node: ast.AST, kind: str, depth: int) -> Callable[[Mapping[str, Any]], Any]:
        value, found = self.read(node, depth + 1)
        if found != kind:
            raise self._wrong(f"a {kind} is expected where a {found} stands")
        return value

    def _name(self, name: str) -> tuple[Callable[[Mapping[str, Any]], Any], str]:
        if name not in self._names:
            close = difflib.get_close_matches(name, self._names, n=1)
            hint = f"did you mean '{close[0]}'? " if close else ""
            raise self._wrong(f"names '{name}', which is no variable", f"{hint}known: {', '.join(self._names)}")
        return lambda c: c[name], "category" if self._names[name] else "number"

    def _arithmetic(self, node: ast.BinOp, depth: int) -> tuple[Callable[[Mapping[str, Any]], Any], str]:
        import numpy as np

        kinds = {
            ast.Add: np.add,
            ast.Sub: np.subtract,
            ast.Mult: np.multiply,
            ast.Div: np.true_divide,
            ast.Pow: np.power,
        }
        operation = kinds.get(type(node.op))  # type: ignore[call-overload]
        if operation is None:
            raise self._wrong("holds an operator that is not allowed", "use + - * / **")
        left, right = self._of(node.left, "number", depth), self._of(node.right, "number", depth)
        if operation is np.power and not (
            isinstance(node.right, ast.Constant) and abs(float(node.right.value)) <= _LARGEST_POWER  # type: ignore[arg-type]
        ):
            raise self._wrong(f"a power must be a number of at most {_LARGEST_POWER}")
        return lambda c: operation(left(c), right(c)), "number"

    def _unary(self, node: ast.UnaryOp, depth: int) -> tuple[Callable[[Mapping[str, Any]], Any], str]:
        import numpy as np

        if isinstance(node.op, ast.Not):
            truth = self._of(node.operand, "truth", depth)
            return lambda c: np.logical_not(truth(c)), "truth"
        if not isinstance(node.op, (ast.USub, ast.UAdd)):
            raise self._wrong("holds an operator that is not allowed", "use + - * / **")
        number = self._of(node.operand, "number", depth)
        return (number if isinstance(node.op, ast.UAdd) else lambda c: -number(c)), "number"

    def _call(self, node: ast.Call, depth: int) -> tuple[Callable[[Mapping[str, Any]], Any], str]:
        import numpy as np

        name = node.func.id if isinstance(node.func, ast.Name) else ""
        one = {"abs": np.abs, "sqrt": np.sqrt, "exp": np.exp, "log": np.log}
        several = {"min": np.minimum, "max": np.maximum}
        if node.keywords or (name not in one and name not in several) or (name in one) != (len(node.args) == 1):
            raise self._wrong(
                f"calls '{name or '?'}', which is not allowed so", "abs sqrt exp log of one, min max of several"
            )
        parts = [self._of(a, "number", depth) for a in node.args]
        if name in one:
            return lambda c: one[name](parts[0](c)), "number"

        def folded(c: Mapping[str, Any]) -> Any:
            value = parts[0](c)
            for part in parts[1:]:
                value = several[name](value, part(c))
            return value

        return folded, "number"

    def _comparison(self, node: ast.Compare, depth: int) -> tuple[Callable[[Mapping[str, Any]], Any], str]:
        import numpy as np

        terms = [node.left, *node.comparators]
        tests = []
        for a, operator, b in zip(terms, node.ops, terms[1:], strict=False):
            text = [t for t in (a, b) if isinstance(t, ast.Constant) and isinstance(t.value, str)]
            if text:
                tests.append(self._choice(a if b is text[0] else b, operator, str(text[0].value), depth))
                continue
            left, right = self._of(a, "number", depth), self._of(b, "number", depth)
            tests.append(_compared(operator, left, right, self))
        return lambda c: np.logical_and.reduce(np.broadcast_arrays(*[t(c) for t in tests])), "truth"

    def _choice(self, node: ast.AST, operator: ast.cmpop, text: str, depth: int) -> Callable[[Mapping[str, Any]], Any]:
        name = node.id if isinstance(node, ast.Name) else ""
        choices = self._names.get(name, ())
        if text not in choices or not isinstance(operator, (ast.Eq, ast.NotEq)):
            raise self._wrong(
                f"'{text}' is no choice of '{name or '?'}', or compared by more than == and !=",
                f"choices: {', '.join(choices) or 'none'}",
            )
        at, equal = choices.index(text), isinstance(operator, ast.Eq)
        return lambda c: (c[name] == at) if equal else (c[name] != at)


def _compared(
    operator: ast.cmpop, left: Callable[..., Any], right: Callable[..., Any], reader: _Reader
) -> Callable[[Mapping[str, Any]], Any]:
    """With a little room, since grids are made of sums of tenths."""
    t = _TOLERANCE
    if isinstance(operator, ast.LtE):
        return lambda c: left(c) <= right(c) + t * (1 + abs(right(c)))
    if isinstance(operator, ast.GtE):
        return lambda c: left(c) >= right(c) - t * (1 + abs(right(c)))
    if isinstance(operator, ast.Lt):
        return lambda c: left(c) < right(c) - t * (1 + abs(right(c)))
    if isinstance(operator, ast.Gt):
        return lambda c: left(c) > right(c) + t * (1 + abs(right(c)))
    if isinstance(operator, ast.Eq):
        return lambda c: abs(left(c) - right(c)) <= t * (1 + abs(right(c)))
    if isinstance(operator, ast.NotEq):
        return lambda c: abs(left(c) - right(c)) > t * (1 + abs(right(c)))
    raise reader._wrong("holds a comparison that is not allowed", "use <= >= < > == !=")
