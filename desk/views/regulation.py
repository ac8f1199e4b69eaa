"""The regulation on screen: every point an article reference of the product leads to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements import rules
from core.templatetags.face import article_anchor
from regulation.articles import ARTICLES
from regulation.categories import CATEGORIES
from regulation.deadlines import DEADLINES
from regulation.prohibitions import PROHIBITIONS
from regulation.readings import READINGS
from regulation.review import REVIEW_POINTS


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show articles, categories with their clauses, prohibitions, the six points, deadlines and readings."""
    return render(
        request,
        "desk/regulation.html",
        {
            "articles": [
                {
                    "record": record,
                    "anchor": article_anchor(code),
                    "is_numbered": code.startswith("§"),
                }
                for code, record in ARTICLES.items()
            ],
            "categories": list(CATEGORIES.values()),
            "prohibitions": list(PROHIBITIONS.values()),
            "points": list(REVIEW_POINTS.values()),
            "deadlines": list(DEADLINES.values()),
            "may_try": bool(rules.may_try_screening(request.user)),  # type: ignore[arg-type]
            "readings": list(READINGS.values()),
        },
    )
