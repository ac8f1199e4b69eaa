"""The notice of what is missing in a submission 补正通知书, from stored facts alone (decision 13, §3.3)."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from accounts.models import User
from agreements.models import PrintedDocument
from agreements.services import papers
from approvals.models import Supplement
from approvals.services.routing import office_post, review_post
from core import printing

KIND = "supplement_notice"
TEMPLATE = "papers/supplement-notice.html"
VERSION = "1"


def supplement_notice(supplement: Supplement, *, by: User) -> PrintedDocument:
    """Print what the lead unit was asked for: each thing by its name, the day, which round, who asked. What was
    supplied since does not change it. Second caller: the same paper."""
    with translation.override(printing.LANGUAGE):
        context = facts(supplement)
    return papers.make(
        supplement.agreement,
        KIND,
        template=TEMPLATE,
        context=context,
        template_version=VERSION,
        by=by,
        subject_key=supplement.key,
    )


def facts(supplement: Supplement) -> dict[str, Any]:
    """Return what the notice says: the request with its things, the text it is about, from which round it comes, and
    the office that asks: the General Office in its check, the legal affairs office in its review."""
    asked_in = supplement.check_of or supplement.review
    if asked_in is None:
        raise RuntimeError("a supplement is asked for in a check or in a review")
    in_check = supplement.check_of is not None
    authority = supplement.agreement.authority
    return {
        "agreement": supplement.agreement,
        "supplement": supplement,
        "text": asked_in.text,
        "round": asked_in.round,
        "in_check": in_check,
        "items": list(supplement.items.all()),
        "office": office_post(authority) if in_check else review_post(authority),
    }
