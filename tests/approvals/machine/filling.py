"""An operation of the registry played through its own form: every field is filled by its kind, whatever it asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django import forms

from accounts.models import User
from agreements.forms.posts import PostField, PostsField
from approvals import act_rules
from approvals.acts import ASSIGNMENT, Act, ActForm
from approvals.models import Assignment
from core import clock
from core.acts import permit
from core.errors import BadInput
from core.fields import DayField
from tests.approvals.machine.desk import Desk
from tests.factories import paper


def call_of(act: Act, desk: Desk) -> Callable[[], object] | None:
    """Return how the view would carry an operation out, for a subject and a person found by the dice."""
    found = _found(act, desk)
    if found is None:
        return None
    subject, user = found

    def call() -> object:
        permit(act.may(user, subject))
        data, uploads = _filled(act.form(subject=subject, user=user), desk)
        form = act.form(data, uploads, subject=subject, user=user)
        if not form.is_valid():
            raise BadInput(form.errors.as_text())
        return act.carry_out(subject, user, form.cleaned_data)

    return call


def _found(act: Act, desk: Desk) -> tuple[Any, User] | None:
    """Return on what and by whom it is tried: as it is offered to somebody, and now and then anyhow."""
    if desk.dice.random() < 0.1:
        return (desk.pick(desk.assignments()) if act.about == ASSIGNMENT else desk.run), desk.anybody()
    tries = _tries(act, desk)
    return next(
        ((subject, user) for subject, user in tries if act.offered(user, subject) and act.may(user, subject)), None
    )


def _tries(act: Act, desk: Desk) -> Iterator[tuple[Any, User]]:
    if act.about == ASSIGNMENT:
        rows = desk.assignments()[:7]
        desk.dice.shuffle(rows)
        office = desk.in_post(desk.org.post("general_office"))
        for row in sorted(rows, key=lambda row: not row.is_open):
            asker = act_rules.answers_for(row)
            yield from ((row, user) for user in [*desk.in_post(row.post), *office])
            yield from ((row, user) for user in (desk.in_post(asker.post) if asker else ()))
    else:
        found = [user for row in desk.open_assignments() for user in desk.in_post(row.post)]
        found += [desk.called(name) for name in ("general_office", "head", "mayor")]
        decided = Assignment.objects.filter(step__run=desk.run, decision__rule="").order_by("-decision__pk")
        yield from ((desk.run, desk.person(pk)) for pk in decided.values_list("decision__by", flat=True)[:1])
        yield from ((desk.run, user) for user in found)


def _filled(form: ActForm, desk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fill a form as somebody might who fills every field with something that it takes."""
    data: dict[str, Any] = {}
    uploads: dict[str, Any] = {}
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField):
            uploads[name] = paper()
        elif isinstance(field, PostsField):
            offered = list(field.offered)
            data[name] = desk.dice.sample(offered, min(len(offered), desk.dice.choice((1, 1, 2))))
        elif isinstance(field, PostField):
            data[name] = desk.pick(list(field.offered)) or ""
        elif isinstance(field, forms.ChoiceField):
            data[name] = desk.pick([str(key) for key, _label in field.choices]) or ""
        elif isinstance(field, DayField):
            data[name] = (clock.today() + timedelta(days=desk.dice.choice((0, 0, 4)))).isoformat()
        elif isinstance(field.widget, forms.HiddenInput):
            data[name] = field.initial
        elif isinstance(field, forms.CharField):
            data[name] = "请按程序办理。"
        else:
            raise TypeError(f"the machine cannot fill {type(field).__name__} of {type(form).__name__}")
    return data, uploads
