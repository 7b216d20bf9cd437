"""Names of salts by grammar: cations, then anions, each with its number if written; the charges settle the rest.

An oxidation state that is not written is taken from the tables where they leave no doubt; else the name has several
readings, all of which are candidates and none of which is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from attrs import evolve, frozen

from ._balance import smallest
from ._complexes import PREFIXES, STATES, complex_at
from ._formulas import counts_of
from ._ions import (
    FILLED_BY_PROTONS,
    LATTICE,
    Ion,
    Metal,
    anions,
    cations,
    is_lattice,
    metal_names,
    metals,
    squeezed,
    unsaid_state,
)
from ._substance import Substance, added, hill

_MAX_LENGTH = 160
#: anions whose double salts have one common stoichiometry (Tutton salts, alums, struvite, Rochelle salt)
_DOUBLE = frozenset({"sulfate", "selenate", "phosphate", "tartrate"})
#: InChI counts these as non-metals, so that their halides are molecules
_COVALENT = frozenset({"B", "Si", "P", "As", "Ge", "Se", "Te"})
_HALIDES = {"fluoride": "F", "chloride": "Cl", "bromide": "Br", "iodide": "I"}
_PROTON = Ion("hydron", "H", 1, "[H+]")
_PENTOXIDES = frozenset({"V", "Nb", "Ta", "P", "As", "Sb"})


@frozen
class _Term:
    """One ion of a name: the ion, or a metal whose state is still open; the number of it, where written."""

    ion: Ion | Metal
    state: int | None = None
    count: int | None = None


@frozen
class Salt:
    """Ions with their numbers; ``unsaid`` lists the metals whose state the name left out."""

    ions: tuple[tuple[Ion, float], ...]
    unsaid: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def read_salt(name: str, water: float | None) -> tuple[Salt, ...]:
    """The readings of a salt's name (without its hydrate): one where it is clear, several where it is not, or none."""
    text = squeezed(name.replace(",", "") if not re.search(r"\d,\d", name) else name)
    for word, charge in (("monobasic", 1), ("dibasic", 2), ("tribasic", 3)):
        base = text.removesuffix(word)
        # sodium succinate, dibasic: said though the salt is whole anyway; phosphates and citrates are in the table
        if base != text and any(base.endswith(n) and ion.charge == -charge for n, ion in anions().items()):
            text = base
    if not text or len(text) > _MAX_LENGTH:
        return ()
    open_readings: tuple[Salt, ...] = ()
    for heads, rest in _heads(text, 3):
        for tails in _tails(rest, 2):
            found = _solved(heads, tails, water)
            if len(found) == 1:
                return found
            open_readings = open_readings or found
    if not open_readings:
        whole = complex_at(text)
        if whole and whole[0] == len(text) and whole[1].charge == 0:
            return (Salt(((whole[1], 1.0),)),)
    return open_readings


def read_ion(name: str) -> Ion | None:
    """A lone ion: ``sulfate ion``, ``ammonium cation``, ``nickel(II)``."""
    if "-ion" in name.casefold():
        # a lithium-ion battery holds no lithium ion by name
        return None
    text = squeezed(name)
    for ending in ("cations", "cation", "anions", "anion", "ions", "ion"):
        if text.endswith(ending):
            text = text.removesuffix(ending)
            break
    else:
        return cations().get(text) if text.endswith("ium") else None
    for head, rest in _heads(text, 1):
        if not rest and len(head) == 1:
            return _certain(head[0])
    return next((t[0].ion for t in _tails(text, 1) if isinstance(t[0].ion, Ion) and t[0].count is None), None)


def _certain(term: _Term) -> Ion | None:
    if isinstance(term.ion, Ion):
        return term.ion
    state = term.state or (term.ion.states[0] if len(term.ion.states) == 1 else None)
    return term.ion.ion(state) if state else None


@cache
def _by_start(which: str) -> dict[str, tuple[str, ...]]:
    """Names by their first three letters, longest first."""
    names: list[str] = [*(metal_names() if which == "metals" else cations() if which == "cations" else anions())]
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name[:3], []).append(name)
    return {start: tuple(sorted(group, key=len, reverse=True)) for start, group in found.items()}


