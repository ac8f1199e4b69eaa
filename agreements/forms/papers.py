"""Papers brought with a form: one or several files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

MOST_PAPERS = 20


class PapersInput(forms.FileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Files, as many as were chosen; cleaned to a list. What each may be is asked when it is stored."""

    widget = PapersInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
            return []
        return [super(PapersField, self).clean(one) for one in given[:MOST_PAPERS]]
