"""How an authority runs its reviews, in the administration: whose subject is whose, and whether units speak first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.administration import Rows
from accounts.models import Unit
from approvals.models import ReviewSetting, ReviewTopic


@admin.register(ReviewTopic)
class ReviewTopicAdmin(Rows):
    """Which unit reviews a subject; without one, the unit that plays the part is proposed."""

    settled = ("authority", "code", "article")
    fields = ("authority", "code", "article", "name_zh", "name_en", "unit", "retired_on", "reason")
    list_display = ("name_zh", "unit", "retired_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer departments that are not retired."""
        if db_field.name == "unit":
            kwargs["queryset"] = Unit.objects.active().filter(kind=Unit.Kind.DEPARTMENT)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ReviewSetting)
class ReviewSettingAdmin(Rows):
    """Whether a submission waits for the opinion of the unit's own legal section."""

    settled = ("authority",)
    fields = ("authority", "section_required", "reason")
    list_display = ("authority", "section_required")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
