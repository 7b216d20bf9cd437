"""What must hold for any mixture: no crash, no order within a step, and never safer by more of a danger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aichemist.chemistry import OUTCOMES, Review
from aichemist.guard import load_rules

LIQUIDS = (
    "water",
    "ethanol",
    "acetone",
    "toluene",
    "dichloromethane",
    "DMSO",
    "DMF",
    "glycerol",
    "acetic_anhydride",
    "sulfuric_acid",
    "bromine",
    "thionyl_chloride",
    "styrene",
    "aniline",
    "hydrazine_hydrate",
)
SOLIDS = (
    "sodium_azide",
    "potassium_permanganate",
    "chromium_trioxide",
    "sodium_chlorate",
    "sulfur",
    "charcoal",
    "zinc",
    "sodium_borohydride",
    "sodium",
    "silver_nitrate",
    "potassium_cyanide",
    "glucose",
    "sodium_carbonate",
    "iodine",
    "ammonium_nitrate",
)
SOLUTIONS = (
    "nitric_acid",
    "hydrochloric_acid",
    "sodium_hydroxide",
    "hydrogen_peroxide",
    "sodium_hypochlorite",
    "ammonia",
    "sodium_nitrite",
    "copper_sulfate",
)
STOCKS = [
    *(f"{n.replace('_', ' ')} (l)" for n in LIQUIDS),
    *(f"{n.replace('_', ' ')} (s)" for n in SOLIDS),
    *(f"{n.replace('_', ' ')} @8" for n in SOLUTIONS),
]
PROCESS = (
    "stir 1 h 25C",
    "stir 1 h 80C",
    "cap",
    "centrifuge 5 min",
    "aspirate 0.3 mL",
    "dry 2 h 80C",
    "calcine 1 h 400C",
    "light 1 h 25C",
    "sonicate 10 min",
    "purge 5 min",
    "measure_xrd",
)

SEVERITY = {rule.id: rule.severity for rule in load_rules()}

millilitres = st.sampled_from([0.05, 0.5, 2.0, 5.0])
grams = st.sampled_from([0.005, 0.05, 0.5, 2.0])
adding = st.one_of(
    st.dictionaries(st.sampled_from(LIQUIDS + SOLUTIONS), millilitres, min_size=1, max_size=3).map(lambda d: "add " + "; ".join(f"{v} mL {n}" for n, v in d.items())),
    st.dictionaries(st.sampled_from(SOLIDS), grams, min_size=1, max_size=3).map(lambda d: "weigh " + "; ".join(f"{v} g {n}" for n, v in d.items())),
)  # fmt: skip
protocols = st.lists(st.one_of(adding, st.sampled_from(PROCESS)), min_size=1, max_size=7)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def judge(bench: Any, steps: Sequence[str]) -> Review:
    return bench.judge(STOCKS, steps, capacity="50 mL")  # type: ignore[no-any-return]


def level(answer: Review) -> int:
    return OUTCOMES.index(answer.outcome)


@SETTINGS
@given(steps=protocols)
def test_any_protocol_has_an_answer(bench: Any, steps: list[str]) -> None:
    answer = judge(bench, steps)
    assert answer.outcome == max((f.outcome for f in answer.findings), key=OUTCOMES.index, default="allow")
    for f in answer.findings:
        assert f.message and f.source and "nan" not in f.message.lower().split()
        assert OUTCOMES.index(f.outcome) <= OUTCOMES.index(SEVERITY[f.rule]), f
        assert f.outcome != "approval" or f.role


@SETTINGS
@given(
    first=st.permutations(
        ["2 mL nitric_acid", "2 mL ethanol", "1 mL acetone", "0.5 mL hydrogen_peroxide", "1 mL sodium_hydroxide"]
    ),
    count=st.integers(2, 5),
)
def test_order_within_one_step_does_not_matter(bench: Any, first: list[str], count: int) -> None:
    chosen = first[:count]
    one, other = (judge(bench, ["add " + "; ".join(parts)]) for parts in (chosen, sorted(chosen)))
    assert {(f.rule, f.outcome, f.substances) for f in one.findings} == {
        (f.rule, f.outcome, f.substances) for f in other.findings
    }


@SETTINGS
@given(
    base=st.lists(st.sampled_from(SOLIDS), min_size=2, max_size=4, unique=True),
    liquid=st.sampled_from(LIQUIDS + SOLUTIONS),
    last=st.sampled_from(["stir 1 h 25C", "dry 2 h 80C"]),
)
def test_taking_a_solid_out_makes_no_new_mixing_finding_of_the_others(
    bench: Any, base: list[str], liquid: str, last: str
) -> None:
    def pairs(solids: Sequence[str]) -> set[tuple[str, ...]]:
        answer = judge(bench, [*(f"weigh 0.5 g {s}" for s in solids), f"add 3 mL {liquid}", last])
        return {f.substances for f in answer.findings if f.rule == "mixing" and f.outcome in ("approval", "refuse")}

    everything = pairs(base)
    gone = base[0].replace("_", " ")
    for pair in pairs(base[1:]):
        # the same danger, or one of more partners that includes it
        assert any(set(pair) <= set(whole) for whole in everything), (pair, gone, everything)


HAZARDS = [("potassium_permanganate", "glycerol"), ("sodium_chlorate", "acetone"), ("chromium_trioxide", "ethanol"), ("sodium_azide", "dichloromethane"), ("sodium", "water"), ("sodium_azide", "hydrochloric_acid"),
           ("zinc", "hydrochloric_acid"), ("potassium_cyanide", "hydrochloric_acid"), ("potassium_permanganate", "sulfuric_acid"), ("silver_nitrate", "hydrazine_hydrate"), ("sodium_borohydride", "DMF")]  # fmt: skip


@SETTINGS
@given(
    pair=st.sampled_from(HAZARDS),
    amount=grams,
    volume=st.sampled_from([0.5, 2.0, 5.0]),
    factor=st.sampled_from([1.5, 3.0, 8.0]),
    last=st.sampled_from(["stir 1 h 25C", "stir 1 h 60C", "dry 1 h 80C"]),
)
def test_more_of_a_partner_is_never_safer(
    bench: Any, pair: tuple[str, str], amount: float, volume: float, factor: float, last: str
) -> None:
    def mixing(g: float, ml: float) -> int:
        answer = judge(bench, [f"weigh {g:.4f} g {pair[0]}", f"add {ml:.4f} mL {pair[1]}", last])
        return max(
            (OUTCOMES.index(f.outcome) for f in answer.findings if f.rule in ("mixing", "toxic_gas", "flammable_gas")),
            default=0,
        )

    assert mixing(amount * factor, volume) >= mixing(amount, volume)
    assert mixing(amount, volume * factor) >= mixing(amount, volume)