def _starting(which: str, text: str) -> Iterator[str]:
    for name in _by_start(which).get(text[:3], ()):
        if text.startswith(name):
            yield name


def _numbered(text: str) -> Iterator[tuple[int | None, str]]:
    """The text with and without a multiplying prefix; a bracket behind the prefix is opened."""
    yield None, text
    for prefix, many in PREFIXES.items():
        if text.startswith(prefix):
            rest = text[len(prefix) :]
            yield many, rest
    if text.startswith("sesqui"):
        yield -3, text[6:]


def _heads(text: str, most: int) -> Iterator[tuple[list[_Term], str]]:
    for term, rest in _head(text):
        if most > 1:
            for more, after in _heads(rest, most - 1):
                yield [term, *more], after
        yield [term], rest


def _head(text: str) -> Iterator[tuple[_Term, str]]:
    for count, rest in _numbered(text):
        if count == -3:
            continue
        for name in _starting("cations", rest):
            yield _Term(cations()[name], count=count), rest[len(name) :]
        for name in _starting("metals", rest):
            metal, state = metal_names()[name]
            after = rest[len(name) :]
            written = next((s for s in STATES if after.startswith(s)), None)
            if written and STATES[written]:
                yield _Term(metal, STATES[written], count), after[len(written) :]
            elif not after.startswith("("):
                yield _Term(metal, state, count), after
    found = complex_at(text)
    if found and found[1].charge > 0:
        yield _Term(found[1]), text[found[0] :]


def _tails(text: str, most: int) -> Iterator[list[_Term]]:
    """Anions that use the text up."""
    for term, rest in _tail(text):
        if not rest:
            yield [term]
        elif most > 1:
            for more in _tails(rest, most - 1):
                yield [term, *more]


def _tail(text: str) -> Iterator[tuple[_Term, str]]:
    for count, rest in _numbered(text):
        bracket = count is not None and rest.startswith("(")
        inside = rest[1:] if bracket else rest
        for name in _starting("anions", inside):
            after = inside[len(name) :]
            if bracket:
                if not after.startswith(")"):
                    continue
                after = after[1:]
            yield _Term(anions()[name], count=count), after
        if inside.startswith("hydrogen"):
            protons = count or 1
            for name in _starting("anions", inside[8:]):
                base = anions()[name]
                if protons < -base.charge and base.name not in LATTICE:
                    counts = added(base.counts(), {"H": float(protons)})
                    smiles = ".".join([base.smiles, *["[H+]"] * protons]) if base.smiles else ""
                    prefix = {1: "hydrogen ", 2: "dihydrogen ", 3: "trihydrogen "}[protons]
                    ion = Ion(prefix + base.name, hill(counts), base.charge + protons, smiles)
                    yield _Term(ion), inside[8 + len(name) :]
    found = complex_at(text)
    if found and found[1].charge < 0:
        yield _Term(found[1]), text[found[0] :]


def _solved(heads: list[_Term], tails: list[_Term], water: float | None) -> tuple[Salt, ...]:
    if len(tails) > 1 and len(heads) > 1:
        return ()
    first = tails[0].ion
    if not isinstance(first, Ion):
        return ()
    open_heads = [i for i, term in enumerate(heads) if isinstance(term.ion, Metal) and term.state is None]
    if len(heads) == 1 and len(tails) == 1 and isinstance(heads[0].ion, Metal):
        if tails[0].count == -3:
            tails = [evolve(tails[0], count=3)]
            heads = [evolve(heads[0], count=2)]
        counted = _counted(heads[0], tails[0])
        if counted is not None:
            return counted
    elif any(t.count == -3 for t in tails):
        return ()
    unsaid: list[str] = []
    options: list[list[Ion]] = []
    for i, term in enumerate(heads):
        if isinstance(term.ion, Ion):
            options.append([term.ion])
        elif i not in open_heads:
            if term.state not in term.ion.states and first.name in LATTICE:
                return ()
            options.append([term.ion.ion(term.state or 0)])
        else:
            state = unsaid_state(term.ion, first, water)
            many = len(term.ion.states) > 1
            if state is None and not many:
                return ()
            if many:
                unsaid.append(term.ion.name)
            options.append([term.ion.ion(s) for s in ([state] if state else term.ion.states)])
    found: list[Salt] = []
    for chosen in _each(options):
        salt = _balanced(heads, chosen, tails, tuple(unsaid))
        if salt and salt not in found:
            found.append(salt)
    return tuple(found)


