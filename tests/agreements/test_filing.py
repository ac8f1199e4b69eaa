"""Papers of a case: who files them and when, versions, papers marked as void, what they belong to."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from agreements import events, preparation_pages, shelf, subjects
from agreements.models import Agreement, Attachment, Exchange, OutsideLetter
from agreements.services import attachments, diligence, drafting, preparation, standing
from agreements.services.attachments import Kind
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import files, trail
from records.models import StoredFile
from tests.factories import Organisation, file_paper, fresh, make_agreement
from tests.factories_archive import signed
from tests.records import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(org: Organisation) -> Agreement:
    return make_agreement(org, at_station="preparation", party="华岳集团", party_kind="private_enterprise")


def newer(paper: Attachment, *, by: Any, pages: int = 2, name: str = "往来材料.pdf", **facts: Any) -> Attachment:
    with files.received(SimpleUploadedFile(name, samples.pdf(pages)), name=name) as upload:
        return attachments.replace(paper, upload, by=by, **facts)


def last(agreement: Agreement) -> Any:
    return list(trail.history(agreement.chain))[-1]


@pytest.mark.article("§4.1")
def test_the_lead_unit_files_a_paper_and_the_trail_says_so(org: Organisation, case: Agreement) -> None:
    paper = file_paper(case, by=org.staff, kind="counterparty", name="营业执照.pdf", remark="加盖公章")
    assert (paper.name, paper.kind, paper.remark) == ("营业执照.pdf", "counterparty", "加盖公章")
    event = last(case)
    assert event.code == "attach_file"
    assert event.payload["sha256"] == paper.file.sha256
    assert "营业执照.pdf" in events.detail_of(event)


@pytest.mark.article("§4.1")
@pytest.mark.parametrize("name", ["consulted", "general_office", "secretariat", "mayor", "stranger", "administrator"])
def test_nobody_else_files_one_and_nothing_is_stored(org: Organisation, case: Agreement, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        file_paper(case, by=org.users[name])
    assert refusal.value.article == "§4.1"
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("kind", sorted(set(Kind) - set(attachments.FILED_BEFORE_SIGNING)))
def test_what_has_an_act_of_its_own_is_not_filed_here(org: Organisation, case: Agreement, kind: str) -> None:
    with pytest.raises(NotNow) as refusal:
        file_paper(case, by=org.staff, kind=kind)
    assert refusal.value.code == "other_act"
    assert not case.attachments.exists()


@pytest.mark.article("§4.1")
def test_after_the_signing_only_evidence_and_other_papers_are_filed(org: Organisation) -> None:
    agreement = make_agreement(org, at_station="preparation")
    early = file_paper(agreement, by=org.staff, kind="other")
    agreement = signed(org)
    Attachment.objects.filter(pk=early.pk).update(agreement=agreement)
    with pytest.raises(NotNow):
        file_paper(agreement, by=fresh(org.staff), kind="diligence")
    paper = file_paper(agreement, by=fresh(org.staff), kind="evidence", name="照片.pdf")
    attachments.void(paper, by=fresh(org.staff), reason="传错")
    scan = agreement.attachments.get(kind="signed_scan")
    with pytest.raises(NotNow) as refusal:
        attachments.void(scan, by=fresh(org.staff), reason="传错")
    assert refusal.value.code == "settled"


def test_a_case_that_has_ended_takes_no_papers(org: Organisation, case: Agreement) -> None:
    drafting.withdraw(case, by=org.head, reason="不再推进")
    with pytest.raises(NotNow) as refusal:
        file_paper(case, by=org.staff)
    assert refusal.value.code == "settled"


def test_a_suspended_case_still_takes_them(org: Organisation, case: Agreement) -> None:
    standing.propose(case, "suspend", by=org.head, reason="政策调整")
    standing.decide(case, by=org.mayor, accepted=True, opinion="同意")
    assert file_paper(case, by=fresh(org.staff)).pk


def test_who_files_in_preparation_has_worked_on_the_case(org: Organisation, case: Agreement) -> None:
    file_paper(case, by=org.head)
    assert case.access.filter(user=org.head, why="drafted").exists()


# ---------------------------------------------------------------------- versions and void papers


def test_a_newer_version_stands_over_the_older_one(org: Organisation, case: Agreement) -> None:
    first = file_paper(case, by=org.staff, kind="diligence", subject_key="risk")
    second = newer(first, by=org.head, remark="补充附件")
    third = newer(second, by=org.staff, pages=3, name="改名.pdf")
    assert (second.kind, second.subject_key) == ("diligence", "risk")
    (group,) = shelf.lay_out(case, org.staff)
    (paper,) = group.papers
    assert (paper.row, paper.older, paper.number) == (third, [second, first], 3)
    assert list(Attachment.objects.valid()) == [third]
    assert "往来材料.pdf" in events.detail_of(last(case))
    with files.open_stored(first.file) as stream:
        assert stream.read() == samples.pdf()


def test_the_second_who_replaces_the_same_version_is_told(org: Organisation, case: Agreement) -> None:
    first = file_paper(case, by=org.staff)
    newer(first, by=org.staff)
    with pytest.raises(NotNow) as refusal:
        newer(first, by=org.head, pages=3)
    assert refusal.value.code == "replaced"
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.create(
            agreement=case, kind="other", name="x", file=first.file, added_by=org.staff, replaces=first
        )


def test_the_very_same_file_is_no_newer_version(org: Organisation, case: Agreement) -> None:
    first = file_paper(case, by=org.staff)
    with pytest.raises(BadInput) as refusal:
        newer(first, by=org.staff, pages=1)
    assert refusal.value.code == "file_same"
    assert case.attachments.count() == 1


def test_a_void_paper_stays_with_its_bytes_and_its_reason(org: Organisation, case: Agreement) -> None:
    paper = file_paper(case, by=org.staff)
    attachments.void(paper, by=org.head, reason=" 与本协议无关 ")
    paper.refresh_from_db()
    assert (paper.void_reason, paper.voided_by) == ("与本协议无关", org.head)
    assert last(case).comment == "与本协议无关"
    assert not Attachment.objects.valid().exists()
    with files.open_stored(paper.file) as stream:
        assert stream.read()
    for act in (lambda: attachments.void(paper, by=org.staff, reason="再次"), lambda: newer(paper, by=org.staff)):
        with pytest.raises(NotNow) as refusal:
            act()
        assert refusal.value.code == "void"


def test_a_paper_is_not_void_without_a_reason_or_by_others(org: Organisation, case: Agreement) -> None:
    paper = file_paper(case, by=org.staff)
    with pytest.raises(BadInput):
        attachments.void(paper, by=org.staff, reason="  ")
    with pytest.raises(Refused):
        attachments.void(paper, by=org.consulted, reason="无权")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=paper.pk).update(void_reason="没有人")


def test_a_refused_file_leaves_nothing(org: Organisation, case: Agreement) -> None:
    before = trail.history(case.chain).count()
    sent = SimpleUploadedFile("协议.pdf", b"MZ program")
    with pytest.raises(BadInput, match=r"协议\.pdf"), files.received(sent, name="协议.pdf") as upload:
        attachments.file(case, "other", upload, by=org.staff)
    assert not case.attachments.exists()
    assert trail.history(case.chain).count() == before


# ---------------------------------------------------------------------- how they are laid out


def test_kinds_of_the_station_come_first(org: Organisation, case: Agreement) -> None:
    for number, kind in enumerate(("other", "authority", "diligence", "origin"), start=1):
        file_paper(case, by=org.staff, kind=kind, pages=number)
    assert [group.code for group in shelf.lay_out(case, org.staff)] == ["origin", "diligence", "authority", "other"]
    assert set(shelf.order_at("signing")) == set(Kind)
    assert shelf.order_at("performance")[0] == Kind.EVIDENCE


def test_what_a_paper_belongs_to_is_worded(org: Organisation, case: Agreement) -> None:
    party = case.parties.get()
    key = subjects.of_party(party)
    words = subjects.worded(case, [key, f"{key}:standing", "risk", "consultation:7", "unheard:of", "diligence:nobody"])
    assert set(words) == {key, f"{key}:standing", "risk"}
    assert "华岳集团" in words[key]
    assert words[key] != words[f"{key}:standing"]


def test_papers_that_came_with_an_act_or_of_a_party_say_so(org: Organisation, case: Agreement) -> None:
    party = case.parties.get()
    exchange = Exchange.objects.create(
        agreement=case, number=1, direction="received", on=clock.today(), entered_by=org.staff, entered_at=clock.now()
    )
    key = subjects.of_counterparty(party)
    letter = OutsideLetter.objects.create(
        agreement=case,
        sender="市检察院",
        dated_on=clock.today(),
        received_on=clock.today(),
        scan=file_paper(case, by=org.staff),
    )
    words = subjects.worded(case, [key, exchange.files_key, f"letter:{letter.public_id}", "letter:nobody"])
    assert set(words) == {key, exchange.files_key, f"letter:{letter.public_id}"}
    assert words[key] == "华岳集团"
    assert "市检察院" in words[f"letter:{letter.public_id}"]


@pytest.mark.article("§3.1")
def test_a_void_paper_supports_nothing(org: Organisation, case: Agreement) -> None:
    """Where a conclusion or an origin rests on a paper, it lacks one again when that paper is void."""
    preparation.state_origin(case, by=org.staff, origin="instruction")
    file_paper(case, by=org.staff, kind="origin", subject_key="origin")
    file_paper(case, by=org.staff, kind="diligence", subject_key="ability", pages=2)
    assert not preparation.lacks_origin_paper(case)
    assert "ability" in diligence.papered(case)
    for paper in case.attachments.filter(kind__in=("origin", "diligence")):
        attachments.void(paper, by=org.staff, reason="传错")
    assert preparation.lacks_origin_paper(case)
    assert diligence.papered(case) == set()
    assert preparation_pages.origin_papers(case) == []


def test_only_who_may_is_offered_the_acts(org: Organisation, case: Agreement) -> None:
    file_paper(case, by=org.staff)
    for user, expected in ((org.staff, True), (org.consulted, False)):
        ((paper,),) = [group.papers for group in shelf.lay_out(case, user)]
        assert paper.can_change is expected


def test_filing_before_the_lock_and_late_in_the_act_meet_the_same_answer(org: Organisation, case: Agreement) -> None:
    """The station is asked again under the lock: a case withdrawn while the file was looked through takes nothing."""
    sent = SimpleUploadedFile("a.pdf", samples.pdf())
    with files.received(sent, name="a.pdf") as upload:
        drafting.withdraw(Agreement.objects.get(pk=case.pk), by=org.head, reason="不再推进")
        with pytest.raises(NotNow):
            attachments.file(case, "other", upload, by=org.staff)
    assert not StoredFile.objects.exists()
    assert files.orphans() == []
