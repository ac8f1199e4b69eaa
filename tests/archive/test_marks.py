"""What was signed is the approved version itself (§3.5): it bears a second mark."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from agreements.models import TextMark
from records import append_only
from tests.factories import Organisation
from tests.factories_approvals import approved
from tests.factories_archive import sign

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.5")]


def test_the_signed_text_is_marked_with_the_day_of_signing(org: Organisation, client: Client) -> None:
    agreement = approved(org)
    sign(agreement, org)
    text = agreement.signing.text
    assert [mark.kind for mark in text.marks.all()] == ["approved", "signed"]
    mark = text.marks.get(kind="signed")
    assert (mark.on, mark.by) == (agreement.signing.signed_on, agreement.signing.entered_by)
    assert text.stage == "签署稿"
    client.force_login(org.staff)
    page = client.get(f"{agreement.get_absolute_url()}?tab=text").content.decode()
    assert "签署稿" in page


def test_texts_that_were_signed_before_are_marked_by_the_migration(org: Organisation) -> None:
    agreement = approved(org)
    sign(agreement, org)
    rows = TextMark.objects.filter(kind="signed")
    before = rows.values_list("text", "on", "by", "at").get()
    with append_only.lifted():
        rows.delete()
    mark = import_module("archive.migrations.0002_mark_signed_texts").mark
    for _time in range(2):
        mark(apps, None)
    assert rows.values_list("text", "on", "by", "at").get() == before
