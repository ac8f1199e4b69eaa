"""Districts and departments that sign in their own name (§2), and rows of an authority's own on a route."""

from __future__ import annotations

from typing import Any

from accounts.models import Portfolio, PostHolding, SigningAuthority, Unit, User
from accounts.posts import post_in
from approvals.models import RouteStep
from approvals.services import route_rows
from approvals.services.route_checks import StepContent
from core import sync
from regulation.records import Submitter
from tests.factories import SINCE, Organisation, fresh, make_user

PEOPLE = {
    "district": (
        "general_office",
        "legal",
        "office_director",
        "deputy_district_head",
        "executive_deputy_district_head",
        "district_head",
        "secretariat",
    ),
    "department": ("general_office", "legal", "deputy_department_head", "department_head", "secretariat"),
}
IN_CHARGE = ("deputy_district_head", "deputy_department_head")


def own_name(kind: str, *, without: tuple[str, ...] = ()) -> Organisation:
    """Make an authority of a kind with its rows, two units and its people; posts in `without` stay empty."""
    authority = SigningAuthority.objects.create(
        code=f"own-{kind}", kind=kind, name_zh="本级签约主体", name_en="Own authority", number_prefix="本级协"
    )
    sync.run(authority)
    org = Organisation(authority)
    for code, name in (("exchange", "合作科"), ("finance", "财务科")):
        org.units[code] = Unit.objects.create(
            authority=authority, code=code, kind=Unit.Kind.DEPARTMENT, name_zh=name, name_en=code
        )
    for name, unit, code in (
        ("staff", "exchange", "officer"),
        ("head", "exchange", "unit_head"),
        ("consulted", "finance", "officer"),
        ("consulted_head", "finance", "unit_head"),
    ):
        org.users[name] = make_user(f"own_{kind}_{name}", f"{name}·{kind}", post_in(org.units[unit], code))
    for code in PEOPLE[kind]:
        if code not in without:
            org.users[code] = make_user(f"own_{kind}_{code}", f"{code}·{kind}", org.post(code))
    for code in set(PEOPLE[kind]).intersection(IN_CHARGE):
        for row in org.units.values():
            Portfolio.objects.create(post=org.post(code), unit=row, from_on=SINCE)
    return org


def add_step(
    org: Organisation,
    code: str = "inspector",
    *,
    submitter: str = "department",
    behind: str = "secretary_general",
    **facts: Any,
) -> RouteStep:
    """Put a step of the authority's own on a route, as its administrator does."""
    return route_rows.add(
        org.authority,
        Submitter(submitter),
        code,
        StepContent(behind=behind, **facts),
        by=fresh(org.administrator),
        seen=route_rows.stamp(org.authority),
        reason="市政府办公厅通知",
    )


def second_seat(org: Organisation, code: str, user: User, *units: Unit) -> Any:
    """Give a post of several seats another one, held by somebody and in charge of units."""
    first = org.post(code)
    seat = type(first).objects.create(
        authority=org.authority, unit=first.unit, code=code, seat="2", name_zh=first.name_zh, name_en=first.name_en
    )
    PostHolding.objects.create(post=seat, user=user, from_on=SINCE, basis="任命文件")
    for unit in units:
        Portfolio.objects.create(post=seat, unit=unit, from_on=SINCE)
    return seat
