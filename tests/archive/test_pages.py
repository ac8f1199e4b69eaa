"""The pages of signing, seal and archive: who sees and does what, what is kept after a mistake, one effect."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import PostHolding, User
from agreements.models import Agreement, Station
from archive.models import Handover, SealRegister, SealRequest, Signing
from core import clock
from tests.factories import SINCE, Organisation
from tests.factories_approvals import approved, paper
from tests.factories_archive import hand_over, in_performance, request_seal, sealed, sign, signed

pytestmark = pytest.mark.django_db


def as_user(user: User) -> Client:
    """Return a browser in which the person is logged in, reading English."""
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(name: str, agreement: Agreement) -> str:
    return reverse(f"archive:{name}", args=[agreement.public_id])


def token(client: Client, url: str) -> str:
    found = re.search(r'name="submission_token" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found[1]


def signing_form(agreement: Agreement, **changed):
    """Return the form of a signing by the mayor, some fields changed."""
    return {
        "signed_on": clock.today().isoformat(),
        "place": "长春市",
        "manner": "together",
        "scan": paper("签署文本.png"),
        "ours-TOTAL_FORMS": "1",
        "ours-INITIAL_FORMS": "0",
        "ours-0-name": "张海",
        "ours-0-title": "天津市市长",
        "ours-0-is_municipal_leader": "on",
        "theirs-TOTAL_FORMS": "1",
        "theirs-INITIAL_FORMS": "1",
        "theirs-0-party": str(agreement.parties.get().pk),
        "theirs-0-name": "高远",
        "theirs-0-title": "长春市市长",
        **changed,
    }


SEAL_FORM = {"copies": "4", "pages": "12", "places": "签署页", "keeper": "马兰"}


def pages_by_station(org: Organisation):
    """Return for each page of an act: an agreement at its station, who does it, who may see it and not do it."""
    requested, handed = signed(org, title="待用印"), sealed(org, title="待接收")
    request_seal(requested, org)
    hand_over(handed, org)
    return {
        "signing-record": (approved(org, title="待签署"), org.staff, org.legal),
        "sealing-request": (signed(org, title="待申请"), org.staff, org.secretariat),
        "sealing-affix": (requested, org.secretariat, org.staff),
        "handover-make": (sealed(org, title="待移交"), org.staff, org.secretariat),
        "handover-receive": (handed, org.secretariat, org.staff),
    }


def test_strangers_insiders_and_those_who_act(org: Organisation):
    for name, (agreement, actor, insider) in pages_by_station(org).items():
        url = page(name, agreement)
        assert as_user(actor).get(url).status_code == 200, name
        for answer in (as_user(insider).get(url), as_user(insider).post(url, {})):
            assert answer.status_code == 403, name
            assert b"\xc2\xa7" in answer.content, name
        for answer in (as_user(org.stranger).get(url), as_user(org.stranger).post(url, {})):
            assert answer.status_code == 404, name
        assert Client().get(url).status_code == 302


def test_at_the_wrong_station_every_page_says_so(org: Organisation):
    agreement = in_performance(org)
    for name, actor in (
        ("signing-record", org.staff),
        ("sealing-request", org.staff),
        ("sealing-affix", org.secretariat),
        ("handover-make", org.staff),
        ("handover-receive", org.secretariat),
    ):
        client, url = as_user(actor), page(name, agreement)
        assert client.get(url).status_code == 409, name
    for name in ("sealing-return", "handover-return"):
        answer = as_user(org.secretariat).post(page(name, agreement), {"reason": "不符"})
        assert answer.status_code == 409, name


class TestSigning:
    def test_a_signing_is_recorded_once_however_often_it_is_sent(self, org: Organisation):
        agreement = approved(org)
        client, url = as_user(org.staff), page("signing-record", agreement)
        mark = token(client, url)
        for _time in range(2):
            answer = client.post(url, signing_form(agreement, submission_token=mark))
            assert answer.status_code == 302, answer.content.decode()[:3000]
        assert Signing.objects.count() == 1
        agreement.refresh_from_db()
        assert agreement.station == Station.SEALING
        told = client.get(agreement.get_absolute_url()).content.decode()
        assert "The signing is recorded." in told

    def test_the_intended_signatories_stand_there_already(self, org: Organisation):
        agreement = approved(org)
        agreement.parties.update(signatory="高远", rank="长春市市长")
        assert 'value="高远"' in as_user(org.staff).get(page("signing-record", agreement)).content.decode()

    def test_a_mistake_is_shown_and_what_was_typed_is_kept(self, org: Organisation):
        agreement = approved(org)
        client, url = as_user(org.staff), page("signing-record", agreement)
        mark = token(client, url)
        for wrong in (
            {"signed_on": "2199-01-01"},
            {"signed_on": "2026-02-30"},
            {"place": ""},
            {"manner": "by telephone"},
            {"scan": ""},
            {"ours-0-name": ""},
            {"ours-0-is_municipal_leader": ""},
            {"theirs-0-party": "999999"},
            {"theirs-0-name": "x" * 61},
            {"ours-TOTAL_FORMS": "1000000"},
            {"ours-TOTAL_FORMS": ""},
            {"place": "长\x00春"},
            {"submission_token": ""},
        ):
            answer = client.post(url, signing_form(agreement, **{"submission_token": mark, **wrong}))
            html = answer.content.decode()
            assert answer.status_code == 400, wrong
            assert 'role="alert"' in html, wrong
            assert ('value="高远"' in html) or "theirs-0-name" in wrong, wrong
        assert not Signing.objects.exists()

    def test_a_text_file_called_a_scan_is_refused_by_name(self, org: Organisation):
        agreement = approved(org)
        client, url = as_user(org.staff), page("signing-record", agreement)
        fake = SimpleUploadedFile("签署文本.pdf", b"MZ not a scan")
        answer = client.post(url, signing_form(agreement, scan=fake, submission_token=token(client, url)))
        assert answer.status_code == 400
        assert "签署文本.pdf" in answer.content.decode()


class TestSealing:
    def test_the_request_asks_for_the_instruction_only_without_a_leaders_signature(self, org: Organisation):
        by_leader, by_other = signed(org, title="领导签"), signed(org, title="授权签", leader=False)
        client = as_user(org.staff)
        assert 'name="instruction"' not in client.get(page("sealing-request", by_leader)).content.decode()
        assert 'name="instruction"' in client.get(page("sealing-request", by_other)).content.decode()

    def test_request_send_back_request_and_seal(self, org: Organisation):
        agreement = signed(org, leader=False)
        staff, secretariat = as_user(org.staff), as_user(org.secretariat)
        url = page("sealing-request", agreement)

        def ask():
            form = {
                "copies": "４",
                "pages": "12",
                "purpose": "签署文本用印",
                "instruction": paper("批示件.png"),
                "instructed_by": "市长 张海",
                "submission_token": token(staff, url),
            }
            assert staff.post(url, form).status_code == 302

        ask()
        answer = secretariat.post(page("sealing-return", agreement), {"reason": ""})
        assert answer.status_code == 400
        assert 'name="copies"' in answer.content.decode()
        assert secretariat.post(page("sealing-return", agreement), {"reason": "份数不符"}).status_code == 302
        assert "份数不符" in staff.get(url).content.decode()
        ask()
        seal_url = page("sealing-affix", agreement)
        form = {**SEAL_FORM, "on": clock.today().isoformat(), "submission_token": token(secretariat, seal_url)}
        assert secretariat.post(seal_url, {**form, "copies": "5"}).status_code == 400
        for _time in range(2):
            assert secretariat.post(seal_url, form).status_code == 302
        assert SealRegister.objects.get().code in secretariat.get(reverse("archive:custody-list")).content.decode()
        assert SealRequest.objects.count() == 2

    def test_somebody_else_sealed_meanwhile(self, org: Organisation):
        agreement = signed(org)
        request_seal(agreement, org)
        client, url = as_user(org.secretariat), page("sealing-affix", agreement)
        mark = token(client, url)
        form = {**SEAL_FORM, "on": clock.today().isoformat()}
        assert client.post(url, {**form, "submission_token": mark}).status_code == 302
        answer = client.post(url, {**form, "submission_token": mark[::-1], "places": "封面"})
        assert answer.status_code == 409
        assert 'value="封面"' in answer.content.decode()


class TestHandover:
    def test_hand_over_send_back_hand_over_receive(self, org: Organisation):
        agreement = sealed(org)
        staff, secretariat = as_user(org.staff), as_user(org.secretariat)
        url = page("handover-make", agreement)

        def hand():
            form = {
                "background": "落实两地合作部署。",
                "copies": "2",
                "original": paper("原件.png"),
                "on": clock.today().isoformat(),
                "submission_token": token(staff, url),
            }
            assert staff.post(url, form).status_code == 302

        hand()
        assert secretariat.post(page("handover-return", agreement), {"reason": " "}).status_code == 400
        assert secretariat.post(page("handover-return", agreement), {"reason": "缺一份"}).status_code == 302
        assert "缺一份" in staff.get(url).content.decode()
        hand()
        receipt = page("handover-receive", agreement)
        assert secretariat.post(receipt, {"on": "2199-01-01"}).status_code == 400
        assert secretariat.post(receipt, {"on": clock.today().isoformat()}).status_code == 302
        agreement.refresh_from_db()
        assert agreement.station == Station.PERFORMANCE
        assert Handover.objects.count() == 2

    @pytest.mark.article("§4.1")
    def test_a_foreign_affairs_agreement_asks_for_the_translation(self, org: Organisation, docx):
        agreement = sealed(org, category="sister_city", party_kind="foreign_government")
        client, url = as_user(org.foreign_staff), page("handover-make", agreement)
        form = {
            "background": "友城交流。",
            "copies": "1",
            "original": paper("原件.png"),
            "on": clock.today().isoformat(),
            "submission_token": token(client, url),
        }
        assert client.post(url, form).status_code == 400
        assert client.post(url, {**form, "original": paper(), "translation": docx}).status_code == 302


class TestCustody:
    def test_each_sees_what_lies_with_whom(self, org: Organisation):
        requested, handed = signed(org, title="待用印"), sealed(org, title="待接收")
        request_seal(requested, org)
        hand_over(handed, org)
        signed(org, title="待申请")
        url = reverse("archive:custody-list")
        for user, mine, others in (
            (org.secretariat, {"待用印", "待接收"}, {"待申请"}),
            (org.staff, {"待申请"}, {"待用印", "待接收"}),
            (org.inspector, set(), {"待用印", "待接收", "待申请"}),
            (org.stranger, set(), set()),
        ):
            context = as_user(user).get(url).context
            assert {row.agreement.title for row in context["mine"]} == mine
            assert {row.agreement.title for row in context["others"]} == others

    def test_the_register_shows_only_what_a_person_may_see(self, org: Organisation):
        sealed(org)
        url = reverse("archive:custody-list")
        counts = {
            user.username: as_user(user).get(url).context["page_obj"].paginator.count
            for user in (org.secretariat, org.staff, org.stranger)
        }
        assert counts == {"secretariat": 1, "staff": 1, "stranger": 0}

    @pytest.mark.parametrize("year", ["20x6", "２０２６", "1", "99999", "-2026"])
    def test_a_year_that_is_none_is_answered_with_a_reason(self, org: Organisation, year: str):
        assert as_user(org.secretariat).get(reverse("archive:custody-list"), {"year": year}).status_code == 400

    def test_the_number_of_queries_does_not_grow(self, org: Organisation):
        client, url = as_user(org.secretariat), reverse("archive:custody-list")

        def filled(numbers: range) -> int:
            for number in numbers:
                agreement = signed(org, title=f"待用印{number}")
                request_seal(agreement, org)
                sealed(org, title=f"已用印{number}")
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            return len(queries)

        assert filled(range(1)) == filled(range(1, 3))

    def test_a_person_of_the_secretariat_who_drafted_is_told(self, org: Organisation):
        agreement = signed(org)
        request_seal(agreement, org)
        PostHolding.objects.create(post=org.post("secretariat"), user=org.head, from_on=SINCE, basis="兼任")
        answer = as_user(org.head).get(page("sealing-affix", agreement))
        assert answer.status_code == 403


class TestPanel:
    def test_the_whole_way_of_the_paper_stands_on_the_agreement(self, org: Organisation):
        agreement = approved(org)
        sign(agreement, org, leader=False)
        request_seal(agreement, org)
        html = as_user(org.staff).get(agreement.get_absolute_url(), {"tab": "custody"}).content.decode()
        for words in ("Authorisation of 许志远", "津政批〔2026〕9号", "签署文本用印"):
            assert words in html

    def test_it_is_hidden_before_the_signing(self, org: Organisation):
        agreement = approved(org)
        html = as_user(org.staff).get(agreement.get_absolute_url()).content.decode()
        assert "tab=custody" not in html

    def test_the_trail_says_what_happened(self, org: Organisation):
        agreement = in_performance(org)
        html = as_user(org.staff).get(agreement.get_absolute_url(), {"tab": "trail"}).content.decode()
        for words in ("recorded the signing", "affixed the seal", "handed the original over", "received the original"):
            assert words in html
