"""The parts of the pages that are too small for a template: icons, articles, lights, dates, money, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from django import template
from django.core.paginator import Page
from django.forms import (
    BaseForm,
    BaseFormSet,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Textarea,
)
from django.forms.widgets import ChoiceWidget
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from core.bilingual import reads_english
from core.verdicts import Gap
from core.wording import say
from regulation.articles import ARTICLES
from regulation.records import Text

register = template.Library()

_ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DIGITS = "零一二三四五六七八九"
_WAN = Decimal(10_000)
_YI = Decimal(100_000_000)
_MILLION = Decimal(1_000_000)


class Light(Protocol):
    """What the tag `light` draws: `kind` is ok, warn, late or none; `text` is the word beside the icon."""

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> object: ...


@dataclass(frozen=True, slots=True)
class ErrorItem:
    """One line of the summary above a form: where the field is, how it is called, what is wrong."""

    anchor: str
    label: str
    text: str


def _wording(value: Text | None) -> str:
    return "" if value is None else say(value)


@register.simple_tag(takes_context=True)
def for_reader(context: Context, gaps: Iterable[Gap]) -> list[Gap]:
    """Return gaps as whoever reads the page is shown them: a link only where it may be followed, else with who mends
    it. A page that is drawn for nobody, as a bare error page is, shows every link."""
    reader = getattr(context.get("request"), "user", None)
    return [gap.for_reader(reader) for gap in gaps]


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon of the sprite; it is decoration, so the word must stand beside it."""
    classes = f"i {extra}" if extra else "i"
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', classes, name)


@register.filter
def article_anchor(code: str) -> str:
    """Return the id an article has on the page of the regulation: `§3.5` is `a3-5`."""
    return "a" + code.lstrip("§").replace(".", "-")


@register.simple_tag
def art(code: str | None) -> SafeString:
    """Draw a reference to an article, with its title and gist on hover; nothing for an empty code.

    A code the regulation no longer knows (an old case may cite one) is drawn as plain text.
    """
    if not code:
        return SafeString("")
    if (article := ARTICLES.get(code)) is None:
        return format_html('<span class="art">{}</span>', code)
    title, gist = _wording(article.title), _wording(article.gist)
    return format_html(
        '<a class="art" href="{}#{}" title="{}">{}</a>',
        reverse("desk:regulation"),
        article_anchor(code),
        f"{title}: {gist}" if reads_english() else f"{title}：{gist}",
        code if code.startswith("§") else title,
    )


@register.simple_tag
def light(value: Light | None) -> SafeString:
    """Draw a light: never a bare colour, always icon and word."""
    if value is None:
        return SafeString("")
    return format_html('<span class="light light--{}">{}{}</span>', value.kind, icon(value.kind), value.text)


def _as_day(value: date) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _long_day(day: date, letters: int = 9) -> str:
    if reads_english():
        return f"{day.day} {_ENGLISH_MONTHS[day.month - 1][:letters]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


@register.simple_tag
def day(value: date | None, provisional: bool = False) -> SafeString:
    """Draw a legal day as documents write it, `2026年11月22日`; a provisional one says so, none is a dash."""
    if value is None:
        return SafeString("—")
    legal = _as_day(value)
    drawn = format_html('<time class="nowrap" datetime="{}">{}</time>', legal.isoformat(), _long_day(legal))
    if not provisional:
        return drawn
    return format_html('{} <b class="strong">{}</b>', drawn, pgettext("date", "provisional"))


@register.simple_tag
def day_short(value: date | None) -> SafeString:
    """Draw a legal day without its year, `11月22日`; for places where the year cannot be mistaken."""
    if value is None:
        return SafeString("—")
    legal = _as_day(value)
    text = f"{legal.day} {_ENGLISH_MONTHS[legal.month - 1][:3]}" if reads_english() else f"{legal.month}月{legal.day}日"
    return format_html('<time class="nowrap" datetime="{}">{}</time>', legal.isoformat(), text)


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    """Draw an instant in Chinese time, day and minute."""
    if value is None:
        return SafeString("—")
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}"><span class="nowrap">{}</span> {}</time>',
        local.isoformat(timespec="minutes"),
        _long_day(local.date(), letters=3),
        local.strftime("%H:%M"),
    )


def _trimmed(amount: Decimal) -> tuple[str, bool]:
    """Return the amount with at most four decimals, and whether anything was lost by it."""
    rounded = amount.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text), rounded == amount


