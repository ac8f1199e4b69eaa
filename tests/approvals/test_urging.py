"""§3.4: urging (催办): told at once, seen by all, limited in number; never silent."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from agreements.models import Agreement, Notice, Station
from agreements.services import notices
from approvals.models import Run, Urge
from approvals.services import signing_on, urging
from core import clock
from core.errors import NotNow, Refused
from tests.approvals.others import decide, desks, head_of, lines, lying, newest, told
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import open_run

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW, consult=("reform",))


@pytest.fixture
def run(agreement: Agreement, org: Organisation) -> Run:
    return open_run(agreement, org)


def noon(day: date) -> datetime:
    return clock.start_of(day) + timedelta(hours=12)


class TestUrging:
    def test_who_has_it_is_told_with_the_words_and_the_day(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        urging.urge(run, by=fresh(org.staff), text="对方下周来访。")
        assert told(agreement, "urged") == {org.post("deputy_secretary_general").pk}
        notice = Notice.objects.get(code="urged")
        assert "对方下周来访。" in notices.word(notice)
        assert notice.params["due_on"] in notices.word(notice)

    def test_who_urged_whom_when_is_seen_by_all(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        before = lines(agreement)
        (row,) = urging.urge(run, by=fresh(org.head), text="请阅。")
        assert (row.by_name, row.to_names, row.text, row.sent_on) == ("许志远", "钱进", "请阅。", clock.today())
        event = newest(agreement)
        assert lines(agreement) == before + 1
        assert (event.code, event.actor_id, event.comment) == ("urge", org.head.pk, "请阅。")
        assert (event.text_label, event.text_sha256) == (str(run.text.number), run.sha256)
        assert event.payload["posts"] == [org.post("deputy_secretary_general").title]

    def test_nothing_is_decided_or_moved_by_it(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        before = desks(agreement)
        urging.urge(run, by=fresh(org.head))
        assert desks(agreement) == before

    def test_each_of_several_is_urged_and_who_is_not_asked_yet_is_not(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        by = fresh(org.deputy_secretary_general)
        signing_on.add(host, by=by, posts=[head_of(org, "finance")], place="beside", reason="请核")
        signing_on.add(host, by=by, posts=[org.post("legal")], place="after", reason="请核")
        urging.urge(run, by=fresh(org.general_office))
        assert told(agreement, "urged") == {host.post_id, head_of(org, "finance").pk}

    def test_once_an_item_and_working_day_with_the_day_on_which_it_is_possible_again(
        self, run: Run, org: Organisation
    ) -> None:
        friday = date(2026, 11, 27)
        urging.urge(run, by=fresh(org.staff), on=friday, at=noon(friday))
        for day in (friday, date(2026, 11, 29)):
            with pytest.raises(NotNow, match="周岚") as refusal:
                urging.urge(run, by=fresh(org.general_office), on=day, at=noon(day))
            assert refusal.value.code == "urged_already"
            assert "2026-11-30" in str(refusal.value)
        monday = date(2026, 11, 30)
        assert urging.urge(run, by=fresh(org.general_office), on=monday, at=noon(monday))

    def test_how_often_is_a_setting(self, run: Run, org: Organisation, settings: Settings) -> None:
        settings.URGE_EVERY_WORKDAYS = 3
        friday, monday = date(2026, 11, 27), date(2026, 11, 30)
        urging.urge(run, by=fresh(org.staff), on=friday, at=noon(friday))
        with pytest.raises(NotNow, match="2026-12-02"):
            urging.urge(run, by=fresh(org.staff), on=monday, at=noon(monday))

    def test_the_database_keeps_one_a_day(self, run: Run, org: Organisation) -> None:
        (row,) = urging.urge(run, by=fresh(org.staff))
        with pytest.raises(IntegrityError), transaction.atomic():
            Urge.objects.create(
                assignment=row.assignment, by=org.staff, by_name="x", post_title="x", sent_on=row.sent_on
            )

    def test_who_has_it_next_may_be_urged_on_the_same_day(self, run: Run, org: Organisation) -> None:
        urging.urge(run, by=fresh(org.staff))
        decide(lying(run, org.post("deputy_secretary_general")), org.deputy_secretary_general)
        assert urging.urge(run, by=fresh(org.staff))[0].to_names == "冯志刚"

    @pytest.mark.parametrize("name", ["mayor", "deputy_secretary_general", "stranger", "consulted"])
    def test_only_the_lead_unit_and_the_office_urge(self, run: Run, org: Organisation, name: str) -> None:
        with pytest.raises(Refused):
            urging.urge(run, by=fresh(org.users[name]))
        assert not Urge.objects.exists()

    def test_when_nothing_lies_with_anybody_else_nobody_is_urged(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        decide(lying(run, org.post("deputy_secretary_general")), org.deputy_secretary_general, "send_back", "请修改。")
        with pytest.raises(NotNow) as refusal:
            urging.urge(run, by=fresh(org.head))
        assert refusal.value.code == "nobody_to_urge"

    def test_an_urge_is_never_edited(self, run: Run, org: Organisation) -> None:
        urging.urge(run, by=fresh(org.staff))
        with pytest.raises(IntegrityError), transaction.atomic():
            Urge.objects.update(text="没有催过")
