"""Reactions that a sentence names, by one short name each."""

from __future__ import annotations

import re
from functools import lru_cache

from attrs import frozen

#: name, words that mark it, words that mark it only where nothing else is said
REACTIONS: tuple[tuple[str, str], ...] = (
    ("photocatalytic HER",
        r"photocatalytic (?:hydrogen|H2|water[- ]splitting|HER)\w*(?:[- ](?:evolution|production|generation))?"
        r"|photocatalytic \w{3,12} (?:hydrogen|H2) (?:evolution|production|generation)"),
    ("OER",
        r"OER|(?:oxygen|O2|dioxygen)[- ](?:evolution|evolving|generation)(?: reaction)?|evolution of (?:oxygen|O2)"
        r"|water[- ]oxidation|oxidation of water|evolve[sd]? (?:oxygen|O2)|oxygen is evolved|anodic water"),
    ("HER",
        r"HER(?!2)|(?:hydrogen|H2)[- ](?:evolution|evolving|generation)(?: reaction)?|evolution of (?:hydrogen|H2)"
        r"|proton reduction|evolve[sd]? (?:hydrogen|H2)"),
    ("ORR", r"ORR|(?:oxygen|O2)[- ]reduction(?: reaction)?|reduction of (?:oxygen|O2)"),
    ("HOR", r"HOR|hydrogen[- ]oxidation(?: reaction)?"),
    ("CO2RR",
        r"CO2RR?|e?CO2[- ]?R(?:R|ed)?(?![a-z])|CO2 (?:electro)?reduction|(?:carbon dioxide"
        r"|CO2)[- ](?:electro)?reduction(?: reaction)?|reduction of (?:CO2|carbon dioxide)|CO2-to-CO"),
    ("NRR", r"NRR|nitrogen[- ]reduction(?: reaction)?"),
    ("NO3RR", r"NO3-?RR|NITRR|nitrate[- ]reduction(?: reaction)?"),
    ("UOR", r"UOR|urea[- ](?:electro)?oxidation(?: reaction)?"),
    ("MOR", r"MOR|methanol[- ](?:electro)?oxidation(?: reaction)?"),
    ("EOR", r"EOR|ethanol[- ](?:electro)?oxidation(?: reaction)?"),
    ("ClER", r"ClER|CER|chlorine[- ]evolution(?: reaction)?|ClOR"),
    ("water splitting",
        r"(?:overall |full |alkaline |electrochemical |solar |seawater |total )*(?:water|seawater)[- ](?:splitting"
        r"|electroly[sz]\w{1,4})|electroly[sz]ers?|two-electrode|AEMWEs?|PEMWEs?"),
    ("fluorescence", r"fluorescen\w{1,3}|photoluminescen\w{1,3}|luminescen\w{1,3}|phosphorescen\w{1,3}"),
)  # fmt: skip
_ALL = re.compile(
    "|".join(rf"(?P<r{i}>(?<![A-Za-z])(?:{pattern})(?![A-Za-z]))" for i, (_, pattern) in enumerate(REACTIONS)), re.I
)


@frozen
class Named:
    """The reaction called ``name`` at ``[start, end)``."""

    name: str
    start: int
    end: int


@lru_cache(maxsize=64)
def find_reactions(text: str) -> tuple[Named, ...]:
    """Reactions named in a tidied sentence, in the order written."""
    found: list[Named] = []
    for match in _ALL.finditer(text):
        word = match[0]
        if len(word) <= 5 and word.isalpha() and not word.isupper() and word.lower() not in ("ecor",):
            continue  # "her", "mor", "cer"
        if match.lastgroup:
            found.append(Named(REACTIONS[int(match.lastgroup[1:])][0], *match.span()))
    return tuple(found)
