"""Names of organisations, compared as offices confuse them: width, spaces, brackets, the long form of a company."""

from __future__ import annotations

import re
import unicodedata

_IGNORED = re.compile(r"[\s()\[\]{}<>〔〕【】《》「」“”‘’\"'·・.,，。、\-—_]+")
_LONG_FORM = ("有限责任公司", "有限公司")


def key_of(name: str) -> str:
    """Return what two spellings of one name have in common.

    Full-width signs are made plain, letters small, spaces, brackets and points fall away, and 有限责任公司 reads as
    有限公司. Two different names of one organisation (an abbreviation, a former name) are aliases, not this.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return _IGNORED.sub("", plain).replace(*_LONG_FORM)


def tidy(name: str) -> str:
    """Return a name as it is kept: without spaces at its ends and between Chinese characters, one space elsewhere."""
    name = re.sub(r"\s+", " ", name.replace("\u3000", " ")).strip()
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", name)
