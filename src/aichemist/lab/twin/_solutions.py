"""What one litre (or kilogram) of a stock consists of."""

from __future__ import annotations

import re

from aichemist.chemistry import molar_mass

from ..layout import Lab, Stock

#: salts, strong bases and strong acids of these anions dissociate in full
_SALT = re.compile(r"^([A-Z][a-z]?)(\d*)\(?(NO3|OH|Cl|Br|I|SO4|ClO4)\)?(\d*)$")
_HYDRATE = re.compile(r"^(.+?)[·*.](\d*\.?\d*)H2O$")
_SOLVENTS = {"water": "H2O", "ethanol": "C2H5OH"}


def dissociated(formula: str) -> dict[str, float]:
    """One mole of a solute as ions and water: ``Ni(NO3)2·6H2O`` -> ``{"Ni": 1, "NO3": 2, "H2O": 6}``.

    A formula that is no simple salt stays whole.
    """
    hydrate = _HYDRATE.match(formula)
    base, water = (hydrate[1], float(hydrate[2] or 1)) if hydrate else (formula, 0.0)
    salt = _SALT.match(base)
    if not salt or base == "HOH":
        return {formula: 1.0}
    cation, number, anion, anions = salt.groups()
    result = {cation: float(number or 1), anion: float(anions or 1)}
    return result | {"H2O": water} if water else result


def per_litre(stock: Stock, lab: Lab) -> tuple[dict[str, float], dict[str, float]]:
    """Contents of one litre of a liquid stock: (formula -> mol, stock name -> kg of what has no formula)."""
    grams = 1000 * stock.density_kg_per_l
    if not stock.solute:
        return {}, {stock.name: 1e-3 * grams}
    if not stock.concentration_mol_per_l:
        return {stock.solute: grams / molar_mass(stock.solute)}, {}
    moles = stock.concentration_mol_per_l
    contents = {name: moles * count for name, count in dissociated(stock.solute).items()}
    solvent_grams = max(0.0, grams - moles * molar_mass(stock.solute))
    solvent = _SOLVENTS.get(stock.solvent) or next(
        (s.solute for s in lab.stocks if s.name == stock.solvent and s.solute and not s.concentration_mol_per_l), ""
    )
    if not solvent:
        return contents, {stock.name: 1e-3 * solvent_grams}
    contents[solvent] = contents.get(solvent, 0.0) + solvent_grams / molar_mass(solvent)
    return contents, {}
