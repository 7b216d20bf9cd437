"""Gas: toxic, flammable, and the pressure it builds under a cap."""

from __future__ import annotations

from collections.abc import Iterable

from aichemist.chemistry import Finding

from .._rules import Context, Rule
from ..contents import Moment
from ._vapour import R, partial_pressures_pa

#: gas -> (limit for the working day, immediately dangerous to life or health), ppm
#: NIOSH Pocket Guide (REL or ceiling, IDLH; arsine: OSHA PEL; COS: ACGIH TLV; NH2Cl: that of chlorine); where it has no
#: IDLH (HN3, NH2Cl, ClCN, COS) fifty times the limit
GASES_PPM: dict[str, tuple[float, float]] = {
    "HCN": (4.7, 50.0),
    "H2S": (10.0, 100.0),
    "H2Se": (0.05, 1.0),
    "PH3": (0.3, 50.0),
    "HN3": (0.1, 5.0),
    "SO2": (2.0, 100.0),
    "Cl2": (0.5, 10.0),
    "ClO2": (0.1, 5.0),
    "NO2": (1.0, 13.0),
    "NH2Cl": (0.5, 25.0),
    "ClCN": (0.3, 15.0),
    "HCl": (5.0, 50.0),
    "HF": (3.0, 30.0),
    "NH3": (25.0, 300.0),
    "CO": (35.0, 1200.0),
    "COS": (5.0, 250.0),
    "AsH3": (0.05, 3.0),
}
#: gases that warn by their smell: three times the day's limit for a quarter of an hour (excursion rule, ACGIH TLVs)
_WARNING, _EXCURSION = frozenset({"SO2", "HCl", "NH3"}), 3.0
FLAMMABLE_GASES = frozenset({"H2", "C2H2", "SiH4", "CH4", "PH3"})
_ROOM_MOL_PER_L = 101325 / (R * 298.15) / 1000
#: apparent quantum yield that few suspended photocatalysts pass over hours, section of a vial, h c N_A (J m/mol)
_QUANTUM_YIELD, _SECTION_M2, _HC_NA = 0.05, 4e-4, 0.119627


class ToxicGas(Rule):
    """Toxic gas from one vial, spread over the hood, against exposure limits."""

    id = "toxic_gas"
    source = "NIOSH Pocket Guide to Chemical Hazards (exposure limits, IDLH)"

    def check(self, context: Context) -> Iterable[Finding]:
        per_ppm = context.limits["hood_volume"] * _ROOM_MOL_PER_L * 1e-6
        for vial in context.vials:
            told: dict[tuple[str, tuple[str, ...]], float] = {}
            for moment in vial.moments:
                for hit in moment.hits:
                    gas = hit.danger.gas
                    if gas not in GASES_PPM or hit.gas_mol <= 0:
                        continue
                    limit, idlh = GASES_PPM[gas]
                    ppm, asks = hit.gas_mol / per_ppm, limit * (_EXCURSION if gas in _WARNING else 1.0)
                    level = 0 if ppm < 0.1 * limit else 1 if ppm < asks else 2 if ppm < idlh else 3
                    if level <= told.get((gas, hit.substances), 0):
                        continue
                    told[gas, hit.substances] = level
                    yield self.say_at(
                        moment,
                        ("allow", "measures", "approval", "refuse")[level],  # type: ignore[arg-type]
                        f"{' with '.join(hit.substances)}: {hit.danger.reason}; "
                        f"up to {hit.gas_mol * 1e3:.2g} mmol of {gas}, "
                        f"{ppm:.2g} ppm in the hood (limit {limit:g} ppm, immediately dangerous {idlh:g} ppm)",
                        mend=hit.danger.mend or "less, or keep them apart",
                        substances=hit.substances,
                        source=f"{hit.danger.source}; {self.source}",
                        role=None if level < 2 else "safety_officer",
                        measures=("fume hood", f"gas detector for {gas}") if level < 3 else (),
                    )


