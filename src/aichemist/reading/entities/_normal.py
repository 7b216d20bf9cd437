"""One spelling for each sign, so that a model trained on flat ASCII reads the typography of real papers."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SAME = str.maketrans(
    {
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789", strict=True)),
        **dict.fromkeys("⁻₋−‐‑‒–—―﹣－\u00ad", "-"),
        **dict.fromkeys("⁺₊＋", "+"),
        **dict.fromkeys("∼≈～˜≃≅", "~"),
        **dict.fromkeys("∙•⋅‧・·●", "*"),
        **dict.fromkeys("‘’ʼ′`´", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("×✕⨯", "x"),
        **dict.fromkeys("≤≦⩽≲", "<="),
        **dict.fromkeys("≥≧⩾≳", ">="),
        **dict.fromkeys("°◦º⁰˚", "deg"),
        "℃": "degC", "µ": "μ", "±": "+-", "Ω": "Ω", "％": "%", "∕": "/", "⁄": "/", "，": ",", "（": "(", "）": ")",
        "＜": "<", "＞": ">", "＝": "=", "ₓ": "x", "∆": "Δ", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl",
        "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "",
    }
)  # fmt: skip


@lru_cache(maxsize=65536)
def normalised(token: str) -> str:
    """The token in the spelling of the training texts: ``°C`` as ``degC``, ``−`` as ``-``, ``·`` as ``*``."""
    if token.isascii():
        return token
    text = token.translate(_SAME)
    if text.isascii():
        return text
    # "ö" as "o", full-width letters as letters; Greek stays, since α-, β-, μ carry meaning
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.replace("µ", "μ").replace("uL", "μL") or token
