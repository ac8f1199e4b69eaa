"""The route of each kind of submitter, seeded from the regulation (decision 4)."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import SigningAuthority
from approvals.models import ReviewSetting, ReviewTopic, RouteStep, StepKind
from approvals.models.route import MEETING
from core import clock
from regulation.posts import POSTS
from regulation.records import Submitter, Text
from regulation.review_practice import TOPICS
from regulation.routes import compute_route

_DELIBERATES = Text("审议", "Deliberates")


def sync(of: SigningAuthority) -> Iterator[str]:
    """Bring an authority's route in line with §3.4; yield a line for each thing written.

    Steps that the regulation no longer has are retired, never deleted. Second caller: nothing differs.
    """
    yield from _topics(of)
    for submitter in Submitter:
        wanted = _wanted(submitter)
        present = {row.code: row for row in RouteStep.objects.filter(authority=of, submitter=submitter.value)}
        for code, facts in wanted.items():
            row = present.get(code)
            if row is None:
                RouteStep.objects.create(authority=of, submitter=submitter.value, code=code, **facts)
                yield f"route {submitter.value} {code}: missing"
            elif differing := [name for name, value in facts.items() if getattr(row, name) != value]:
                for name in differing:
                    setattr(row, name, facts[name])
                row.save(update_fields=differing)
                yield f"route {submitter.value} {code}: {', '.join(differing)} differ"
        for code, row in present.items():
            if code not in wanted and row.retired_on is None:
                row.retired_on = clock.today()
                row.save(update_fields=["retired_on"])
                yield f"route {submitter.value} {code}: not retired"


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


def _wanted(submitter: Submitter) -> dict[str, dict[str, object]]:
    """Return the rows of a submitter by code. The meeting's place, before the last step, is the same for either
    meeting; whether there is one is computed from the natures of each agreement."""
    codes = list(compute_route(submitter, ["framework"]).steps)
    codes.insert(-1, MEETING)
    rows: dict[str, dict[str, object]] = {}
    for order, code in enumerate(codes, start=1):
        role = _DELIBERATES if code == MEETING else POSTS[code].step_role
        if role is None:
            raise ValueError(f"post {code} has no part in the route")
        rows[code] = {
            "order": order,
            "kind": (StepKind.MEETING if code == MEETING else StepKind.SIGN).value,
            "role_zh": role.zh,
            "role_en": role.en,
            "retired_on": None,
        }
    return rows
