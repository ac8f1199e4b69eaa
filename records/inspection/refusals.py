"""Why a file is not taken: each refusal names the file and the rule, in words that say what to do."""

from __future__ import annotations

import struct
import zlib

from django.utils.translation import gettext as _

from core.errors import BadInput
from records.inspection.kinds import KINDS, MAX_PAGES, MAX_PIXELS

PARSER_FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    EOFError,
    OSError,
    SyntaxError,  # Pillow's word for a broken PNG
    NotImplementedError,
    struct.error,
    zlib.error,
)
"""What the parsers raise, besides errors of their own, for a file that does not hold."""


def refuse(name: str, rule: str, code: str) -> BadInput:
    """Return the refusal of a file by a rule, worded as the rest of a sentence."""
    reason = _("“%(name)s” was not stored: %(rule)s") % {"name": name, "rule": rule}
    return BadInput(reason, code=code, next_step=_("Choose another file; what you entered otherwise is kept."))


def unknown(name: str) -> BadInput:
    """Return the refusal of a content that is on no list."""
    rule = _("its content is none of the accepted kinds (%(kinds)s).") % {"kinds": ", ".join(KINDS)}
    return refuse(name, rule, "file_kind")


def broken(name: str) -> BadInput:
    """Return the refusal of a file that cannot be read to its end."""
    rule = _("the file is damaged or incomplete. Open it, save it again and send that copy.")
    return refuse(name, rule, "file_broken")


def locked(name: str) -> BadInput:
    """Return the refusal of a file that not everybody could open."""
    rule = _("it is encrypted or protected by a password, and an archive must be able to open it.")
    return refuse(name, rule, "file_encrypted")


def double(name: str) -> BadInput:
    """Return the refusal of a file that is two things at once."""
    return refuse(name, _("it can be read as two different kinds of file at once."), "file_double")


def macros(name: str) -> BadInput:
    """Return the refusal of a document with a program in it."""
    return refuse(name, _("it carries macros; save it without them."), "file_macros")


def remote(name: str, target: str) -> BadInput:
    """Return the refusal of a document that fetches from another machine when somebody opens it."""
    rule = _(
        "it fetches something from another machine when it is opened (%(target)s). "
        "Put the template, picture or object into the file itself."
    )
    return refuse(name, rule % {"target": target[:80]}, "file_remote")


def starts_programs(name: str) -> BadInput:
    """Return the refusal of a document that starts a program when somebody opens it."""
    return refuse(name, _("it starts another program when it is opened."), "file_launch")


def refuse_size(name: str, limit: int) -> BadInput:
    """Return the refusal of a file of more than `limit` bytes."""
    rule = _("it is larger than %(limit)s MB.") % {"limit": limit // (1024 * 1024)}
    return refuse(name, rule, "file_limit")


def too_many_pages(name: str) -> BadInput:
    """Return the refusal of a document or picture with too many pages."""
    return refuse(name, _("it has more than %(limit)s pages.") % {"limit": MAX_PAGES}, "file_limit")


def too_many_pixels(name: str) -> BadInput:
    """Return the refusal of a picture too large to be drawn."""
    rule = _("a picture in it has more than %(limit)s million pixels.") % {"limit": MAX_PIXELS // 1_000_000}
    return refuse(name, rule, "file_limit")


def too_big_inside(name: str) -> BadInput:
    """Return the refusal of a file that unpacks to more than is safe."""
    return refuse(name, _("what is packed inside it is too much to unpack safely."), "file_limit")
