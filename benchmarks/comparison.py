"""The list as Django's own admin draws it from the same tables: what pip brings, with its advice followed."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from agreements.models import Agreement


class OpenSite(admin.AdminSite):
    """An admin site that shows everything to whoever is logged in: only its speed is of interest."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


class AgreementAdmin(admin.ModelAdmin):
    """The columns, filters, search and page length of our list."""

    list_display = ("title", "number", "category", "lead_unit", "station", "standing", "next_due_on", "amount_low")
    list_select_related = ("category", "lead_unit")
    list_filter = ("station", "standing", "category")
    list_per_page = 50
    search_fields = ("search_text",)
    ordering = ("next_due_on", "pk")

    def has_view_permission(self, request: HttpRequest, obj: Agreement | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True


site = OpenSite(name="bench")
site.register(Agreement, AgreementAdmin)
