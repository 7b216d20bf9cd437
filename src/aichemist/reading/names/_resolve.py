"""From a written name to a substance: formula, salt name, table, OPSIN, in that order; never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from attrs import evolve

from . import _opsin, _table
from ._balance import ions_of, is_unbalanced
from ._clean import MAX_NAME, off_bracket, oxidation_states, split_hydrate, trimmed, without_anhydrous
from ._formulas import Formula, counts_of, plain, read_formula, run_together
from ._ions import Ion, anions_by_formula, cations_by_formula, element_name, metals
from ._salts import Salt, is_metal_symbol, read_ion, read_salt, substance, with_water
from ._substance import Substance, added, hill, hill_counts

_ACID_SALTS = re.compile(
    r"^(?P<base>.{3,200}?)[\s,·-]{1,3}(?P<n>mono|di|tri|tetra)?"
    r"(?P<acid>hydrochloride|hydrobromide|hydroiodide|HCl|HBr)(?: salt)?$"
)
_ACIDS = {"hydrochloride": ("Cl", "Cl"), "HCl": ("Cl", "Cl"), "hydrobromide": ("Br", "Br"), "HBr": ("Br", "Br"),
          "hydroiodide": ("I", "I")}  # fmt: skip
_TIMES = {None: 1, "mono": 1, "di": 2, "tri": 3, "tetra": 4}
_UNSAID = "oxidation state not written"


def resolve(name: str, *, opsin: bool = True) -> Substance | None:
    """The substance that ``name`` surely means, or ``None``: unknown, a mixture or material, or ambiguous.

    ``name`` is as an experimental section writes it, with amounts, grades, suppliers and brackets. Ambiguous names
    (``iron nitrate``: iron(II) or iron(III)) give ``None`` here and their readings from `candidates`. ``opsin`` allows
    the Java program for systematic names (about 0.5 s a call; use `resolve_many` for many). Never raises.
    """
    return resolve_many([name], opsin=opsin)[0]


def resolve_many(names: Sequence[str], *, opsin: bool = True) -> list[Substance | None]:
    """As `resolve`, for each of ``names``, with one OPSIN process for all that need it."""
    found: list[Substance | None] = []
    left: dict[int, tuple[str, ...]] = {}
    for index, name in enumerate(names):
        answers, ask = _known(name) if isinstance(name, str) and len(name) <= MAX_NAME else ((), ())
        found.append(answers[0] if len(answers) == 1 else None)
        if not answers and ask:
            left[index] = ask
    if opsin and left:
        smiles = _opsin.smiles_of([form for forms in left.values() for form in forms])
        for index, forms in left.items():
            for form in forms:
                made = _from_opsin(form, smiles[form]) if smiles[form] else None
                if made is not None:
                    found[index] = made
                    break
    return found


def candidates(name: str) -> tuple[Substance, ...]:
    """Every reading of a name that the tables and the grammar know: one where it is clear, several where it is not."""
    if not isinstance(name, str) or len(name) > MAX_NAME:
        return ()
    return _known(name)[0]


@lru_cache(maxsize=20_000)
def _known(name: str) -> tuple[tuple[Substance, ...], tuple[str, ...]]:
    """The readings without OPSIN, and the forms of the name to ask OPSIN for, best first (none: do not ask)."""
    text = plain(name)
    if not text or len(text) > MAX_NAME or not text.isprintable():
        return (), ()
    whole = _looked_up(text)
    if whole is not None:
        return whole, ()
    cut = off_bracket(text)
    forms = [cut.text] if cut.text else []
    forms += list(trimmed(cut.text))
    forms = [form for form in forms if form != text or cut.text != text] or [text]
    found: tuple[Substance, ...] | None = None
    for form in forms:
        found = _looked_up(form)
        if found is not None:
            break
    found, asked = _with_brackets(found, cut.brackets), [text, *forms] if text != forms[0] else forms
    if found is not None:
        return found, ()
    return (), tuple(dict.fromkeys(_opsin_form(form) for form in reversed(asked) if _may_ask(form)))


def _opsin_form(text: str) -> str:
    return oxidation_states(without_anhydrous(text))


def _may_ask(text: str) -> bool:
    """Whether OPSIN may be asked: one substance, nothing that this package refuses."""
    if re.search(r"\b(?:and|or|with|mixture|solution|in|of)\b", text):
        return False
    return len(text) > 3 and not _table.is_mixture(text) and not _table.ambiguous(text)


def _with_brackets(found: tuple[Substance, ...] | None, pieces: Sequence[str]) -> tuple[Substance, ...] | None:
    """What the bracket behind a name adds: crystal water or an oxidation state; a contradiction leaves nothing."""
    for piece in pieces:
        inside = _looked_up(piece) if not re.search(r"\d\s?%|\bin\b", piece) else None
        if not inside or len(inside) > 1:
            continue
        said = inside[0]
        if found is None:
            formula = said.source == "formula" and any(c.isdigit() for c in piece) and said.ions
            if formula:
                found = (evolve(said, flags=(*said.flags, "from the bracket")),)
            continue
        fits = [one for one in found if _dry(one) == _dry(said)]
        if not fits:
            if said.source == "formula" and len(piece) > 3:
                return ()
            continue
        found = (said,) if said.water != 0 or len(found) > 1 else (fits[0],)
    return found


def _dry(one: Substance) -> str:
    counts = hill_counts(one.formula)
    return hill(added(counts, {"H": 2.0, "O": 1.0}, -(one.water or 0.0)))


def _looked_up(text: str) -> tuple[Substance, ...] | None:
    """One form of a name in the tables and by the parsers: readings, ``()`` for a known mixture, ``None`` unknown."""
    if not text:
        return None
    row = _table.exact(text)
    if row is not None:
        return (_of_row(row),)
    others = _table.ambiguous(text)
    if others:
        return tuple(_of_row(_table.rows()[other]) for other in others)
    if _table.is_mixture(text):
        return ()
    formula = _from_formula(text)
    if formula is not None:
        return (formula,)
    row = _table.loose(text)
    if row is not None:
        return (_of_row(row),)
    return _named(text)


def _named(text: str) -> tuple[Substance, ...] | None:
    ways: tuple[Callable[[str], tuple[Substance, ...] | None], ...] = (_hydrated, _dry_salt, _with_acid, _inverted)
    text = oxidation_states(text)
    for way in ways:
        found = way(text)
        if found is not None:
            return found
    return None


def _hydrated(text: str) -> tuple[Substance, ...] | None:
    cut = split_hydrate(text)
    if cut is None:
        return None
    base, water = cut
    if not base:
        return None
    base = oxidation_states(without_anhydrous(base))
    salts = read_salt(_spelt_symbol(base), water)
    if salts:
        return _of_salts(salts, water)
    dry = _looked_up(base)
    if dry is None or any(one.water != 0 for one in dry):
        return None
    return tuple(_watered(one, water) for one in dry)


def _watered(one: Substance, water: float | None) -> Substance:
    if water is None:
        return evolve(one, name=with_water(one.name, None), water=None)
    counts = added(hill_counts(one.formula), {"H": 2.0, "O": 1.0}, water)
    whole = float(water).is_integer() and water <= 40 and one.smiles
    smiles = ".".join([one.smiles, *["O"] * int(water)]) if whole else ""
    return evolve(one, name=with_water(one.name, water), formula=hill(counts), smiles=smiles, water=water)


def _dry_salt(text: str) -> tuple[Substance, ...] | None:
    base = without_anhydrous(text)
    salts = read_salt(_spelt_symbol(base), 0.0)
    if salts:
        return _of_salts(salts, 0.0)
    if base != text:
        found = _looked_up(base)
        if found is not None:
            return found
    ion = read_ion(base)
    if ion is not None:
        return (_of_ion(ion),)
    element = element_name(base)
    return (Substance(element[1], element[0], source="table"),) if element else None


def _with_acid(text: str) -> tuple[Substance, ...] | None:
    match = _ACID_SALTS.match(text)
    if not match:
        return None
    base = _looked_up(match["base"])
    if base is None or len(base) != 1 or base[0].ions or not base[0].smiles:
        return None
    one, times = base[0], _TIMES[match["n"]]
    symbol, smiles = _ACIDS[match["acid"]]
    counts = added(hill_counts(one.formula), {"H": 1.0, symbol: 1.0}, times)
    words = {"Cl": "hydrochloride", "Br": "hydrobromide", "I": "hydroiodide"}[symbol]
    name = f"{one.name} {match['n'] or ''}{words}"
    return (evolve(one, name=name, formula=hill(counts), smiles=".".join([one.smiles, *[smiles] * times])),)


def _inverted(text: str) -> tuple[Substance, ...] | None:
    """``edta disodium salt``, ``citric acid trisodium salt dihydrate``: the acid first."""
    match = re.match(
        r"^(?P<acid>.{3,120}?),? (?P<cation>(?:mono|di|tri|tetra)?"
        r"(?:sodium|potassium|lithium|ammonium|caesium|cesium|calcium)) salt$",
        text,
    )
    if not match:
        return None
    acid = match["acid"].casefold()
    anion = re.sub(r"(?:ic acid|ic)$", "ate", acid) if acid.endswith("ic acid") else acid
    anion = {"acetylacetone": "acetylacetonate", "sulfurate": "sulfate", "phosphorate": "phosphate"}.get(anion, anion)
    return _dry_salt(f"{match['cation']} {anion}")


def _spelt_symbol(text: str) -> str:
    """``Co(II) nitrate`` -> ``cobalt(II) nitrate``: a symbol or an ion's formula as the first or last word."""
    match = re.match(r"^([A-Z][a-z]?|NH4)(?=\(| )", text)
    if match and (is_metal_symbol(match[1]) or match[1] == "NH4"):
        head = "ammonium" if match[1] == "NH4" else metals()[match[1]].name
        text = head + text[match.end() :]
    return text


