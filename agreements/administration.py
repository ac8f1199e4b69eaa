"""An authority's own screening rules in the administration (§1.2): added, tested on samples, retired, never deleted.

The built-in rules are no rows: an administrator adds to them and cannot switch one off.
"""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, ngettext

from accounts.administration import ReasonedForm, Rows
from agreements.models import ScreeningRule
from core.wording import say
from regulation.categories import CATEGORIES
from regulation.screening import CODES, check_rule

TEST = "_test"
LINES = ("phrases", "hits", "misses")
ADVICE = ("advice_zh", "advice_en")


def _codes():
    return [(code, say(record.name)) for code, record in CODES.items()]


def _categories():
    return [(code, say(record.name)) for code, record in CATEGORIES.items()]


class ScreeningRuleForm(ReasonedForm):
    """A rule that is saved only when it finds its samples and leaves the others alone."""

    code = forms.ChoiceField(label=gettext_lazy("looks for"), choices=_codes)
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("categories"),
        choices=_categories,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: every category."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_test = TEST in self.data
        if self.is_test and "reason" in self.fields:
            self.fields["reason"].required = False

    def clean(self):
        """Refuse a rule whose own samples speak against it."""
        super().clean()
        if not self.errors:
            row = ScreeningRule(**{name: self._value(name) for name in _OF_THE_RULE})
            if problems := check_rule(row.record, get_language() or ""):
                raise ValidationError([ValidationError(problem) for problem in problems])
        return self.cleaned_data

    def _value(self, name):
        return self.cleaned_data[name] if name in self.cleaned_data else getattr(self.instance, name)

    def is_valid(self):
        """A test saves nothing, however it comes out."""
        return super().is_valid() and not self.is_test

    @property
    def outcome(self):
        """Return in words that the samples of a test behave as they should; blank otherwise."""
        if not self.is_test or self.errors:
            return ""
        row = ScreeningRule(**{name: self._value(name) for name in ("hits", "misses")})
        count = len(row.record.hits) + len(row.record.misses)
        words = ngettext(
            "Tested: the sample behaves as it should. Nothing is saved yet.",
            "Tested: all %(count)s samples behave as they should. Nothing is saved yet.",
            count,
        )
        return words % {"count": count}


_OF_THE_RULE = ("key", "code", "phrases", "actor", "severity", "categories", "advice_zh", "advice_en", "hits", "misses")


@admin.register(ScreeningRule)
class ScreeningRuleAdmin(Rows):
    form = ScreeningRuleForm
    settled = ("authority", "key")
    fields = ("authority", "key", "name_zh", "name_en", *_OF_THE_RULE[1:], "retired_on", "reason")
    list_display = ("name_zh", "looks_for", "severity", "actor", "retired_on")
    list_filter = ("severity", ("retired_on", admin.EmptyFieldListFilter))
    search_fields = ("name_zh", "key", "phrases")

    def get_changeform_initial_data(self, request):
        post = request.user.main_post
        return {"authority": post.authority_id if post else None, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Give lines room, no more; an advice is a sentence."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        if db_field.name in LINES:
            field.widget.attrs["rows"] = 5
        elif db_field.name in ADVICE:
            field.widget.attrs["class"] = "vLargeTextField"
        return field

    @admin.display(description=gettext_lazy("looks for"), ordering="code")
    def looks_for(self, row):
        return say(CODES[row.code].name) if row.code in CODES else row.code

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["tested"] = getattr(context["adminform"].form, "outcome", "")
        return super().render_change_form(request, context, add, change, form_url, obj)
