"""A small bench for tests: its own knowledge of a few dozen substances, and designs in a few words.

The room's real knowledge has tests of its own; here the rules must not depend on what it happens to know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from aichemist.chemistry import (
    Design,
    Experiment,
    Hypothesis,
    LabLimits,
    Proposal,
    Recipe,
    Review,
    Simplex,
    StationLimits,
    StockLimits,
    parse_protocol,
    parse_quantity,
)
from aichemist.guard import Rule, review
from aichemist.guard.knowledge import HazardStatement, Substance

# name | formula | SMILES | boiling point degC | flash point degC | density kg/L | H statements
_TABLE = """
water|H2O|O|100||1.0|
ethanol|C2H6O|CCO|78|13|0.789|H225
methanol|CH4O|CO|65|11|0.792|H225 H301 H331
2-propanol|C3H8O|CC(C)O|82|12|0.785|H225
acetone|C3H6O|CC(C)=O|56|-20|0.784|H225
toluene|C7H8|Cc1ccccc1|111|4|0.867|H225
hexane|C6H14|CCCCCC|69|-22|0.66|H225
diethyl ether|C4H10O|CCOCC|35|-45|0.713|H224
dichloromethane|CH2Cl2|ClCCl|40||1.33|H351
chloroform|CHCl3|ClC(Cl)Cl|61||1.49|H351 H331
acetonitrile|C2H3N|CC#N|82|2|0.786|H225
DMSO|C2H6OS|CS(C)=O|189|87|1.10|
DMF|C3H7NO|CN(C)C=O|153|58|0.944|H226 H360
glycerol|C3H8O3|OCC(O)CO|290|160|1.26|
acetic acid|C2H4O2|CC(=O)O|118|39|1.05|H226 H314
acetic anhydride|C4H6O3|CC(=O)OC(C)=O|140|49|1.08|H226 H331
aniline|C6H7N|Nc1ccccc1|184|70|1.02|H301 H331 H351
hydrazine hydrate|N2H6O|NN.O|120|75|1.03|H330 H350
triethylamine|C6H15N|CCN(CC)CC|89|-11|0.726|H225 H331
thionyl chloride|SOCl2|ClS(Cl)=O|76||1.64|H331 H314
glucose|C6H12O6|OCC1OC(O)C(O)C(O)C1O||||
citric acid|C6H8O7|OC(=O)CC(O)(CC(=O)O)C(=O)O||||
nitric acid|HNO3|O[N+](=O)[O-]|83||1.51|H272 H331
sulfuric acid|H2SO4|OS(=O)(=O)O|337||1.84|H314
hydrochloric acid|HCl|Cl||||H314
perchloric acid|HClO4|OCl(=O)(=O)=O|203|||H271
phosphoric acid|H3PO4|OP(=O)(O)O||||
sodium hydroxide|NaOH|[OH-].[Na+]||||H314
ammonia|NH3|N||||H314
hydrogen peroxide|H2O2|OO|150||1.44|H271
potassium permanganate|KMnO4|[K+].[O-][Mn](=O)(=O)=O||||H272
chromium trioxide|CrO3|O=[Cr](=O)=O||||H271 H350
potassium dichromate|K2Cr2O7|||||H272 H350 H330
sodium hypochlorite|NaClO|[Na+].[O-]Cl||||H314
sodium chlorate|NaClO3|[Na+].[O-]Cl(=O)=O||||H271
potassium chlorate|KClO3|||||H271
sodium perchlorate|NaClO4|||||H271
sodium azide|NaN3|[N-]=[N+]=[N-].[Na+]||||H300
potassium cyanide|KCN|[K+].[C-]#N||||H300 H310 H330
sodium sulfide|Na2S|[Na+].[Na+].[S-2]||||H301
sodium nitrite|NaNO2|[Na+].[O-]N=O||||H272 H301
ammonium chloride|NH4Cl|[NH4+].[Cl-]||||
ammonium nitrate|NH4NO3|||||H272
potassium nitrate|KNO3|||||H272
silver nitrate|AgNO3|||||H272
copper sulfate|CuSO4·5H2O|||||
nickel nitrate|Ni(NO3)2·6H2O|||||H272 H350 H360
iron(III) nitrate|Fe(NO3)3·9H2O|||||H272
sodium borohydride|NaBH4|||||H260 H301
lithium aluminium hydride|LiAlH4|||||H260
sodium hydride|NaH|||||H260
sodium|Na|[Na]||||H260
zinc|Zn|[Zn]||||
magnesium|Mg|[Mg]||||H261
aluminium|Al|[Al]||||H261
copper|Cu|[Cu]||||
sulfur|S8|S1SSSSSSS1||||
charcoal|C|||||
iodine|I2|II||||
bromine|Br2|BrBr|59||3.1|H330
potassium iodide|KI|[K+].[I-]||||
sodium carbonate|Na2CO3|||||
sodium hydrogen carbonate|NaHCO3|||||
sodium sulfite|Na2SO3|||||
sodium thiosulfate|Na2S2O3|||||
manganese dioxide|MnO2|||||
calcium carbide|CaC2|||||H260
sodium chloride|NaCl|[Na+].[Cl-]||||
disodium phosphate|Na2HPO4|||||
titanium dioxide|TiO2|||||
sodium fluoride|NaF|||||H301
hydrofluoric acid|HF|F||||H300 H310 H330
benzene|C6H6|c1ccccc1|80|-11|0.877|H225 H350
tert-butyllithium|C4H9Li|[Li]C(C)(C)C||||H250
picric acid|C6H3N3O7|Oc1c([N+](=O)[O-])cc([N+](=O)[O-])cc1[N+](=O)[O-]||||H201
sarin|C4H10FO2P|CC(C)OP(C)(F)=O|147|||H300
styrene|C8H8|C=Cc1ccccc1|145|31|0.909|H226
carbon dioxide|CO2|O=C=O|-78|||
benzoyl peroxide|C14H10O4|O=C(OOC(=O)c1ccccc1)c1ccccc1||||H241
"""


def _float(text: str, offset: float = 0.0) -> float | None:
    return float(text) + offset if text else None


def _substances() -> dict[str, Substance]:
    made = {}
    for line in _TABLE.strip().splitlines():
        name, formula, smiles, boiling, flash, density, codes = line.split("|")
        made[name.lower()] = Substance(
            name, name, formula, smiles=smiles, state="liquid" if density else "", boiling_point_k=_float(boiling, 273.15),
            flash_point_k=_float(flash, 273.15), density_kg_per_l=_float(density),
            hazards=tuple(HazardStatement(c, "test") for c in codes.split()), knew={"test": True},
            schedule="CWC Schedule 1.A.1" if name == "sarin" else "",
        )  # fmt: skip
    return made


class SmallKnowledge:
    """Names and formulas of the table, SMILES with a bracket; of anything else what its formula says, unknown."""

    def __init__(self) -> None:
        self._names = _substances()
        self._formulas = {s.formula: s for s in self._names.values()}

    def find(self, text: str = "", *, formula: str = "") -> Substance:
        found = self._names.get(text.lower()) or self._formulas.get(formula or text)
        if found is None and "[" in text:
            return Substance(text, text, smiles=text, knew={"test": True})
        return found or Substance(text or formula, text, formula, knew={"test": False})


KNOWLEDGE = SmallKnowledge()
STATIONS = tuple(
    StationLimits(operation, (operation,), 100, {}, ())
    for operation in ("stir", "shake", "sonicate", "centrifuge", "aspirate", "dry", "calcine", "cap", "purge", "illuminate", "store",
                      "measure_uv_vis", "measure_gas_chromatography", "measure_electrochemistry", "measure_xrd")
)  # fmt: skip


def stock(text: str) -> StockLimits:
    """``nitric acid @15.6``, ``ferrocene @0.1 in ethanol``, ``acetone (l)``, ``sulfur (s)``."""
    at = re.match(r"^(.+?) @(\S+)(?: in (.+))?$", text)
    if at:
        return StockLimits(_key(at[1]), 1.0, 0.0, 1.0, "", at[1], at[3] or "water", float(at[2]))
    name, state = text[:-4], text[-3:]
    assert state in ("(l)", "(s)"), text
    return StockLimits(_key(name), *((1.0, 0.0) if state == "(l)" else (0.0, 1.0)), substance=name)


def _key(name: str) -> str:
    return name.replace(" ", "_")


def step(text: str) -> dict[str, Any]:
    """``add 5 mL ethanol; 2 mL water``, ``weigh 1 g sulfur``, ``stir 1 h 60C``, ``dry 12 h 80C``, ``cap``, ``aspirate 0.3 mL``."""
    word, _, rest = text.partition(" ")
    if word in ("add", "weigh"):
        parts = [p.split(" ", 2) for p in rest.split("; ")]
        table = {_key(name): f"{number} {unit}" for number, unit, name in parts}
        return (
            {"operation": "dispense_liquid", "volumes": table}
            if word == "add"
            else {"operation": "dispense_solid", "masses": table}
        )
    made: dict[str, Any] = {"operation": {"light": "illuminate"}.get(word, word)}
    if word == "aspirate":
        made["leave"] = rest
    elif word == "purge":
        made |= {"flow": "20 mL/min", "duration": rest}
    elif rest:
        time = re.match(r"^(\S+ \S+)(?: (-?\d+)C)?$", rest)
        assert time, text
        made["duration"] = time[1]
        if time[2]:
            made["temperature"] = f"{time[2]} degC"
    return made


def experiments(steps: Sequence[str], vials: int = 1, recipes: Sequence[Sequence[str]] = ()) -> list[Experiment]:
    made = []
    for i in range(max(vials, len(recipes))):
        lines = recipes[i] if recipes else steps
        raw = [{**step(s), "name": f"step{n}"} for n, s in enumerate(lines, 1)]
        protocol = parse_protocol({"protocol": {"name": "test"}, "step": raw})
        made.append(protocol.resolve(Recipe({}), sample=f"s{i + 1}", batch=1))
    return made


def lab(
    stocks: Sequence[str], *, capacity: str = "20 mL", guard: Mapping[str, Any] | None = None, even: bool = False
) -> LabLimits:
    made = tuple(stock(s) for s in stocks)
    stations = (
        StationLimits("liquid", ("dispense_liquid",), 1, {}, tuple(s.name for s in made)),
        StationLimits("solid", ("dispense_solid",), 1, {}, tuple(s.name for s in made)),
        *(s for s in STATIONS if s.name != "centrifuge"),
        StationLimits("centrifuge", ("centrifuge",), 10, {}, even_load=even),
    )
    return LabLimits("test", parse_quantity(capacity, "volume"), 1300.0, 200, stations, made, dict(guard or {}))


def design(made: Sequence[Experiment]) -> Design:
    space = Simplex(("a", "b"), 0.5, 2, (0.0, 0.0), (1.0, 1.0))
    return Design(
        1, Hypothesis("h", {}, "r"), space, "test", tuple(Proposal(e.recipe, "initial") for e in made), "test"
    )


def judge(
    stocks: Sequence[str], steps: Sequence[str] = (), *, vials: int = 1, recipes: Sequence[Sequence[str]] = (), rules: Sequence[Rule] | None = None, **more: Any,
) -> Review:  # fmt: skip
    """The review of a design, without the rule about search spaces."""
    from aichemist.guard import load_rules

    chosen = [r for r in (load_rules() if rules is None else rules) if r.id != "space"]
    made = experiments(steps, vials, recipes)
    return review(design(made), made, lab(stocks, **more), rules=chosen, knowledge=KNOWLEDGE)


def found(answer: Review, rule: str) -> list[str]:
    """Outcomes of one rule's findings."""
    return [f.outcome for f in answer.findings if f.rule == rule]


@pytest.fixture(scope="session")
def bench() -> Any:
    """The helpers above (test modules cannot import each other in importlib mode)."""
    return SimpleNamespace(
        judge=judge, found=found, lab=lab, experiments=experiments, design=design, stock=stock, knowledge=KNOWLEDGE
    )
