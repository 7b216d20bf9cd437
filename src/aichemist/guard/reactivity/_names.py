"""Groups by name, for mixtures and polymers that have no formula, and by the words of inorganic nomenclature where
neither structure nor formula is known."""

from __future__ import annotations

import re

#: pattern in a name -> groups; mixtures and polymers only
_MIXTURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bbleach\b|eau de javel", ("hypochlorite",)), (r"aqua regia", ("oxidising_acid", "acid", "halogen", "mineral_acid")),
    (r"piranha|caro'?s acid", ("oxidising_acid", "acid", "hydrogen_peroxide", "persulfate")), (r"chromosulfuric|chromic acid", ("chromate", "oxidising_acid", "acid")),
    (r"\boleum|fuming sulfuric", ("sulfuric_acid", "acid", "water_reactive_oxide")), (r"oxone|monopersulfate", ("persulfate", "acid")),
    (r"petroleum ether|ligroin|gasoline|petrol\b|kerosene|diesel|naphtha|white spirit|mineral oil|paraffin|hexanes|vaseline|grease", ("hydrocarbon", "organic")),
    (r"sugar|cellulose|starch|cotton|paper|sawdust|wood|flour|glucose|dextrin|agar|chitosan|alginate|gelatin|cotton|pectin|lignin", ("polyol", "organic")),
    (r"nitrocellulose|guncotton|collodion", ("nitrate_ester", "organic")), (r"raney", ("noble_metal_catalyst", "pyrophoric", "active_metal")),
    (r"palladium on|platinum on|ruthenium on|rhodium on|pd/c|pt/c", ("noble_metal_catalyst", "carbon")),
    (r"charcoal|carbon black|activated carbon|graphite|graphene|carbon nanotube|soot|coke\b|ketjen|vulcan xc", ("carbon",)),
    (r"nafion|ionomer", ("organic",)), (r"poly|\bpvp\b|\bpeg\b|\bpva\b|\bpvdf\b|resin|rubber|latex|surfactant|triton|tween|pluronic|photocatalyst p\d", ("organic",)),
    (r"polytetrafluoro|ptfe|teflon|perfluoroalkoxy|fluorinated ethylene|polychlorotrifluoro|pctfe|vinylidene fluoride|\bpvdf\b|fluoropolymer|nafion|viton", ("fluoropolymer",)),
    (r"poly\(?vinyl(idene)? chloride|\bpvc\b|polychloroprene|neoprene|chlorinated poly", ("chloropolymer", "organic")),
    (r"thermite", ("light_metal", "reducible_oxide")), (r"black powder|gunpowder", ("nitrate", "carbon", "sulfur")),
    (r"\b(zinc|tin)\b.*(powder|dust)", ("active_metal", "aluminium")), (r"\balumin.*(powder|dust|flake)", ("active_metal", "aluminium", "light_metal")),
    (r"\b(magnesium|titanium|zirconium)\b.*(powder|dust|turnings|sponge)", ("active_metal", "light_metal")), (r"\biron\b.*(powder|dust|filings)", ("active_metal",)), (r"soda lime", ("strong_base",)), (r"lime\b", ("strong_base",)), (r"buffer", ()),
)  # fmt: skip

#: words of nomenclature, used where nothing else is known
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"yl azide\b|azido", ("organic_azide", "organic")), (r"(?<!yl )azide\b", ("azide",)), (r"perchlorate\b|periodate\b", ("perchlorate",)), (r"hypochlorite\b|hypobromite\b", ("hypochlorite",)),
    (r"(?<!per)chlorate\b|bromate\b|iodate\b", ("chlorate",)), (r"chlorite\b", ("chlorite",)), (r"permanganate\b", ("permanganate",)),
    (r"chromate\b|chromium trioxide", ("chromate",)), (r"persulfate\b|peroxodisulfate|peroxymonosulfate|monopersulfate", ("persulfate",)), (r"nitrate\b", ("nitrate",)), (r"nitrite\b", ("nitrite",)),
    (r"ferrocyanide|ferricyanide|hexacyan[io]", ("ferrocyanide",)), (r"(?<!ferro)(?<!ferri)cyanide\b", ("cyanide",)), (r"(?<!di)sulfide\b|sulphide\b", ("sulfide",)), (r"peroxide\b", ("organic_peroxide",)),
    (r"hydride\b", ("hydride",)), (r"borohydride\b", ("borohydride",)), (r"phosphide\b", ("phosphide",)), (r"carbide\b", ("carbide",)),
    (r"carbonate\b", ("carbonate",)), (r"hydroxide\b", ("strong_base",)), (r"\bacid\b", ("acid",)), (r"amine\b", ("amine", "organic")),
    (r"hydrazine", ("hydrazine",)), (r"diazo", ("diazo",)), (r"fulminate|picrate|styphnate|acetylide", ("nitrate_ester",)), (r"isocyanate", ("isocyanate", "organic")),
    (r"lithium$|magnesium (bromide|chloride) .*(ether|thf)|grignard", ("organometallic",)), (r"ammonium\b", ("ammonium",)), (r"\bsilver\b", ("silver", "azide_metal")),
    (r"\bcopper\b|\blead\b", ("azide_metal",)), (r"\bmercury\b|mercuric|mercurous", ("mercury", "azide_metal")), (r"[a-z]anol\b|\balcohol\b|glycol\b", ("alcohol", "organic")),
)  # fmt: skip


def _match(table: tuple[tuple[str, tuple[str, ...]], ...], name: str) -> set[str]:
    lowered = name.lower()[:300]
    return {group for pattern, groups in table if re.search(pattern, lowered) for group in groups}


def mixture_groups(name: str) -> set[str]:
    return _match(_MIXTURES, name)


def word_groups(name: str) -> set[str]:
    return _match(_WORDS, name)
