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
    return converter


def to_plain(record: object) -> Any:
    """A record (attrs class) as dictionaries, lists, numbers and texts."""
    return _converter().unstructure(record)


def from_plain(data: Any, kind: type[T]) -> T:
    """The inverse of :func:`to_plain`.

    Raises:
        cattrs.BaseValidationError: the data are not those of ``kind``.
    """
    return _converter().structure(data, kind)
