"""Records to plain JSON-ready data and back, for the journal and for exchange."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")


@lru_cache(maxsize=1)
def _converter() -> Converter:
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=False)
    # JSON has no NaN: an unknown number travels as null
    converter.register_unstructure_hook(float, lambda v: None if math.isnan(v) else float(v))
    converter.register_structure_hook(float, lambda v, _: math.nan if v is None else float(v))
    _spaces(converter)
    return converter


def _spaces(converter: Converter) -> None:
    """A search space travels with its kind; a constraint travels as its text and is parsed again."""
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

    from ._constraints import Constraint, parse_constraint
    from ._feedstocks import Feedstocks
    from ._simplex import Simplex
    from ._space import Space
    from ._variables import Variables

    kinds: dict[str, type[Any]] = {"simplex": Simplex, "variables": Variables, "feedstocks": Feedstocks}
    converter.register_unstructure_hook(Constraint, lambda c: c.text)
    # never called: a constraint is parsed below, beside its variables; but a hook must be there for its class
    converter.register_structure_hook(Constraint, lambda text, _: parse_constraint(text, {}))
    for kind in kinds.values():
        converter.register_unstructure_hook(kind, make_dict_unstructure_fn(kind, converter))

    def plain(space: Any) -> dict[str, Any]:
        kind = next(name for name, made in kinds.items() if isinstance(space, made))
        return {"kind": kind, **converter.unstructure(space, type(space))}

    def structured(data: Any, _: Any) -> Any:
        made = kinds[data.get("kind", "simplex")]
        if made is not Variables:
            return converter.structure(data, made)
        loose = make_dict_structure_fn(Variables, converter)({**data, "constraints": []}, Variables)
        known = {c.name: c.categories for c in loose.columns}
        constraints = tuple(parse_constraint(text, known) for text in data["constraints"])
        return Variables(loose.variables, loose.fractions, constraints)

    converter.register_unstructure_hook_func(lambda t: t is Space, plain)
    converter.register_structure_hook_func(lambda t: t is Space, structured)


def to_plain(record: object) -> Any:
    """A record (attrs class) as dictionaries, lists, numbers and texts."""
    return _converter().unstructure(record)


def from_plain(data: Any, kind: type[T]) -> T:
    """The inverse of :func:`to_plain`.

    Raises:
        cattrs.BaseValidationError: the data are not those of ``kind``.
    """
    return _converter().structure(data, kind)