class FlammableGas(Rule):
    """Hydrogen, acetylene and the like from an open vial."""

    id = "flammable_gas"
    severity = "approval"
    source = "lower explosive limits: NFPA 497; volume at 25 degC"

    def check(self, context: Context) -> Iterable[Finding]:
        limit = context.limits["flammable_gas"]
        for vial in context.vials:
            told: dict[tuple[str, ...], bool] = {}
            for moment in vial.moments:
                for hit in moment.hits:
                    if hit.danger.gas not in FLAMMABLE_GASES or hit.gas_mol < 1e-4 or moment.mixed.capped:
                        continue
                    much = hit.gas_mol > limit
                    if told.get(hit.substances, not much and hit.substances in told) or (
                        hit.substances in told and not much
                    ):
                        continue
                    told[hit.substances] = much
                    yield self.say_at(
                        moment,
                        "approval" if much else "measures",
                        f"{' with '.join(hit.substances)}: {hit.danger.reason}; up to {hit.gas_mol * 1e3:.2g} mmol of "
                        f"{hit.danger.gas} from an open vial",
                        mend="less, or slower addition",
                        substances=hit.substances,
                        source=hit.danger.source,
                        measures=("ventilation, no ignition source within a metre",),
                    )


class Pressure(Rule):
    """Pressure in a capped vial: warm air, vapour, and all gas that the contents can give."""

    id = "pressure"
    version = "2"
    source = (
        "ideal gas; Clausius-Clapeyron with Trouton's rule; partial pressures over aqueous HCl, HF and NH3 (Perry's "
        "Handbook; Brosheer 1947; Sander 2015); stoichiometric gas yields (docs/guard.md)"
    )

    def check(self, context: Context) -> Iterable[Finding]:
        soft, hard = context.limits["max_pressure"], context.limits["burst_pressure"]
        for vial in context.vials:
            worst = 0
            for moment in vial.moments:
                if not moment.mixed.capped:
                    continue
                pressure, gases, substances = estimate(moment, context.lab.vial_capacity_l)
                level = 2 if pressure > hard else 1 if pressure > soft else 0
                if level <= worst:
                    continue
                worst = level
                what = f", of it up to {gases}" if gases else ""
                yield self.say_at(
                    moment,
                    "approval" if level == 1 else "refuse",
                    f"the capped vial may come to {pressure / 1e5:.2g} bar at {moment.temperature_k - 273.15:.0f} degC "
                    f"(limit {soft / 1e5:.2g} bar){what}",
                    mend="leave it open, use less, cooler, or a vessel that vents",
                    substances=substances,
                )


def estimate(moment: Moment, capacity_l: float) -> tuple[float, str, tuple[str, ...]]:
    """Absolute pressure (Pa) of a capped vial, its gases in words, and the substances that make them."""
    state, temperature = moment.mixed, moment.temperature_k
    headspace = max(capacity_l - state.volume_l, 0.02 * capacity_l)
    air = 101325.0 * temperature / 298.15
    vapour = partial_pressures_pa(state, temperature)
    gas: dict[str, float] = {}
    of: set[str] = set()
    for hit in moment.hits:
        if not hit.danger.gas:
            continue
        amount = hit.gas_mol - state.vented.get(hit.danger.id, 0.0)
        if amount > 1e-6:
            gas[hit.danger.gas] = max(gas.get(hit.danger.gas, 0.0), amount)
            of |= set(hit.substances)
    for kind, amount in state.mol.items():  # dry ice and the like
        boils = kind.boiling_point_k
        gaseous = kind.substance.state == "gas" or (boils is not None and boils < 280.0)
        if gaseous and not kind.liquid and state.kg(kind) > 0.5 * state.mass_kg:
            gas[kind.name] = gas.get(kind.name, 0.0) + amount
            of.add(kind.name)
    light = _photolysis(moment)
    if light > 0:
        gas["H2"] = gas.get("H2", 0.0) + light
    total = sum(gas.values()) * R * temperature / (headspace * 1e-3)
    words = [f"{n * 1e3:.2g} mmol of {g}" for g, n in gas.items() if n > 1e-5]
    boiling = {k.name: p for k, p in vapour.items() if p > 2e4}
    words += [f"{p / 1e5:.2g} bar of vapour of {name}" for name, p in boiling.items()]
    return air + sum(vapour.values()) + total, " and ".join(words), tuple(sorted(of | set(boiling)))


def _photolysis(moment: Moment) -> float:
    """Mol of hydrogen that light can make in a vial with a photocatalyst, by the photons that enter it."""
    step = moment.step
    if step.operation != "illuminate" or not any(not k.liquid and moment.mixed.solid.get(k) for k in moment.mixed.mol):
        return 0.0
    p = step.parameters
    photons = p["irradiance_w_per_m2"] * _SECTION_M2 * p["wavelength_m"] / _HC_NA * p["duration_s"]
    sacrificial = sum(n for k, n in moment.mixed.mol.items() if k.organic or k.groups & {"sulfide", "sulfite"})
    return float(min(photons * _QUANTUM_YIELD / 2, sacrificial))
