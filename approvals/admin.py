"""The rows of review and approval in the administration (`accounts/administration.py`)."""

from __future__ import annotations

from django.contrib import admin

from accounts.administration import Rows
from approvals import review_administration  # noqa: F401 - registers its rows
from approvals.models import Phrase


@admin.register(Phrase)
class PhraseAdmin(Rows):
    """What the administrator offers everybody of an authority; the phrases of persons are theirs alone."""

    settled = ("authority",)
    fields = ("authority", "words", "order", "retired_on", "reason")
    list_display = ("words", "authority", "order", "retired_on")
    list_filter = (("retired_on", admin.EmptyFieldListFilter),)
    list_select_related = ("authority",)
    ordering = ("order", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(user=None)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Ask for the authority: a phrase without one would be somebody's own."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "authority" in form.base_fields:
            form.base_fields["authority"].required = True
        return form
