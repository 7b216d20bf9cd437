"""What is approved in words: every step, every setting, and the range over the vials."""

from __future__ import annotations

from aichemist.chemistry import Experiment, Recipe, Step
from aichemist.guard.approvals import steps_told


def experiment(number: int, acid_l: float, *more: Step) -> Experiment:
    volumes = {"acid": acid_l, "none": 0.0} if acid_l else {"none": 0.0}
    steps = (
        Step(0, "add", "dispense_liquid", {"volumes_l": volumes}),
        Step(1, "weigh", "dispense_solid", {"masses_kg": {"salt": 2e-5 * number}}),
        Step(
            2, "cook", "calcine", {"temperature_k": 673.15, "duration_s": 7200.0, "atmosphere": "air"}, station="oven"
        ),
        *more,
    )
    return Experiment(f"b001-{number:02d}", 1, Recipe({"x": 1.0}), steps)


def test_settings_in_units_of_people_and_ranges_over_vials() -> None:
    scan = Step(3, "test", "measure_electrochemistry", {"scan_rate_v_per_s": 0.005, "potential_to_v": 1.8, "cycles": 3})
    assert steps_told([experiment(1, 0.0), experiment(2, 0.001), experiment(3, 0.002, scan)]) == [
        "add: dispense liquid, acid 0.00 mL to 2.00 mL",
        "weigh: dispense solid, salt 20 mg to 60 mg",
        "cook: calcine on oven, 400 degC, 2 h, atmosphere air",
        "test: measure electrochemistry (1 of 3 vials), scan_rate_v_per_s 0.005, potential_to 1.8 V, cycles 3",
    ]
    assert steps_told([experiment(1, 0.001)])[0] == "add: dispense liquid, acid 1.00 mL"
