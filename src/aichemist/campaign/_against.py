"""The campaign's own choices beside what papers report: metals and ranges, temperatures and times of the protocol."""

from __future__ import annotations

from attrs import frozen

from aichemist.chemistry import Digest, Distribution, Protocol

_FIELDS = {"temperature_k": "temperature", "duration_s": "duration"}


@frozen
class ProtocolChoice:
    """One temperature or time of the protocol, and how papers spread; both in ``reported.unit``."""

    step: str
    what: str
    value: float
    reported: Distribution

    @property
    def within(self) -> bool:
        """Whether the choice lies between the lowest and the highest reported."""
        return self.reported.low <= self.value <= self.reported.high


def protocol_choices(protocol: Protocol, digest: Digest) -> tuple[ProtocolChoice, ...]:
    """The fixed temperatures and times of the protocol for which papers report any, in the order of its steps."""
    reported = {d.subject: d for d in digest.quantities}
    made = []
    for step in protocol.steps:
        for field, what in _FIELDS.items():
            value, found = step.parameters.get(field), reported.get(f"{step.operation} {what}")
            if isinstance(value, (int, float)) and found is not None:
                shown = value - 273.15 if what == "temperature" else value / 60
                made.append(ProtocolChoice(step.name, f"{step.operation} {what}", round(shown, 2), found))
    return tuple(made)