def _of_salts(salts: tuple[Salt, ...], water: float | None) -> tuple[Substance, ...]:
    made = []
    for salt in salts:
        flags = (f"{_UNSAID}: {', '.join(salt.unsaid)}",) if salt.unsaid else ()
        lone = salt.ions[0][0] if len(salt.ions) == 1 else None
        name = with_water(lone.name, water) if lone else ""
        made.append(substance(salt.ions, water, "salt name", flags=flags, name=name))
    return tuple(made)


def _of_ion(ion: Ion) -> Substance:
    formula = hill(counts_of(ion.formula) or {}, ion.charge)
    return Substance(f"{ion.name} ion", formula, ion.smiles, {ion.key: 1}, source="salt name")


def _of_row(row: _table.Row) -> Substance:
    if row.formula.startswith("="):
        made = _from_formula(plain(row.formula[1:]))
        if made is None:
            raise ValueError(f"the table's {row.name!r} does not read")
        return evolve(made, source="table", smiles=row.smiles or made.smiles)
    read = read_formula(row.formula) if "·" in row.formula else None
    if read is not None:
        return Substance(row.name, hill(read.counts), row.smiles, water=read.water)
    return Substance(row.name, _table.formula_of(row), row.smiles)


@lru_cache(maxsize=20_000)
def _from_formula(text: str) -> Substance | None:
    read = read_formula(text)
    if read is None:
        for dry, water in run_together(text):
            salt = ions_of(dry)
            if salt is not None and len(dry) > 2:
                return _salt_formula(((salt, 1.0),), water)
        return None
    if read.charge:
        return _charged(read) if read.parts[0][0] == 1 else None
    if read.water == 0:
        for dry, water in run_together(text):
            if ions_of(dry) is not None and ions_of(text) is None:
                return _salt_formula(((ions_of(dry) or (), 1.0),), water)
    salts = [(ions_of(_unwrapped(part)), factor) for factor, part in read.parts]
    known = [(salt, factor) for salt, factor in salts if salt is not None]
    if len(known) == len(salts) and (len(salts) > 1 or salts[0][1] == 1):
        return _salt_formula(tuple(known), read.water)
    dry_counts = read.counts if not read.water else added(read.counts, {"H": 2.0, "O": 1.0}, -read.water)
    row = _table.exact(read.parts[0][1]) if len(read.parts) == 1 and read.parts[0][0] == 1 else None
    if row is not None and read.water != 0:
        return evolve(_watered(_of_row(row), read.water), source="formula")
    if not _plausible(read, text):
        return None
    if text in metals():
        return Substance(metals()[text].name, text, source="formula")
    name = with_water(hill(dry_counts) if len(read.parts) > 1 else read.parts[0][1], read.water)
    return Substance(name, hill(read.counts), "", {}, read.water, "formula")


