"""Names are strangers' text: no exception, bounded time, no shell, and no Java is no error."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aichemist.reading.names import _opsin, candidates, resolve, resolve_many

_PIECES = st.sampled_from(
    "Ni Fe(III) ( ) [ ] · . 6 H2O 99 0.5 x nitrate di tri hydrogen chloride sulfate hydrate penta iron tin - + , ; % M mL "  # noqa: SIM905
    "solution of hexa ammine cobalt(II) bis( acac tetra α ₂ ³⁺ ² \t \n \x00 𝒳 水 OAc O2 C6H5 H".split(" ")
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=400), st.lists(_PIECES, max_size=60).map("".join), st.lists(_PIECES, max_size=40).map(" ".join)
    )
)
@example("((((Ni)99)99)99)99")
@example("(" * 300)
@example("di" * 140 + "chloride")
@example("9" * 290)
@example("NO3" * 80)
@example("hydrogen" * 30)
@example("sodium" * 40)
@example("tris(" * 50)
@example("1.5·" * 70)
def test_any_text_is_answered_quickly(text: str) -> None:
    start = time.process_time()
    found = resolve(text, opsin=False)
    candidates(text)
    assert time.process_time() - start < 2.0
    assert found is None or (found.formula and len(found.formula) < 200)


def test_huge_text_is_refused_at_once() -> None:
    start = time.process_time()
    assert resolve("a" * 1_000_000) is None
    assert resolve("Ni(" * 300_000) is None
    assert time.process_time() - start < 0.5


def test_formula_bombs_are_refused() -> None:
    assert resolve("((((Ni)99)99)99)99", opsin=False) is None
    assert resolve("Ni999999999999", opsin=False) is None
    assert resolve("[" * 40 + "Ni" + "]" * 40, opsin=False) is None


def test_without_java_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_opsin, "command", lambda: None)
    monkeypatch.setattr(_opsin, "_known", {})
    assert resolve("1-bromo-4-fluoronaphthalene") is None
    assert resolve("nickel nitrate") is not None


def test_java_that_hangs_or_is_missing_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_opsin, "_known", {})
    monkeypatch.setattr(_opsin, "command", lambda: (sys.executable, "-c", "import time; time.sleep(30)"))
    start = time.perf_counter()
    assert _opsin.smiles_of(["1-bromobutane"], timeout_s=0.3) == {"1-bromobutane": ""}
    assert time.perf_counter() - start < 25
    monkeypatch.setattr(_opsin, "command", lambda: ("/nonexistent/java",))
    assert _opsin.smiles_of(["2-bromobutane"]) == {"2-bromobutane": ""}


def test_names_reach_java_on_standard_input_only(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Any, dict[str, Any]]] = []

    def run(call: Any, **more: Any) -> Any:
        calls.append((call, more))
        return subprocess.CompletedProcess(call, 0, stdout="CCCCBr\n", stderr="")

    monkeypatch.setattr(_opsin, "_known", {})
    monkeypatch.setattr(_opsin, "command", lambda: ("java", "-jar", "opsin.jar"))
    monkeypatch.setattr(subprocess, "run", run)
    names = ["1-bromobutane", "$(touch /tmp/x)", "-h; rm -rf /", "a\nb", "`id`", "x" * 400]
    _opsin.smiles_of(names)
    assert len(calls) == 1
    call, more = calls[0]
    assert call == ("java", "-jar", "opsin.jar") and not more.get("shell")
    assert "$" not in more["input"] and more["input"].count("\n") <= 3


def test_what_opsin_guesses_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "iron benzoate": "[Fe].O=C([O-])c1ccccc1",
        "strange radical": "[CH2]C",
        "some polymer": "*CC*",
        "cobaltyl x": "[Co]C",
    }
    monkeypatch.setattr(_opsin, "smiles_of", lambda names, **_: {name: wrong.get(name, "") for name in names})
    assert resolve_many(list(wrong)) == [None] * len(wrong)


@pytest.mark.skipif(_opsin.command() is None, reason="no Java")
def test_systematic_names_by_opsin_in_one_batch() -> None:
    names = ["4-nitrobenzaldehyde", "iron nitrate", "methyl 4-bromobenzoate", "nonsense-ol-ane", "ethanol and water"]
    found = resolve_many(names)
    assert [one and one.formula for one in found] == ["C7H5NO3", None, "C8H7BrO2", None, None]
    assert found[0] is not None and found[0].source == "opsin"


def test_import_is_light() -> None:
    code = "import sys, aichemist.reading.names as n; n.resolve('nickel nitrate', opsin=False); print('rdkit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"
