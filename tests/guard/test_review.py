import tomllib
from pathlib import Path

import pytest
from attrs import evolve

from aichemist.chemistry import (
    OUTCOMES,
    Design,
    Hypothesis,
    LabLimits,
    Proposal,
    Protocol,
    Recipe,
    Simplex,
    load_protocol,
)
from aichemist.guard import load_rules, review
from aichemist.guard.rules import OWN_RULES
from aichemist.lab.layout import load_lab

SIX = ("Ni", "Fe", "Co", "Mn", "Ce", "La")
SPACE = Simplex(SIX, 0.1, 4, (0.0,) * 6, (1.0,) * 6)


@pytest.fixture(scope="module")
def lab(repository: Path) -> LabLimits:
    return load_lab(repository / "labs" / "ustc.toml").limits()


@pytest.fixture(scope="module")
def protocol(repository: Path) -> Protocol:
    return load_protocol(repository / "protocols" / "oer.toml")


def outcome(protocol: Protocol, lab: LabLimits, *recipes: dict[str, float], **used: float):  # type: ignore[no-untyped-def]
    proposals = tuple(Proposal(Recipe(r), "initial") for r in recipes)
    design = Design(1, Hypothesis("h", {}, "r"), SPACE, protocol.name, proposals, "test")
    experiments = [protocol.resolve(p.recipe, sample=f"s{i}", batch=1) for i, p in enumerate(proposals)]
    return review(design, experiments, lab, used=used)


def change(protocol: Protocol, name: str, **parameters: object) -> Protocol:
    steps = tuple(evolve(s, parameters={**s.parameters, **parameters}) if s.name == name else s for s in protocol.steps)
    return evolve(protocol, steps=steps)


def test_a_good_design_runs_with_measures(protocol: Protocol, lab: LabLimits) -> None:
    answer = outcome(protocol, lab, {"Ni": 0.6, "Fe": 0.4}, {"Ni": 0.1, "Fe": 0.2, "Ce": 0.3, "La": 0.4})
    assert answer.outcome == "measures" and all(f.measures for f in answer.findings)
    assert {f.rule for f in answer.findings} == {"carcinogen", "flash_point"}  # nickel; the ink's ethanol
    assert {"stock", "vial_volume", "station_range", "mixing", "pressure"} <= set(answer.rules)


@pytest.mark.parametrize(
    ("step", "parameters", "rule", "says"),
    [
        ("precipitate", {"volumes_l": {"sodium_hydroxide": 0.0149, "water": 0.0149}}, "vial_volume", "would hold"),
        ("precipitate", {"volumes_l": {"sodium_hydroxide": -0.002}}, "vial_volume", "negative"),
        ("precipitate", {"volumes_l": {"sodium_hydroxide": 1e-6}}, "station_range", "lies outside"),
        ("precipitate", {"volumes_l": {"potassium_hydroxide": 0.002}}, "stock", "not in lab"),
        ("age", {"temperature_k": 500.0}, "station_range", "lies outside"),
        ("dry", {"temperature_k": 900.0}, "vial_temperature", "above what the vial stands"),
        ("settle", {"speed_rpm": 20000.0}, "station_range", "8000"),
    ],
)
def test_limits(
    protocol: Protocol, lab: LabLimits, step: str, parameters: dict[str, object], rule: str, says: str
) -> None:
    answer = outcome(change(protocol, step, **parameters), lab, {"Ni": 1.0})
    assert answer.outcome == "refuse"
    assert any(f.rule == rule and says in f.message for f in answer.findings), answer.findings


def test_stock_already_used_counts(protocol: Protocol, lab: LabLimits) -> None:
    assert outcome(protocol, lab, {"Ni": 1.0}, nickel_nitrate=0.490).outcome == "measures"
    answer = outcome(protocol, lab, {"Ni": 1.0}, nickel_nitrate=0.498)
    assert answer.outcome == "refuse" and "2.00 mL left" in answer.findings[0].message  # worst first


def test_recipe_outside_the_space(protocol: Protocol, lab: LabLimits) -> None:
    assert outcome(protocol, lab, {"Ni": 0.6, "Fe": 0.6}).outcome == "refuse"


def test_too_many_vials(protocol: Protocol, lab: LabLimits) -> None:
    answer = outcome(protocol, evolve(lab, starting_slots=2), *[{"Ni": 1.0}] * 3)
    assert any(f.rule == "places" for f in answer.findings)


def test_own_rules_cannot_be_replaced_by_a_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    from aichemist.guard import Rule, _review

    class Lax(Rule):
        id, source = "stock", "nowhere"

        def check(self, context: object):  # type: ignore[no-untyped-def]
            return ()

    class Entry:
        def load(self) -> type[Rule]:
            return Lax

    monkeypatch.setattr(_review, "entry_points", lambda group: [Entry()])
    stock = next(r for r in load_rules() if r.id == "stock")
    assert not isinstance(stock, Lax)


def test_equal_findings_of_many_vials_are_one(protocol: Protocol, lab: LabLimits) -> None:
    answer = outcome(
        protocol, lab, *[{"Ni": round(0.1 * (i % 9), 1), "Fe": round(1 - 0.1 * (i % 9), 1)} for i in range(96)]
    )
    assert len(answer.findings) < 8
    (ink,) = (f for f in answer.findings if f.rule == "flash_point")
    assert ink.sample == "s0" and ink.message.endswith("[96 vials: s0, s1, s2, ...]")


def test_the_worst_stands_first(protocol: Protocol, lab: LabLimits) -> None:
    answer = outcome(change(protocol, "dry", temperature_k=900.0), lab, {"Ni": 1.0})
    assert [f.outcome for f in answer.findings] == sorted(
        (f.outcome for f in answer.findings), key=OUTCOMES.index, reverse=True
    )


def test_all_rules_are_registered_the_way_anyones_are(repository: Path) -> None:
    declared = tomllib.loads((repository / "pyproject.toml").read_text())["project"]["entry-points"][
        "aichemist.guard_rules"
    ]
    assert declared == {kind.id: f"{kind.__module__}:{kind.__name__}" for kind in OWN_RULES}


def test_every_rule_states_itself() -> None:
    for rule in load_rules():
        assert rule.id and rule.source and rule.reason.endswith(".") and rule.severity in ("approval", "refuse")
