"""The pages of meetings: the list, a session with its agenda, topics, results, papers (§3.4)."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader
from zeal import zeal_ignore

from accounts.models import User
from agreements.models import Agreement, PrintedDocument
from approvals import meeting_papers
from approvals.models import Meeting, MeetingPaper, MeetingResult, Topic
from approvals.services import agenda
from core import clock
from core.errors import NotNow
from records import files, tokens
from records.models import Event
from tests.factories import Organisation, fresh, paper
from tests.factories_approvals import open_assignment
from tests.factories_meetings import at_the_meeting, hold_meeting, make_topic, office_of, plan_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]

LogIn = Callable[[User], Client]


def url(name: str, *args: object) -> str:
    return reverse(f"meetings:{name}", args=args)


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return at_the_meeting(org)


@pytest.fixture
def topic(agreement: Agreement, org: Organisation) -> Topic:
    return make_topic(open_assignment(agreement), by=office_of(org))


@pytest.fixture
def meeting(agreement: Agreement, org: Organisation) -> Meeting:
    return plan_meeting(open_assignment(agreement), by=office_of(org))


@pytest.fixture
def placed(topic: Topic, meeting: Meeting, org: Organisation) -> Topic:
    return agenda.place(topic, meeting, by=office_of(org))


class TestWholeWay:
    def test_from_the_open_step_to_the_minutes_by_pages_alone(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        browser, assignment = as_user(org.general_office), open_assignment(agreement)
        decision = browser.get(reverse("approvals:decision-edit", args=[assignment.public_id])).content.decode()
        assert url("topic-new", assignment.public_id) in decision
        assert "multipart/form-data" not in decision, "results are recorded of a session only"

        page = browser.get(url("topic-new", assignment.public_id))
        assert agreement.title in page.content.decode()
        made = browser.post(
            url("topic-new", assignment.public_id), {"statement": "提请审议。", "presenter": org.lead.pk}
        )
        topic = Topic.objects.get()
        assert made["Location"] == topic.get_absolute_url()

        today = clock.today()
        plan = {
            "submission_token": tokens.new(),
            "forum": "mayors_office_meeting",
            "planned_on": today.isoformat(),
            "planned_at": "09:30",
            "place": "一会议室",
            "number": "12",
            "cut_off_on": today.isoformat(),
        }
        planned, again = (browser.post(url("meeting-new"), plan) for _time in range(2))
        meeting = Meeting.objects.get()
        assert again["Location"] == planned["Location"]
        assert (planned["Location"], meeting.number) == (meeting.get_absolute_url(), 12)
        browser.post(url("topic-act", topic.public_id, "place"), {"meeting": meeting.public_id})
        shown = browser.get(meeting.get_absolute_url()).content.decode()
        assert agreement.title in shown
        assert browser.post(url("meeting-act", meeting.public_id, "freeze")).status_code == 302
        held = browser.post(
            url("meeting-act", meeting.public_id, "hold"), {"held_on": today.isoformat(), "chaired_by": "张海"}
        )
        assert held["Location"] == url("meeting-record", meeting.public_id)
        assert topic.public_id in browser.get(held["Location"]).content.decode()
        name = topic.public_id
        sent = browser.post(
            held["Location"],
            {
                "minutes_number": "津政办会纪〔2026〕5号",
                "minutes_on": today.isoformat(),
                f"{name}-result": "passed",
                f"{name}-excerpt": paper(),
                f"{name}-text_sha256": topic.sha256,
            },
        )
        assert sent.status_code == 302
        assert MeetingResult.objects.get().excerpt.name == "纪要摘录.png"
        meeting.refresh_from_db()
        assert meeting.state == "recorded"
        assert meeting.minutes_number in browser.get(f"{url('meeting-list')}?box=recorded").content.decode()
        panel = browser.get(f"{agreement.get_absolute_url()}?tab=approval").content.decode()
        assert topic.get_absolute_url() in panel

    def test_on_the_decision_page_a_meetings_step_is_not_signed(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        assignment = open_assignment(agreement)
        sent = as_user(org.general_office).post(
            reverse("approvals:decision-edit", args=[assignment.public_id]),
            {"verdict": "approve", "opinion": "同意", "text_sha256": assignment.step.run.sha256},
        )
        assert sent.status_code == 409


class TestList:
    @pytest.mark.parametrize("box", ["upcoming", "waiting", "held", "recorded"])
    def test_each_box_is_shown_and_counted(self, placed: Topic, org: Organisation, as_user: LogIn, box: str) -> None:
        page = as_user(org.general_office).get(f"{url('meeting-list')}?box={box}&forum=mayors_office_meeting")
        assert page.status_code == 200
        assert (placed.meeting.get_absolute_url() in page.content.decode()) is (box == "upcoming")

    @pytest.mark.parametrize("query", ["box=other", "forum=sign_off"])
    def test_bad_filters_are_answered(self, org: Organisation, as_user: LogIn, query: str) -> None:
        assert as_user(org.general_office).get(f"{url('meeting-list')}?{query}").status_code == 400

    def test_what_waits_is_there_with_or_without_its_topic(
        self, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        browser, address = as_user(org.general_office), f"{url('meeting-list')}?box=waiting"
        assert url("topic-new", open_assignment(agreement).public_id) in browser.get(address).content.decode()
        topic = make_topic(open_assignment(agreement), by=office_of(org))
        assert topic.get_absolute_url() in browser.get(address).content.decode()

    def test_a_stranger_sees_nothing(self, placed: Topic, org: Organisation, as_user: LogIn) -> None:
        for box in ("upcoming", "waiting"):
            page = as_user(org.stranger).get(f"{url('meeting-list')}?box={box}").content.decode()
            assert placed.agreement.title not in page
            assert "次）" not in page

    def test_three_meetings_cost_as_much_as_one(self, placed: Topic, org: Organisation, as_user: LogIn) -> None:
        browser = as_user(org.general_office)
        browser.get(url("meeting-list"))

        def ask(address: str) -> int:
            with CaptureQueriesContext(connection) as asked:
                browser.get(address)
            return len(asked)

        meeting = placed.meeting
        assert meeting is not None
        addresses = (url("meeting-list"), f"{url('meeting-list')}?box=waiting", meeting.get_absolute_url())
        more = at_the_meeting(org, title="第二件")
        make_topic(open_assignment(more), by=office_of(org))
        one = [ask(address) for address in addresses]
        for number in (3, 4):
            again = at_the_meeting(org, title=f"第{number}件")
            waits = make_topic(open_assignment(again), by=office_of(org))
            other = at_the_meeting(org, title=f"又一件{number}")
            agenda.place(make_topic(open_assignment(other), by=office_of(org)), meeting, by=office_of(org))
            agenda.invite(waits, [org.units["finance"]], by=office_of(org))
            plan_meeting(open_assignment(again), by=office_of(org))
        assert [ask(address) for address in addresses] == one


class TestMeetingPage:
    def test_who_attends_reads_the_frozen_agenda_and_the_text(
        self, placed: Topic, agreement: Agreement, org: Organisation, as_user: LogIn
    ) -> None:
        meeting = placed.meeting
        assert meeting is not None
        agenda.freeze(meeting, by=office_of(org))
        page = as_user(org.mayor).get(meeting.get_absolute_url()).content.decode()
        assert agreement.title in page
        text = reverse("agreements:text-show", args=[agreement.public_id, placed.text.public_id])
        assert text in page
        assert as_user(org.mayor).get(text).status_code == 200
        assert url("meeting-act", meeting.public_id, "unfreeze") not in page

    def test_a_unit_with_one_matter_sees_that_there_are_others_and_no_more(
        self, placed: Topic, meeting: Meeting, org: Organisation, as_user: LogIn
    ) -> None:
        other = at_the_meeting(org, "本区协议", "other", by=org.district, head=org.district_head)
        agenda.place(make_topic(open_assignment(other), by=office_of(org)), meeting, by=office_of(org))
        page = as_user(org.district).get(meeting.get_absolute_url()).content.decode()
        assert "本区协议" in page
        assert placed.agreement.title not in page

    def test_acts_on_a_whole_agenda_are_carried_out(
        self, placed: Topic, meeting: Meeting, org: Organisation, as_user: LogIn
    ) -> None:
        for number in (2, 3):
            more = at_the_meeting(org, title=f"第{number}件")
            topic = agenda.place(make_topic(open_assignment(more), by=office_of(org)), meeting, by=office_of(org))
            agenda.invite(topic, [org.units["weather"]], by=office_of(org))
        browser, today = as_user(org.general_office), clock.today()
        moved = today + timedelta(days=1) if (today + timedelta(days=1)).year == today.year else today
        data = {"planned_on": moved.isoformat(), "place": "三会议室"}
        assert browser.post(url("meeting-edit", meeting.public_id), data).status_code == 302
        for code, given, state in (
            ("freeze", {}, "frozen"),
            ("unfreeze", {"comment": "增补。"}, "planned"),
            ("freeze", {}, "frozen"),
            ("call-off", {"comment": "改期。"}, "called_off"),
        ):
            assert browser.post(url("meeting-act", meeting.public_id, code), given).status_code == 302
            meeting.refresh_from_db()
            assert meeting.state == state
        assert set(Topic.objects.values_list("state", flat=True)) == {"proposed"}

    def test_gaps_are_named_before_it_is_frozen(self, meeting: Meeting, org: Organisation, as_user: LogIn) -> None:
        browser = as_user(org.general_office)
        assert 'aria-disabled="true"' in browser.get(meeting.get_absolute_url()).content.decode()
        assert browser.post(url("meeting-act", meeting.public_id, "freeze")).status_code == 409

    def test_topics_are_moved_by_buttons(
        self, placed: Topic, meeting: Meeting, org: Organisation, as_user: LogIn
    ) -> None:
        second = at_the_meeting(org, title="第二件")
        other = agenda.place(make_topic(open_assignment(second), by=office_of(org)), meeting, by=office_of(org))
        browser = as_user(org.general_office)
        assert browser.post(url("topic-move", other.public_id, "up")).status_code == 302
        assert browser.post(url("topic-move", other.public_id, "sideways")).status_code == 400
        page = browser.get(meeting.get_absolute_url()).content.decode()
        assert page.index("第二件") < page.index(placed.agreement.title)

    def test_who_takes_part_is_recorded(self, placed: Topic, org: Organisation, as_user: LogIn) -> None:
        meeting, browser = placed.meeting, as_user(org.general_office)
        assert meeting is not None
        address = url("meeting-attendance", meeting.public_id)
        mayor, vice = org.post("mayor"), org.post("vice_mayor")
        assert "张海" in browser.get(address).content.decode()
        data = {f"state_{mayor.pk}": "expected", f"state_{vice.pk}": "excused", f"remark_{vice.pk}": "出差"}
        assert browser.post(address, data).status_code == 302
        assert dict(meeting.attendance.values_list("post__code", "state")) == {
            "mayor": "expected",
            "vice_mayor": "excused",
        }
        assert browser.post(address, {f"state_{mayor.pk}": "present"}).status_code == 400

    def test_it_is_moved_and_called_off(self, placed: Topic, org: Organisation, as_user: LogIn) -> None:
        meeting, browser = placed.meeting, as_user(org.general_office)
        assert meeting is not None
        address = url("meeting-edit", meeting.public_id)
        assert browser.get(address).status_code == 200
        data = {"planned_on": meeting.planned_on.isoformat(), "place": "二会议室"}
        assert browser.post(address, data).status_code == 302
        assert browser.post(url("meeting-act", meeting.public_id, "call-off"), {"comment": "改期。"}).status_code == 302
        assert browser.get(address).status_code == 409
        assert browser.get(url("meeting-act", meeting.public_id, "freeze")).status_code == 409

    def test_nobody_else_runs_it(self, placed: Topic, org: Organisation, as_user: LogIn) -> None:
        meeting = placed.meeting
        assert meeting is not None
        for name in ("mayor", "staff", "legal"):
            browser = as_user(org.users[name])
            for address in (
                url("meeting-new"),
                url("meeting-edit", meeting.public_id),
                url("meeting-attendance", meeting.public_id),
                url("meeting-record", meeting.public_id),
                url("meeting-act", meeting.public_id, "freeze"),
                url("topic-edit", placed.public_id),
                url("topic-act", placed.public_id, "place"),
            ):
                answer = browser.get(address)
                assert answer.status_code == 403, (name, address)
                assert "§3.4" in answer.content.decode()
        assert as_user(org.stranger).get(meeting.get_absolute_url()).status_code == 404
        assert as_user(org.stranger).get(placed.get_absolute_url()).status_code == 404


class TestTopicPage:
    def test_it_carries_everything_and_offers_only_ones_own_acts(
        self, placed: Topic, org: Organisation, as_user: LogIn
    ) -> None:
        page = as_user(org.general_office).get(placed.get_absolute_url()).content.decode()
        for words in (placed.statement, "韩梅", "法制审核意见", placed.agreement.title):
            assert words in page
        assert url("topic-act", placed.public_id, "take-off") in page
        lead = as_user(org.staff).get(placed.get_absolute_url()).content.decode()
        assert url("topic-act", placed.public_id, "withdraw") in lead
        assert url("topic-act", placed.public_id, "take-off") not in lead

    @pytest.mark.parametrize(
        ("code", "data", "state"),
        [
            ("take-off", {}, "proposed"),
            ("withdraw", {"comment": "撤题。"}, "withdrawn"),
            ("invite", {}, "agenda"),
        ],
    )
    def test_its_acts_are_carried_out(
        self, placed: Topic, org: Organisation, as_user: LogIn, code: str, data: dict[str, str], state: str
    ) -> None:
        browser, address = as_user(org.general_office), url("topic-act", placed.public_id, code)
        assert browser.get(address).status_code == 200
        assert browser.post(address, data).status_code == 302
        placed.refresh_from_db()
        assert placed.state == state
        assert browser.get(url("topic-act", placed.public_id, "nonsense")).status_code == 404

    def test_an_absent_members_opinion_comes_with_its_paper(
        self, placed: Topic, org: Organisation, as_user: LogIn
    ) -> None:
        browser, address = as_user(org.general_office), url("topic-act", placed.public_id, "entrust")
        assert "韩梅" in browser.get(address).content.decode()
        data = {"member": org.post("vice_mayor").pk, "words": "同意。"}
        assert browser.post(address, data).status_code == 400
        assert browser.post(address, {**data, "paper": paper("委托.png")}).status_code == 302
        assert "委托.png" in browser.get(placed.get_absolute_url()).content.decode()

    def test_a_late_topic_is_consented_to_from_the_inbox(self, topic: Topic, org: Organisation, as_user: LogIn) -> None:
        meeting = plan_meeting(
            open_assignment(topic.agreement), by=office_of(org), cut_off_on=clock.today() - timedelta(days=1)
        )
        browser, address = as_user(org.general_office), url("topic-act", topic.public_id, "place")
        assert browser.post(address, {"meeting": meeting.public_id}).status_code == 400
        late = {"meeting": meeting.public_id, "late_reason": "对方催办。"}
        assert browser.post(address, late).status_code == 302
        leader = as_user(org.deputy_secretary_general)
        assert topic.get_absolute_url() in leader.get(reverse("desk:inbox")).content.decode()
        consent = url("topic-act", topic.public_id, "consent")
        assert "对方催办。" in leader.get(consent).content.decode()
        assert browser.get(consent).status_code == 403
        assert leader.post(consent, {"granted": "no"}).status_code == 400
        assert leader.post(consent, {"granted": "yes", "words": "同意。"}).status_code == 302
        assert leader.get(consent).status_code == 409
        assert "钱进" in browser.get(topic.get_absolute_url()).content.decode()

    def test_the_office_records_a_consent_from_paper(self, topic: Topic, org: Organisation, as_user: LogIn) -> None:
        past = clock.today() - timedelta(days=1)
        meeting = plan_meeting(open_assignment(topic.agreement), by=office_of(org), cut_off_on=past)
        agenda.place(topic, meeting, by=office_of(org), late_reason="对方催办。")
        browser, address = as_user(org.general_office), url("topic-act", topic.public_id, "record-consent")
        assert address in browser.get(topic.get_absolute_url()).content.decode()
        assert as_user(org.deputy_secretary_general).get(address).status_code == 403
        form = browser.get(address).content.decode()
        assert f'<option value="{org.mayor.pk}">' in form
        assert f'<option value="{org.legal.pk}">' not in form
        data = {"leader": org.mayor.pk, "granted": "yes", "words": "同意。", "written_on": clock.today().isoformat()}
        assert browser.post(address, data).status_code == 400
        assert browser.post(address, {**data, "scan": paper("同意上会批示.png")}).status_code == 302
        assert browser.get(address).status_code == 409
        page = browser.get(topic.get_absolute_url()).content.decode()
        assert "同意上会批示.png" in page
        topic.refresh_from_db()
        printed = meeting_papers.topic_paper(topic, by=office_of(org))
        assert f"（{org.general_office.full_name}据纸质批示代录）" in printed.html

    def test_it_is_rewritten(self, placed: Topic, org: Organisation, as_user: LogIn) -> None:
        browser, address = as_user(org.general_office), url("topic-edit", placed.public_id)
        assert placed.statement in browser.get(address).content.decode()
        assert browser.post(address, {"statement": "", "presenter": org.lead.pk}).status_code == 400
        assert browser.post(address, {"statement": "改写。", "presenter": org.lead.pk}).status_code == 302
        placed.refresh_from_db()
        assert placed.statement == "改写。"


class TestRecording:
    @pytest.fixture
    def two(self, placed: Topic, meeting: Meeting, org: Organisation) -> tuple[Topic, Topic]:
        second = at_the_meeting(org, title="第二件")
        other = agenda.place(make_topic(open_assignment(second), by=office_of(org)), meeting, by=office_of(org))
        hold_meeting(meeting, by=office_of(org), number="〔2026〕5号")
        return placed, other

    def data(self, *sheets: tuple[Topic, dict[str, Any]]) -> dict[str, object]:
        found: dict[str, object] = {"minutes_number": "〔2026〕5号", "minutes_on": clock.today().isoformat()}
        for topic, facts in sheets:
            given = {"text_sha256": topic.sha256, **facts}
            found |= {f"{topic.public_id}-{name}": value for name, value in given.items()}
        return found

    def test_each_topic_is_recorded_by_itself(
        self, two: tuple[Topic, Topic], meeting: Meeting, org: Organisation, as_user: LogIn
    ) -> None:
        first, second = two
        browser, address = as_user(org.general_office), url("meeting-record", meeting.public_id)
        wrong = {"result": "passed", "excerpt": paper(), "text_sha256": "0" * 64}
        with zeal_ignore():  # each topic is a transaction of its own, and asks everything anew
            sent = browser.post(address, self.data((first, {"result": "passed", "excerpt": paper()}), (second, wrong)))
        assert sent.status_code == 409
        assert list(MeetingResult.objects.values_list("step", flat=True)) == [first.step_id]
        page = sent.content.decode()
        assert second.agreement.title in page
        assert first.agreement.title not in page
        right = {"result": "rejected", "opinion": "不宜。", "excerpt": paper("二.png")}
        assert browser.post(address, self.data((second, right))).status_code == 302
        assert MeetingResult.objects.count() == 2
        assert browser.get(address).status_code == 409

    def test_what_is_missing_stands_at_its_field_and_nothing_is_recorded(
        self, two: tuple[Topic, Topic], meeting: Meeting, org: Organisation, as_user: LogIn
    ) -> None:
        first, second = two
        browser, address = as_user(org.general_office), url("meeting-record", meeting.public_id)
        for facts in (
            {"result": "passed"},
            {"result": "rejected", "excerpt": paper()},
            {"result": "in_principle", "excerpt": paper()},
            {"result": "passed", "excerpt": paper("纪要.pdf")},
            {"result": "nonsense", "excerpt": paper()},
        ):
            sent = browser.post(address, self.data((first, facts), (second, {})))
            assert sent.status_code == 400, facts
        assert not MeetingResult.objects.exists()
        assert browser.post(address, {**self.data((first, {}), (second, {})), "minutes_number": ""}).status_code == 400

    def test_a_result_left_open_is_recorded_later(
        self, two: tuple[Topic, Topic], meeting: Meeting, org: Organisation, as_user: LogIn
    ) -> None:
        first, second = two
        browser, address = as_user(org.general_office), url("meeting-record", meeting.public_id)
        sent = browser.post(address, self.data((first, {"result": "deferred", "excerpt": paper()}), (second, {})))
        assert sent.status_code == 302
        meeting.refresh_from_db()
        assert meeting.state == "held"


def test_the_annexes_of_a_topic_are_opened_from_its_page(placed: Topic, org: Organisation, as_user: LogIn) -> None:
    page = as_user(org.general_office).get(placed.get_absolute_url()).content.decode()
    annexes = page[page.index('<ol class="annexes"') :]
    agreement = placed.run.agreement
    for address in (
        reverse("agreements:text-show", args=[agreement.public_id, placed.text.public_id]),
        f"{agreement.get_absolute_url()}?tab=approval",
        f"{agreement.get_absolute_url()}?tab=opinions",
    ):
        assert f'href="{address}"' in annexes


class TestPapers:
    def text_of(self, stored: object) -> str:
        with files.open_stored(stored) as stream:  # type: ignore[arg-type]
            reader = PdfReader(BytesIO(stream.read()))
        return "".join(page.extract_text() for page in reader.pages).replace("\n", "")

    def test_the_topic_paper_says_what_the_topic_carries(self, placed: Topic, org: Organisation) -> None:
        printed = meeting_papers.topic_paper(placed, by=office_of(org))
        for words in (placed.statement, placed.sha256, "韩梅", "法制审核意见", "市长办公会议", "无分歧意见"):
            assert words in printed.html
        assert "议题" in self.text_of(printed.file)
        assert meeting_papers.topic_paper(placed, by=fresh(org.mayor)) == printed
        assert PrintedDocument.objects.filter(kind="meeting_topic").count() == 1

    def test_whoever_sees_the_matter_prints_it(self, placed: Topic, org: Organisation, as_user: LogIn) -> None:
        address = url("topic-paper", placed.public_id)
        sent = as_user(org.staff).post(address)
        assert b"".join(sent).startswith(b"%PDF")
        assert as_user(org.stranger).post(address).status_code == 404

    def test_the_agenda_is_printed_once_it_is_frozen_for_who_takes_part(
        self, placed: Topic, org: Organisation, as_user: LogIn
    ) -> None:
        meeting = placed.meeting
        assert meeting is not None
        with pytest.raises(NotNow):
            meeting_papers.agenda(meeting, by=office_of(org))
        agenda.freeze(meeting, by=office_of(org))
        printed = meeting_papers.agenda(meeting, by=office_of(org))
        assert meeting_papers.agenda(meeting, by=fresh(org.mayor)) == printed
        assert placed.agreement.title in printed.html
        assert "张海" in printed.html
        assert MeetingPaper.objects.count() == 1
        address = url("meeting-agenda", meeting.public_id)
        assert b"".join(as_user(org.mayor).post(address)).startswith(b"%PDF")
        assert as_user(org.staff).post(address).status_code == 403

    def test_printed_agendas_are_listed_with_their_number_and_sent_again(
        self, placed: Topic, org: Organisation, as_user: LogIn
    ) -> None:
        meeting = Meeting.objects.get()
        agenda.freeze(meeting, by=office_of(org))
        first = meeting_papers.agenda(meeting, by=office_of(org))
        agenda.unfreeze(meeting, by=office_of(org), reason="地点变更。")
        Meeting.objects.filter(pk=meeting.pk).update(place="第二会议室")
        meeting.refresh_from_db()
        agenda.freeze(meeting, by=office_of(org))
        second = meeting_papers.agenda(meeting, by=fresh(org.mayor))
        assert first != second
        again = [url("meeting-agenda-kept", meeting.public_id, number) for number in (1, 2)]
        for person in (org.general_office, org.mayor):
            browser = as_user(person)
            page = browser.get(meeting.get_absolute_url()).content.decode()
            places = [page.index(f'href="{address}"') for address in reversed(again)]
            assert places == sorted(places), "the newest stands first"
            assert org.mayor.full_name in page[places[0] : places[1]]
            for address, paper_ in zip(again, (first, second), strict=True):
                with files.open_stored(paper_.file) as kept:
                    assert b"".join(browser.get(address)) == kept.read()
        assert as_user(org.general_office).get(url("meeting-agenda-kept", meeting.public_id, 3)).status_code == 404
        assert as_user(org.staff).get(again[0]).status_code == 403

    def test_the_trail_says_what_happened_to_the_topic(self, placed: Topic, org: Organisation, as_user: LogIn) -> None:
        page = as_user(org.staff).get(f"{placed.agreement.get_absolute_url()}?tab=trail").content.decode()
        assert "topic_placed" not in page
        assert Event.objects.filter(chain=f"meeting:{placed.meeting_id}").exists()
