"""What the guard predicts of each vial is what the twin does to it, within the errors of dispensing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aichemist.campaign import Campaign, load_campaign
from aichemist.chemistry import Experiment, Recipe, element_counts
from aichemist.guard.contents import Shelf, State, follow
from aichemist.guard.knowledge import Substance
from aichemist.lab.twin._act import Act
from aichemist.lab.twin._operations import EFFECTS
from aichemist.lab.twin._vial import Vial

TASKS = ("oer", "hydrogen", "fluorescence")
METALS = ("Ni", "Fe", "Co", "Mn", "Ce", "La")
DENSITIES = {"C2H5OH": 0.789, "H2O": 1.0}


class Formulas:
    """Knows what the lab file says, and nothing else: the bookkeeping needs no more."""

    def find(self, text: str = "", *, formula: str = "") -> Substance:
        liquid = formula in DENSITIES
        boiling = {"H2O": 373.15, "C2H5OH": 351.4}.get(formula)
        return Substance(
            text or formula, formula, formula, state="liquid" if liquid else "", boiling_point_k=boiling,
            density_kg_per_l=DENSITIES.get(formula), knew={"lab file": True},
        )  # fmt: skip


def elements(state: State) -> dict[str, float]:
    total: dict[str, float] = {}
    for kind, amount in state.mol.items():
        formula = kind.substance.formula
        for element, count in element_counts(formula).items() if formula else ():
            total[element] = total.get(element, 0.0) + count * amount
    return total


def random_experiments(campaign: Campaign, count: int) -> list[Experiment]:
    points = campaign.space.pool(2000, 3)
    chosen = np.random.default_rng(11).choice(len(points), count, replace=False)
    return [
        campaign.protocol.resolve(Recipe(campaign.space.values(points[i])), sample=f"s{n}", batch=1)
        for n, i in enumerate(chosen)
    ]


def twin(campaign: Campaign, experiment: Experiment) -> list[Vial]:
    vial, clock, seen = Vial(experiment.sample, "bench"), 0.0, []
    for step in experiment.steps:
        station = next(s for s in campaign.lab.stations if step.operation in s.operations)
        duration = step.duration_s or 60.0
        act = Act(
            f"c{step.index}",
            vial.sample,
            step.operation,
            station,
            step.parameters,
            clock,
            clock + duration,
            campaign.lab,
            5,
            None,
        )  # type: ignore[arg-type]
        vial = EFFECTS[step.operation](vial, act).vial
        clock += duration
        seen.append(vial)
    return seen


@pytest.mark.parametrize("task", TASKS)
def test_moles_and_volumes_are_the_twins(repository: Path, task: str) -> None:
    campaign = load_campaign(repository / "campaigns" / f"{task}.toml")
    limits = campaign.lab.limits()
    for experiment in random_experiments(campaign, 5):
        vials = twin(campaign, experiment)
        followed = follow(experiment, limits, Shelf(Formulas(), limits))
        dried = False
        for moment, vial in zip(followed.moments, vials, strict=True):
            dried = dried or moment.step.operation == "dry"
            predicted, true = elements(moment.after), vial.elements()
            for metal in METALS:
                # 2 % of the metal per dispensing, 1 to 3 % of the pellet goes with each supernatant
                assert predicted.get(metal, 0.0) == pytest.approx(true.get(metal, 0.0), rel=0.10, abs=2e-6), (
                    metal,
                    moment.step.name,
                )
            if moment.step.operation.startswith("measure"):
                continue
            assert moment.after.volume_l == pytest.approx(vial.volume_l, rel=0.04, abs=120e-6), moment.step.name
            if not dried and "C" not in predicted:
                for element in ("N", "Na", "O", "H"):
                    assert predicted.get(element, 0.0) == pytest.approx(true.get(element, 0.0), rel=0.12, abs=5e-5), (
                        element,
                        moment.step.name,
                    )
            if task == "fluorescence" and moment.step.operation == "dispense_liquid":
                for element in ("C", "H", "O", "P", "K", "I"):
                    assert predicted.get(element, 0.0) == pytest.approx(true.get(element, 0.0), rel=0.04, abs=2e-5), (
                        element
                    )


def test_what_is_aspirated_and_what_stays_add_up(repository: Path) -> None:
    campaign = load_campaign(repository / "campaigns" / "oer.toml")
    limits = campaign.lab.limits()
    for experiment in random_experiments(campaign, 3):
        for moment in follow(experiment, limits, Shelf(Formulas(), limits)).moments:
            if moment.removed is not None:
                both = {e: n + elements(moment.removed).get(e, 0.0) for e, n in elements(moment.after).items()}
                assert both == pytest.approx(elements(moment.before), rel=1e-9)
