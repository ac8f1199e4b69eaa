"""The cases of the demonstration, in the order in which they were filed; see each for where it stands and why."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from agreements.models import Notice, Station
from agreements.services import clock as agreements_clock
from agreements.services import notices
from approvals.services import phrases
from core import clock
from demo import (
    cases_approving,
    cases_changchun,
    cases_drafting,
    cases_meetings,
    cases_opinions,
    cases_performing,
    cases_periods,
    cases_returns,
    cases_revision,
    cases_signers,
    delegations,
    own_name,
)
from demo.ground import People
from demo.story import ago
from records import outbox

DAYS_LOOKED_AT = 8
"""The clock looks at so many working days one by one, so that reminders are raised on their days."""


OWN_PHRASES = (
    ("vice_mayor", "同意，请按程序抓紧推进。"),
    ("vice_mayor", "请市财政局、市规划资源局把关后再报。"),
    ("mayor", "同意。请建立台账，按季度报告落实情况。"),
)
"""Words that leaders of the demonstration write often."""


def load(people: People) -> int:
    """Tell every case through the services, all or none, then look at the clock; return the number of agreements."""
    tellers = (
        cases_performing.concluded_assistance,
        cases_periods.second_period,
        cases_performing.suspended_province,
        cases_changchun.load,
        cases_performing.late_task,
        cases_drafting.withdrawn_enterprise,
        cases_approving.approved_major,
        cases_performing.late_seal,
        cases_approving.returned_by_secretary_general,
        cases_signers.signed_with_others,
        cases_approving.waits_for_mayor,
        cases_performing.waits_for_seal,
        cases_performing.foreign_on_its_way,
        cases_approving.returned_and_again,
        cases_approving.waits_for_vice_mayor,
        cases_approving.district_in_approval,
        cases_revision.passed_in_principle,
        cases_approving.waits_for_meeting,
        cases_returns.taken_to_a_meeting,
        cases_returns.paused_by_vice_mayor,
        cases_meetings.results_due,
        cases_meetings.on_the_agenda,
        cases_approving.waits_for_secretary_general,
        cases_performing.provisional_handover,
        cases_drafting.reviewed,
        cases_drafting.under_review,
        cases_drafting.asked_for_more,
        cases_opinions.differences_remain,
        cases_drafting.with_the_head,
        cases_drafting.district_with_its_head,
        cases_drafting.sent_to_and_fro,
        cases_drafting.opinions_to_answer,
        cases_drafting.out_for_opinions,
        cases_periods.sub_agreement,
        cases_periods.typed_again,
        cases_drafting.in_preparation,
    )
    with transaction.atomic():
        for tell in tellers:
            tell(people)
        cases_periods.register(people)
        own = own_name.load(people)
        delegations.tell(people)
        for username, words in OWN_PHRASES:
            phrases.add(words, by=people[username])
    while outbox.deliver_pending():
        pass
    _read_what_is_past(people)
    for workdays in range(DAYS_LOOKED_AT, 0, -1):
        agreements_clock.look(clock.start_of(ago(workdays)) + timedelta(hours=8))
    agreements_clock.look(clock.now())
    return len(tellers) + own


def _read_what_is_past(people: People) -> None:
    """Mark what was told on the way as read, but for what still waits: a draft sent back, a text to be signed."""
    waits = Q(code="returned", agreement__station=Station.DRAFTING) | Q(
        code="approved", agreement__station=Station.SIGNING
    )
    for person in people.values():
        told = Notice.objects.filter(Q(user=person) | Q(post_id__in=person.post_ids), read_at=None)
        for notice in told.exclude(waits):
            notices.read(notice, by=person)


# ---------------------------------------------------------------------- at the end of the road


# ---------------------------------------------------------------------- signing, seal, archive


# ---------------------------------------------------------------------- approval


# ---------------------------------------------------------------------- review


# ---------------------------------------------------------------------- drafting, preparation