#: of elements that are no metals and have symbols of one letter, in labels as in formulas
_LABEL = re.compile(r"[A-Z]{1,6}s|[A-Z]{1,8}\d{1,5}[A-Z]?|\d.*")


def _plausible(read: Formula, text: str) -> bool:
    """Whether something that is neither a known salt nor in the table may stand as a bare formula.

    Refused are labels and remnants that are spelt with symbols: ``P200``, ``3D``, ``NCs``, ``SW28``, ``CH3COO``,
    ``C02``; and salts whose charges do not balance (``CoNO3``).
    """
    body = read.parts[0][1]
    if len(read.parts) == 1 and (read.parts[0][0] != 1 or text[0].isdigit()):
        return False
    if len(read.counts) == 1:
        return body.isalpha()
    if "D" in read.counts or re.search(r"(?<![\d.])0\d", body):
        return False
    if (
        body in anions_by_formula()
        or body in cations_by_formula()
        or any(is_unbalanced(part) for _, part in read.parts)
    ):
        return False
    organic = "C" in read.counts and "H" in read.counts
    if not organic and max(read.counts.values()) > 60:
        return False
    if not any(c.islower() for c in body):
        binary = len(read.counts) == 2 and any(s in read.counts for s in "FON")
        oxide = "O" in read.counts and any(s in metals() for s in read.counts)
        return (organic or binary or oxide or body.isalpha()) and not (_LABEL.fullmatch(body) and not binary)
    if _LABEL.fullmatch(body):
        return False
    return any(c.isdigit() for c in body) or any(symbol in metals() and len(symbol) == 2 for symbol in read.counts)


