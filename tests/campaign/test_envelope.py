"""The table [envelope], the part of a space inside it, and runs that never leave it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aichemist.brain import design_batch
from aichemist.campaign import Campaign, approve, load_campaign, open_database, open_run, resume, run, withdraw
from aichemist.campaign._envelope import Within
from aichemist.chemistry import InputError, Observation, Recipe, RefusedError, Variables, continuous, integer
from aichemist.guard.approvals import Envelope
from aichemist.records import People

REPOSITORY = Path(__file__).parents[2]
TABLE = """
[envelope]
substances = ["Ni(NO3)2", "Fe(NO3)3", "Co(NO3)2", "Mn(NO3)2", "Ce(NO3)3", "La(NO3)3", "NaOH", "water", "ethanol", "nafion_dispersion"]
temperature = ["15 degC", "80 degC"]
vials = 4
[envelope.variables]
Ni = [0.0, 0.5]
[envelope.amounts]
iron_nitrate = ["0 mL", "1.6 mL"]
[envelope.findings]
much_nickel = 2
"""


def stocks_named(table: str, files: Path) -> str:
    """The stocks by their names, whatever the lab file says is in them."""
    import tomllib

    used = ["nickel_nitrate", "iron_nitrate", "cobalt_nitrate", "manganese_nitrate", "cerium_nitrate", "lanthanum_nitrate",
            "sodium_hydroxide", "water", "ethanol", "nafion_dispersion"]  # fmt: skip
    assert {s["name"] for s in tomllib.loads((files / "labs" / "ustc.toml").read_text())["stock"]} >= set(used)
    line = next(x for x in table.splitlines() if x.startswith("substances"))
    return table.replace(line, f"substances = {used}".replace("'", '"'))


def campaign_file(files: Path, table: str = TABLE, samples: int = 4) -> Path:
    path = files / "campaigns" / "oer.toml"
    text = path.read_text().replace("samples = 96", f"samples = {samples}").replace("batch = 8", "batch = 2")
    path.write_text(text + stocks_named(table, files))
    return path


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    folder = tmp_path_factory.mktemp("envelope")
    for name in ("campaigns", "protocols", "labs"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return load_campaign(campaign_file(folder))


def test_what_is_not_written_is_what_the_campaign_has(campaign: Campaign) -> None:
    envelope = campaign.envelope
    assert envelope is not None and envelope.variables["Ni"] == (0.0, 0.5) and envelope.variables["Fe"] == (0.0, 1.0)
    assert "measure_xrd" in envelope.operations and envelope.temperature_k == (
        pytest.approx(288.15),
        pytest.approx(353.15),
    )
    assert envelope.amounts["iron_nitrate"] == (0.0, pytest.approx(0.0016))


@pytest.mark.parametrize(("old", "new", "key", "says"), [
    ("Ni = [0.0, 0.5]", "Nii = [0.0, 0.5]", "envelope.variables.Nii", "did you mean 'Ni'"),
    ("Ni = [0.0, 0.5]", "Ni = [0.6, 0.5]", "envelope.variables.Ni", "above the upper"),
    ("iron_nitrate =", "iron_nitrat =", "envelope.amounts.iron_nitrat", "did you mean 'iron_nitrate'"),
    ('"1.6 mL"', '"1.6"', "envelope.amounts.iron_nitrate", "has no unit"),
    ('"15 degC"', '"95 degC"', "envelope.temperature", "above the upper"),
    ("much_nickel = 2", "much_nickel = -2", "envelope.findings.much_nickel", "0 or more"),
    ("vials = 4", "vials = 0", "envelope.vials", "1 or more"),
    ("vials = 4", "vial = 4", "envelope.vial", "did you mean"),
    ("vials = 4", 'operations = ["stirr"]', "envelope.operations", "did you mean 'stir'"),
])  # fmt: skip
def test_errors(files: Path, old: str, new: str, key: str, says: str) -> None:
    path = campaign_file(files, TABLE.replace(old, new))
    with pytest.raises(InputError) as caught:
        load_campaign(path)
    assert caught.value.file == path and caught.value.key == key and says in str(caught.value)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_optimiser_never_proposes_outside(campaign: Campaign, data: st.DataObject) -> None:
    """Any envelope, any observations, any learner: what comes out lies inside, and nothing that was refused comes."""
    draw = data.draw
    ends = st.lists(st.integers(0, 10), min_size=2, max_size=2).map(lambda v: (min(v) / 10, max(v) / 10))
    assert campaign.envelope is not None
    metals = campaign.space.names
    variables = {n: draw(ends) if draw(st.booleans()) else (0.0, 1.0) for n in metals}
    most = draw(st.sampled_from([0.0004, 0.0012, 0.004]))
    envelope = evolve(campaign.envelope, variables=variables, amounts={"cobalt_nitrate": (0.0, most)})
    if draw(st.booleans()):
        envelope = evolve(envelope, substances=tuple(s for s in envelope.substances if s != "cerium_nitrate"))
    stocks = campaign.lab.limits().stocks
    everything = campaign.space.enumerate()
    some = [
        Recipe(campaign.space.values(everything[i]))
        for i in draw(st.lists(st.integers(0, len(everything) - 1), max_size=8))
    ]
    seen = tuple(
        Observation(f"s{i}", 1, r, "overpotential", 300.0 + 50 * r.values["Ni"], 2.0, "mV", "twin")
        for i, r in enumerate(some)
    )
    rejected = some[: draw(st.integers(0, len(some)))]
    within = Within(campaign.space, campaign.protocol, envelope, stocks, rejected)

    def inside(recipe: Recipe) -> bool:
        return envelope.contains(campaign.protocol.resolve(recipe, sample="s", batch=1), stocks)

    allowed = within.enumerate()
    keys = {Recipe(campaign.space.values(p)).key for p in allowed}
    for index in draw(st.lists(st.integers(0, len(everything) - 1), min_size=20, max_size=20)):
        recipe = Recipe(campaign.space.values(everything[index]))
        assert (recipe.key in keys) == (inside(recipe) and recipe.key not in {r.key for r in rejected})
    if not len(allowed):
        return
    design = design_batch(
        batch=1, n=3, space=campaign.space, objective=campaign.objective, protocol="oer", observations=seen,
        learner=draw(st.sampled_from(["random", "rf_ucb"])), seed=draw(st.integers(0, 99)), within=within,
    )  # fmt: skip
    assert design.proposals
    for p in design.proposals:
        assert inside(p.recipe) and p.recipe.key not in {r.key for r in rejected}
        within.check(p.recipe.values)


@pytest.mark.parametrize("learner", ["ensemble", "botorch", "gp_ei"])
def test_other_learners_stay_inside_too(campaign: Campaign, learner: str) -> None:
    stocks = campaign.lab.limits().stocks
    within = Within(campaign.space, campaign.protocol, campaign.envelope, stocks)
    points = campaign.space.enumerate()[::1500]
    recipes = [Recipe(campaign.space.values(p)) for p in points]
    seen = tuple(  # the best lie far outside
        Observation(f"s{i}", 1, r, "overpotential", 400.0 - 200 * r.values["Ni"], 1.0, "mV", "twin")
        for i, r in enumerate(recipes)
    )
    design = design_batch(
        batch=2, n=4, space=campaign.space, objective=campaign.objective, protocol="oer", observations=seen,
        learner=learner, seed=1, within=within,
    )  # fmt: skip
    assert campaign.envelope is not None
    for p in design.proposals:
        assert campaign.envelope.contains(campaign.protocol.resolve(p.recipe, sample="s", batch=1), stocks)
        assert p.recipe.values["Ni"] <= 0.5


def test_a_space_that_cannot_be_counted_is_restricted_as_well(campaign: Campaign) -> None:
    space = Variables((continuous("Ni", 0.0, 1.0), continuous("Fe", 0.0, 1.0), integer("Co", 0, 3)))
    envelope = Envelope(("all",), tuple(s.operation for s in campaign.protocol.steps), None,
                        {"Ni": (0.2, 0.3), "Fe": (0.0, 1.0), "Co": (0.0, 2.0)})  # fmt: skip
    stocks = [evolve(s, substance="all", solvent="", mixture={}) for s in campaign.lab.limits().stocks]
    within = Within(space, campaign.protocol, envelope, stocks)
    assert within.exceeds(10) and within.size() is None
    points = within.pool(500, 1)
    assert len(points) and ((points[:, 0] >= 0.2 - 1e-9) & (points[:, 0] <= 0.3 + 1e-9) & (points[:, 2] <= 2)).all()
    near = within.nearby(points[:5], 50, 1)
    assert len(near) and ((near[:, 0] >= 0.2 - 1e-9) & (near[:, 0] <= 0.3 + 1e-9)).all()
    with pytest.raises(InputError, match="outside the envelope"):
        within.check({"Ni": 0.5, "Fe": 0.5, "Co": 1.0})


def test_of_a_space_that_cannot_be_counted_a_few_recipes_may_be_all_that_is_left(campaign: Campaign) -> None:
    space = Variables((continuous("Ni", 0.0, 1.0), continuous("Fe", 0.0, 1.0), integer("Co", 0, 3)))
    allowed = [Recipe(space.values(p)) for p in space.pool(20, 3)]
    within = Within(space, campaign.protocol, None, [], rejected=allowed[:2], only=allowed)
    assert not within.exceeds(18)
    assert {Recipe(space.values(p)).key for p in within.pool(500, 1)} == {r.key for r in allowed[2:]}


def short(files: Path) -> None:
    """A protocol of four steps."""
    protocol = files / "protocols" / "oer.toml"
    head, *steps = protocol.read_text().split("[[step]]")
    kept = [
        t for t in steps if any(f'name = "{n}"' in t for n in ("dispense_metals", "remove_wash", "test", "structure"))
    ]
    protocol.write_text("[[step]]".join([head, *kept]).replace('wait = "none"', ""))


def people(runs: Path) -> dict[str, str]:
    database = open_database(runs)
    ada, token = People(database).add("Ada", ["safety_officer"])
    bob = People(database).add("Bob", ["chemist"], by=ada)[1]
    database.close()
    return {"Ada": token, "Bob": bob}


def test_inside_its_envelope_a_campaign_runs_unattended(files: Path, asking: Any, unread: None) -> None:
    asking.above = 0.3
    short(files)
    path, runs = campaign_file(files, samples=6), files / "runs"
    tokens = people(runs)
    assert not approve(path, envelope=True, token=tokens["Bob"], runs=runs).verdict.granted
    said = approve(path, envelope=True, token=tokens["Ada"], why="reviewed", runs=runs)
    assert said.verdict.granted and said.row.kind == "envelope"
    done = run(load_campaign(path), name="a", runs=runs, seed=5)
    assert done.status == "finished" and len(done.observations) == 6
    assert all(o.recipe.values["Ni"] <= 0.5 and o.recipe.values["Fe"] <= 0.4 + 1e-9 for o in done.observations)
    used = [e.payload for e in done.entries if e.kind == "approval_used"]
    for entry in used:
        assert entry["envelope"] == said.row.subject_hash and entry["approvals"][-1]["id"] == said.row.id
    with_findings = [b for b, r in done.state.reviews.items() if r.outcome == "approval"]
    assert [u["batch"] for u in used] == with_findings


def test_without_its_approval_an_envelope_is_only_a_fence(files: Path, asking: Any, unread: None) -> None:
    asking.always = True
    short(files)
    path, runs = campaign_file(files), files / "runs"
    tokens = people(runs)
    waits = run(load_campaign(path), name="a", runs=runs, seed=5)
    assert waits.status == "waiting"
    said = approve(path, envelope=True, token=tokens["Ada"], runs=runs)
    withdraw(said.row.id, token=tokens["Ada"], runs=runs)
    assert resume("a", runs=runs).status == "waiting"
    approve(path, envelope=True, token=tokens["Ada"], expires="1 h", runs=runs)
    assert resume("a", runs=runs).status == "finished"


@pytest.mark.parametrize(("file", "old", "new"), [
    ("campaigns/oer.toml", "Ni = [0.0, 0.5]", "Ni = [0.0, 0.6]"),
    ("campaigns/oer.toml", "much_nickel = 2", "much_nickel = 3"),
    ("protocols/oer.toml", 'scan_rate = "5 mV/s"', 'scan_rate = "6 mV/s"'),
    ("protocols/oer.toml", 'Ni", scale = "4 mL"', 'Ni", scale = "4.1 mL"'),
    ("labs/ustc.toml", 'vial_capacity = "20 mL"', 'vial_capacity = "21 mL"'),
    ("labs/ustc.toml", 'concentration = "0.1 mol/L"', 'concentration = "0.2 mol/L"'),
])  # fmt: skip
def test_any_change_needs_a_new_approval(files: Path, asking: Any, file: str, old: str, new: str) -> None:
    from aichemist.campaign import matter

    path, runs = campaign_file(files), files / "runs"
    tokens = people(runs)
    assert approve(path, envelope=True, token=tokens["Ada"], runs=runs).verdict.granted
    changed = files / file
    text = changed.read_text()
    assert old in text
    changed.write_text(text.replace(old, new))
    assert not matter(path, envelope=True, runs=runs).verdict.granted
    changed.write_text(text)
    assert matter(path, envelope=True, runs=runs).verdict.granted


def test_more_findings_than_approved_wait(files: Path, asking: Any, unread: None) -> None:
    asking.always = True
    short(files)
    path, runs = campaign_file(files, TABLE.replace("much_nickel = 2", "much_nickel = 1")), files / "runs"
    tokens = people(runs)
    approve(path, envelope=True, token=tokens["Ada"], runs=runs)
    assert run(load_campaign(path), name="a", runs=runs, seed=5).status == "waiting"
    assert not [e for e in open_run("a", runs=runs).entries if e.kind == "command_issued"]


def test_an_envelope_in_which_nothing_lies_ends_the_run(files: Path, unread: None) -> None:
    path = campaign_file(files, TABLE.replace("Ni = [0.0, 0.5]", "Ni = [0.01, 0.02]"))
    with pytest.raises(RefusedError, match="no recipe is left"):
        run(load_campaign(path), name="a", runs=files / "runs", seed=5)
    assert open_run("a", runs=files / "runs").status == "refused"
