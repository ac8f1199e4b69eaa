"""The route of each kind of submitter, seeded from the regulation (decision 4).

The steps of §3.4 are the municipal government's by law: what is missing, retired or out of order is put right. A
district or a department follows by reference (§2): its steps are made once and are its own from then on. What an
administrator added of the authority's own stays where it stands, at every authority.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accounts.models import SigningAuthority
from approvals.models import Basis, ReviewSetting, ReviewTopic, RouteStep, StepKind
from approvals.models.route import MEETING
from core import clock
from regulation.posts import POSTS
from regulation.records import AuthorityKind, Submitter, Text
from regulation.review_practice import TOPICS
from regulation.routes import required_steps

DELIBERATES = Text("审议", "Deliberates")


def submitters_of(authority: SigningAuthority) -> tuple[Submitter, ...]:
    """Return the kinds of submitters an authority tells apart; below a district or a department all are alike."""
    return tuple(Submitter) if authority.kind == AuthorityKind.MUNICIPAL else (Submitter.DEPARTMENT,)


def sync(of: SigningAuthority) -> Iterator[str]:
    """Bring an authority's route in line with §3.4; yield a line for each thing written.

    Steps that the regulation no longer has are retired, never deleted. Second caller: nothing differs.
    """
    yield from _topics(of)
    for submitter in submitters_of(of):
        rows = wanted(submitter, AuthorityKind(of.kind))
        present = {row.code: row for row in RouteStep.objects.filter(authority=of, submitter=submitter.value)}
        if of.kind == AuthorityKind.MUNICIPAL:
            yield from _by_law(of, submitter, rows, present)
        elif not present:
            for order, (code, facts) in enumerate(rows.items(), start=1):
                RouteStep.objects.create(authority=of, submitter=submitter.value, code=code, order=order, **facts)
                yield f"route {submitter.value} {code}: missing"


def _by_law(
    of: SigningAuthority, submitter: Submitter, wanted: dict[str, dict[str, Any]], present: dict[str, RouteStep]
) -> Iterator[str]:
    told: dict[str, str] = {}
    changed: dict[str, RouteStep] = {}
    own = [row for row in present.values() if row.is_own]
    order = _in_order(wanted, present)
    for code, facts in wanted.items():
        row = present.get(code)
        if row is None:
            row = present[code] = RouteStep(authority=of, submitter=submitter.value, code=code, **facts)
            told[code] = "missing"
            changed[code] = row
        elif differing := [name for name, value in facts.items() if getattr(row, name) != value]:
            for name in differing:
                setattr(row, name, facts[name])
            told[code] = f"{', '.join(differing)} differ"
            changed[code] = row
    moved = [row.code for row in sorted(_active(present, wanted), key=lambda row: row.order or 0)] != list(wanted)
    if told or moved:
        for number, code in enumerate(order, start=1):
            row = present[code]
            if row.order != number:
                if not row.is_own and code not in told and moved:
                    told[code] = "order differ"
                row.order = number
                changed[code] = row
    for code, row in present.items():
        if code not in wanted and row not in own and row.retired_on is None:
            row.retired_on = clock.today()
            told[code] = "not retired"
            changed[code] = row
    for row in changed.values():
        row.save()
    for code, what in told.items():
        yield f"route {submitter.value} {code}: {what}"


def _active(present: dict[str, RouteStep], wanted: dict[str, Any]) -> list[RouteStep]:
    return [row for code, row in present.items() if code in wanted and row.order is not None]


def _in_order(wanted: dict[str, Any], present: dict[str, RouteStep]) -> list[str]:
    """Return the codes as they should follow: the regulation's order, each own row behind the step it stands behind."""
    order = list(wanted)
    anchor = order[0]
    for row in sorted(present.values(), key=lambda row: row.order):
        if row.code in wanted:
            anchor = row.code
        elif row.is_own:
            place = order.index(anchor) + 1
            while place < len(order) and order[place] not in wanted:
                place += 1
            order.insert(place, row.code)
    return order


def _topics(of: SigningAuthority) -> Iterator[str]:
    """Name the subjects of joint reviews (§3.3); from then on a row, with its unit, is the administrator's."""
    for topic in TOPICS.values():
        names = {"article": topic.article, "name_zh": topic.name.zh, "name_en": topic.name.en}
        _row, made = ReviewTopic.objects.get_or_create(authority=of, code=topic.code, defaults=names)
        if made:
            yield f"review topic {topic.code}: missing"
    _setting, made = ReviewSetting.objects.get_or_create(authority=of)
    if made:
        yield "review setting: missing"
    for row in ReviewTopic.objects.filter(authority=of, retired_on=None).exclude(code__in=TOPICS):
        row.retired_on = clock.today()
        row.save()
        yield f"review topic {row.code}: not retired"


def wanted(submitter: Submitter, kind: AuthorityKind) -> dict[str, dict[str, Any]]:
    """Return the rows of a submitter by code, in their order. The meeting's place, before the last step, is the same
    for either meeting; whether there is one is computed from the natures of each agreement."""
    articles = {reason.step: reason.article for reason in required_steps(submitter, kind)}
    codes = list(articles)
    codes.insert(-1, MEETING)
    basis = Basis.REGULATION if kind is AuthorityKind.MUNICIPAL else Basis.REFERENCE
    rows: dict[str, dict[str, Any]] = {}
    for code in codes:
        role = DELIBERATES if code == MEETING else POSTS[code].step_role
        if role is None:
            raise ValueError(f"post {code} has no part in the route")
        rows[code] = {
            "kind": (StepKind.MEETING if code == MEETING else StepKind.SIGN).value,
            "role_zh": role.zh,
            "role_en": role.en,
            "basis": basis.value,
            "article": articles.get(code, articles[codes[0]]),
            "condition": "always",
            "condition_codes": [],
            "condition_amount": None,
            "retired_on": None,
        }
    return rows