def _each(options: list[list[Ion]]) -> Iterator[list[Ion]]:
    if not options:
        yield []
        return
    for ion in options[0]:
        for rest in _each(options[1:]):
            yield [ion, *rest]


def _counted(head: _Term, tail: _Term) -> tuple[Salt, ...] | None:
    """A compound whose name counts its atoms: ``tungsten trioxide``, ``dinickel phosphide``; ``None`` where not so."""
    metal, anion = head.ion, tail.ion
    if not isinstance(metal, Metal) or not isinstance(anion, Ion):
        return None
    if tail.count is None and (head.count is None or len(metal.states) == 1 or anion.name not in LATTICE):
        return None
    above, below = head.count or 1, tail.count or 1
    if head.count is None and below == 5 and anion.name == "oxide" and metal.symbol in _PENTOXIDES:
        above = 2
    state, left = divmod(-anion.charge * below, above)
    if head.state is not None and (state != head.state or left):
        return ()
    if left or state not in metal.states:
        if len(metal.states) == 1 and anion.name not in LATTICE:
            return ()
        if anion.name not in LATTICE and anion.name not in _HALIDES and anion.name != "hydride":
            return ()
        bare = Ion(metal.name, metal.symbol, 0, "", True)
        return (Salt(((bare, above), (evolve(anion, charge=0), below))),)
    return (Salt(((metal.ion(state), above), (anion, below))),)


def _balanced(heads: list[_Term], chosen: list[Ion], tails: list[_Term], unsaid: tuple[str, ...]) -> Salt | None:
    anions_ = [t.ion for t in tails if isinstance(t.ion, Ion)]
    charges = [*(ion.charge for ion in chosen), *(ion.charge for ion in anions_)]
    fixed = [*(t.count for t in heads), *(t.count for t in tails)]
    if len(anions_) > 1 and not all(t.count for t in tails):
        # one of each, as in basic and mixed salts, only where the charges agree at once
        fixed = [n or 1 for n in fixed]
    if len(chosen) > 1 and anions_[0].name not in _DOUBLE and not all(t.count for t in heads):
        fixed = [*(t.count or 1 for t in heads), *(t.count for t in tails)]
    if any(c <= 0 for c in charges[: len(chosen)]) or any(c >= 0 for c in charges[len(chosen) :]):
        return None
    written = sum(ion.charge * (n or 0) for ion, n in zip(chosen, fixed, strict=False))
    if len(anions_) == 1 and anions_[0].name in FILLED_BY_PROTONS and all(t.count for t in heads):
        missing = -anions_[0].charge * (tails[0].count or 1) - written
        if missing > 0:
            numbers = [float(n or 1) for n in fixed]
            ions = [*zip(chosen, numbers, strict=False), (_PROTON, float(missing)), (anions_[0], numbers[-1])]
            return Salt(_merged(tuple(ions)), unsaid)
    numbers_ = smallest(charges, fixed)
    if numbers_ is None:
        return None
    ions_ = tuple((ion, float(n)) for ion, n in zip([*chosen, *anions_], numbers_, strict=True))
    return Salt(_merged(ions_), unsaid)


