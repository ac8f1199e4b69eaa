"""The route of an approval (§3.4), over every submitter, every set of natures, major or not."""

from itertools import combinations

import pytest

from regulation.posts import POSTS
from regulation.records import Forum, Submitter
from regulation.routes import NatureNeeded, compute_route
from regulation.vocabulary import NATURES

STEPS = {
    Submitter.DEPARTMENT: (
        "general_office",
        "deputy_secretary_general",
        "secretary_general",
        "vice_mayor",
        "executive_vice_mayor",
        "mayor",
    ),
    Submitter.DISTRICT: (
        "general_office",
        "deputy_secretary_general",
        "secretary_general",
        "executive_vice_mayor",
        "mayor",
    ),
}
NATURE_SETS = [frozenset(some) for size in range(1, len(NATURES) + 1) for some in combinations(NATURES, size)]
CASES = [
    pytest.param(submitter, natures, major, id=f"{submitter.value}-{'+'.join(sorted(natures))}-{major}")
    for submitter in Submitter
    for natures in NATURE_SETS
    for major in (False, True)
]


@pytest.mark.article("§3.4")
@pytest.mark.parametrize(("submitter", "natures", "major"), CASES)
def test_route(submitter, natures, major):
    route = compute_route(submitter, natures, major)
    both = natures & {"overall", "policy"} and natures & {"funds", "land"}
    if natures & {"overall", "policy"}:
        forum = Forum.EXECUTIVE_MEETING
    elif natures & {"funds", "land"}:
        forum = Forum.MAYORS_OFFICE_MEETING
    else:
        forum = Forum.SIGN_OFF
    assert route.steps == STEPS[submitter]
    assert route.forum is forum
    assert route.party_committee is major
    assert [reason.step for reason in route.why] == [*route.steps, "forum", *(["party_committee"] if major else [])]
    assert {reason.article for reason in route.why} == {"§3.4"}
    read = {reason.step for reason in route.why if reason.reading}
    assert ("forum" in read) == bool(both)
    assert read - {"forum"} == (
        {"general_office"} if submitter is Submitter.DEPARTMENT else {"general_office", "executive_vice_mayor"}
    )


@pytest.mark.article("§3.4")
def test_every_step_is_a_post_with_a_role():
    for steps in STEPS.values():
        assert all(POSTS[step].step_role for step in steps)


@pytest.mark.article("§3.4")
@pytest.mark.parametrize("submitter", Submitter)
def test_without_a_nature_there_is_no_route(submitter):
    with pytest.raises(NatureNeeded, match=r"^the General Office decides the nature first$"):
        compute_route(submitter, [])


def test_an_unknown_nature_or_submitter_is_an_error():
    with pytest.raises(ValueError, match="unknown nature: gold, sea"):
        compute_route(Submitter.DEPARTMENT, ["sea", "intent", "gold"])
    with pytest.raises(ValueError, match="county"):
        compute_route("county", ["intent"])


def test_a_nature_named_twice_counts_once():
    assert compute_route(Submitter.DISTRICT, ["land", "land"]) == compute_route(Submitter.DISTRICT, {"land"})
