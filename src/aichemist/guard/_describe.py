"""Tables of ``docs/guard.md``, made from the code; ``python -m aichemist.guard._describe FILE`` renews them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ._limits import LIMITS
from ._rules import Rule
from .reactivity import GROUPS, MATRIX, Danger
from .rules import OWN_RULES


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def rules_table() -> str:
    """One row a rule of ours."""
    rules: list[Rule] = [kind() for kind in OWN_RULES]
    rows = ((f"`{r.id}`", r.reason, r.severity, r.source) for r in rules)
    return _table(("rule", "about", "at worst", "source"), rows)


def limits_table() -> str:
    """One row a key of ``[guard]`` that is a quantity."""
    rows = ((f"`{x.key}`", f'`"{x.default}"`', x.what, x.why) for x in LIMITS)
    return _table(("key", "default", "what", "why this default"), rows)


def groups_table() -> str:
    """One row a reactive group."""
    rows = ((f"`{g.id}`", g.title, f"{g.dilute_mol_per_l:g}" if g.dilute_mol_per_l else "-") for g in GROUPS.values())
    return _table(("group", "members", "dilute below, mol/L"), rows)


def matrix_table() -> str:
    """One row a reason: a group with all partners that do the same with it."""
    rows: dict[tuple[object, ...], list[Danger]] = {}
    for d in MATRIX:
        rows.setdefault((d.groups[0], d.reason, d.outcome, d.when, d.above_k, d.gas, d.source), []).append(d)
    return _table(("groups", "what happens", "outcome", "source"), (_row(those) for those in rows.values()))


def _row(those: Sequence[Danger]) -> tuple[str, str, str, str]:
    first = those[0]
    partners = ", ".join(dict.fromkeys(" and ".join(d.groups[1:]) for d in those))
    when: list[str] = [first.when] if first.when != "mixed" else []
    when += [f"above {first.above_k - 273.15:.0f} degC"] if first.above_k else []
    what = f"{first.reason} ({', '.join(first.effects)})"
    outcome = first.outcome or "by amount of " + (first.gas or "heat")
    return (
        f"{first.groups[0]} with {partners}" + (f" ({', '.join(when)})" if when else ""), what, outcome, first.source,
    )  # fmt: skip


TABLES: dict[str, Callable[[], str]] = {
    "rules": rules_table, "limits": limits_table, "groups": groups_table, "matrix": matrix_table,
}  # fmt: skip


def renewed(text: str) -> str:
    """The page with every table between its marks replaced by today's."""
    for name, table in TABLES.items():
        mark, end = f"<!-- table: {name} -->", "<!-- end -->"
        before, found, rest = text.partition(mark)
        if found:
            text = f"{before}{mark}\n{table()}\n{end}{rest.partition(end)[2]}"
    return text


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(renewed(page.read_text()))
