"""The list of tasks: its saved views and filters, which live in the address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from agreements.models import Agreement
from agreements.rules import STAFF
from core.errors import BadInput
from core.verdicts import Wording
from followup.models import Task, TaskQuerySet

VIEWS: dict[str, Wording] = {
    "mine": gettext_lazy("My unit's tasks"),
    "accept": gettext_lazy("To be accepted"),
    "late": gettext_lazy("Late"),
    "open": gettext_lazy("In progress"),
    "all": gettext_lazy("All"),
}
_LONGEST_ID = 20


@dataclass
class Chosen:
    """What the address asks for, read and checked."""

    view: str
    state: str = ""
    kind: str = ""
    unit: str = ""
    agreement: str = ""
    tokens: list[tuple[str, str, str]] = field(default_factory=list)
    """What is set, for removal one by one: (parameter, label, value in words)."""


def read(query: QueryDict, user: User) -> Chosen:
    """Read the filters of an address. Raises BadInput for a value no filter has; strangers' agreements are unknown."""
    chosen = Chosen(
        view=_one_of(query, "view", list(VIEWS)) or ("mine" if user.holds(*STAFF) else "open"),
        state=_one_of(query, "state", Task.State.values),
        kind=_one_of(query, "kind", Task.Kind.values),
    )
    if chosen.state:
        chosen.tokens.append(("state", _("state"), str(Task.State(chosen.state).label)))
    if chosen.kind:
        chosen.tokens.append(("kind", _("kind"), str(Task.Kind(chosen.kind).label)))
    if unit_id := query.get("unit", "")[:_LONGEST_ID]:
        unit = Unit.objects.filter(public_id=unit_id).first()
        if unit is None:
            raise BadInput(_("The unit of the filter does not exist."))
        chosen.unit = unit_id
        chosen.tokens.append(("unit", _("responsible unit"), unit.short))
    if agreement_id := query.get("agreement", "")[:_LONGEST_ID]:
        agreement = Agreement.objects.visible_to(user).filter(public_id=agreement_id).first()
        if agreement is None:
            raise BadInput(_("The agreement of the filter does not exist."))
        chosen.agreement = agreement_id
        chosen.tokens.append(("agreement", _("agreement"), agreement.title))
    return chosen


def _one_of(query: QueryDict, name: str, allowed: list[str]) -> str:
    value = query.get(name, "")
    if value and value not in allowed:
        raise BadInput(_("The filter “%(name)s” has no value “%(value)s”.") % {"name": name, "value": value[:40]})
    return value


def visible(user: User, chosen: Chosen, *, today: date, view: str = "") -> TaskQuerySet:
    """Return the tasks of a choice that the user may know of, unordered; `view` replaces the chosen one."""
    rows: TaskQuerySet = Task.objects.visible_to(user).newest()
    match view or chosen.view:
        case "mine":
            rows = rows.running().filter(unit__in=user.units).exclude(state=Task.State.DONE)
        case "accept":
            rows = rows.running().filter(agreement__lead_unit__in=user.units, state=Task.State.REPORTED)
        case "late":
            rows = rows.late(today)
        case "open":
            rows = rows.running().exclude(state=Task.State.DONE)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.unit:
        rows = rows.filter(unit__public_id=chosen.unit)
    if chosen.agreement:
        rows = rows.filter(agreement__public_id=chosen.agreement)
    return rows
