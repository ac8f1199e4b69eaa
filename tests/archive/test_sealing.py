"""Sealing (§3.5): the request and its basis, the register without gaps, late recorded, nobody on the own paper."""

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import PostHolding
from accounts.posts import post_in
from agreements.models import Agreement, Deadline, Notice, Station, ToDo
from archive.models import SealRegister, SealRequest
from archive.services import sealing
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import numbers, outbox
from records.models import Event
from tests.factories import SINCE, Organisation, fresh, make_agreement, make_user, organisation
from tests.factories_approvals import paper, run_through
from tests.factories_archive import request_seal, seal, sealed, sign, signed

SHANGHAI = ZoneInfo("Asia/Shanghai")


def ask(agreement: Agreement, org: Organisation, **changed):
    """Ask for the seal with complete facts, some of them changed."""
    return sealing.request(
        agreement, by=fresh(org.staff), **{"copies": 4, "pages": 12, "purpose": "签署文本用印", **changed}
    )


def affix(agreement: Agreement, by, **changed):
    """Affix the seal with complete facts, some of them changed."""
    facts = {"on": clock.today(), "copies": 4, "pages": 12, "places": "签署页", "keeper": "马兰", **changed}
    return sealing.affix(agreement, by=fresh(by), **facts)


@pytest.mark.article("§3.5")
class TestRequest:
    def test_a_text_a_leader_signed_needs_nothing_else(self, org: Organisation):
        agreement = signed(org)
        row = ask(agreement, org)
        assert (row.basis, row.instruction) == (SealRequest.Basis.LEADER_SIGNED, None)
        todo = ToDo.objects.get(agreement=agreement, closed_at=None)
        assert (todo.code, todo.post.code) == ("seal", "secretariat")
        assert todo.due_on == Deadline.objects.get(agreement=agreement, rule="seal").due_on

    @pytest.mark.parametrize("given", [{}, {"instructed_by": "市长 张海"}, {"instruction": "paper"}])
    def test_any_other_text_needs_a_leaders_written_instruction(self, org: Organisation, given):
        agreement = signed(org, leader=False)
        if "instruction" in given:
            given = {"instruction": paper("批示件.png"), "instructed_by": "  "}
        with pytest.raises(BadInput) as refusal:
            ask(agreement, org, **given)
        assert (refusal.value.code, refusal.value.article) == ("instruction", "§3.5")
        assert not SealRequest.objects.exists()

    def test_with_the_instruction_it_goes_to_the_secretariat(self, org: Organisation):
        row = request_seal(signed(org, leader=False), org)
        assert (row.basis, row.instruction.kind) == (SealRequest.Basis.INSTRUCTION, "instruction")

    def test_the_second_caller_is_told_that_it_waits(self, org: Organisation):
        agreement = signed(org)
        ask(agreement, org)
        with pytest.raises(NotNow) as refusal:
            ask(agreement, org)
        assert [gap.code for gap in refusal.value.gaps] == ["seal_requested"]

    def test_only_the_lead_unit_asks(self, org: Organisation):
        agreement = signed(org)
        for who in ("secretariat", "inspector", "mayor", "consulted"):
            with pytest.raises(Refused):
                sealing.request(agreement, by=fresh(getattr(org, who)), copies=1, pages=1, purpose="用印")

    def test_it_may_be_sent_back_with_a_reason_while_the_clock_goes_on(self, org: Organisation):
        agreement = signed(org)
        ask(agreement, org)
        with pytest.raises(BadInput):
            sealing.send_back(agreement, by=fresh(org.secretariat), reason=" ")
        sealing.send_back(agreement, by=fresh(org.secretariat), reason="份数不符")
        outbox.deliver_pending()
        row = agreement.seal_requests.get()
        assert (row.state, row.reason, row.answered_by) == ("sent_back", "份数不符", org.secretariat)
        assert ToDo.objects.get(agreement=agreement, closed_at=None).code == "request_sealing"
        assert Deadline.objects.filter(agreement=agreement, rule="seal", closed_on=None).count() == 1
        assert Notice.objects.get(code="seal_sent_back").user == org.staff
        with pytest.raises(NotNow):
            sealing.send_back(agreement, by=fresh(org.secretariat), reason="再退")
        ask(agreement, org)


