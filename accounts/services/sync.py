"""The rows every municipality needs before anybody works: the authority, its General Office, the posts of the route.

What an administrator has renamed, moved or retired stays so: rows are made where they are missing, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import Post, SigningAuthority, Unit, UnitRole
from core import clock
from regulation.posts import POSTS
from regulation.records import AuthorityKind, Role, Text

MUNICIPAL = "municipal"
NUMBER_PREFIX = "津合协"
_NAME = Text("天津市人民政府", "Tianjin Municipal People's Government")


@dataclass(frozen=True, slots=True)
class Office:
    """A unit of the government itself: who is above it, which role of the regulation it plays, which posts it has."""

    code: str
    name: Text
    short: str
    posts: tuple[str, ...]
    parent: str = ""
    role: str = ""


OFFICES = (
    Office(
        "leaders",
        Text("市政府领导", "Leaders of the municipal government"),
        "市政府",
        ("mayor", "executive_vice_mayor", "vice_mayor"),
    ),
    Office(
        "general_office",
        Text("市政府办公厅", "General Office of the municipal government"),
        "办公厅",
        (
            "secretary_general",
            "deputy_secretary_general",
            "general_office",
            "administrator",
            "system_admin",
            "security_admin",
            "audit_admin",
        ),
        role=Role.GENERAL_OFFICE.value,
    ),
    Office("legal_office", Text("市政府法制办", "Legal affairs office"), "法制办", ("legal",), parent="general_office"),
    Office(
        "secretariat",
        Text("市政府办公厅秘书处", "Secretariat of the General Office"),
        "秘书处",
        ("secretariat",),
        parent="general_office",
        role=Role.SECRETARIAT.value,
    ),
    Office(
        "supervision_office",
        Text("市政府督查室", "Supervision office"),
        "督查室",
        ("inspector",),
        parent="general_office",
        role=Role.SUPERVISION_OFFICE.value,
    ),
)

_OWN_OFFICES = {
    AuthorityKind.DISTRICT: (
        Text("区政府办公室", "Office of the district government"),
        ("district_head", "executive_deputy_district_head", "deputy_district_head"),
        ("office_director", "general_office"),
        Text("区政府领导", "Leaders of the district government"),
    ),
    AuthorityKind.DEPARTMENT: (
        Text("办公室", "Office of the department"),
        ("department_head", "deputy_department_head"),
        ("general_office",),
        Text("部门领导", "Leaders of the department"),
    ),
}
"""Who signs in its own name has its own posts, secretariat and supervision (§2, last paragraph): a sensible beginning,
which its administrator renames, moves and retires."""


def offices_of(kind: str) -> tuple[Office, ...]:
    """Return the offices with which an authority of a kind begins."""
    if kind == AuthorityKind.MUNICIPAL:
        return OFFICES
    office, leaders, posts, head = _OWN_OFFICES[AuthorityKind(kind)]
    return (
        Office("leaders", head, "", leaders),
        Office("general_office", office, "", posts, role=Role.GENERAL_OFFICE.value),
        Office("legal_office", Text("法制机构", "Legal section"), "", ("legal",), parent="general_office"),
        Office(
            "secretariat",
            Text("印章档案室", "Seal and archive room"),
            "",
            ("secretariat",),
            parent="general_office",
            role=Role.SECRETARIAT.value,
        ),
        Office(
            "supervision_office",
            Text("督查机构", "Supervision section"),
            "",
            ("inspector",),
            parent="general_office",
            role=Role.SUPERVISION_OFFICE.value,
        ),
    )


def authority() -> tuple[SigningAuthority, list[str]]:
    """Return the municipal government as signing authority (§2), and a line when it was made now."""
    row, made = SigningAuthority.objects.get_or_create(
        code=MUNICIPAL,
        defaults={
            "name_zh": _NAME.zh,
            "name_en": _NAME.en,
            "kind": SigningAuthority.Kind.MUNICIPAL,
            "number_prefix": NUMBER_PREFIX,
        },
    )
    return row, [f"authority {MUNICIPAL}: missing"] if made else []


def others() -> list[SigningAuthority]:
    """Return the districts and departments that sign in their own name (§2), in the order in which they were named."""
    return list(SigningAuthority.objects.exclude(code=MUNICIPAL).order_by("pk"))


def sync(of: SigningAuthority) -> Iterator[str]:
    """Make the offices, their roles and posts where they are missing; retire posts the regulation no longer knows."""
    for office in offices_of(of.kind):
        yield from _office(of, office)
    for post in Post.objects.filter(authority=of, retired_on=None).exclude(code__in=POSTS):
        post.retired_on = clock.today()
        post.save()
        yield f"post {post.code} of {post.unit.code}: no longer in the regulation"


def _office(of: SigningAuthority, office: Office) -> Iterator[str]:
    unit, made = Unit.objects.get_or_create(
        authority=of,
        code=office.code,
        defaults={
            "name_zh": office.name.zh,
            "name_en": office.name.en,
            "short_zh": office.short,
            "kind": Unit.Kind.OFFICE,
            "parent": Unit.objects.get(authority=of, code=office.parent) if office.parent else None,
        },
    )
    if made:
        yield f"unit {office.code}: missing"
    if office.role:
        _role, made = UnitRole.objects.get_or_create(authority=of, role=office.role, defaults={"unit": unit})
        if made:
            yield f"role {office.role}: missing"
    for code in office.posts:
        # Wherever an administrator has moved it, and also when it was retired: a post is made once.
        if Post.objects.filter(authority=of, code=code).exists():
            continue
        # A section of who signs in its own name is called by its own name, not by that of the municipal office.
        own = of.kind != AuthorityKind.MUNICIPAL and code in ("general_office", "legal", "secretariat", "inspector")
        name = office.name if own else POSTS[code].name
        Post.objects.create(authority=of, unit=unit, code=code, name_zh=name.zh, name_en=name.en)
        yield f"post {code}: missing"