def _merged(ions: tuple[tuple[Ion, float], ...]) -> tuple[tuple[Ion, float], ...]:
    """Protons joined to the anion that takes them, where that anion is known: H+ and PO4-3 are HPO4-2."""
    protons = next((many for ion, many in ions if ion.formula == "H"), 0.0)
    bases = [(ion, many) for ion, many in ions if ion.charge < 0]
    if not protons or len(bases) != 1 or len(ions) < 3 or protons % bases[0][1]:
        return ions
    prefix = {1: "hydrogen", 2: "dihydrogen"}.get(int(protons / bases[0][1]), "")
    acid = anions().get(prefix + squeezed(bases[0][0].name)) if prefix else None
    if acid is None:
        return ions
    return (*((ion, many) for ion, many in ions if ion.formula != "H" and ion.charge >= 0), (acid, bases[0][1]))


def substance(ions: tuple[tuple[Ion, float], ...], water: float | None, source: str, *, name: str = "",
              flags: tuple[str, ...] = ()) -> Substance:  # fmt: skip
    """The substance that ions, each with its number, and crystal water make."""
    counts: dict[str, float] = {}
    pieces: list[str] = []
    whole = True
    for ion, many in ions:
        counts = added(counts, counts_of(ion.formula) or {}, many)
        if ion.smiles and abs(many - round(many)) < 1e-9 and many <= 40:
            pieces += [ion.smiles] * round(many)
        else:
            whole = False
    named: dict[str, float] = {}
    for ion, many in ions:
        if ion.charge:
            named[ion.key] = named.get(ion.key, 0.0) + (int(many) if float(many).is_integer() else many)
    if any(symbol in counts for symbol in _COVALENT):
        centre = next((ion for ion, _ in ions if ion.formula in _COVALENT), None)
        if centre is not None:
            named, pieces = {}, _halide(ions)
            whole = bool(pieces)
    if water:
        counts = added(counts, {"H": 2.0, "O": 1.0}, water)
        pieces += ["O"] * round(water)
        whole = whole and abs(water - round(water)) < 1e-9 and water <= 40
    smiles = ".".join(pieces) if whole and not is_lattice(ion for ion, _ in ions) else ""
    return Substance(
        name=name or title(ions, water),
        formula=hill(counts),
        smiles=smiles,
        ions=named,
        water=water,
        source=source,
        flags=flags,
    )


def _halide(ions: tuple[tuple[Ion, float], ...]) -> list[str]:
    (centre, one), (anion, many), *more = ions if len(ions) > 1 else (*ions, (_PROTON, 0.0))
    halogen = _HALIDES.get(anion.name)
    if halogen is None or one != 1 or more:
        return []
    return [f"{halogen}[{centre.formula}]" + f"({halogen})" * round(many - 1)]


_WATER_NAMES = {0.5: "hemihydrate", 1: "monohydrate", 1.5: "sesquihydrate", 2: "dihydrate", 2.5: "hemipentahydrate",
                3: "trihydrate", 4: "tetrahydrate", 5: "pentahydrate", 6: "hexahydrate", 7: "heptahydrate",
                8: "octahydrate", 9: "nonahydrate", 10: "decahydrate", 11: "undecahydrate",
                12: "dodecahydrate"}  # fmt: skip


def title(ions: tuple[tuple[Ion, float], ...], water: float | None) -> str:
    """``nickel(II) nitrate hexahydrate``."""
    protons = next((n for ion, n in ions if ion == _PROTON), 0)
    lead = {0: "", 1: "hydrogen", 2: "dihydrogen", 3: "trihydrogen"}.get(int(protons), "hydrogen")
    words = [ion.name for ion, _ in ions if ion != _PROTON and ion.charge >= 0]
    words += [lead] if lead else []
    words += [ion.name for ion, _ in ions if ion.charge < 0 or (ion.charge == 0 and ion.name in LATTICE)]
    return with_water(" ".join(dict.fromkeys(words)), water)


def with_water(name: str, water: float | None) -> str:
    """The name with its hydrate."""
    if water is None:
        return f"{name} hydrate"
    if not water:
        return name
    return f"{name} {_WATER_NAMES.get(water, f'{water:g}-hydrate')}"


def is_metal_symbol(word: str) -> bool:
    """Whether a word is the symbol of an element that heads salts."""
    return word in metals()
