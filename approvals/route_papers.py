"""The route preview 审批路线预览: the way an agreement takes when it is presented on a day, and what it rests on."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement, PrintedDocument
from agreements.services import papers
from approvals import route_pages
from approvals.services import routing
from core import clock, printing
from core.errors import NotNow
from core.wording import say
from regulation.records import AuthorityKind
from regulation.routes import SUBMITTERS, NatureNeeded
from regulation.vocabulary import NATURES

KIND = "route_preview"
TEMPLATE = "papers/route-preview.html"
VERSION = "2"


def route_preview(agreement: Agreement, *, by: User) -> PrintedDocument:
    """Print the way of an agreement as it is today. Second caller: while nothing has changed that day, the same paper.

    Raises NotNow while the agreement has no nature: the General Office decides it first (§3.4).
    """
    if not agreement.natures.exists():
        raise NotNow(
            _("Without a nature of the matter there is no way to print."),
            "§3.4",
            code="nature_needed",
            next_step=_("The General Office decides the nature first."),
        )
    with translation.override(printing.LANGUAGE):
        context = facts(agreement)
    return papers.make(agreement, KIND, template=TEMPLATE, context=context, template_version=VERSION, by=by)


def facts(agreement: Agreement) -> dict[str, Any]:
    """Return what the paper says: the facts the way rests on, the day, every step with person, days and reason."""
    day = clock.today()
    asked = routing.facts_of(agreement)
    way = route_pages.way(agreement, day=day, facts=asked)
    if way is None:
        raise NatureNeeded
    return {
        "agreement": agreement,
        "day": day,
        "way": way,
        # Only the municipal route tells departments from districts (§3.4).
        "submitter": say(SUBMITTERS[asked.submitter]) if agreement.authority.kind == AuthorityKind.MUNICIPAL else "",
        "natures": [say(NATURES[code].name) for code in sorted(asked.natures)],
        "amount": asked.amount,
        "facts": asked,
        "papers": route_pages.papers(agreement, way),
    }
