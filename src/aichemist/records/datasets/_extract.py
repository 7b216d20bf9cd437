"""The plain text inside an annotation file."""

from __future__ import annotations


def uima_text(raw: bytes) -> bytes:
    """The text that a UIMA XMI file annotates (the ``sofaString`` of its first view), UTF-8.

    Entities are not resolved and no network is used. What is no such file gives no bytes, so its sum is wrong.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        return b""
    for element in root.iter("{http:///uima/cas.ecore}Sofa"):
        return str(element.get("sofaString") or "").encode()
    return b""
