"""The small parts of the pages: what they say in either language, and what they do with nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import translation

from core.templatetags import face
from regulation.articles import ARTICLES
from regulation.records import Text


def drawn(source: str, **context: Any) -> str:
    return Template("{% load face %}" + source).render(Context(context))


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> Any:
    with translation.override(request.param):
        yield request.param


def test_an_icon_is_decoration() -> None:
    assert drawn("{% icon 'check' %}") == (
        '<svg class="i" aria-hidden="true" focusable="false"><use href="#i-check"/></svg>'
    )
    assert 'class="i warn-i"' in drawn("{% icon 'warn' 'warn-i' %}")


def test_an_article_leads_to_its_place_and_says_what_it_asks(language: str) -> None:
    article = ARTICLES["§3.5"]
    html = drawn("{% art '§3.5' %}")
    assert "#a3-5" in html
    assert ">§3.5</a>" in html
    assert article.title.in_language(language) in html


def test_an_article_without_a_number_is_called_by_its_title(language: str) -> None:
    assert f">{ARTICLES['opening'].title.in_language(language)}</a>" in drawn("{% art 'opening' %}")


def test_no_article_and_one_no_longer_known() -> None:
    assert drawn("{% art code %}", code=None) == drawn("{% art code %}", code="") == ""
    assert drawn("{% art '§9.9' %}") == '<span class="art">§9.9</span>'


@pytest.mark.parametrize("kind", ["ok", "warn", "late", "none"])
def test_a_light_is_always_icon_and_word(kind: str) -> None:
    html = drawn("{% light light %}", light=SimpleNamespace(kind=kind, text="逾期 <2>"))
    assert f"light--{kind}" in html
    assert f'href="#i-{kind}"' in html
    assert "逾期 &lt;2&gt;" in html


def test_no_light() -> None:
    assert drawn("{% light light %}", light=None) == ""


@pytest.mark.parametrize(
    ("code", "long", "short", "instant"),
    [
        ("zh-hans", "2026年11月22日", "11月22日", "2026年11月22日"),
        ("en", "22 November 2026", "22 Nov", "22 Nov 2026"),
    ],
)
def test_days_and_instants(code: str, long: str, short: str, instant: str) -> None:
    with translation.override(code):
        assert drawn("{% day day %}", day=date(2026, 11, 22)) == (
            f'<time class="nowrap" datetime="2026-11-22">{long}</time>'
        )
        assert f">{short}</time>" in drawn("{% day_short day %}", day=date(2026, 11, 22))
        html = drawn("{% moment at %}", at=datetime(2026, 11, 21, 16, 5, tzinfo=UTC))
    assert f"{instant}</span> 00:05</time>" in html


def test_an_instant_is_shown_as_its_chinese_day() -> None:
    assert 'datetime="2026-11-22"' in drawn("{% day at %}", at=datetime(2026, 11, 21, 16, 5, tzinfo=UTC))


def test_a_provisional_day_says_so() -> None:
    with translation.override("en"):
        assert drawn("{% day day provisional=True %}", day=date(2029, 1, 30)).endswith("provisional</b>")


def test_no_day() -> None:
    assert {drawn(source, x=None) for source in ("{% day x %}", "{% day_short x %}", "{% moment x %}")} == {"—"}


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (Decimal(0), "0 元", "0 yuan"),
        (Decimal("9999.5"), "9,999.5 元", "9,999.5 yuan"),
        (Decimal(10_000), "1 万元", "10,000 yuan"),
        (3_000_000, "300 万元", "3 million yuan"),
        (Decimal(120_000_000), "1.2 亿元", "120 million yuan"),
        (Decimal(8_600_000_000), "86 亿元", "8,600 million yuan"),
        (Decimal("123456789.01"), "约 1.2346 亿元", "about 123.4568 million yuan"),
        (Decimal(-3_000_000), "-300 万元", "-3 million yuan"),
    ],
)
def test_money_is_read_in_its_unit_with_the_exact_amount_beside(
    amount: Decimal | int, chinese: str, english: str
) -> None:
    for code, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(code):
            html = drawn("{{ amount|yuan }}", amount=amount)
        assert f">{words}</data>" in html
        assert f'title="{Decimal(amount):,.2f} ' in html


def test_no_money() -> None:
    assert drawn("{{ amount|yuan }}", amount=None) == "—"


def test_wordings_follow_the_reader(language: str) -> None:
    wording = Text("用印", "Sealing")
    assert drawn("{% text w %} {{ w|text }}", w=wording) == " ".join([wording.in_language(language)] * 2)
    assert drawn("{% text w %}{{ w|text }}", w=None) == ""


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "第一条"), (10, "第十条"), (12, "第十二条"), (20, "第二十条"), (35, "第三十五条"), (100, "第100条")],
)
def test_clauses_are_numbered_as_texts_number_them(number: int, text: str) -> None:
    assert drawn("{{ n|zh_clause_number }}", n=number) == text


def test_pages_are_offered_around_the_current_one() -> None:
    assert face.pages(Paginator(range(400), 20).page(10)) == [1, "…", 8, 9, 10, 11, 12, "…", 20]


class Sample(forms.Form):
    """One field of each layout."""

    name = forms.CharField(help_text="as in the register", widget=forms.TextInput(attrs={"class": "input--short"}))
    kind = forms.ChoiceField(choices=[("", "—"), ("a", "A")])
    side = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    major = forms.BooleanField(required=False)
    note = forms.CharField(widget=forms.Textarea, required=False)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("the whole")


def test_a_field_has_its_label_its_mark_its_help_and_its_error() -> None:
    with translation.override("en"):
        html = Sample({"name": ""})["name"].as_field_group()
    assert '<label for="id_name">' in html
    assert "required</span>" in html
    assert 'class="input--short input"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_choice_among_buttons_is_a_group() -> None:
    html = Sample()["side"].as_field_group()
    assert "<fieldset" in html
    assert "<legend>" in html


def test_a_tick_stands_before_its_label_and_is_not_a_line() -> None:
    html = Sample()["major"].as_field_group()
    assert "field--box" in html
    assert 'class="input"' not in html


def test_a_cell_is_named_by_its_column_and_shows_its_error() -> None:
    html = drawn("{% cell field %}", field=Sample({})["name"])
    assert 'aria-label="Name"' in html
    assert 'class="input--short cell"' in html
    assert 'id="id_name_error"' in html
    assert '<span class="vh" id="id_name_helptext">' in html


def test_mistakes_are_gathered_from_the_form_and_its_sheets() -> None:
    rows = forms.formset_factory(Sample, extra=0)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-name": ""}
    )
    items = face.error_items(Context({"form": Sample({}), "formsets": [rows]}))
    anchors = [item.anchor for item in items]
    assert anchors == ["", "id_name", "id_kind", "id_side", "", "id_form-0-name", "id_form-0-kind", "id_form-0-side"]
    assert face.error_items(Context({})) == []
