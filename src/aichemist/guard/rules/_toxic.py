"""What harms people: carcinogens, acute poisons, hydrofluoric acid, toxic fumes of metals."""

from __future__ import annotations

from collections.abc import Iterable

from aichemist.chemistry import Finding

from .._rules import Context, Rule
from ..contents import Kind
from ._identity import _mass, uses

_FATAL = ("H300", "H310", "H330")
_TOXIC = ("H301", "H311", "H331")


class Carcinogen(Rule):
    """Carcinogens, mutagens, and what harms the unborn."""

    id = "carcinogen"
    severity = "approval"
    source = "Regulation (EC) 1272/2008 (CLP), H340, H350, H360; Directive 2004/37/EC"

    def check(self, context: Context) -> Iterable[Finding]:
        for use in uses(context):
            substance = use.kind.substance
            cancer = substance.has("H340", "H350") or (not substance.classified and _on_a_list(substance.carcinogen))
            if not (cancer or substance.has("H360")) or use.kg < 1e-9:
                continue
            limit = context.limits["carcinogen" if cancer else "reprotoxic"]
            much = use.kg > limit
            what = "a carcinogen or mutagen" if cancer else "harmful to the unborn child"
            yield self.say_of(
                use,
                "approval" if much else "measures",
                f"{use.kind.name} is {what}; up to {_mass(use.kg)} in one vial",
                mend="less, or a substitute" if much else "",
                role="safety_officer" if much else "",
                measures=("closed handling or fume hood, gloves, register of exposed persons",),
            )


def _on_a_list(words: str) -> bool:
    """Group 1 or 2A of IARC, or known or anticipated by the NTP, as the library writes them."""
    low = words.lower()
    return any(w in low for w in ("carcinogenic to humans (1)", "(2a)", ": known", "anticipated"))


class AcutelyToxic(Rule):
    """Fatal or toxic in small amounts."""

    id = "acutely_toxic"
    severity = "approval"
    source = "Regulation (EC) 1272/2008 (CLP), H300, H310, H330; mixtures by Annex I, 3.1.3"

    def check(self, context: Context) -> Iterable[Finding]:
        for use in uses(context):
            substance = use.kind.substance
            fatal = substance.has(*_FATAL)
            if not (fatal or substance.has(*_TOXIC)) or use.kg < 1e-8:
                continue
            diluted = use.share < 0.1
            limit = context.limits["acutely_toxic_dilute" if diluted else "acutely_toxic"]
            if substance.has("H330") and _volatile(use.kind):
                limit = context.limits["acutely_toxic"]  # dilution holds no vapour back
            elif substance.has("H330") and not substance.has("H300", "H310"):
                limit *= 10  # fatal as a vapour only: what hardly evaporates is held by the hood
            much = fatal and use.kg > limit
            yield self.say_of(
                use,
                "approval" if much else "measures",
                f"{use.kind.name} is {'fatal' if fatal else 'toxic'} by mouth, skin or breath; up to {_mass(use.kg)} "
                "in one vial",
                mend="less, or more dilute" if much else "",
                role="safety_officer" if much else "",
                measures=("fume hood, gloves, a second person near",),
            )


def _volatile(kind: Kind) -> bool:
    return kind.substance.state == "gas" or (kind.boiling_point_k or 400.0) < 333.0


class Hydrofluoric(Rule):
    """Hydrofluoric acid: not in glass, not without a person."""

    id = "hydrofluoric_acid"
    severity = "approval"
    source = "Prudent Practices, 2011, ch. 4 and 6, hydrofluoric acid"

    def check(self, context: Context) -> Iterable[Finding]:
        for use in uses(context):
            if "hydrogen_fluoride" in use.kind.groups and use.kg > 1e-5:
                yield self.say_of(
                    use,
                    "approval",
                    f"{use.kind.name} attacks glass vials and poisons through the skin; {_mass(use.kg)} in one vial",
                    mend="plastic vials, calcium gluconate at hand",
                    role="safety_officer",
                )


#: metal or group whose compounds go into the air of a furnace, from which temperature (K), by how much (mol)
_FUMES = {"mercury": (373.15, 1e-5), "arsenic": (473.15, 1e-4)}
_FORMULA_FUMES = {
    "Cd": (873.15, 1e-4),
    "Tl": (573.15, 1e-4),
    "Os": (373.15, 1e-6),
    "Be": (873.15, 1e-5),
    "Pb": (1073.15, 5e-4),
}


#: nitrate from which the exhaust of a furnace is asked for: 12 ppm of nitrogen dioxide in a cubic metre
_NITRATE_MOL = 5e-4


class ToxicFumes(Rule):
    """Toxic metals, halogenated solvents and poisons that heat drives into the air."""

    id = "toxic_fumes"
    severity = "approval"
    source = "Prudent Practices, 2011, ch. 4; boiling points of the elements and oxides (CRC Handbook)"

    def check(self, context: Context) -> Iterable[Finding]:
        for vial in context.vials:
            for moment in vial.moments:
                if not moment.drying or moment.before.capped:
                    continue
                heated = moment.temperature_k
                for kind, amount in moment.before.mol.items():
                    if "nitrate" in kind.groups and moment.step.operation == "calcine" and amount > _NITRATE_MOL:
                        much = amount > 20 * _NITRATE_MOL
                        yield self.say_at(
                            moment,
                            "approval" if much else "measures",
                            f"{amount * 1e3:.2g} mmol of {kind.name} in the furnace: nitrates give nitrogen dioxide",
                            substances=(kind.name,),
                            mend="less, or wash the nitrate out" if much else "",
                            measures=("exhaust of the furnace on",),
                        )
                    words = _fumes(kind.groups, kind.substance.formula, amount, heated)
                    if (
                        kind.groups & {"haloalkane", "gem_dihalide"}
                        and kind.liquid
                        and heated > 473.15
                        and amount > 1e-3
                    ):
                        words = "halogenated vapour on hot walls gives phosgene and hydrogen chloride"
                    if (
                        kind.substance.has("H330")
                        and kind.evaporates(heated)
                        and amount > 5e-4
                        and kind.groups.isdisjoint({"oxidising_acid"})
                    ):
                        words = "fatal by breath, and volatile at this temperature"
                    if words:
                        yield self.say_at(
                            moment,
                            "approval",
                            f"{kind.name} at {heated - 273.15:.0f} degC: {words}",
                            substances=(kind.name,),
                            mend="wash it out first, or a scrubbed exhaust",
                            role="safety_officer",
                        )


def _fumes(groups: frozenset[str], formula: str, amount: float, heated: float) -> str:
    for group, (from_k, least) in _FUMES.items():
        if group in groups and heated >= from_k and amount >= least:
            return f"compounds of {group} evaporate"
    for symbol, (from_k, least) in _FORMULA_FUMES.items():
        rest = formula.split(symbol, 1)
        if len(rest) == 2 and not rest[1][:1].islower() and heated >= from_k and amount >= least:
            return f"toxic fume of {symbol}"
    return ""
