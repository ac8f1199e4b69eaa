"""What a line of the trail tells of an act on an approval: who, which post, in which capacity, on which text."""

import pytest
from django.test import Client
from django.utils import translation

from agreements.models import Agreement, Station
from agreements.pages import TrailLine, trail_lines
from records import trail
from records.models import Event
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import holder_of, open_assignment, open_run, pass_step
from tests.factories_meetings import at_the_meeting, resolve

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


def lines_of(agreement: Agreement) -> list[TrailLine]:
    with translation.override("zh-hans"):
        return trail_lines(list(trail.history(agreement.chain)))


def test_a_decision_names_capacity_and_text_by_number_and_hash(org: Organisation, as_user) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    run = open_run(agreement, org)
    pass_step(agreement)
    line = lines_of(agreement)[0]
    assert (line.capacity, line.version, line.sha256) == ("本人", f"第{run.text.number}稿", run.sha256)
    browser: Client = as_user(org.staff)
    whole = browser.get(f"{agreement.get_absolute_url()}?tab=trail").content.decode()
    assert f'本人 · <span title="SHA-256 {run.sha256}">第{run.text.number}稿</span>' in whole
    assert f"<code>{run.sha256[:16]}…</code>" in whole
    assignment = open_assignment(agreement)
    beside = as_user(fresh(holder_of(assignment))).get(f"/reviews/decisions/{assignment.public_id}/").content.decode()
    assert f'本人 · <span title="SHA-256 {run.sha256}">第{run.text.number}稿</span>' in beside


def test_a_submission_names_the_text_it_froze_and_other_acts_none(org: Organisation) -> None:
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    history = list(trail.history(agreement.chain))
    lines = dict(zip([event.code for event in reversed(history)], lines_of(agreement), strict=True))
    frozen = agreement.texts.get(kind="review")
    assert (lines["submit_for_review"].version, lines["submit_for_review"].sha256) == (
        f"第{frozen.number}稿",
        frozen.sha256,
    )
    assert (lines["describe"].capacity, lines["describe"].version) == ("", "")


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ("passed", "approve_step"),
        ("in_principle", "approve_step"),
        ("deferred", "meeting_deferred"),
        ("rejected", "send_back_from_approval"),
    ],
)
def test_what_a_meeting_resolved_is_not_the_act_of_who_wrote_it_down(org: Organisation, result: str, code: str) -> None:
    agreement = at_the_meeting(org)
    resolve(open_assignment(agreement), by=org.general_office, result=result, opinion="按会议意见修改。")
    event = Event.objects.filter(chain=agreement.chain, code=code).latest("pk")
    assert (event.actor_id, event.capacity) == (org.general_office.pk, "meeting")
    assert "会议" in [line.capacity for line in lines_of(agreement)]
