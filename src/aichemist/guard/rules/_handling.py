"""Handling: air, light, centrifuges, waste, and what a lab forbids or asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aichemist.chemistry import Finding, Outcome, format_volume

from .._rules import Context, Rule
from ..contents import Moment
from ._identity import uses
from ._listed import Listed

#: a halide that fumes in moist air: so much is weighed in a hood as a matter of course (kg)
_HALIDE_KG = 1e-3


class AirSensitive(Rule):
    """Self-igniting and water-reactive substances in open vials."""

    id = "air_sensitive"
    source = "Regulation (EC) 1272/2008 (CLP), H250, H260, H261; Prudent Practices, 2011, ch. 6.G"

    def check(self, context: Context) -> Iterable[Finding]:
        for use in uses(context):
            kind, substance = use.kind, use.kind.substance
            if use.kg < 1e-9:
                continue
            if "pyrophoric" in kind.groups or "organometallic" in kind.groups:
                yield self.say_of(
                    use,
                    "refuse",
                    f"{kind.name} ignites in air: the stations dispense it open",
                    mend="glove box or Schlenk line, by a person",
                )
            elif (kind.groups & {"hydride", "alkali_metal"} and use.kg > 2e-5) or (
                "water_reactive_halide" in kind.groups and use.kg > _HALIDE_KG
            ):
                yield self.say_of(
                    use,
                    "approval",
                    f"{kind.name} reacts with the moisture of air",
                    mend="dry inert gas",
                    role="safety_officer",
                )
            elif (use.neat and (substance.has("H260", "H261") or substance.sensitive & {"air", "water"})) or (
                "water_reactive_halide" in kind.groups
            ):
                yield self.say_of(
                    use,
                    "measures",
                    f"{kind.name} does not stand air or moisture",
                    measures=("keep dry, weigh quickly, close the bottle",),
                )


class LightSensitive(Rule):
    """Light on what it decomposes."""

    id = "light_sensitive"
    severity = "approval"
    source = "safety data of the substances; Bretherick's Handbook, light-sensitive compounds"
    _EXPLODES = frozenset({"azide", "organic_azide", "diazo", "organic_peroxide", "n_halo", "chlorite", "hypochlorite"})

    def check(self, context: Context) -> Iterable[Finding]:
        for vial in context.vials:
            for moment in vial.moments:
                if moment.step.operation != "illuminate":
                    continue
                for kind, amount in moment.mixed.mol.items():
                    if kind.groups & self._EXPLODES and amount > 2e-4:
                        yield self.say_at(
                            moment,
                            "approval",
                            f"light decomposes {kind.name} with gas",
                            substances=(kind.name,),
                            role="safety_officer",
                            mend="less, and a vessel that vents",
                        )
                    elif "light" in kind.substance.sensitive:
                        yield self.say_at(
                            moment,
                            "measures",
                            f"{kind.name} does not stand light: the lamp will change it",
                            substances=(kind.name,),
                            measures=("expect other products",),
                        )


class Centrifuge(Rule):
    """Unequal or odd vials in a rotor."""

    id = "centrifuge_balance"
    severity = "approval"
    source = "EN 61010-2-020 (laboratory centrifuges): opposite places carry equal loads"

    def check(self, context: Context) -> Iterable[Finding]:
        steps: dict[str, list[Moment]] = {}
        for vial in context.vials:
            for moment in vial.moments:
                if moment.step.operation == "centrifuge":
                    steps.setdefault(moment.step.name, []).append(moment)
        even = {s.even_load for s in context.lab.stations if "centrifuge" in s.operations}
        for those in steps.values():
            yield from self._run(those, even, context.limits["imbalance"])

    def _run(self, those: list[Moment], even: set[bool], limit: float) -> Iterator[Finding]:
        ordered = sorted(those, key=lambda m: (m.mixed.mass_kg, m.sample))
        lightest, heaviest = ordered[0], ordered[-1]
        spread = heaviest.mixed.mass_kg - lightest.mixed.mass_kg
        if spread > limit:
            outcome: Outcome = "approval" if spread > 6 * limit else "measures"
            yield self.say_at(
                heaviest,
                outcome,
                f"vials of one run differ by {spread * 1e3:.2g} g ({lightest.sample}: "
                f"{lightest.mixed.mass_kg * 1e3:.3g} g, {heaviest.sample}: {heaviest.mixed.mass_kg * 1e3:.3g} g)",
                mend="fill them to equal mass, or centrifuge in runs of equal vials",
                measures=("pair equal vials, or counterweights",),
            )
        elif len(those) % 2 and even != {True}:
            yield self.say_at(
                those[-1],
                "measures",
                "an odd number of vials in the centrifuge",
                measures=("a counterweight vial with as much water",),
            )


class WasteStream(Rule):
    """Which bottle the aspirates belong in."""

    id = "waste_stream"
    severity = "approval"
    source = "European Waste Catalogue, chapters 06 and 07; Prudent Practices, 2011, ch. 8"

    def check(self, context: Context) -> Iterable[Finding]:
        streams: dict[str, tuple[Moment, set[str]]] = {}
        total = 0.0
        for vial in context.vials:
            for moment in vial.moments:
                if moment.removed is None:
                    continue
                total += moment.removed.volume_l
                for kind, amount in moment.removed.mol.items():
                    for stream in _streams(kind.groups, amount, flammable=kind.flammable):
                        streams.setdefault(stream, (moment, set()))[1].add(kind.name)
        for stream, (moment, names) in sorted(streams.items()):
            yield self.say(
                "measures",
                f"aspirates hold {stream}",
                step=moment.step,
                substances=sorted(names),
                measures=(f"collect as {stream}, not in the drain",),
            )
        if total > context.limits["waste"]:
            yield self.say(
                "approval",
                f"the batch aspirates {format_volume(total)}",
                mend="empty the bottle between, or fewer vials",
            )


def _streams(groups: frozenset[str], amount: float, *, flammable: bool) -> Iterator[str]:
    if amount < 1e-6:
        return
    if groups & {"haloalkane", "gem_dihalide", "haloform"} and amount > 1e-4:
        yield "halogenated organic waste"
    elif flammable and amount > 1e-3:
        yield "flammable organic waste"
    if groups & {"hydroxide_metal", "azide_metal", "mercury", "arsenic", "chromate"}:
        yield "heavy metal waste"
    if "cyanide" in groups:
        yield "cyanide waste, alkaline"
    if (
        groups & {"chlorate", "perchlorate", "permanganate", "persulfate", "hydrogen_peroxide", "hypochlorite"}
        and amount > 1e-4
    ):
        yield "oxidising waste, apart from organics"


class LabLimit(Rule):
    """What the lab file forbids, asks for, or bounds."""

    id = "lab_limit"
    version = "2"
    source = "lab file, [guard]"

    def check(self, context: Context) -> Iterable[Finding]:
        limits = context.limits
        forbidden = Listed.of(context, "forbidden", limits.forbidden)
        ask_for = Listed.of(context, "ask_for", limits.ask_for)
        amounts = Listed.of(context, "max_amount", limits.max_amount)
        for use in uses(context):
            if forbidden.named(use.kind):
                yield self.say_of(use, "refuse", f"the lab forbids {use.kind.name}", mend="leave it out")
            elif ask_for.named(use.kind):
                yield self.say_of(use, "approval", f"the lab wants to be asked for {use.kind.name}")
            mol = use.kg / use.kind.molar_mass_kg_per_mol
            for most in (limits.max_amount[name] for name in amounts.named(use.kind)):
                if mol > most:
                    text = f"{_mmol(mol)} of {use.kind.name} in one vial; the lab's limit is {_mmol(most)}"
                    yield self.say_of(use, "refuse", text, mend="use less")
        if limits.max_concentration:
            yield from self._concentrations(context)

    def _concentrations(self, context: Context) -> Iterator[Finding]:
        bounds = Listed.of(context, "max_concentration", context.limits.max_concentration)
        for vial in context.vials:
            for moment in vial.moments:
                if not moment.step.operation.startswith("dispense") or moment.mixed.volume_l <= 0:
                    continue
                for kind, amount in moment.mixed.mol.items():
                    here = amount / moment.mixed.volume_l
                    for most in (context.limits.max_concentration[name] for name in bounds.named(kind)):
                        if here > most * (1 + 1e-9):
                            text = f"{here:.3g} mol/L of {kind.name}; at most {most:g} mol/L in this lab"
                            yield self.say_at(moment, "refuse", text, substances=(kind.name,), mend="dilute it")


def _mmol(mol: float) -> str:
    return f"{mol * 1e3:.3g} mmol"
