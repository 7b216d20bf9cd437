"""Formulas in MathML and TeX on one line, as chemists write them flat: ``cm-2``, ``H2O``, ``η10``, ``(a + b)/c``."""

from __future__ import annotations

import re
from typing import Any

from ._raised import flat_power

#: deeper than this is no formula
_DEEP = 60
_SIMPLE = re.compile(r"^[\w.′'*+−–-]{1,12}$")
_MINUS = re.compile(r"^[−–-]\s?")
_ACCENTS = frozenset("¯‾ˉ^ˆ~˜→⃗˙¨.˙")
_SPACED = frozenset("=≈≃≅≡≠<>≤≥⩽⩾≪≫∼~→←↔⇌×·⋅±+−–-∝∈∓∕÷")
_UNSEEN = frozenset("\u2061\u2062\u2063\u2064\u200b")


def math_text(element: Any, depth: int = 0) -> str:
    """MathML on one line."""
    name = _local(element)
    if depth > _DEEP or not name or name in ("annotation", "annotation-xml", "mphantom", "none", "mprescripts"):
        return ""
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return " ".join("".join(element.itertext()).split())
    if name == "mspace":
        return " "
    parts = [c for c in element if _local(c)]
    if name == "semantics":
        return math_text(parts[0], depth + 1) if parts else ""
    inner = [math_text(c, depth + 1) for c in parts]
    if name == "msup" and len(inner) == 2:
        return scripted(inner[0], "", inner[1])
    if name in ("msub", "munder") and len(inner) == 2:
        return scripted(inner[0], inner[1], "")
    if name == "mover" and len(inner) == 2:
        return inner[0] if inner[1].strip() in _ACCENTS else scripted(inner[0], "", inner[1])
    if name in ("msubsup", "munderover") and len(inner) == 3:
        return scripted(inner[0], inner[1], inner[2])
    if name == "mmultiscripts" and inner:
        return inner[0] + "".join(inner[1:])
    if name == "mfrac" and len(inner) == 2:
        return fraction(inner[0], inner[1])
    if name == "msqrt":
        return f"sqrt({_row(parts, inner)})"
    if name == "mroot" and len(inner) == 2:
        return f"root({inner[0]}, {inner[1]})"
    if name == "mfenced":
        between = str(element.get("separators", ","))[:1]
        return f"{element.get('open', '(')}{between.join(inner)}{element.get('close', ')')}"
    if name in ("mtable", "mtr"):
        return ("; " if name == "mtable" else " ").join(i for i in inner if i)
    if not parts:
        return " ".join("".join(element.itertext()).split())
    return _row(parts, inner)


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def _row(parts: list[Any], inner: list[str]) -> str:
    """Pieces beside each other: space round operators with something to both sides, letters of a name together."""
    out = ""
    before = ""
    for part, text in zip(parts, inner, strict=True):
        name = _local(part)
        if not text.strip() or text in _UNSEEN:
            out += " " if text == " " and out and not out.endswith(" ") else ""
            continue
        if name == "mo" and text in _SPACED:
            leading = text in "+−–-±∓" and before in ("", "mo")
            out += text if leading else f" {text} "
            before = "mo"
            continue
        word = name == "mtext" or (name == "mi" and len(text) > 1)
        if before in ("mn", "word") and (word or (before == "word" and name == "mn")) and not out.endswith(" "):
            out += " "
        out += text
        before = (
            "mo" if name == "mo" and text not in ")]}|′'%°!" else "mn" if name == "mn" else "word" if word else "other"
        )
        if name == "mo" and text in ",;":
            out += " "
    return re.sub(r" {2,9}", " ", out).strip()


def scripted(base: str, lowered: str, raised: str) -> str:
    """A base with its index and power, flat where both are simple."""
    lowered, raised = (_MINUS.sub("-", s.strip()) for s in (lowered, raised))
    if lowered:
        base += lowered if _SIMPLE.match(lowered) and base[-1:].strip() else f"_({lowered})"
    if raised and raised not in _ACCENTS:
        base += flat_power(base, raised) if _SIMPLE.match(raised) and base[-1:].strip() else f"^({raised})"
    return base


def fraction(above: str, below: str) -> str:
    """One over another, with brackets where they are more than a word."""
    a, b = (t if re.match(r"^[\w.′'°]{0,20}$", t) else f"({t})" for t in (above.strip(), below.strip()))
    return f"{a}/{b}"