def _unwrapped(part: str) -> str:
    if part.startswith("[") and part.endswith("]") and part.count("[") == 1:
        return part[1:-1]
    return part


def _salt_formula(parts: tuple[tuple[tuple[tuple[Ion, float], ...], float], ...], water: float | None) -> Substance:
    ions = tuple((ion, many * factor) for salt, factor in parts for ion, many in salt)
    return substance(ions, water, "formula")


def _charged(read: Formula) -> Substance | None:
    """A lone ion: only those that the tables know, with that very charge."""
    written = _unwrapped(read.parts[0][1])
    tables = cations_by_formula() if read.charge > 0 else anions_by_formula()
    ion = next((i for i in tables.get(written, ()) if i.charge == read.charge), None)
    metal = metals().get(written)
    if ion is None and metal is not None and read.charge > 0:
        ion = metal.ion(read.charge) if read.charge in metal.states else None
    return evolve(_of_ion(ion), source="formula") if ion is not None and not read.water else None


def _from_opsin(name: str, smiles: str) -> Substance | None:
    """OPSIN's structure, where RDKit agrees that it is whole, neutral and of the state that the name says."""
    from . import _structure

    counts = _structure.counts_of(smiles)
    charge = _structure.net_charge(smiles)
    if counts is None or _structure.radicals(smiles) or (charge and not name.casefold().endswith(("ium", "ion"))):
        return None
    if not _structure.metals_agree(smiles, {symbol: metal.states for symbol, metal in metals().items()}):
        return None
    several = [symbol for symbol in counts if symbol in metals() and len(metals()[symbol].states) > 1]
    if any(symbol not in _MAIN for symbol in several) and not re.search(r"\((?:0|[IV]{1,4})\)", name):
        return None
    ions: dict[str, float] = {}
    parts = _structure.fragments(smiles)
    if (
        len(parts) > 1
        and not any(map(_structure.net_charge, parts))
        and not re.search(r"hydrate|hydro(?:chlor|brom|iod|fluor)|acid", name)
    ):
        return None
    for part, many in parts.items():
        one = _structure.net_charge(part)
        if one:
            body = hill(_structure.counts_of(part) or {})
            key = body + ("+" if one > 0 else "-") + (str(abs(one)) if abs(one) > 1 else "")
            ions[key] = ions.get(key, 0) + many
    water = float(parts.get("O", 0)) if "hydrate" in name.casefold() else 0.0
    return Substance(name, hill(counts, charge), _structure.canonical(smiles), ions, water, "opsin")


#: of the elements with several states those that OPSIN writes as covalent centres
_MAIN = frozenset({"P", "As", "Se", "Te", "Sn", "Ge", "Si", "B"})
