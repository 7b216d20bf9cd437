"""XML and HTML, safely: no entities, no network, no endless trees; and marked-up words as flat text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

from ._errors import Unreadable
from ._math import math_text, tex_text
from ._raised import flat_power, points_elsewhere

Element = Any
#: deeper than this is no article
MAX_DEPTH = 400
_GLYPHS = {"sbnd": "-", "dbnd": "=", "tbnd": "≡", "qbnd": "≣", "sq": "□", "square": "□", "bigcirc": "○", "rect": "▭"}
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,200}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BLOCKS = frozenset({"p", "para", "simple-para", "title", "list", "list-item", "sec", "section", "div", "li", "br",
                     "tr", "disp-formula", "formula", "caption", "label", "td", "th", "entry", "note-para",
                     "section-title", "h1", "h2", "h3", "h4", "h5", "h6",
                     "table", "item"})  # fmt: skip
_ENTITY = re.compile(rb"<!ENTITY\s{1,40}(?P<rest>[^>]{0,400})>?")
#: an entity that stands for a character or two, as older articles declare them
_HARMLESS = re.compile(
    rb"^[\w.-]{1,40}\s{1,40}(?:\"(?:[^\"&%<]|&#x?[0-9A-Fa-f]{1,6};){0,12}\"|'(?:[^'&%<]|&#x?[0-9A-Fa-f]{1,6};){0,12}')\s{0,9}$"
)
_SKIPPED = re.compile(
    rb"\s{1,9999}|<\?.{0,4000}?\?>|<!--.{0,20000}?-->|<!DOCTYPE[^\[>]{0,2000}(?:\[.{0,40000}?\]\s{0,99})?>", re.S
)
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,60})")


def root_name(head: bytes) -> str:
    """The name of the first element of a file, in lower case without its prefix; empty where it is no markup."""
    at = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    for _ in range(200):
        skipped = _SKIPPED.match(head, at)
        if skipped is None:
            break
        at = skipped.end()
    found = _ROOT.match(head, at)
    return found[1].decode("ascii", "replace").lower() if found else ""


def parse_xml(raw: bytes) -> Element:
    """The root of an XML document.

    Raises:
        Unreadable: not well formed, an entity bomb, or too deep or too large a tree.
    """
    from lxml import etree

    declared = list(_ENTITY.finditer(raw))
    if len(declared) > 500 or not all(_HARMLESS.match(m["rest"]) for m in declared):
        raise Unreadable("declares entities of its own, which may be a bomb; remove them from its head")
    parser = etree.XMLParser(
        resolve_entities="internal" if declared else False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, strip_cdata=False,
    )  # fmt: skip
    try:
        return etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"is no well-formed XML: {str(error)[:160]}") from None


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Direct children of these names (all where none is given)."""
    return (c for c in element if (local(c) in names if names else local(c)))


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """All elements of these names below, in document order."""
    return (e for e in element.iter() if local(e) in names)


def first(element: Element, *names: str) -> Element | None:
    """The first element of one of these names below, or ``None``."""
    return next(descendants(element, *names), None)


def flat(element: Element | None, skip: Callable[[Element], bool] = lambda e: False) -> str:
    """The text of an element on one line, without what ``skip`` leaves out.

    Superscripts and subscripts stand beside what they belong to (``cm-2``, ``H2O``, ``10^5``); calls to references and
    notes that stand as superscripts are dropped; formulas in MathML and TeX are written out.
    """
    if element is None:
        return ""
    pieces: list[str] = []
    _flatten(element, skip, pieces, 0)
    # a formula brings its own spaces
    return re.sub(r" ([.,;:])(?= |$)", r"\1", " ".join("".join(pieces).split()))


def flatten_into(element: Element, skip: Callable[[Element], bool], pieces: list[str]) -> None:
    """Add the text of an element to the pieces of a line."""
    _flatten(element, skip, pieces, 0)


