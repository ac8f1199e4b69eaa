"""The page `/style/`: every token and every part, live, for whoever draws the next screen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.templatetags.face import icon
from core.verdicts import Gap

_COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
_STATIONS = 8


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour of the token file."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Light:
    """A light for show."""

    kind: str
    text: str


def colours() -> list[Swatch]:
    """Return the colours as the token file has them, in its order."""
    found = finders.find("css/tokens.css")
    if not isinstance(found, str):
        raise FileNotFoundError("css/tokens.css")
    return [Swatch(name, value) for name, value in _COLOUR.findall(Path(found).read_text(encoding="utf-8"))]


def icons() -> list[str]:
    """Return the names of the sprite's icons, in its order."""
    sprite = Path(__file__).resolve().parents[1] / "templates" / "parts" / "sprite.html"
    return re.findall(r'id="i-([\w-]+)"', sprite.read_text(encoding="utf-8"))


class SampleForm(forms.Form):
    """One field of each kind; shown with a mistake in it."""

    category = forms.ChoiceField(label="", choices=[("", "")])
    code = forms.CharField(label="", min_length=18)
    amount = forms.DecimalField(label="", required=False)
    signed_on = forms.DateField(label="", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sides = forms.ChoiceField(label="", widget=forms.RadioSelect)
    major = forms.BooleanField(label="", required=False)
    note = forms.CharField(label="", required=False, widget=forms.Textarea(attrs={"rows": "2"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        words = {
            "category": _("Category"),
            "code": _("Unified social credit code"),
            "amount": _("Amount (10,000 yuan)"),
            "signed_on": _("Signed on"),
            "sides": _("Who signs"),
            "major": _("A major matter, to be reported to the Party committee"),
            "note": _("Remarks"),
        }
        for name, word in words.items():
            self.fields[name].label = word
        self.fields["amount"].help_text = _("In words: two hundred and forty million yuan")
        for name, choices in {
            "category": [("", _("Please choose")), ("2.3", _("Sister provinces and cities"))],
            "sides": [
                ("leader", _("A leader of the municipality")),
                ("authorised", _("A person the mayor authorised")),
            ],
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type for the checker
            field.choices = choices


def _stations() -> list[dict[str, object]]:
    names = (
        _("Preparation"),
        _("Drafting"),
        _("Legal review"),
        _("Approval"),
        _("Signing"),
        _("Sealing"),
        _("Archiving"),
        _("Performance"),
    )
    now = names.index(_("Sealing"))
    return [
        {
            "label": name,
            "state": "done" if place < now else "now" if place == now else "todo",
            "lines": [_("Day %(n)s of %(m)s") % {"n": 4, "m": 5}, "2026-11-25"] if place == now else ["2026"],
            "late_text": _("3 days late") if place == 2 else "",
        }
        for place, name in enumerate(names)
    ]


def _next_step() -> dict[str, object]:
    return {
        "heading": _("Next step, yours"),
        "verb_label": _("Send to the secretariat for sealing"),
        "url": "#",
        "enabled": False,
        "reason": _("Not possible yet: the signatory is not a municipal leader, so a written instruction is needed."),
        "article": "§3.5",
        "due_text": _("Within 5 working days of signing; today is the 4th."),
        "who_text": _(
            "Then it is with the secretariat. A lapse is told to the secretariat, then to the supervision office."
        ),
        "gaps": [
            Gap(
                _("Written instruction of a municipal leader"),
                "§3.5",
                _("Asked where somebody the mayor authorised has signed."),
                "#",
                _("Upload"),
            ),
        ],
        "met": [_("Letter of authority"), _("Scan of the signed text")],
        "secondary": [{"label": _("Urge"), "url": "#"}, {"label": _("Suspend"), "url": "#"}],
    }


def _events() -> list[dict[str, object]]:
    return [
        {
            "acted": True,
            "at": datetime(2026, 11, 18, 2, 30, tzinfo=UTC),
            "who": "许志远",
            "unit": "市合作交流办",
            "post": "主任",
            "did": _("signed"),
            "text": _("In Changchun, by authority of the mayor."),
            "took": _("8 working days"),
        },
        {
            "acted": False,
            "at": datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
            "did": _("sent a reminder"),
            "text": _("Three working days before the deadline of sealing."),
        },
    ]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Draw the tokens and the parts; in the language of the reader, so look at it in both."""
    return render(
        request,
        "style.html",
        {
            "colours": colours(),
            "icons": [(name, icon(name)) for name in icons()],
            "lights": [
                Light("ok", _("On schedule")),
                Light("warn", _("2 working days left")),
                Light("late", _("1 working day late")),
                Light("none", _("Not started")),
            ],
            "day": date(2026, 11, 25),
            "amounts": [Decimal(5000), Decimal(3_000_000), Decimal(8_600_000_000), Decimal("123456789.01")],
            "form": SampleForm({"code": "9112011667", "category": "2.3", "sides": "leader"}),
            "stations": _stations(),
            "position": 6,
            "total": _STATIONS,
            "next": _next_step(),
            "events": _events(),
            "tabs": [
                {"label": _("Overview"), "url": "#", "current": True},
                {"label": _("Text"), "url": "#", "count": 6},
                {"label": _("Opinions"), "url": "#", "count": 23},
                {"label": _("Trail"), "url": "#", "count": 64},
            ],
            "confirm": {
                "id": "sample-confirm",
                "title": _("Recall from review"),
                "url": request.path,
                "then": [_("Nobody has acted yet, so you may take it back."), _("The deadline is not counted anew.")],
                "verb": _("Recall"),
                "keep": _("Leave it"),
            },
            "page_obj": Paginator(range(400), 20).page(3),
        },
    )
