"""Tier two of the regulation from tier one: categories with their editions, deadlines, the calendar (decision 4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from simple_history.utils import bulk_create_with_history

from accounts.models import SigningAuthority
from agreements.models import (
    CalendarDay,
    CalendarYear,
    Category,
    CategoryEdition,
    CounterpartyKindSetting,
    DeadlineSetting,
)
from core import clock
from regulation import calendar_data
from regulation.categories import CATEGORIES
from regulation.deadlines import DEADLINES
from regulation.diligence import diligence_required
from regulation.records import CategoryRecord, DeadlineRule
from regulation.vocabulary import COUNTERPARTY_KINDS

Setting = Category | DeadlineSetting | CounterpartyKindSetting


def sync(of: SigningAuthority) -> Iterator[str]:
    """Bring an authority's rows in line with the built-in regulation; yield a line for each thing written."""
    yield from _categories(of)
    yield from _deadlines(of)
    yield from _counterparty_kinds(of)
    yield from _calendar()


def body_of(record: CategoryRecord) -> dict[str, Any]:
    """Return a category as an edition keeps it."""
    body: dict[str, Any] = json.loads(json.dumps(asdict(record)))
    return body


def _categories(of: SigningAuthority) -> Iterator[str]:
    for order, record in enumerate(CATEGORIES.values(), start=1):
        bound = {"article": record.article, "order": order, "retired_on": None}
        category, made = Category.objects.get_or_create(
            authority=of,
            code=record.code,
            defaults={**bound, "name_zh": record.name.zh, "name_en": record.name.en},
        )
        yield from [f"category {record.code}: missing"] if made else _align(category, bound)
        body = body_of(record)
        latest = category.editions.order_by("-number").first()
        if latest is None or latest.body != body:
            number = latest.number + 1 if latest else 1
            CategoryEdition.objects.create(category=category, number=number, body=body)
            yield f"category {record.code}: edition {number} is not published"
    yield from _retire(Category, of, set(CATEGORIES))


def _deadlines(of: SigningAuthority) -> Iterator[str]:
    for rule in DEADLINES.values():
        bound = _bound_by(rule)
        row, made = DeadlineSetting.objects.get_or_create(
            authority=of,
            code=rule.code,
            defaults={
                **bound,
                "amount": rule.amount,
                "name_zh": rule.name.zh,
                "name_en": rule.name.en,
                "reminders": list(rule.reminders),
            },
        )
        yield from [f"deadline {rule.code}: missing"] if made else _align(row, bound)
    yield from _retire(DeadlineSetting, of, set(DEADLINES))


def _bound_by(rule: DeadlineRule) -> dict[str, Any]:
    """Return what the regulation fixes of a rule; the length of the product's own limits is the authority's to set."""
    bound = {
        "article": rule.article,
        "starts": rule.starts.value,
        "unit": rule.unit.value,
        "answers": rule.answers.value,
        "told_first": rule.told_first.value if rule.told_first else "",
        "told_second": rule.told_second.value if rule.told_second else "",
        "own_limit": rule.own_limit,
        "retired_on": None,
    }
    return bound if rule.own_limit else {**bound, "amount": rule.amount}


def _counterparty_kinds(of: SigningAuthority) -> Iterator[str]:
    """Enter the kinds of counterparties; whether one is assessed is the authority's to set (§3.1 names the exempt)."""
    for record in COUNTERPARTY_KINDS.values():
        bound = {"article": record.article, "retired_on": None}
        row, made = CounterpartyKindSetting.objects.get_or_create(
            authority=of,
            code=record.code,
            defaults={
                **bound,
                "name_zh": record.name.zh,
                "name_en": record.name.en,
                "diligence_required": diligence_required(record.code),
            },
        )
        yield from [f"kind of counterparty {record.code}: missing"] if made else _align(row, bound)
    yield from _retire(CounterpartyKindSetting, of, set(COUNTERPARTY_KINDS))


_NAMES: dict[type[Setting], str] = {
    Category: "category",
    DeadlineSetting: "deadline",
    CounterpartyKindSetting: "kind of counterparty",
}


def _align(row: Setting, bound: dict[str, Any]) -> Iterator[str]:
    """Set what the regulation fixes where it differs; a row that agrees is not written."""
    kind = _NAMES[type(row)]
    differing = {name: value for name, value in bound.items() if getattr(row, name) != value}
    for name, value in differing.items():
        yield f"{kind} {row.code}: {name} is {getattr(row, name)}, by the regulation {value}"
        setattr(row, name, value)
    if differing:
        row.save()


def _retire(model: type[Setting], of: SigningAuthority, codes: set[str]) -> Iterator[str]:
    for row in model.objects.filter(authority=of, retired_on=None).exclude(code__in=codes):
        row.retired_on = clock.today()
        row.save()
        yield f"{model._meta.model_name} {row.code}: no longer in the regulation"


def _calendar() -> Iterator[str]:
    """Enter the built-in years. A year of another version was amended by an administrator and is left alone."""
    for published in calendar_data.YEARS:
        year, made = CalendarYear.objects.get_or_create(
            year=published.year,
            defaults={
                "notice": "、".join(published.notices),
                "source": calendar_data.SOURCE,
                "version": calendar_data.VERSION,
            },
        )
        if made:
            yield f"calendar {published.year}: missing"
        if year.version == calendar_data.VERSION:
            yield from _days(year, published)


def _days(year: CalendarYear, published: calendar_data.CalendarYear) -> Iterator[str]:
    wanted = dict.fromkeys(published.holidays, CalendarDay.Kind.HOLIDAY)
    wanted |= dict.fromkeys(published.workdays, CalendarDay.Kind.WORKDAY)
    present = {row.day.isoformat(): row for row in CalendarDay.objects.filter(day__year=year.year)}
    days = sorted(wanted.keys() - present)
    missing = [CalendarDay(day=date.fromisoformat(day), kind=wanted[day], year=year) for day in days]
    bulk_create_with_history(missing, CalendarDay)
    for row in missing:
        yield f"calendar {row.day}: by the notice {row.kind}"
    for day, row in present.items():
        kind = wanted.get(day, CalendarDay.Kind.VOID)
        if row.kind != kind:
            yield f"calendar {day}: {row.kind}, by the notice {kind}"
            row.kind = kind
            row.save()