def _flatten(element: Element, skip: Callable[[Element], bool], pieces: list[str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Unreadable("is nested too deeply for an article")
    name = local(element)
    if not name:
        if str(element.text or "").startswith("&"):  # an entity of a document type that is not loaded
            pieces.append(html.unescape(str(element.text)))
        return
    if skip(element) or _is_call(element, name):
        return
    if name in ("math", "tex-math"):
        pieces.append(f" {math_text(element) if name == 'math' else tex_text(''.join(element.itertext()))} ")
    elif name == "alternatives":  # one of several forms of the same thing
        found = first(element, "math", "tex-math")
        if found is not None:
            _flatten(found, skip, pieces, depth + 1)
    elif name in ("hsp", "vsp"):
        pieces.append(" ")
    elif name == "glyph":  # a sign that Elsevier's letters lack
        pieces.append(_GLYPHS.get(element.get("name", ""), ""))
    elif name in ("sup", "sub", "inf", "superscript", "subscript"):
        inner: list[str] = [element.text or ""]
        for child in element:
            _flatten(child, skip, inner, depth + 1)
            inner.append(child.tail or "")
        text = " ".join("".join(inner).split())
        before = _before(pieces)
        if name.startswith("sup"):
            if text and not points_elsewhere(before, text):
                pieces.append(flat_power(before, text))
        else:
            pieces.append(re.sub(r"^([+−–-])\s{1,3}(?=\w)", r"\1", text))
    elif name not in ("script", "style", "inline-graphic", "graphic", "annotation"):
        block = name in _BLOCKS
        pieces.append(" " if block else "")
        pieces.append(element.text or "")
        for child in element:
            _flatten(child, skip, pieces, depth + 1)
            pieces.append(child.tail or "")
        pieces.append(" " if block else "")


def _before(pieces: list[str]) -> str:
    """The last characters so far."""
    text = ""
    for piece in reversed(pieces[-6:]):
        text = piece[-24:] + text
        if len(text) >= 24:
            break
    return text[-24:]


_CALL = re.compile(r"^[\s,;\[\]()–−-]{0,6}(?:(?:\d{1,3}|[a-z]|[*†‡§¶∥#⁎]{1,4})[\s,;\[\]()–−-]{0,6}){0,40}$")


def _is_call(element: Element, name: str) -> bool:
    """A small raised number or letter that points to a reference or a note, not a power or a charge."""
    if name not in ("cross-ref", "cross-refs", "xref", "a", "footnote", "sup"):
        return False
    if name == "sup":
        inner = [c for c in element if local(c)]
        if not inner or not all(local(c) in ("xref", "a", "cross-ref", "cross-refs") for c in inner):
            return False
        own = (element.text or "") + "".join(c.tail or "" for c in inner)
        return not own.strip(" ,;–-[]()") and all(_is_call(c, local(c)) for c in inner)
    kind = element.get("ref-type", "")
    if kind in ("fig", "table", "sec", "disp-formula", "supplementary-material"):
        return False
    parent = element.getparent()
    raised = first(element, "sup") is not None or (parent is not None and local(parent) == "sup")
    pointed = kind in ("bibr", "fn", "table-fn") or bool(element.get("refid") or element.get("href"))
    text = "".join(element.itertext())
    return raised and pointed and len(text) < 60 and _CALL.match(text) is not None


def find_doi(text: str) -> str:
    """The first DOI in a text, without the punctuation that follows it."""
    found = _DOI.search(text)
    return found[0].rstrip(".;,)]}") if found else ""


def find_year(text: str) -> int | None:
    """The first year from 1900 to 2099 in a text."""
    found = _YEAR.search(text)
    return int(found[0]) if found else None


#: citations of the article itself: "Nano Energy 81 (2021) 105620", "165 (14) F1254-F1263 (2018)", "et al 2018 J."
_CITED = re.compile(
    r"\b[A-Z][\w. ]{2,60}\s\d{1,4}(?:\s?\(\d{1,3}\))?,?\s\(((?:19|20)\d\d)\)\s[A-Z]?\d"
    r"|\d[-–][A-Z]?\d{1,6} \(((?:19|20)\d\d)\)|\bet al\.? ((?:19|20)\d\d) [A-Z]|\(((?:19|20)\d\d)\) \d{1,4}:\d"
    r"|\b[A-Z][a-z]{2,20}\.? ((?:19|20)\d\d), \d{1,4}, \w{0,2}\d"
)
_DATED = re.compile(
    r"(?:©|\(c\)|copyright|\bpublished(?: online| on)?:?|available online|first published"
    r"|accepted(?: for publication)?:?|received(?: in revised form)?:?|revised:?)"
    r"[^.;\n]{0,40}?(?<!\d)((?:19|20)\d\d)(?!\d)",
    re.I,
)
_DATED_AT_END = re.compile(
    r"\b(?:Received|Revised|Accepted|Published(?: online)?): [^.;\n]{0,30}?(?<!\d)((?:19|20)\d\d)(?!\d)"
)
#: years that publishers write into their DOIs: j.nanoen.2020.105620, s41467-020-18686-0
_DOI_YEAR = re.compile(r"[./]((?:19|20)\d\d)[./]\d|^10\.1038/s\d{5}-0(\d\d)-")


def publication_year(text: str, doi: str = "") -> int | None:
    """The year of publication as an article says it.

    A citation of itself at its beginning comes first, then the latest of "©", "published", "accepted", "received" on
    its first page, then such dates at its end, then a year in its DOI.
    """
    cited = _CITED.search(text[:2000])
    if cited:
        return int(next(g for g in cited.groups() if g))
    found = [int(y) for y in _DATED.findall(text[:5000]) or _DATED_AT_END.findall(text[-12_000:])]
    if found:
        return max(found)
    said = _DOI_YEAR.search(doi)
    return (int(said[1]) if said[1] else 2000 + int(said[2])) if said else None


def licence_of(text: str) -> str:
    """A short name for a Creative Commons licence that a text names, else empty."""
    lower = text.lower()
    url = re.search(r"creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)|publicdomain/zero)", lower)
    if url:
        return f"CC {url[1].upper()} {url[2]}" if url[1] else "CC0 1.0"
    words = re.search(r"\bcc[ -]by((?:-nc)?(?:-nd|-sa)?)(?:[ -](\d\.\d))?\b", lower)
    if words:
        return f"CC BY{words[1].upper()}{' ' + words[2] if words[2] else ''}"
    if "creative commons attribution" in lower:
        parts = "".join(p for w, p in (("noncommercial", "-NC"), ("noderiv", "-ND"), ("sharealike", "-SA"))
                        if w in lower.replace("-", ""))  # fmt: skip
        return f"CC BY{parts}"
    return ""