_NAMES = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi varphi"
    " chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
_GREEK = dict(zip(_NAMES.split(), "αβγδεεζηθικλµνξπρστφφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True))
_SIGNS = {
    **_GREEK, "times": "×", "cdot": "·", "pm": "±", "mp": "∓", "approx": "≈", "sim": "~", "simeq": "≈", "le": "≤",
    "leq": "≤", "ge": "≥", "geq": "≥", "ll": "≪", "gg": "≫", "neq": "≠", "ne": "≠", "to": "→", "rightarrow": "→",
    "longrightarrow": "→", "leftarrow": "←", "rightleftharpoons": "⇌", "leftrightarrow": "↔", "infty": "∞",
    "circ": "°", "degree": "°", "prime": "′", "sum": "Σ", "int": "∫", "partial": "∂", "propto": "∝", "in": "∈",
    "ohm": "Ω", "AA": "Å", "angstrom": "Å", "bullet": "•", "%": "%", "&": "&", "#": "#", "_": "_", "{": "{", "}": "}",
    "$": "$", ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "quad": " ", "qquad": " ", "ldots": "…", "cdots": "…",
    "dots": "…", "left": "", "right": "", "displaystyle": "", "limits": "", "nolimits": "", "upmu": "µ", "micro": "µ",
    "percent": "%", "\\": "; ",
}  # fmt: skip
_TOKEN = re.compile(r"\\(?:[A-Za-z]{1,30}|.)|[{}^_~$&]|\s{1,200}|[^\\{}^_~$&\s]{1,200}")
#: characters of one formula at most
_MAX_TEX = 5000


def tex_text(source: str) -> str:
    """TeX mathematics on one line; what is not known is left out."""
    begin = source.find("\\begin{document}")
    body = source[begin + 16 :] if begin >= 0 else source
    body = re.sub(r"\\(?:begin|end)\{[a-z*]{1,20}\}", " ", body[:_MAX_TEX])
    signs = _TOKEN.findall(body)
    text, _ = _tex_group(signs, 0, 0)
    return re.sub(r"\s{1,200}", " ", text).strip()


def _tex_group(signs: list[str], i: int, depth: int) -> tuple[str, int]:
    """The text of signs up to the brace that closes, and where it ends."""
    out = ""
    while i < len(signs):
        sign = signs[i]
        if sign == "}":
            return out, i + 1
        if sign in "^_":
            argument, i = _tex_argument(signs, i + 1, depth)
            out = out.rstrip()
            base = re.search(r"\S{1,24}$", out)
            head, tail = (out[: base.start()], base[0]) if base else (out, "")
            out = head + (scripted(tail, argument, "") if sign == "_" else scripted(tail, "", argument))
            continue
        if sign in ("\\frac", "\\dfrac", "\\tfrac"):
            above, i = _tex_argument(signs, i + 1, depth)
            below, i = _tex_argument(signs, i, depth)
            out += fraction(above, below)
            continue
        if sign == "\\sqrt":
            argument, i = _tex_argument(signs, i + 1, depth)
            out += f"sqrt({argument})"
            continue
        if sign == "{":
            if depth > _DEEP:
                return out, len(signs)
            inner, i = _tex_group(signs, i + 1, depth + 1)
            out += inner
            continue
        if sign.startswith("\\"):
            out += _SIGNS.get(sign[1:], "")
        elif sign in "~&" or sign.isspace():
            out += " " if sign != "~" or not out.endswith(" ") else ""
        elif sign != "$":
            out += sign
        i += 1
    return out, i


def _tex_argument(signs: list[str], i: int, depth: int) -> tuple[str, int]:
    """The group or the single sign at ``i``."""
    while i < len(signs) and signs[i].isspace():
        i += 1
    if i >= len(signs):
        return "", i
    if signs[i] == "{" and depth <= _DEEP:
        text, i = _tex_group(signs, i + 1, depth + 1)
        return text.strip(), i
    if signs[i].startswith("\\"):
        if signs[i][1:] in _SIGNS:
            return _SIGNS[signs[i][1:]], i + 1
        return _tex_argument(signs, i + 1, depth + 1) if depth <= _DEEP else ("", i + 1)
    first, rest = signs[i][:1], signs[i][1:]
    if rest:
        signs[i] = rest
        return first, i
    return first, i + 1
