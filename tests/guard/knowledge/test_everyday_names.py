"""What laboratories write every day is known, in British, American and German; capitals count in formulas."""

from __future__ import annotations

import pytest

from aichemist.guard.knowledge import Knowledge, entries

EVERYDAY = {
    "1-butanol": ["n-butanol", "butan-1-ol"],
    "2-propanol": ["iPrOH", "isopropanol", "IPA"],
    "isobutanol": ["iBuOH", "2-methyl-1-propanol"],
    "n-hexane": ["hexanes"],
    "ethanol": ["C2H5OH", "HOC2H5", "(C2H5)OH", "methylated spirits", "Brennspiritus", "96% ethanol"],
    "hydrochloric acid": ["conc. HCl", "0.1 M HCl"],
    "aluminium": ["Al powder", "aluminum foil"],
    "titanyl sulfate": ["TiOSO4", "titanium oxysulphate"],
    "2,6-dichlorophenolindophenol": ["DCPIP", "DCIP"],
    "sulfanilamide": ["sulphanilamide"],
    "potassium sodium tartrate": ["sodium potassium tartrate", "Rochelle salt"],
    "disodium EDTA": ["Na2EDTA", "EDTA disodium"],
    "carbon": ["MWCNT", "carbon felt", "Super P"],
    "quercetin": ["117-39-5"],
    "beta-carotene": ["β-carotene"],
    "tetrabutylammonium tetrafluoroborate": ["TBABF4", "Bu4NBF4"],
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge()


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in EVERYDAY.items() for t in (n, *texts)])
def test_everyday_names_are_known(knowledge: Knowledge, name: str, text: str) -> None:
    found = knowledge.find(text)
    assert found.known
    assert found.name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CoCl2", "cobalt(II) chloride"), ("(COCl)2", "oxalyl chloride"), ("Co(OH)2", "cobalt(II) hydroxide"),
        ("PbS", "lead sulfide"), ("PBS", "phosphate buffered saline"), ("TiN", "titanium nitride"), ("tin", "tin"),
        ("NiS", "nickel sulfide"), ("NIS", "N-iodosuccinimide"),
    ],
)  # fmt: skip
def test_capitals_count_in_formulas(knowledge: Knowledge, text: str, name: str) -> None:
    assert knowledge.find(text).name == name


def test_each_row_is_found_by_its_own_names_and_numbers(knowledge: Knowledge) -> None:
    for e in entries():
        for text in (e.name, *e.synonyms, e.cas):
            assert not text or knowledge.find(text).name == e.name, text


def test_acetic_anhydride_is_not_fatal(knowledge: Knowledge) -> None:
    found = knowledge.find("acetic anhydride")
    assert found.has("H226", "H302", "H332", "H314")
    assert not found.has("H330")
