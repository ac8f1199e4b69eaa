"""The named conditions of an authority's own rows, and the routes of those who sign in their own name."""

from decimal import Decimal

import pytest

from regulation.conditions import CONDITIONS, Asked, Facts, holds
from regulation.posts import POSTS
from regulation.records import AuthorityKind, Forum, Submitter
from regulation.routes import FORUMS_OF, compute_route, required_steps
from regulation.vocabulary import NATURES

PLAIN = Facts(Submitter.DEPARTMENT, frozenset({"framework"}))
WHOLE = Facts(
    Submitter.DISTRICT, frozenset({"funds", "policy"}), frozenset({"trade"}), Decimal(100), major=True, foreign=True
)


@pytest.mark.parametrize(
    ("condition", "asked", "plain", "whole"),
    [
        ("always", Asked(), True, True),
        ("nature", Asked(("policy",)), False, True),
        ("nature", Asked(("land",)), False, False),
        ("field", Asked(("trade", "sport")), False, True),
        ("amount", Asked(amount=Decimal(100)), False, True),
        ("amount", Asked(amount=Decimal("100.01")), False, False),
        ("amount", Asked(), False, False),
        ("major", Asked(), False, True),
        ("foreign", Asked(), False, True),
    ],
)
def test_a_condition_holds_or_not(condition, asked, plain, whole):
    assert (holds(condition, PLAIN, asked), holds(condition, WHOLE, asked)) == (plain, whole)


def test_a_condition_nobody_wrote_is_an_error():
    with pytest.raises(KeyError):
        holds("weather", PLAIN, Asked())
    assert all(code == condition.code for code, condition in CONDITIONS.items())


@pytest.mark.article("§2")
@pytest.mark.parametrize("kind", [AuthorityKind.DISTRICT, AuthorityKind.DEPARTMENT])
def test_who_signs_in_the_own_name_has_own_posts_and_meetings(kind):
    sign_off, lower, higher = FORUMS_OF[kind]
    route = compute_route(Submitter.DEPARTMENT, ["framework"], True, kind=kind)
    assert (route.steps[0], route.forum) == ("general_office", sign_off)
    assert all(POSTS[code].step_role and kind in POSTS[code].kinds for code in route.steps)
    assert {reason.article for reason in route.why} == {"§2"}
    assert all(reason.reading for reason in route.why)
    assert compute_route(Submitter.DEPARTMENT, ["land"], kind=kind).forum is lower
    assert compute_route(Submitter.DEPARTMENT, list(NATURES), kind=kind).forum is higher
    assert compute_route(Submitter.DISTRICT, ["framework"], kind=kind).steps == route.steps
    assert "mayor" not in route.steps


@pytest.mark.article("§3.4")
def test_the_kinds_share_no_meeting():
    meetings = [forum for ranks in FORUMS_OF.values() for forum in ranks[1:]]
    assert len(meetings) == len(set(meetings)) == len(Forum) - 1
    assert required_steps(Submitter.DEPARTMENT)[-1].step == "mayor"
