"""Verbs of synthesis procedures -> operations of a laboratory (DESIGN section 5), by the verb and what goes with it."""

from __future__ import annotations

import re

#: verbs that state no step of the work: where things came from, what they are called, what was found
_NO_STEP = (
    "purchas", "suppli", "obtain", "used", "using", "use", "denot", "label", "nam", "found", "synthes", "prepar",
    "perform", "conduct", "carried", "provid", "follow", "design", "investigat", "stud", "report", "describ",
    "fabricat", "produc", "yield", "afford", "form", "became", "achiev", "employ", "known", "given", "referred",
    "made", "bought", "receiv", "anal", "calcd", "charg", "repeat", "grow", "grew", "result", "turn", "chang", "observ",
    "allow", "process", "react", "develop",
)  # fmt: skip

_BY_STEM: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("calcine", ("calcin", "anneal", "sinter", "fire", "firing", "pyroly", "carboni", "graphiti", "roast", "ashed")),
    ("dry", ("dry", "dried", "dries", "desiccat", "dehydrat", "lyophil", "evaporat", "vacuum-dried", "freeze-dr",
             "oven-dr", "air-dr", "outgas")),
    ("sonicate", ("sonic", "ultrason", "ultra-son")),
    ("centrifuge", ("centrifug",)),
    ("stir", ("stir", "agitat", "homogeni", "blend")),
    ("shake", ("shak", "vortex", "swirl")),
    ("aspirate", ("decant", "aspirat", "siphon", "supernatant", "withdraw", "withdrew")),
    ("purge", ("purg", "bubbl", "degas", "deaerat", "deoxygen", "sparg", "flush")),
    ("illuminate", ("irradiat", "illuminat", "photolys")),
    ("cap", ("capp", "cap", "stopper", "crimp")),
    ("store", ("stor",)),
    ("dispense_solid", ("weigh",)),
    ("dispense_liquid", ("pipet", "inject", "dropwise", "drip", "titrat", "pour", "dilut", "drop-cast", "dropcast",
                         "dispens")),
)  # fmt: skip
#: these put a solid or a liquid into the vessel: what is put in decides
_ADDING = ("add", "redispers", "re-dispers", "redissol", "resuspend",
           "dissol", "mix", "dispers", "suspend", "introduc", "combin", "put", "place", "drop", "charge", "load",
           "immers", "transfer", "submerg", "soak")  # fmt: skip
_HEATING = ("heat", "keep", "kept", "maintain", "hold", "held", "age", "aging", "ageing", "treat", "incubat", "cure",
            "react", "warm")  # fmt: skip
_NEEDS_PRESSURE = re.compile(r"autoclave|hydrotherm|solvotherm|bomb|teflon|pressure vessel", re.I)
#: verbs of measuring, and what is said to be measured with
_MEASURING = ("measur", "record", "determin", "acquir", "collect", "analy", "quantif", "taken", "test", "character",
              "monitor", "examin")  # fmt: skip
_TECHNIQUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("measure_xrd", re.compile(r"\bP?XRD\b|diffract", re.I)),
    ("measure_raman", re.compile(r"\bRaman\b", re.I)),
    ("measure_gas_chromatography", re.compile(r"gas chromatogra|\bGC\b", re.I)),
    ("measure_fluorescence", re.compile(r"fluorescen|emission spectr|photoluminescen|\bPL spectr", re.I)),
    ("measure_uv_vis", re.compile(r"\bUV[-–/ ]?vis|absorption spectr|absorbance", re.I)),
    (
        "measure_electrochemistry",
        re.compile(r"voltamm|\bLSVs?\b|\bCVs?\b|polari[sz]ation curve|electrochem|chronopotentio|chronoampero", re.I),
    ),
)
_CLOSED = re.compile(r"vial|flask|septum|bottle|tube|cuvette|reactor", re.I)
_OVEN = re.compile(r"\boven|vacuum|hot ?plate|desiccator|air\b", re.I)
_FURNACE = re.compile(r"furnace|kiln|quartz tube", re.I)
_LIQUID_NAME = re.compile(
    r"water|ethanol|methanol|propanol|solution|acetone|glycol|dmf|dmso|thf|nmp|toluene|hexane|ether|acid\b|ammonia"
    r"|\bh2o\b|chloroform|acetonitrile|nafion|dispersion|liquid|solvent|amine\b|hydrazine",
    re.I,
)
#: above this an oven no longer serves (K)
CALCINE_FROM_K = 473.15 + 50


def is_step(verb: str) -> bool:
    """Whether the verb may state a step of the work at all."""
    word = verb.lower()
    return not word.startswith(_NO_STEP) or word.startswith(("formulat", "reactor"))


def operation_of(
    verb: str,
    *,
    temperature_k: float | None = None,
    duration_s: float | None = None,
    surroundings: str = "",
    liquids: int = 0,
    solids: int = 0,
    names: str = "",
) -> str:
    """The operation that a verb stands for, or an empty text where no station does it.

    Args:
        verb: as written.
        temperature_k, duration_s: conditions of the step.
        surroundings: apparatus and atmosphere in words, or the sentence up to the verb.
        liquids, solids: how many ingredients have a volume or are solvents, and how many have a mass.
        names: the ingredients in words, for those without amounts.
    """
    word = verb.lower()
    if _NEEDS_PRESSURE.search(surroundings) and temperature_k is not None and temperature_k > 373.15:
        return ""  # no station of this kind of lab closes a vessel under pressure
    if word.startswith("seal"):
        return "" if _NEEDS_PRESSURE.search(surroundings) or not _CLOSED.search(surroundings + names) else "cap"
    if word.startswith(_MEASURING):
        found = next((name for name, said in _TECHNIQUES if said.search(f"{surroundings} {names}")), "")
        if found:
            return found
    for operation, stems in _BY_STEM:
        if word.startswith(stems):
            return operation
    if word.startswith(("prepar", "made")) and (liquids or solids):
        return _adding(word, liquids, solids, names, duration_s)
    if word.startswith(_ADDING):
        return _adding(word, liquids, solids, names, duration_s)
    if word.startswith(_HEATING) and (temperature_k is not None or duration_s is not None):
        if _FURNACE.search(surroundings) or (temperature_k is not None and temperature_k >= CALCINE_FROM_K):
            return "calcine"
        if _OVEN.search(surroundings):
            return "dry"
        return "stir" if word.startswith(("heat", "keep", "kept", "maintain", "hold", "held", "ag", "warm")) else ""
    return ""


def _adding(word: str, liquids: int, solids: int, names: str, duration_s: float | None) -> str:
    if word.startswith(("immers", "submerg", "soak", "transfer", "place", "put", "charge", "load")) and not (
        liquids or solids
    ):
        return ""
    if solids and not liquids:
        return "dispense_solid"
    if liquids or _LIQUID_NAME.search(names):
        return "dispense_liquid"
    if duration_s is not None:
        return "stir"
    return "dispense_solid" if names and not word.startswith("mix") else ("stir" if word.startswith("mix") else "")
