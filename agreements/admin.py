"""The calendar, the deadline rules and the screening rules in the administration (`accounts/administration.py`)."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.administration import ReasonedForm, Rows
from agreements import administration  # noqa: F401 - the screening rules register themselves
from agreements.models import CalendarDay, CalendarYear, CounterpartyKindSetting, DeadlineSetting
from agreements.services import calendar, deadlines
from core.wording import say
from regulation.calendar_data import COVERED, VERSION
from regulation.deadlines import DEADLINES, ROLES, UNITS
from regulation.records import Role, Unit

LAST_YEAR = 2100
EARLIEST_REMINDER = -30


class CalendarRows(Rows):
    """Rows by which working days are counted: after the change, open deadlines are counted anew."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        transaction.on_commit(lambda: _count_anew(request))


def _count_anew(request):
    calendar.forget()
    moved = deadlines.recompute()
    if moved:
        text = ngettext("%(count)s deadline was counted anew.", "%(count)s deadlines were counted anew.", moved)
        messages.info(request, text % {"count": moved})


class CalendarYearForm(ReasonedForm):
    def clean_year(self):
        year = self.cleaned_data["year"]
        if not min(COVERED) <= year <= LAST_YEAR:
            raise ValidationError(_("The calendar begins in %(first)s.") % {"first": min(COVERED)})
        return year


@admin.register(CalendarYear)
class CalendarYearAdmin(CalendarRows):
    form = CalendarYearForm
    settled = ("year",)
    fields = ("year", "notice", "source", "version", "published_on", "reason")
    list_display = ("year", "notice", "version", "published_on")
    ordering = ("-year",)


class CalendarDayForm(ReasonedForm):
    def clean(self):
        """Keep a day in its own year, and a built-in year as its notice has it until an amended version is stated."""
        super().clean()
        cleaned = self.cleaned_data
        day, year = cleaned.get("day") or self.instance.day, cleaned.get("year") or getattr(self.instance, "year", None)
        if day is None or year is None:
            return cleaned
        if day.year != year.year:
            raise ValidationError({"day": _("The day does not lie in the year %(year)s.") % {"year": year}})
        if year.year in COVERED and year.version == VERSION:
            raise ValidationError(
                _("The calendar of %(year)s is built in. If its notice was amended, first give the year a new version.")
                % {"year": year}
            )
        return cleaned


@admin.register(CalendarDay)
class CalendarDayAdmin(CalendarRows):
    form = CalendarDayForm
    settled = ("day", "year")
    fields = ("year", "day", "kind", "reason")
    list_display = ("day", "kind", "year")
    list_filter = ("year", "kind")
    list_select_related = ("year",)
    ordering = ("-day",)
    date_hierarchy = "day"


class DeadlineSettingForm(ReasonedForm):
    def clean_reminders(self):
        days = self.cleaned_data["reminders"]
        sound = isinstance(days, list) and all(
            isinstance(day, int) and not isinstance(day, bool) and EARLIEST_REMINDER <= day <= 0 for day in days
        )
        if not sound or len(set(days)) != len(days):
            raise ValidationError(_("Write the distances in working days as whole numbers, for example [-3, -1, 0]."))
        return sorted(days)

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount < 1:
            raise ValidationError(_("A limit is at least 1."))
        return amount


@admin.register(DeadlineSetting)
class DeadlineSettingAdmin(Rows):
    """What the regulation fixes is shown; the length of the product's own limits, reminders and names are edited."""

    form = DeadlineSettingForm
    readonly_fields = ("article", "own_limit", "counted_in", "in_charge", "first_told", "then_told", "retired_on")
    fields = ("name_zh", "name_en", "amount", "reminders", *readonly_fields, "reason")
    list_display = ("name_zh", "article", "amount", "counted_in", "own_limit", "retired_on")
    list_filter = ("own_limit",)

    def has_add_permission(self, request):
        return False

    @admin.display(description=gettext_lazy("counted in"))
    def counted_in(self, row):
        return say(UNITS[Unit(row.unit)])

    @admin.display(description=gettext_lazy("answers for it"))
    def in_charge(self, row):
        return _role(row.answers)

    @admin.display(description=gettext_lazy("first told of a lapse"))
    def first_told(self, row):
        return _role(row.told_first)

    @admin.display(description=gettext_lazy("then told of a lapse"))
    def then_told(self, row):
        return _role(row.told_second)

    def get_readonly_fields(self, request, obj=None):
        fixed = obj is not None and not _length_is_ours(obj)
        return [*super().get_readonly_fields(request, obj), *(["amount"] if fixed else [])]


@admin.register(CounterpartyKindSetting)
class CounterpartyKindSettingAdmin(Rows):
    """Which kinds of counterparties are assessed (§3.1); running cases follow at once."""

    readonly_fields = ("name_zh", "name_en", "article", "retired_on")
    fields = (*readonly_fields, "diligence_required", "reason")
    list_display = ("name_zh", "article", "diligence_required", "retired_on")

    def has_add_permission(self, request):
        return False


def _length_is_ours(row):
    """Tell whether a rule counts a number of the product's own; 0 means that somebody else sets the day."""
    rule = DEADLINES.get(row.code)
    return rule is not None and rule.own_limit and rule.amount > 0


def _role(code):
    """Return what a role is called; nothing where nobody is named."""
    return say(ROLES[Role(code)]) if code else ""
