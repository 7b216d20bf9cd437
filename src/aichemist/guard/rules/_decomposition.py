"""Unstable substances that are warmed, dried or calcined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aichemist.chemistry import Finding

from .._rules import Context, Rule
from ..contents import Kind, Moment

_C = 273.15

#: group -> (temperature from which it decomposes by itself, K; least mol; words; source)
_UNSTABLE: dict[str, tuple[float, float, str, str]] = {
    "azide": (473.15, 2e-4, "azides decompose to nitrogen in a burst", "Bretherick's Handbook, 8th ed., metal azides"),
    "organic_azide": (343.15, 2e-4, "organic azides decompose with much heat", "Bretherick's Handbook, organic azides"),
    "organic_peroxide": (
        323.15,
        2e-4,
        "peroxides decompose with explosion",
        "Bretherick's Handbook, organic peroxides",
    ),
    "peracid": (313.15, 1e-3, "peracids decompose with explosion", "Bretherick's Handbook, peroxyacids"),
    "diazo": (
        293.15,
        1e-3,
        "diazo and diazonium compounds decompose with explosion",
        "Bretherick's Handbook, diazonium salts",
    ),
    "nitrate_ester": (303.15, 1e-4, "nitrates of alcohols explode", "Bretherick's Handbook, alkyl nitrates"),
    "nitro": (
        423.15,
        2e-3,
        "nitro compounds decompose with much heat",
        "Bretherick's Handbook, nitroaromatic compounds",
    ),
    "hydroxylamine": (
        343.15,
        1e-3,
        "hydroxylamine decomposes with explosion",
        "Bretherick's Handbook, hydroxylamine; Concept Sciences 1999 (U.S. CSB)",
    ),
    "hydrazine": (373.15, 5e-3, "hydrazine decomposes with explosion", "Bretherick's Handbook, hydrazine"),
    "chlorate": (573.15, 2e-3, "chlorates give off oxygen with heat", "Bretherick's Handbook, metal chlorates"),
    "chlorite": (423.15, 1e-3, "chlorites decompose with explosion", "Bretherick's Handbook, sodium chlorite"),
    "perchlorate": (
        473.15,
        1e-3,
        "perchlorates give off oxygen with heat; those of ammonium and heavy metals explode",
        "Bretherick's Handbook, perchlorates",
    ),
    "permanganate": (513.15, 5e-3, "permanganates give off oxygen with heat", "Bretherick's Handbook, permanganates"),
    "n_halo": (373.15, 2e-3, "N-halogen compounds decompose with heat", "Bretherick's Handbook, N-halogen compounds"),
    "persulfate": (393.15, 5e-3, "persulfates decompose with heat and gas", "Bretherick's Handbook, peroxodisulfates"),
    "borohydride": (573.15, 2e-3, "borohydrides give off hydrogen", "Bretherick's Handbook"),
    "hypochlorite": (
        333.15,
        5e-3,
        "hypochlorites decompose with chlorine and oxygen",
        "Bretherick's Handbook, calcium hypochlorite",
    ),
    "hydrogen_peroxide": (
        313.15,
        2e-2,
        "evaporating hydrogen peroxide concentrates it to where it detonates",
        "Bretherick's Handbook, hydrogen peroxide",
    ),
    "fluoropolymer": (
        533.15,
        1e-3,
        "fluoropolymers give off hydrogen fluoride and perfluoroisobutene, which is as toxic as phosgene",
        "Waritz and Kwon, Am. Ind. Hyg. Assoc. J. 1968, 29, 19; makers: not above 260 degC",
    ),
    "chloropolymer": (
        473.15,
        1e-3,
        "polymers with chlorine give off hydrogen chloride",
        "Levchik and Weil, Polym. Adv. Technol. 2005, 16, 707",
    ),
    "cyanide": (473.15, 2e-3, "cyanides give off toxic vapour when heated in moist air", "Prudent Practices, ch. 4"),
}


_OXIDISING = frozenset({"nitrate", "perchlorate", "chlorate", "nitrite", "permanganate", "chromate", "oxidising_acid"})

#: besides organic matter: what burns with ammonium nitrate
_FUELS = frozenset({"carbon", "sulfur", "phosphorus", "active_metal", "light_metal", "hydride", "sulfide", "sulfamic"})
#: UN 0222: more than 0.2 % of combustible matter makes ammonium nitrate an explosive; it melts at 170 degC
_LEAST_FUEL, _NITRATE_MELTS_K = 2e-3, 433.15
#: 0.4 g; less is left to the dangers of the matrix, for gels of nitrates are burnt to oxides on purpose
_MUCH_NITRATE_MOL, _NITRATE_KG_PER_MOL = 5e-3, 0.08004


class Decomposition(Rule):
    """Unstable substances that are warmed, dried or calcined."""

    id = "decomposition"
    version = "3"
    source = "decomposition temperatures of the substances and of their groups"

    def check(self, context: Context) -> Iterable[Finding]:
        for vial in context.vials:
            for moment in vial.moments:
                heated = moment.step.temperature_k
                if heated is None or heated <= 303.15:
                    continue
                yield from self._fuelled(heated, moment)
                for kind, amount in moment.before.mol.items():
                    yield from self._kind(kind, amount, heated, moment)

    def _fuelled(self, heated: float, moment: Moment) -> Iterator[Finding]:
        """Ammonium nitrate, weighed in or formed of two salts, that is heated dry with fuel."""
        if not moment.drying or heated < _NITRATE_MELTS_K:
            return
        held = {g: [k for k in moment.before.mol if g in k.groups] for g in ("ammonium", "nitrate")}
        mol = min(sum(moment.before.mol[k] for k in kinds) for kinds in held.values())
        fuels = [
            k for k in moment.before.mol
            if (k.organic or k.groups & _FUELS) and "nitrate" not in k.groups and not k.evaporates(heated)
        ]  # fmt: skip
        fuel = sum(moment.before.kg(k) for k in fuels)
        if mol < _MUCH_NITRATE_MOL or fuel < _LEAST_FUEL * mol * _NITRATE_KG_PER_MOL:
            return
        names = sorted({k.name for k in (*held["ammonium"], *held["nitrate"], *fuels)})
        yield self.say_at(
            moment,
            "refuse",
            f"{mol * _NITRATE_KG_PER_MOL * 1e3:.2g} g of ammonium nitrate with {fuel * 1e3:.2g} g of fuel "
            f"({', '.join(k.name for k in fuels)}) at {heated - _C:.0f} degC: it decomposes by itself and may detonate",
            mend="wash the nitrate out first, or stay below 150 degC",
            substances=names,
            source="Bretherick's Handbook, ammonium nitrate: organic fuels; UN 0222 (above 0.2 % of combustible)",
        )  # fmt: skip

    def _kind(self, kind: Kind, amount: float, heated: float, moment: Moment) -> Iterator[Finding]:
        dried = moment.drying
        for group in sorted(kind.groups & _UNSTABLE.keys()):
            from_k, least, words, source = _UNSTABLE[group]
            in_solution = (
                not dried
                and moment.before.volume_l > 0
                and group not in ("organic_peroxide", "peracid", "diazo", "nitrate_ester")
            )
            if (
                heated < from_k
                or amount < least
                or (in_solution and heated < from_k + 50)
                or (group == "hydrogen_peroxide" and not dried)
            ):
                continue
            yield self.say_at(
                moment,
                "approval",
                f"{kind.name} at {heated - _C:.0f} degC: {words}",
                mend="stay cooler, or wash it out first",
                substances=(kind.name,),
                source=source,
                role="safety_officer",
            )
            return
        if {"nitrate", "ammonium"} <= kind.groups and heated >= 433.15 and amount >= 1e-3:
            yield self.say_at(
                moment,
                "approval" if not moment.before.capped else "refuse",
                f"{kind.name} at {heated - _C:.0f} degC decomposes, explosively when confined",
                mend="stay below 150 degC",
                substances=(kind.name,),
                source="Bretherick's Handbook, ammonium nitrate",
                role="safety_officer",
            )
            return
        fuel = kind.organic or kind.groups & {"hydrazine", "hydroxylamine", "amine"}
        if fuel and kind.groups & _OXIDISING and heated >= 423.15 and amount >= 1e-3 and dried:
            yield self.say_at(
                moment,
                "approval",
                f"{kind.name} at {heated - _C:.0f} degC: oxidiser and fuel in one salt, decomposes with much heat",
                mend="stay cooler",
                substances=(kind.name,),
                source="Bretherick's Handbook, 8th ed., oxosalts of nitrogenous bases",
                role="safety_officer",
            )
            return
        limit = kind.substance.decomposition_k
        dangerous = kind.substance.has(
            "H200", "H201", "H202", "H203", "H204", "H205", "H240", "H241", "H242", "H271", "H270"
        )
        if limit is not None and heated >= limit - 20 and amount >= 1e-3 and dangerous:
            yield self.say_at(
                moment,
                "approval",
                f"{kind.name} decomposes at {limit - _C:.0f} degC; the step goes to {heated - _C:.0f} degC",
                mend="stay 50 K below",
                substances=(kind.name,),
                role="safety_officer",
            )
