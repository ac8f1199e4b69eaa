"""The table of changes 修改对照表: what was changed between two versions, and why, from stored facts (decision 13)."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from accounts.models import User
from agreements import comparison
from agreements.models import PrintedDocument, TextVersion
from agreements.services import papers
from core import printing

KIND = "comparison"
TEMPLATE = "papers/comparison.html"
VERSION = "2"


def table(new: TextVersion, old: TextVersion, *, by: User) -> PrintedDocument:
    """Print the table of changes from `old` to `new`. Second caller: while nothing was changed, the same paper."""
    with translation.override(printing.LANGUAGE):
        context = facts(new, old)
    return papers.make(
        new.agreement,
        KIND,
        template=TEMPLATE,
        context=context,
        template_version=VERSION,
        by=by,
        subject_key=f"texts:{old.pk}:{new.pk}",
    )


def facts(new: TextVersion, old: TextVersion) -> dict[str, Any]:
    """Return what the table says: both versions by number and hash, each changed clause with its places and reasons."""
    compared = comparison.compare(new, old)
    return {
        "agreement": new.agreement,
        "new": new,
        "old": old,
        "compared": compared,
        "rows": [
            {
                "clause": clause.read,
                "places": comparison.places(clause.read),
                "added_because": clause.read.added_because,
                "reasons": [(reason.reason, reason.origin) for reason in clause.reasons],
            }
            for clause in compared.changed
        ],
    }
