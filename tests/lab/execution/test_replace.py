"""The quick copy gives what ``attrs.evolve`` gives."""

from __future__ import annotations

import attrs
import pytest

from aichemist.lab.execution._replace import replace
from aichemist.lab.execution._state import SampleState, State


@pytest.mark.parametrize("record", [State(paused="by ann"), SampleState("s1", "start")])
def test_as_attrs_does(record: State | SampleState) -> None:
    before = attrs.asdict(record, recurse=False)
    name = "stopped" if isinstance(record, State) else "held"
    assert replace(record, **{name: "x"}) == attrs.evolve(record, **{name: "x"})
    assert replace(record, **{name: "x"}) != record
    assert attrs.asdict(record, recurse=False) == before
    with pytest.raises(TypeError):
        replace(record, no_such_field=1)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        replace(record).held = "y"  # type: ignore[misc]
