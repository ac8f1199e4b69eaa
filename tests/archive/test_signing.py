"""Signing (§3.5): who records it, what it asks, what starts with it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from agreements.models import Access, Agreement, Attachment, Deadline, Station, ToDo
from agreements.services import deadlines
from archive.models import Signatory, Signing
from archive.services import signing
from archive.services.signing import Ours, Theirs
from core import clock
from core.errors import BadInput, NotNow, Refused
from records.models import Event
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import approved, paper, run_through
from tests.factories_archive import sign

SHANGHAI = ZoneInfo("Asia/Shanghai")


def facts_of(agreement: Agreement, **changed):
    """Return complete facts of a signing, some of them changed."""
    return {
        "on": clock.today(),
        "place": "长春市",
        "manner": "together",
        "scan": paper("签署文本.png"),
        "ours": [Ours("张海", "天津市市长", is_municipal_leader=True)],
        "theirs": [Theirs(party, "高远", "长春市市长") for party in agreement.parties.all()],
        **changed,
    }


@pytest.mark.article("§3.5")
class TestRecord:
    def test_it_writes_the_facts_and_moves_to_the_seal(self, org: Organisation):
        agreement = approved(org)
        row = signing.record(agreement, by=fresh(org.staff), **facts_of(agreement))
        agreement.refresh_from_db()
        assert (agreement.station, agreement.signed_on) == (Station.SEALING, clock.today())
        assert row.text.sha256 == agreement.runs.get(state="passed").sha256
        assert [(person.side, str(person)) for person in row.people] == [
            ("ours", "天津市市长 张海"),
            ("theirs", "长春市市长 高远"),
        ]
        event = Event.objects.get(chain=agreement.chain, code="sign")
        assert (event.payload["place"], event.text_sha256) == ("长春市", row.text.sha256)
        assert event.payload["scan"] == row.scan.file.sha256

    def test_the_officers_to_do_becomes_the_request_for_the_seal(self, org: Organisation):
        agreement = approved(org)
        assert ToDo.objects.filter(agreement=agreement, code="sign", closed_at=None).exists()
        sign(agreement, org)
        assert list(ToDo.objects.filter(agreement=agreement, closed_at=None).values_list("code", flat=True)) == [
            "request_sealing"
        ]

    def test_secretariat_and_supervision_may_see_it_from_then_on(self, org: Organisation):
        agreement = approved(org)
        assert not Agreement.objects.visible_to(fresh(org.inspector)).filter(pk=agreement.pk).exists()
        sign(agreement, org)
        for user in (org.secretariat, org.inspector):
            assert Agreement.objects.visible_to(fresh(user)).filter(pk=agreement.pk).exists()
        assert Access.objects.filter(agreement=agreement, why="custody").count() == 2

    def test_without_a_due_seal_it_goes_straight_to_the_archive(self, org: Organisation):
        agreement = approved(org, seal_due=False)
        sign(agreement, org)
        agreement.refresh_from_db()
        assert agreement.station == Station.ARCHIVING
        assert not Deadline.objects.filter(agreement=agreement, rule="seal").exists()
        assert ToDo.objects.get(agreement=agreement, closed_at=None).code == "hand_over"
        assert Deadline.objects.filter(agreement=agreement, rule="handover", closed_on=None).exists()

    def test_only_the_lead_unit_records_it(self, org: Organisation):
        agreement = approved(org)
        for who in ("consulted", "secretariat", "general_office", "mayor", "legal"):
            with pytest.raises(Refused) as refusal:
                signing.record(agreement, by=fresh(getattr(org, who)), **facts_of(agreement))
            assert refusal.value.article == "§3.5"

    def test_not_before_the_approval_is_finished(self, org: Organisation):
        agreement = make_agreement(org, at_station="legal_review")
        with pytest.raises(NotNow):
            signing.record(agreement, by=fresh(org.staff), **facts_of(agreement))

    def test_the_second_caller_is_told_that_it_was_signed(self, org: Organisation):
        agreement = approved(org)
        sign(agreement, org)
        with pytest.raises(NotNow):
            sign(Agreement.objects.get(pk=agreement.pk), org)
        assert Signing.objects.count() == 1

    def test_each_counterparty_signs(self, org: Organisation):
        agreement = approved(org)
        with pytest.raises(BadInput, match="长春市人民政府"):
            signing.record(agreement, by=fresh(org.staff), **facts_of(agreement, theirs=[]))

    def test_our_side_signs(self, org: Organisation):
        agreement = approved(org)
        with pytest.raises(BadInput) as refusal:
            signing.record(agreement, by=fresh(org.staff), **facts_of(agreement, ours=[]))
        assert refusal.value.code == "nobody_ours"

    def test_a_party_of_another_agreement_does_not_sign_this_one(self, org: Organisation):
        agreement, other = approved(org), make_agreement(org)
        with pytest.raises(BadInput):
            signing.record(
                agreement,
                by=fresh(org.staff),
                **facts_of(agreement, theirs=[Theirs(other.parties.get(), "高远", "市长")]),
            )

    def test_the_day_is_neither_in_the_future_nor_before_the_approval(self, org: Organisation):
        agreement = approved(org)
        for day in (clock.today() + timedelta(days=1), agreement.station_since - timedelta(days=1)):
            with pytest.raises(BadInput):
                signing.record(agreement, by=fresh(org.staff), **facts_of(agreement, on=day))

    def test_a_suspended_agreement_is_not_signed(self, org: Organisation):
        agreement = approved(org)
        agreement.suspend(on=clock.today())
        agreement.save()
        with pytest.raises(NotNow):
            sign(agreement, org)

    def test_a_text_that_can_still_be_edited_is_no_scan(self, org: Organisation, docx):
        agreement = approved(org)
        with pytest.raises(BadInput) as refusal:
            signing.record(agreement, by=fresh(org.staff), **facts_of(agreement, scan=docx))
        assert refusal.value.code == "file_not_fixed"
        agreement.refresh_from_db()
        assert agreement.station == Station.SIGNING

    def test_everything_or_nothing(self, org: Organisation, monkeypatch: pytest.MonkeyPatch):
        agreement = approved(org)
        events = Event.objects.filter(chain=agreement.chain).count()
        monkeypatch.setattr("archive.services.sealing.start_window", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sign(agreement, org)
        assert Agreement.objects.get(pk=agreement.pk).station == Station.SIGNING
        assert not Signing.objects.exists()
        assert not Signatory.objects.exists()
        assert not Attachment.objects.filter(kind="signed_scan").exists()
        assert Event.objects.filter(chain=agreement.chain).count() == events


@pytest.mark.article("§2")
class TestAuthorisation:
    def test_a_signatory_who_is_no_leader_bears_the_mayors_authorisation(self, org: Organisation):
        agreement = approved(org)
        with pytest.raises(BadInput) as refusal:
            signing.record(
                agreement, by=fresh(org.staff), **facts_of(agreement, ours=[Ours("许志远", "市合作交流办主任")])
            )
        assert (refusal.value.code, refusal.value.article) == ("not_authorised", "§2")

    def test_the_authorisation_is_kept_on_file(self, org: Organisation):
        agreement = approved(org)
        row = sign(agreement, org, leader=False)
        assert row.people[0].authorisation.kind == Attachment.Kind.AUTHORISATION
        assert row.leaders == []


@pytest.mark.article("§3.4")
def test_a_major_matter_is_signed_only_after_the_party_committee_heard_of_it(org: Organisation, monkeypatch):
    monkeypatch.setattr("approvals.services.party_committee.record", lambda *_args, **_kw: None)
    agreement = make_agreement(org, at_station="legal_review", is_major=True)
    run_through(agreement, org)
    with pytest.raises(NotNow) as refusal:
        sign(agreement, org)
    assert [gap.code for gap in refusal.value.gaps] == ["party_report"]


@pytest.mark.article("§3.5")
def test_the_seal_is_due_on_the_fifth_working_day_not_counting_the_signing_day(org: Organisation):
    # National Day 2025: off from 1 to 8 October, with Saturday 11 October worked.
    agreement = make_agreement(org, at_station="legal_review", at=datetime(2025, 9, 25, 9, tzinfo=SHANGHAI))
    run_through(agreement, org, at=datetime(2025, 9, 26, 9, tzinfo=SHANGHAI))
    sign(agreement, org, on=date(2025, 9, 29), at=datetime(2025, 9, 30, 16, tzinfo=SHANGHAI))
    due = Deadline.objects.get(agreement=agreement, rule="seal")
    assert (due.starts_on, due.due_on, due.provisional) == (date(2025, 9, 29), date(2025, 10, 13), False)


@pytest.mark.article("§3.5")
def test_the_lead_unit_answers_and_secretariat_and_supervision_are_told(org: Organisation):
    agreement = approved(org)
    sign(agreement, org)
    due = Deadline.objects.get(agreement=agreement, rule="seal")
    assert (due.post.unit, due.post.code, due.article, due.own_limit) == (org.lead, "officer", "§3.5", False)
    setting = deadlines.setting(agreement, "seal")
    assert (setting.told_first, setting.told_second) == ("secretariat", "supervision_office")


def test_what_was_signed_is_never_altered(org: Organisation):
    row = sign(approved(org), org)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signing.objects.filter(pk=row.pk).update(place="北京")
    with pytest.raises(IntegrityError), transaction.atomic():
        Signatory.objects.filter(signing=row).update(name="别人")