@pytest.mark.article("§3.5")
class TestAffix:
    def test_it_writes_the_line_and_stops_the_clock_on_that_day(self, org: Organisation):
        agreement = signed(org)
        line = seal(agreement, org)
        agreement.refresh_from_db()
        assert agreement.station == Station.ARCHIVING
        assert (line.code, line.text_sha256) == (f"〔{clock.today().year}〕1", agreement.signing.text.sha256)
        assert (line.approver, line.is_late, line.straddle) == ("天津市市长 张海", False, True)
        due = Deadline.objects.get(agreement=agreement, rule="seal")
        assert (due.closed_on, due.closed_because) == (clock.today(), "done")
        assert ToDo.objects.get(agreement=agreement, closed_at=None).code == "hand_over"
        assert Event.objects.get(chain=agreement.chain, code="seal").payload["register"] == line.code

    def test_the_line_names_whose_instruction_it_was(self, org: Organisation):
        line = seal(signed(org, leader=False), org)
        assert line.approver == "市长 张海 津政批〔2026〕9号"

    def test_without_a_request_nothing_is_sealed(self, org: Organisation):
        agreement = signed(org)
        with pytest.raises(NotNow) as refusal:
            affix(agreement, org.secretariat)
        assert [gap.code for gap in refusal.value.gaps] == ["seal_request"]

    def test_only_the_secretariat_seals(self, org: Organisation):
        agreement = signed(org)
        ask(agreement, org)
        for who in ("staff", "head", "inspector", "general_office", "mayor"):
            with pytest.raises(Refused):
                affix(agreement, getattr(org, who))

    def test_nobody_seals_the_own_paper(self, org: Organisation):
        agreement = signed(org)
        ask(agreement, org)
        PostHolding.objects.create(post=org.post("secretariat"), user=org.staff, from_on=SINCE, basis="兼任")
        with pytest.raises(Refused, match=r"起草|drafted"):
            affix(agreement, org.staff)

    def test_who_asked_for_the_seal_does_not_affix_it(self, org: Organisation):
        agreement = signed(org)
        colleague = make_user("colleague", "李新", post_in(org.lead, "officer"))
        PostHolding.objects.create(post=org.post("secretariat"), user=colleague, from_on=SINCE, basis="兼任")
        sealing.request(agreement, by=fresh(colleague), copies=4, pages=12, purpose="签署文本用印")
        with pytest.raises(Refused) as refusal:
            affix(agreement, colleague)
        assert refusal.value.article == "§3.5"
        affix(agreement, org.secretariat)

    def test_no_more_copies_than_asked_for(self, org: Organisation):
        agreement = signed(org)
        ask(agreement, org, copies=2)
        with pytest.raises(BadInput):
            affix(agreement, org.secretariat, copies=3)

    @pytest.mark.parametrize("shift", [-1, 1])
    def test_the_day_is_neither_before_the_signing_nor_in_the_future(self, org: Organisation, shift: int):
        agreement = signed(org)
        ask(agreement, org)
        with pytest.raises(BadInput):
            affix(agreement, org.secretariat, on=clock.today() + timedelta(days=shift))

    def test_a_late_seal_is_recorded_not_refused(self, org: Organisation):
        agreement = make_agreement(org, at_station="legal_review", at=datetime(2026, 10, 9, 9, tzinfo=SHANGHAI))
        run_through(agreement, org, at=datetime(2026, 10, 9, 15, tzinfo=SHANGHAI))
        sign(agreement, org, on=date(2026, 10, 9), at=datetime(2026, 10, 9, 17, tzinfo=SHANGHAI))
        due = Deadline.objects.get(agreement=agreement, rule="seal").due_on
        line = seal(agreement, org, on=due + timedelta(days=4))
        assert line.is_late
        assert Event.objects.get(chain=agreement.chain, code="seal").payload["late"] is True

    def test_sealed_in_time_and_entered_late_is_in_time(self, org: Organisation):
        agreement = make_agreement(org, at_station="legal_review", at=datetime(2026, 10, 9, 9, tzinfo=SHANGHAI))
        run_through(agreement, org, at=datetime(2026, 10, 9, 15, tzinfo=SHANGHAI))
        sign(agreement, org, on=date(2026, 10, 9), at=datetime(2026, 10, 9, 17, tzinfo=SHANGHAI))
        due = Deadline.objects.get(agreement=agreement, rule="seal").due_on
        assert not seal(agreement, org, on=due).is_late

    def test_the_second_caller_is_told(self, org: Organisation):
        agreement = sealed(org)
        with pytest.raises(NotNow):
            affix(Agreement.objects.get(pk=agreement.pk), org.secretariat)
        assert SealRegister.objects.count() == 1

    def test_a_line_is_never_altered(self, org: Organisation):
        agreement = sealed(org)
        with pytest.raises(IntegrityError), transaction.atomic():
            SealRegister.objects.filter(agreement=agreement).update(copies=9)

    def test_everything_or_nothing_and_the_number_is_given_back(self, org: Organisation, monkeypatch):
        agreement = signed(org)
        ask(agreement, org)
        with monkeypatch.context() as patch:
            patch.setattr("archive.services.handover.ask_lead_unit", lambda *_args, **_kw: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                affix(agreement, org.secretariat)
        assert not SealRegister.objects.exists()
        assert Agreement.objects.get(pk=agreement.pk).station == Station.SEALING
        assert affix(Agreement.objects.get(pk=agreement.pk), org.secretariat).number == 1

    def test_numbers_run_on_and_begin_again_with_the_year(self, org: Organisation):
        today = clock.today()
        first, second = seal(signed(org), org), seal(signed(org, title="第二份"), org)
        assert (first.number, second.number) == (1, 2)
        with transaction.atomic():
            assert numbers.next_number(f"seal:{org.authority.code}", today.year + 1) == 1


@pytest.mark.article("§3.5")
@pytest.mark.parametrize(("starts", "rule_from"), [("signing", "signed_on"), ("sealing", "sealed_on")])
def test_the_category_says_where_the_window_of_the_handover_begins(org: Organisation, starts, rule_from):
    edition = org.category("sister_province").edition
    edition.body["handover_starts"] = starts
    edition.save()
    agreement = make_agreement(org, at_station="legal_review", at=datetime(2026, 11, 16, 9, tzinfo=SHANGHAI))
    run_through(agreement, org, at=datetime(2026, 11, 16, 15, tzinfo=SHANGHAI))
    sign(agreement, org, on=date(2026, 11, 17), at=datetime(2026, 11, 17, 9, tzinfo=SHANGHAI))
    line = seal(agreement, org, on=date(2026, 11, 19), at=datetime(2026, 11, 19, 9, tzinfo=SHANGHAI))
    due = Deadline.objects.get(agreement=agreement, rule="handover")
    facts = {"signed_on": agreement.signed_on, "sealed_on": line.sealed_on}
    assert (due.starts_on, due.own_limit) == (facts[rule_from], True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_seals_at_once_get_two_numbers_and_one_agreement_one_line() -> None:
    org = organisation()
    agreements = [signed(org), signed(org, title="第二份")]
    for agreement in agreements:
        ask(agreement, org)
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def race(pk: int) -> None:
        try:
            agreement = Agreement.objects.get(pk=pk)
            barrier.wait(timeout=20)
            affix(agreement, org.secretariat)
            outcomes.append("sealed")
        except NotNow:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(agreement.pk,)) for agreement in agreements * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["sealed", "sealed", "told", "told"]
    assert list(SealRegister.objects.values_list("number", flat=True)) == [1, 2]
