"""Fields of a kept row that are filled in once, such as the answer to a report."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from core import clock
from records import append_only

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def report() -> Iterator[models.Model]:
    with isolate_apps("records"):

        @append_only.append_only(mutable=("accepted", "remark", "judged"))
        class Report(models.Model):
            said = models.TextField()
            accepted = models.BooleanField(null=True)
            remark = models.CharField(max_length=20, blank=True)
            judged = models.JSONField(null=True)

            class Meta:
                app_label = "records"

            def __str__(self) -> str:
                return self.said

    with connection.schema_editor() as editor:
        editor.create_model(Report)
    append_only.install()
    yield Report.objects.create(said="done")
    del append_only._registered[Report]
    with connection.schema_editor() as editor:
        editor.delete_model(Report)


def test_what_is_missing_may_be_filled_in_once(report: models.Model) -> None:
    assert append_only.missing() == []
    report.accepted, report.remark, report.judged = True, "好", {"by": 1}
    report.save()
    report.save()  # the same again changes nothing
    for field, value in (("accepted", None), ("accepted", False), ("remark", ""), ("remark", "x"), ("judged", {})):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            type(report)._default_manager.filter(pk=report.pk).update(**{field: value})


def test_what_was_said_stays_and_the_row_stays(report: models.Model) -> None:
    rows = type(report)._default_manager.filter(pk=report.pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(said="not done")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.delete()


@pytest.fixture
def draft() -> Iterator[models.Model]:
    with isolate_apps("records"):

        @append_only.append_only(after="closed_at")
        class Draft(models.Model):
            words = models.TextField()
            closed_at = models.DateTimeField(null=True)

            class Meta:
                app_label = "records"

            def __str__(self) -> str:
                return self.words

    with connection.schema_editor() as editor:
        editor.create_model(Draft)
    append_only.install()
    yield Draft.objects.create(words="eins")
    del append_only._registered[Draft]
    with connection.schema_editor() as editor:
        editor.delete_model(Draft)


def test_a_row_may_be_worked_on_until_it_is_closed(draft: models.Model) -> None:
    assert append_only.missing() == []
    rows = type(draft)._default_manager.filter(pk=draft.pk)
    rows.update(words="zwei")
    rows.update(words="drei", closed_at=clock.now())
    rows.update(words="drei")  # the same again changes nothing
    for change in ({"words": "vier"}, {"closed_at": None}):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.delete()
