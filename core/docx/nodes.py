"""Small questions to the XML of a Word text: which words an element holds, which reading of it is shown."""

from __future__ import annotations

from xml.etree.ElementTree import Element

PLAIN = {"w-tab": "\t", "w-ptab": "\t", "w-cr": "\n", "w-noBreakHyphen": "\u2011", "w-softHyphen": "\u00ad"}
UNKNOWN_SYMBOL = "〓"
_WINGDINGS = {0xFE: "☑", 0xA8: "□", 0x6F: "□", 0xFC: "✓", 0x6C: "●", 0x6E: "■", 0xA7: "▪", 0xD8: "➢"}
_WINGDINGS_2 = {0x52: "☑", 0xA3: "□", 0x50: "✓"}
_SYMBOL = {0xB4: "×", 0xB0: "°", 0xB1: "±", 0xA3: "≤", 0xB3: "≥", 0xB8: "÷", 0xB7: "•"}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}
_SPACES = str.maketrans("\r\n\t", "   ")


def text_of(node: Element) -> str:
    """Return the text of a `w-t` as Word draws it: edges are kept only where the file says so."""
    text = (node.text or "").translate(_SPACES)
    return text if node.get("xml-space") == "preserve" else text.strip(" ")


def raw_text(node: Element) -> str:
    """Return every word below a node, deleted or not."""
    pieces = []
    for child in node.iter():
        if child.tag in ("w-t", "w-delText"):
            pieces.append(text_of(child))
        elif child.tag in PLAIN:
            pieces.append(PLAIN[child.tag])
        elif child.tag == "w-br":
            pieces.append("\n")
    return "".join(pieces)


def note_text(node: Element) -> str:
    """Return the paragraphs below a node, for what stands beside the text."""
    return "\n".join(raw_text(paragraph) for paragraph in node.iter("w-p")).strip()


def alternative(node: Element) -> list[Element]:
    """Return the one reading of alternative content that is shown: the new one, unless only the old one has text."""
    choices, fallback = node.findall("mc-Choice"), node.find("mc-Fallback")
    wanted = choices[0] if choices else fallback
    if wanted is None:
        return []
    if fallback is not None and not _has_words(wanted) and _has_words(fallback):
        return list(fallback)
    return list(wanted)


def _has_words(node: Element) -> bool:
    return any(child.tag in ("w-t", "w-delText") for child in node.iter())


def outermost(node: Element, wanted: str) -> list[Element]:
    """Return the elements of a name below a node, not those inside one another, one reading of each alternative."""
    if node.tag == wanted:
        return [node]
    children = alternative(node) if node.tag == "mc-AlternateContent" else list(node)
    return [found for child in children for found in outermost(child, wanted)]


def symbol(node: Element) -> str:
    """Return the character of a `w-sym`; blank where only its font knows what it shows."""
    sign = node.get("w-char", "")
    code = int(sign, 16) if 0 < len(sign) <= 6 and all(c in "0123456789abcdefABCDEF" for c in sign) else 0
    known = _FONTS.get(node.get("w-font", "").lower(), {}).get(code & 0xFF if code >= 0xF000 else code)
    return known or (chr(code) if 0x20 <= code < 0xD800 else "")
