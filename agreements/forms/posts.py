"""Picking posts: a list by unit, found by the name of the post, the unit or the holder, or by initials."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cached_property, lru_cache
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from pypinyin import Style, lazy_pinyin

from accounts.models import Post, User


class Offered(Protocol):
    """A post with who holds it."""

    @property
    def post(self) -> Post: ...

    @property
    def people(self) -> Collection[User]: ...


class _Words:
    """The words by which an option is found, beside its label and its box. They are drawn here: a page of deciding has
    several pickers with every post of the government, and two templates for each box were most of its time."""

    words: dict[str, str]
    attrs: dict[str, Any]
    choices: Any

    def optgroups(self, name: str, value: Collection[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        shared = {**self.attrs, **(attrs or {})}
        ident = shared.pop("id", name)
        start, rest = format_html('<input type="{}" name="{}"', self.input_type, name), flatatt(shared)  # type: ignore[attr-defined]
        groups = []
        for index, (group, options) in enumerate(self.choices):
            drawn = [
                {
                    "box": format_html(
                        '{} value="{}" id="{}_{}_{}"{}{}>',
                        start,
                        key,
                        ident,
                        index,
                        place,
                        rest,
                        _checked(key in value),
                    ),
                    "label": label,
                    "words": self.words.get(key, ""),
                }
                for place, (key, label) in enumerate(options)
            ]
            groups.append((group, drawn, index))
        return groups


def _checked(selected: bool) -> SafeString:
    return SafeString(" checked" if selected else "")


class PostsPicker(_Words, forms.CheckboxSelectMultiple):
    """Posts to tick, under their units; a box above narrows them (static/js/agreements.js)."""

    template_name = "parts/post_picker.html"


class PostPicker(_Words, forms.RadioSelect):
    """One post to choose, under its unit."""

    template_name = "parts/post_picker.html"


@lru_cache(maxsize=10_000)
def _initials(name: str) -> str:
    """Return the first letters of a name; the same posts and people are offered on every page."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))


class _Choices:
    """What both fields share: the offer is read when the field is drawn or cleaned, and not before."""

    choices: Any
    widget: Any

    def offer(self, read: Callable[[], Iterable[Offered]], *, first: Callable[[], Collection[int]] = tuple) -> None:
        """Say which posts may be picked; those of `first` (by key) stand on top, as asked lately."""
        self._read, self._first = read, first
        self.choices = self._groups
        self.widget.words = SimpleLazyObject(lambda: self._words)

    @cached_property
    def offered(self) -> dict[str, Offered]:
        """Return the posts on offer by their keys."""
        return {str(one.post.pk): one for one in self._read()}

    def _groups(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        recent = [str(key) for key in self._first() if str(key) in self.offered]
        groups: dict[Any, list[tuple[str, str]]] = {}
        if recent:
            groups[_("Asked lately")] = [(key, self._label(key, whole=True)) for key in recent]
        for key, one in self.offered.items():
            if key not in recent:
                groups.setdefault(one.post.unit.short, []).append((key, self._label(key)))
        return list(groups.items())

    def _label(self, key: str, *, whole: bool = False) -> str:
        one = self.offered[key]
        names = pgettext("between names", ", ").join(user.full_name for user in one.people)
        return f"{one.post.title if whole else one.post.name} {names}".strip()

    @cached_property
    def _words(self) -> dict[str, str]:
        found = {}
        for key, one in self.offered.items():
            post, unit = one.post, one.post.unit
            names = [post.name_zh, *(user.full_name for user in one.people)]
            initials = [_initials(name) for name in names]
            words = [unit.name_zh, unit.short_zh, unit.name_en, unit.initials, post.name_en, *names, *initials]
            found[key] = " ".join(words).lower()
        return found

    def _chosen(self, key: str) -> Post:
        if key not in self.offered:
            raise ValidationError(_("This post is not offered here."), code="invalid_choice")
        return self.offered[key].post


class PostsField(_Choices, forms.MultipleChoiceField):
    """Posts of an authority; cleaned to the rows. The form says which are offered."""

    widget = PostsPicker

    def clean(self, value: Any) -> list[Post]:
        return [self._chosen(key) for key in dict.fromkeys(super().clean(value))]


class PostField(_Choices, forms.ChoiceField):
    """One post of an authority; cleaned to the row, or None where none is asked."""

    widget = PostPicker

    def clean(self, value: Any) -> Post | None:
        key = super().clean(value)
        return self._chosen(key) if key else None
