"""Coverage-guided fuzzing of `Knowledge.find` with atheris (pip install atheris; not a dependency).

python scripts/fuzz_knowledge.py -max_total_time=60
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["aichemist.guard.knowledge"]):
    from aichemist.guard.knowledge import default_knowledge, screening, structural_findings

KNOWLEDGE = default_knowledge()


def one(data: bytes) -> None:
    """Any text gives a substance or a reason; nothing raises."""
    provider = atheris.FuzzedDataProvider(data)
    text, formula = provider.ConsumeUnicode(200), provider.ConsumeUnicode(60)
    found = KNOWLEDGE.find(text, formula=formula)
    structural_findings(found)
    screening(found)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
