"""The way of the original into the archive (§4.1): the note, the translation, received or sent back."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import PostHolding
from accounts.posts import post_in
from agreements.models import Agreement, Deadline, Notice, Station, ToDo
from archive.models import Handover
from archive.services import handover
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import outbox
from records.models import Event
from tests.factories import SINCE, Organisation, fresh, make_agreement, make_user
from tests.factories_approvals import paper, run_through
from tests.factories_archive import hand_over, hand_over_and_receive, seal, sealed, sign, signed

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.article("§4.1")
class TestHandOver:
    def test_the_note_holds_the_four_facts(self, org: Organisation):
        agreement = sealed(org)
        row = hand_over(agreement, org)
        assert row.background == "落实两地合作部署，经协商签署。"
        assert (row.signed_on, row.place) == (agreement.signing.signed_on, agreement.signing.place)
        assert "张海" in row.signatories
        assert "长春市人民政府" in row.signatories

    def test_it_keeps_the_deadline_and_lies_with_the_secretariat(self, org: Organisation):
        agreement = sealed(org)
        row = hand_over(agreement, org)
        due = Deadline.objects.get(agreement=agreement, rule="handover")
        assert (due.closed_on, due.own_limit, row.is_late) == (clock.today(), True, False)
        todo = ToDo.objects.get(agreement=agreement, closed_at=None)
        assert (todo.code, todo.post.code) == ("receive", "secretariat")

    def test_the_second_caller_is_told_that_it_waits(self, org: Organisation):
        agreement = sealed(org)
        hand_over(agreement, org)
        with pytest.raises(NotNow) as refusal:
            hand_over(agreement, org)
        assert [gap.code for gap in refusal.value.gaps] == ["handed_over"]

    def test_not_before_it_is_sealed(self, org: Organisation):
        with pytest.raises(NotNow):
            hand_over(signed(org), org)

    def test_only_the_lead_unit_hands_over(self, org: Organisation):
        agreement = sealed(org)
        for who in ("secretariat", "inspector", "mayor", "consulted"):
            with pytest.raises(Refused):
                handover.hand_over(
                    agreement, by=fresh(getattr(org, who)), background="背景", copies=1, original=paper("原件.png")
                )

    @pytest.mark.parametrize("shift", [-1, 1])
    def test_the_day_is_neither_before_the_seal_nor_in_the_future(self, org: Organisation, shift: int):
        with pytest.raises(BadInput):
            hand_over(sealed(org), org, on=clock.today() + timedelta(days=shift))

    def test_late_is_recorded_not_refused(self, org: Organisation):
        agreement = make_agreement(org, at_station="legal_review", at=datetime(2026, 10, 9, 9, tzinfo=SHANGHAI))
        run_through(agreement, org, at=datetime(2026, 10, 9, 15, tzinfo=SHANGHAI))
        at = datetime(2026, 10, 12, 9, tzinfo=SHANGHAI)
        sign(agreement, org, on=date(2026, 10, 10), at=at)
        seal(agreement, org, on=date(2026, 10, 12), at=at)
        assert hand_over(agreement, org).is_late
        assert Event.objects.get(chain=agreement.chain, code="hand_over").payload["late"] is True

    def test_everything_or_nothing(self, org: Organisation, monkeypatch: pytest.MonkeyPatch):
        agreement = sealed(org)
        monkeypatch.setattr("archive.services.handover.duties.open", lambda *_args, **_kw: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hand_over(agreement, org)
        assert not Handover.objects.exists()
        assert Deadline.objects.get(agreement=agreement, rule="handover").closed_on is None


@pytest.mark.article("§4.1")
class TestForeignAffairs:
    def test_it_is_due_on_the_fifth_working_day_after_signing_by_the_article(self, org: Organisation):
        at = datetime(2026, 9, 28, 9, tzinfo=SHANGHAI)
        agreement = make_agreement(org, "sister_city", "legal_review", party_kind="foreign_government", at=at)
        run_through(agreement, org, at=at)
        sign(agreement, org, on=date(2026, 9, 28), at=at)
        due = Deadline.objects.get(agreement=agreement, rule="handover_foreign_affairs")
        # Off from 1 to 7 October 2026: 29 and 30 September, 8 and 9 October, the worked Saturday 10 October.
        assert (due.due_on, due.article, due.own_limit) == (date(2026, 10, 10), "§4.1", False)
        assert not Deadline.objects.filter(agreement=agreement, rule="handover").exists()

    def test_it_goes_with_its_chinese_translation(self, org: Organisation):
        agreement = sealed(org, category="sister_city", party_kind="foreign_government")
        with pytest.raises(BadInput) as refusal:
            handover.hand_over(
                agreement, by=fresh(org.foreign_staff), background="背景", copies=1, original=paper("原件.png")
            )
        assert (refusal.value.code, refusal.value.article) == ("translation", "§4.1")
        assert hand_over(agreement, org).translation.kind == "translation"


@pytest.mark.article("§4.1")
class TestReceive:
    def test_the_paper_is_home_and_the_agreement_in_performance(self, org: Organisation):
        agreement = sealed(org)
        row = hand_over_and_receive(agreement, org)
        outbox.deliver_pending()
        agreement.refresh_from_db()
        assert (agreement.station, row.state) == (Station.PERFORMANCE, Handover.State.RECEIVED)
        assert (row.answered_by, row.answered_on) == (org.secretariat, clock.today())
        assert not ToDo.objects.filter(agreement=agreement, code__in=("hand_over", "receive"), closed_at=None).exists()
        assert Notice.objects.get(code="archived").user == org.staff

    def test_nothing_is_received_that_was_not_handed_over(self, org: Organisation):
        with pytest.raises(NotNow) as refusal:
            handover.receive(sealed(org), by=fresh(org.secretariat), on=clock.today())
        assert [gap.code for gap in refusal.value.gaps] == ["handover"]

    def test_only_the_secretariat_receives(self, org: Organisation):
        agreement = sealed(org)
        hand_over(agreement, org)
        for who in ("staff", "head", "inspector", "general_office"):
            with pytest.raises(Refused):
                handover.receive(agreement, by=fresh(getattr(org, who)), on=clock.today())

    def test_nobody_receives_the_own_paper(self, org: Organisation):
        agreement = sealed(org)
        hand_over(agreement, org)
        PostHolding.objects.create(post=org.post("secretariat"), user=org.head, from_on=SINCE, basis="兼任")
        with pytest.raises(Refused):
            handover.receive(agreement, by=fresh(org.head), on=clock.today())

    def test_who_handed_it_over_does_not_receive_it(self, org: Organisation):
        agreement = sealed(org)
        colleague = make_user("colleague", "李新", post_in(org.lead, "officer"))
        PostHolding.objects.create(post=org.post("secretariat"), user=colleague, from_on=SINCE, basis="兼任")
        handover.hand_over(
            agreement, by=fresh(colleague), background="对口合作。", copies=2, original=paper("原件.png")
        )
        with pytest.raises(Refused) as refusal:
            handover.receive(agreement, by=fresh(colleague), on=clock.today())
        assert refusal.value.article == "§4.1"
        handover.receive(agreement, by=fresh(org.secretariat), on=clock.today())

    def test_an_incomplete_one_goes_back_and_its_clock_runs_again_to_the_same_day(self, org: Organisation):
        agreement = sealed(org)
        hand_over(agreement, org)
        first = Deadline.objects.get(agreement=agreement, rule="handover")
        with pytest.raises(BadInput):
            handover.send_back(agreement, by=fresh(org.secretariat), reason="")
        handover.send_back(agreement, by=fresh(org.secretariat), reason="缺少一份原件")
        again = Deadline.objects.get(agreement=agreement, rule="handover", closed_on=None)
        assert (again.due_on, again.starts_on) == (first.due_on, first.starts_on)
        assert ToDo.objects.get(agreement=agreement, closed_at=None).code == "hand_over"
        with pytest.raises(NotNow):
            handover.send_back(agreement, by=fresh(org.secretariat), reason="再退")
        hand_over_and_receive(agreement, org)
        assert Agreement.objects.get(pk=agreement.pk).station == Station.PERFORMANCE

    def test_a_suspended_agreement_waits(self, org: Organisation):
        agreement = sealed(org)
        hand_over(agreement, org)
        agreement.refresh_from_db()
        agreement.suspend(on=clock.today())
        agreement.save()
        with pytest.raises(NotNow):
            handover.receive(agreement, by=fresh(org.secretariat), on=clock.today())