@register.filter
def yuan(value: Decimal | int | None) -> SafeString:
    """Draw an amount in yuan the way offices read it, in 万元 or 亿元, with the exact amount on hover.

    At most four decimals; where that hides something the amount is marked as approximate. None is a dash.
    """
    if value is None:
        return SafeString("—")
    amount = Decimal(value)
    english = reads_english()
    size = abs(amount)
    if english:
        unit, name = (_MILLION, "million yuan") if size >= _MILLION else (Decimal(1), "yuan")
    elif size >= _YI:
        unit, name = _YI, "亿元"
    else:
        unit, name = (_WAN, "万元") if size >= _WAN else (Decimal(1), "元")
    text, exact = _trimmed(amount / unit)
    about = "" if exact else ("about " if english else "约 ")
    return format_html(
        '<data class="nowrap" value="{}" title="{}">{}{} {}</data>',
        f"{amount:f}",
        f"{amount:,.2f} {'yuan' if english else '元'}",
        about,
        text,
        name,
    )


@register.simple_tag(name="text")
def text_tag(value: Text | None) -> str:
    """Return a bilingual wording in the reader's language."""
    return _wording(value)


@register.filter(name="text")
def text_filter(value: Text | None) -> str:
    """Return a bilingual wording in the reader's language; the form for conditions and includes."""
    return _wording(value)


@register.filter
def zh_clause_number(value: int) -> str:
    """Number a clause as texts do, 第十二条; the text of an agreement is Chinese in either interface language."""
    number = int(value)
    if not 1 <= number <= 99:
        return f"第{number}条"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return f"第{head}{_DIGITS[ones] if ones else ''}条"


@register.simple_tag
def pages(page: Page[Any]) -> list[int | str]:
    """Return the page numbers to offer around the current one, with the paginator's ellipsis between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag
def widget(field: BoundField, kind: str = "input") -> SafeString:
    """Draw the widget of a form field in the product's dress; `kind` is `input` or, inside a sheet, `cell`.

    The classes a form gives to its widget are kept. In a cell the label becomes the accessible name, since
    only the head of the column shows it.
    """
    control = field.field.widget
    attrs: dict[str, str | bool] = {}
    if not isinstance(control, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        attrs["class"] = " ".join(filter(None, (control.attrs.get("class"), kind)))
    if isinstance(control, Textarea) and "rows" not in control.attrs:
        attrs["rows"] = "1" if kind == "cell" else "4"
    if kind == "cell":
        attrs["aria-label"] = str(field.label)
    return SafeString(field.as_widget(attrs=attrs))


@register.simple_tag
def cell(field: BoundField) -> SafeString:
    """Draw a form field inside a sheet: its widget, its errors under it, its help for screen readers only."""
    help_text = format_html('<span class="vh" id="{}_helptext">{}</span>', field.auto_id, field.help_text)
    errors = format_html(
        '<p class="err" id="{}_error">{}<span>{}</span></p>',
        field.auto_id,
        icon("late"),
        " ".join(map(str, field.errors)),
    )
    return format_html(
        "{}{}{}", widget(field, "cell"), help_text if field.help_text else "", errors if field.errors else ""
    )


@register.filter
def widget_kind(field: BoundField) -> str:
    """Tell how a field is laid out: `box` (a tick before its label), `choice` (one is picked) or `line`."""
    control = field.field.widget
    if isinstance(control, ChoiceWidget):
        return "choice"
    return "box" if isinstance(control, CheckboxInput) else "line"


def _items_of(form: BaseForm) -> Iterator[ErrorItem]:
    for message in form.non_field_errors():
        yield ErrorItem("", "", str(message))
    for field in form:
        for message in field.errors:
            yield ErrorItem(field.auto_id, str(field.label), str(message))


@register.simple_tag(takes_context=True)
def error_items(context: Context) -> Sequence[ErrorItem]:
    """Gather what is wrong in `form` and in the sheets below it, `formsets`, in the order of the page."""
    form: BaseForm | None = context.get("form")
    formsets: Iterable[BaseFormSet[Any]] = context.get("formsets") or ()
    items = list(_items_of(form)) if form is not None else []
    for formset in formsets:
        items.extend(ErrorItem("", "", str(message)) for message in formset.non_form_errors())
        for row in formset.forms:
            items.extend(_items_of(row))
    return items
