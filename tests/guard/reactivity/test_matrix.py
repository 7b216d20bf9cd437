"""The matrix is complete in itself, and its conditions are met where they should be."""

from __future__ import annotations

import pytest

from aichemist.chemistry import OUTCOMES
from aichemist.guard.reactivity import EFFECTS, GROUPS, MATRIX, Hit, Presence, consequences, hits


def of(name: str, groups: str, mol: float, **more: object) -> Presence:
    return Presence(name, frozenset(groups.split()), mol, **more)  # type: ignore[arg-type]


def ids(found: list[Hit]) -> set[str]:
    return {h.danger.id for h in found}


def test_every_danger_is_well_formed() -> None:
    assert len({g for d in MATRIX for g in d.groups}) >= 30
    for danger in MATRIX:
        assert set(danger.groups) <= set(GROUPS) and 2 <= len(danger.groups) <= 3, danger
        assert set(danger.effects) <= set(EFFECTS) and danger.effects, danger
        assert danger.outcome is None or danger.outcome in OUTCOMES
        assert set(danger.dilute) <= set(danger.groups), danger.id
        assert set(danger.gas_per_mol) <= set(danger.groups) and bool(danger.gas) == bool(danger.gas_per_mol), danger.id
        assert set(danger.heat_equivalents) <= set(danger.groups), danger.id
        assert danger.outcome is not None or danger.gas or danger.heat_j_per_mol, f"{danger.id} can say nothing"
        assert danger.reason and danger.source, danger.id
        assert danger.when in ("mixed", "dried") and 0 < danger.gas_share <= 1


def test_no_pair_is_given_twice_with_the_same_conditions() -> None:
    seen = set()
    for d in MATRIX:
        key = (d.groups, d.outcome, d.when, d.above_k, d.gas, d.reason)
        assert key not in seen, d.id
        seen.add(key)


def test_consequences_of_a_pair_either_way_round() -> None:
    assert consequences("cyanide", "acid") == consequences("acid", "cyanide") != ()
    assert any(d.gas == "HCN" for d in consequences("cyanide", "acid"))
    assert consequences("water", "organic") == ()


NITRIC = "oxidising_acid acid nitrate"


def test_concentration_is_counted_without_the_partner() -> None:
    water = of("water", "water", 0.2)
    drop = of("nitric acid", NITRIC, 1.5e-3, volume_l=6e-5)
    for ethanol_ml in (1, 5, 50):  # more ethanol does not dilute the danger away
        ethanol = of("ethanol", "alcohol organic", ethanol_ml * 1.7e-2, volume_l=ethanol_ml * 1e-3)
        assert "oxidising_acid+alcohol" in ids(hits([drop, ethanol], 1e-4 + ethanol_ml * 1e-3))
    ethanol = of("ethanol", "alcohol organic", 1.7e-2, volume_l=1e-3)
    assert "oxidising_acid+alcohol" not in ids(hits([drop, ethanol, water], 5e-3))  # water does


def test_dilute_and_tiny_amounts_are_no_concern() -> None:
    def found(molar: float, millilitres: float) -> set[str]:
        volume = millilitres * 1e-3
        return ids(hits([of("a", "permanganate", molar * volume), of("b", "organic alcohol", 2 * volume)], volume))

    assert "permanganate+alcohol" in found(1.0, 5)
    assert "permanganate+alcohol" not in found(0.02, 5)
    assert "permanganate+alcohol" not in found(1.0, 0.1)


def test_a_solid_is_neat_whatever_surrounds_it() -> None:
    solid = of("a", "strong_oxide", 1e-3, undissolved=True)
    assert "strong_oxide+thiol" in ids(hits([solid, of("b", "thiol", 0.01)], 0.02))


def test_dry_dangers_wait_for_dryness() -> None:
    mixture = [of("a", "chlorate", 2e-3), of("b", "polyol organic", 2e-3)]
    assert "chlorate+polyol:dried" not in ids(hits(mixture, 0.01))
    assert "chlorate+polyol:dried" in ids(hits(mixture, 0.01, drying=True))
    assert "chlorate+polyol:dried" in ids(hits(mixture, 0.0))


def test_volatile_fuel_leaves_nitrates_but_not_perchlorates() -> None:
    fuel = of("ethanol", "alcohol organic", 0.05, volume_l=3e-3, volatile=True)
    assert not any(
        i.startswith("nitrate+organic") for i in ids(hits([of("a", "nitrate", 5e-3), fuel], 0.01, drying=True))
    )
    assert "perchlorate+organic:dried" in ids(hits([of("a", "perchlorate", 5e-3), fuel], 0.01, drying=True))


def test_three_partners_must_all_be_there() -> None:
    peroxide, acetone, acid = of("p", "hydrogen_peroxide", 0.02), of("k", "ketone organic", 0.02), of("h", "acid", 1e-3)
    assert "hydrogen_peroxide+ketone+acid" in ids(hits([peroxide, acetone, acid], 0.005))
    assert "hydrogen_peroxide+ketone+acid" not in ids(hits([peroxide, acetone], 0.005))


def test_one_substance_does_not_react_with_itself() -> None:
    assert not hits([of("glycine", "amine acid organic_acid organic", 0.01)], 0.01)


def test_gas_is_bounded_by_the_scarcer_partner() -> None:
    def hydrogen(zinc: float, acid: float) -> float:
        found = hits([of("zinc", "active_metal", zinc), of("acid", "acid mineral_acid", acid)], 0.005)
        return max(h.gas_mol for h in found if h.danger.gas == "H2")

    assert hydrogen(1.0, 2e-3) == pytest.approx(1e-3)
    assert hydrogen(1e-3, 1.0) == pytest.approx(1.5e-3)  # an upper bound: aluminium gives as much


def test_heat_needs_warmth_where_the_matrix_says_so() -> None:
    mixture = [of("a", "ferrocyanide", 2e-3), of("b", "sulfuric_acid acid", 0.05)]
    assert not any(h.danger.gas == "HCN" for h in hits(mixture, 0.005))
    assert any(h.danger.gas == "HCN" for h in hits(mixture, 0.005, 363.15))
