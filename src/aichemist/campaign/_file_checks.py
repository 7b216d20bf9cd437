"""Whether what a campaign names is there: learner, measuring steps, drivers, stations."""

from __future__ import annotations

from pathlib import Path

from aichemist.chemistry import OPERATIONS, InputError, Objective, Protocol
from aichemist.lab.layout import Lab, Robot, Station


def learner_known(name: str, objectives: int) -> None:
    from aichemist.brain import learner_names, load_learner

    names = learner_names()
    if name not in names:
        raise InputError(
            "is not a learner", key="learner.name", value=name, mend=f"write one of: {', '.join(sorted(names))}"
        )
    # the default is for any number; to import the others takes seconds
    if name != "ensemble":
        load_learner(name).accept(objectives)


def measured(objective: Objective, protocol: Protocol, file: Path) -> None:
    from aichemist.lab.analysis import load_analyser
    from aichemist.lab.drivers import form_for

    analyser = load_analyser(objective.name)
    further = [o for kind in analyser.also_reads for o in OPERATIONS if form_for(o).kind == kind]
    if analyser.kind == "chronopotentiogram" and not any(
        all(float(step.parameters.get(f) or 0.0) > 0 for f in ("hold_current_a_per_m2", "hold_duration_s"))
        for step in protocol.steps
    ):
        raise InputError(
            f"no step holds a current, which the {objective.name} needs", file=file, key="step",
            mend='give the step "measure_electrochemistry" a hold_current and a hold_duration above 0',
        )  # fmt: skip
    for operation in (analyser.operation, *further):
        if not any(step.operation == operation for step in protocol.steps):
            raise InputError(
                f"no step measures the {objective.name}" + (f" with {operation}" if further else ""),
                file=file,
                key="step",
                mend=f'add a [[step]] with operation = "{operation}"',
            )


def drivers_known(lab: Lab, file: Path) -> None:
    devices: list[Station | Robot] = [*lab.stations, *lab.robots]
    for device in devices:
        if device.driver not in ("twin", "human"):
            raise InputError(
                f"the driver of {device.name} is not available",
                file=file,
                key=f"{device.name}.driver",
                value=device.driver,
                mend='write driver = "twin" or "human"; drivers for hardware come with later parts',
            )


def stations_known(protocol: Protocol, lab: Lab, file: Path) -> None:
    names = {s.name: s for s in lab.stations}
    for number, step in enumerate(protocol.steps, 1):
        if step.station is not None and step.station not in names:
            import difflib

            close = difflib.get_close_matches(step.station, names, n=1)
            hint = f"did you mean '{close[0]}'? " if close else ""
            raise InputError(
                f"there is no station of this name in lab '{lab.name}'", file=file, key=f"step[{number}].station",
                value=step.station, mend=f"{hint}known: {', '.join(sorted(names))}",
            )  # fmt: skip
