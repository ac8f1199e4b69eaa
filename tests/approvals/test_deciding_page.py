"""The page of deciding: what one may choose, what one saw before, what comes next, and the same page to read."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.posts import post_in
from agreements.models import Agreement, Alarm, Station
from agreements.services import access, drafting
from approvals import acts, deciding
from approvals.acts import Act, ActForm
from approvals.models import Assignment, Copy, Decision, ReadMark, Run, Urge
from approvals.services import opening, runs, signing_on
from core import clock
from core.verdicts import Allowed
from tests.factories import Organisation, agree_again, fresh, make_agreement, write_text
from tests.factories_approvals import holder_of, open_assignment, open_run, pass_step
from tests.factories_meetings import at_the_meeting

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW)


@pytest.fixture
def run(agreement: Agreement, org: Organisation) -> Run:
    return open_run(agreement, org)


@pytest.fixture
def deputy(run: Run, org: Organisation, as_user: LogIn) -> Client:
    """The deputy secretary-general, with whom the first open step lies, reading English."""
    browser = as_user(org.deputy_secretary_general)
    browser.cookies["django_language"] = "en"
    return browser


def page_of(assignment: Assignment) -> str:
    return reverse("approvals:decision-edit", args=[assignment.public_id])


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def sent(run: Run, verdict: str, **more: str) -> dict[str, str]:
    return {"verdict": verdict, "text_sha256": run.sha256, **more}


def add_signer(assignment: Assignment, org: Organisation, kind: str, reason: str = "请会签") -> Assignment:
    agreement = assignment.step.run.agreement
    return opening.assign(
        agreement,
        assignment.step,
        org.post("legal"),
        kind,
        by=fresh(holder_of(assignment)),
        on=clock.today(),
        at=clock.now(),
        parent=assignment,
        reason=reason,
    )


def removal_of(asked: Assignment) -> str:
    return acts.get(acts.ASSIGNMENT, "remove-signer").url(asked)


class TestChoices:
    def test_a_text_goes_back_to_a_step_it_has_passed(
        self, agreement: Agreement, run: Run, org: Organisation, as_user: LogIn
    ) -> None:
        pass_step(agreement)
        assignment = open_assignment(agreement)
        browser = as_user(org.secretary_general)
        passed = run.steps.get(code="deputy_secretary_general")
        later = run.steps.get(code="mayor")
        page = browser.get(page_of(assignment)).content.decode()
        assert f'<option value="{passed.pk}">' in page
        assert f'<option value="{later.pk}">' not in page
        assert (
            browser.post(page_of(assignment), sent(run, "send_back", reason="再核", to=str(later.pk))).status_code
            == 400
        )
        answer = browser.post(page_of(assignment), sent(run, "send_back", reason="再核", to=str(passed.pk)))
        assert answer.status_code == 302
        assert open_assignment(agreement).step == passed
        agreement.refresh_from_db()
        assert agreement.station == Station.APPROVAL

    def test_after_a_return_one_chooses_straight_or_level_by_level(
        self, agreement: Agreement, run: Run, org: Organisation, deputy: Client, as_user: LogIn
    ) -> None:
        pass_step(agreement)
        pass_step(agreement)
        back = open_assignment(agreement)
        to = run.steps.get(code="deputy_secretary_general")
        runs.decide(back, by=holder_of(back), verdict="send_back", opinion="再核", text_sha256=run.sha256, to=to)
        assignment = open_assignment(agreement)
        page = words(deputy.get(page_of(assignment)))
        assert "Straight to who sent it back" in page
        assert re.search(r"Sent back to you by 韩梅, .*: 再核", page)
        assert "Level by level" in page
        deputy.post(page_of(assignment), sent(run, "approve", way="level"))
        assert open_assignment(agreement).step.code == "secretary_general"

    def test_the_returner_sees_the_own_reason_with_the_answer_once_there_is_one(
        self, agreement: Agreement, run: Run, org: Organisation, as_user: LogIn
    ) -> None:
        pass_step(agreement)
        back = open_assignment(agreement)
        to = run.steps.get(code="deputy_secretary_general")
        runs.decide(back, by=holder_of(back), verdict="send_back", opinion="请再核", text_sha256=run.sha256, to=to)
        browser = as_user(org.secretary_general)
        assert browser.get(page_of(back)).context["own_return"] is None
        pass_step(agreement, opinion="已核定。")
        own = browser.get(page_of(open_assignment(agreement))).context["own_return"]
        assert (own.decision.opinion, own.answer) == ("请再核", "已核定。")

    def test_disagreeing_is_there_only_where_the_step_foresees_it(
        self, agreement: Agreement, run: Run, deputy: Client
    ) -> None:
        assignment = open_assignment(agreement)
        assert 'value="disagree"' not in deputy.get(page_of(assignment)).content.decode()
        assert deputy.post(page_of(assignment), sent(run, "disagree", objection="不妥")).status_code == 409
        run.steps.filter(pk=assignment.step_id).update(on_disagree="end")
        assert 'value="disagree"' in deputy.get(page_of(assignment)).content.decode()
        without = deputy.post(page_of(assignment), sent(run, "disagree", opinion="不丢的字"))
        assert without.status_code == 400
        assert "不丢的字" in without.content.decode()
        assert re.search(r'<div class="confirm" id="against" tabindex="-1">', without.content.decode())
        assert deputy.post(page_of(assignment), sent(run, "disagree", objection="不妥")).status_code == 302
        run.refresh_from_db()
        assert run.state == Run.State.TERMINATED

    def test_while_somebody_signs_before_one_waits_and_may_still_send_back(
        self, agreement: Agreement, run: Run, org: Organisation, deputy: Client
    ) -> None:
        assignment = open_assignment(agreement)
        add_signer(assignment, org, Assignment.Kind.BEFORE)
        page = deputy.get(page_of(assignment)).content.decode()
        assert "signs before you" in page
        assert 'value="approve"' not in page
        assert 'value="send_back"' in page
        assert deputy.post(page_of(assignment), sent(run, "approve")).status_code == 409
        assert deputy.post(page_of(assignment), sent(run, "send_back", reason="先补")).status_code == 302

    def test_a_signer_agrees_or_disagrees_and_sends_nothing_back(
        self, agreement: Agreement, run: Run, org: Organisation, as_user: LogIn
    ) -> None:
        signer = add_signer(open_assignment(agreement), org, Assignment.Kind.BESIDE, "涉外条款请把关")
        browser = as_user(holder_of(signer))
        page = browser.get(page_of(signer)).content.decode()
        assert "涉外条款请把关" in page
        assert 'value="disagree"' in page
        assert 'value="send_back"' not in page


class TestOperations:
    @pytest.fixture
    def act(self, monkeypatch: pytest.MonkeyPatch) -> Act:
        found = Act(
            "greet",
            acts.ASSIGNMENT,
            "Greet",
            "Says good day and changes nothing.",
            "§3.4",
            ActForm,
            lambda user, subject: Allowed(),
            lambda subject, user, data: "Greeted.",
            1,
        )
        monkeypatch.setitem(acts._acts, (acts.ASSIGNMENT, "greet"), found)
        return found

    def test_each_is_a_panel_with_its_effect_article_and_own_address(
        self, agreement: Agreement, run: Run, deputy: Client, act: Act
    ) -> None:
        assignment = open_assignment(agreement)
        page = deputy.get(page_of(assignment)).content.decode()
        assert f'action="{act.url(assignment)}"' in page
        assert "Says good day and changes nothing." in page

    def test_who_was_added_is_taken_off_from_the_page_each_by_an_own_panel(
        self, agreement: Agreement, run: Run, org: Organisation, deputy: Client
    ) -> None:
        host = open_assignment(agreement)
        signer = add_signer(host, org, "before")
        (adviser,) = signing_on.ask_advice(
            host, by=fresh(org.deputy_secretary_general), posts=[post_in(org.units["finance"], "unit_head")]
        )
        page = deputy.get(page_of(host)).content.decode()
        for asked in (signer, adviser):
            address = removal_of(asked)
            assert page.count(f'action="{address}"') == 1
            assert f'id="op-remove-signer-{asked.public_id}"' in page
            assert f"Take off · {asked.post.title}" in page
            assert deputy.post(address, {"reason": "不再需要。"}).status_code == 302
            asked.refresh_from_db()
            assert asked.closed_because == "removed"
        assert "remove-signer" not in deputy.get(page_of(host)).content.decode()

    def test_also_once_one_has_decided_and_by_nobody_else(
        self, agreement: Agreement, run: Run, org: Organisation, deputy: Client, as_user: LogIn
    ) -> None:
        """The step waits for the signer then, and the host's own item is settled: the approval tab offers it."""
        host = open_assignment(agreement)
        signer = add_signer(host, org, "beside")
        deputy.post(page_of(host), sent(run, "approve"))
        tab = f"{agreement.get_absolute_url()}?tab=approval"
        assert removal_of(signer) in deputy.get(tab).content.decode()
        assert removal_of(signer) not in as_user(org.secretary_general).get(tab).content.decode()
        assert deputy.post(removal_of(signer), {"reason": "不再需要。"}).status_code == 302
        assert run.steps.get(code="secretary_general").state == "open"

    def test_they_are_folded_unless_giving_advice_is_all_there_is_to_do(
        self, agreement: Agreement, run: Run, org: Organisation, deputy: Client, act: Act, as_user: LogIn
    ) -> None:
        host = open_assignment(agreement)
        opened = re.compile(r'<details class="op" [^>]* open>')
        assert not opened.search(deputy.get(page_of(host)).content.decode())
        asked = add_signer(host, org, Assignment.Kind.ADVICE)
        assert opened.search(as_user(holder_of(asked)).get(page_of(asked)).content.decode())

    def test_a_step_of_a_meeting_leads_to_the_meeting_and_opens_no_return(
        self, org: Organisation, as_user: LogIn
    ) -> None:
        assignment = open_assignment(at_the_meeting(org))
        page = as_user(org.general_office).get(page_of(assignment)).content.decode()
        assert 'id="op-send_back"' in page
        assert not re.search(r'<details class="op" [^>]* open>', page)

    def test_a_settled_item_offers_none(self, agreement: Agreement, run: Run, deputy: Client, act: Act) -> None:
        assignment = open_assignment(agreement)
        pass_step(agreement)
        assert act.url(assignment) not in deputy.get(page_of(assignment)).content.decode()


class TestSettled:
    def test_it_is_read_with_who_acted_and_what_was_written(
        self, agreement: Agreement, run: Run, org: Organisation, deputy: Client
    ) -> None:
        assignment = open_assignment(agreement)
        pass_step(agreement, opinion="同意，抓紧办理。")
        answer = deputy.get(page_of(assignment))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "钱进 has already acted" in page
        assert "同意，抓紧办理。" in page
        assert re.search(r"Now with .*冯志刚", words(answer))
        assert 'name="verdict"' not in page

    def test_who_comes_too_late_keeps_the_words(self, agreement: Agreement, run: Run, deputy: Client) -> None:
        assignment = open_assignment(agreement)
        pass_step(agreement)
        answer = deputy.post(page_of(assignment), sent(run, "approve", opinion="已写好的意见"))
        assert answer.status_code == 409
        assert "已写好的意见" in answer.content.decode()
        assert 'name="verdict"' not in answer.content.decode()
        assert Decision.objects.filter(verdict="approve").count() == 1

    def test_the_refusal_is_light_and_says_all_that_counts(
        self, agreement: Agreement, run: Run, org: Organisation, deputy: Client
    ) -> None:
        """Of many who decide at once all but one are refused: none of them needs the whole page."""
        assignment = open_assignment(agreement)
        pass_step(agreement, opinion="同意，抓紧办理。")
        typed = sent(run, "send_back", reason="已写好的理由")
        with CaptureQueriesContext(connection) as asked:
            answer = deputy.post(page_of(assignment), typed)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert re.search(r"钱进 has already acted on this step, on \d{4}-\d\d-\d\d \d\d:\d\d", page)
        assert "Open the agreement to see who has it now." in page
        assert re.search(r"Now with .*冯志刚", words(answer))
        assert "同意，抓紧办理。" in page
        assert "已写好的理由" in page
        assert f'href="{page_of(assignment)}"' in page
        assert f'href="{agreement.get_absolute_url()}"' in page
        assert len(asked) <= 14, "\n".join(query["sql"] for query in asked)

    def test_who_loses_at_the_lock_is_refused_as_lightly(
        self, agreement: Agreement, run: Run, deputy: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two have read the open item before either of them has the lock; the other one gets it first."""
        assignment, read = open_assignment(agreement), deciding.choices

        def and_the_other_decides(*asked: Any) -> deciding.Choices:
            found = read(*asked)
            pass_step(agreement)
            return found

        monkeypatch.setattr(deciding, "choices", and_the_other_decides)
        answer = deputy.post(page_of(assignment), sent(run, "approve", opinion="已写好的意见"))
        assert answer.status_code == 409
        assert answer.templates[0].name == "approvals/decision-late.html"
        assert "已写好的意见" in answer.content.decode()
        assert Decision.objects.filter(verdict="approve").count() == 1

    def test_taken_back_it_says_so(self, agreement: Agreement, run: Run, org: Organisation, deputy: Client) -> None:
        assignment = open_assignment(agreement)
        drafting.recall(agreement, by=fresh(org.general_office), reason="附件有误")
        answer = deputy.get(page_of(assignment))
        assert answer.status_code == 200
        assert "陈静 acted on the approval" in answer.content.decode()

    def test_a_stranger_finds_nothing(self, agreement: Agreement, run: Run, org: Organisation, as_user: LogIn) -> None:
        assignment = open_assignment(agreement)
        pass_step(agreement)
        assert as_user(org.stranger).get(page_of(assignment)).status_code == 404


class TestNextItem:
    @pytest.fixture
    def three(self, run: Run, agreement: Agreement, org: Organisation) -> list[Assignment]:
        others = [make_agreement(org, at_station=Station.LEGAL_REVIEW, title=f"第{n}件") for n in (2, 3)]
        for other in others:
            open_run(other, org)
        return [open_assignment(found) for found in (agreement, *others)]

    def test_approved_one_goes_straight_on_and_is_told_who_has_it(
        self, three: list[Assignment], run: Run, deputy: Client
    ) -> None:
        answer = deputy.post(page_of(three[0]), sent(run, "approve", open_next="on"), follow=True)
        assert answer.redirect_chain[-1][0] == page_of(three[1])
        assert re.search(r"You approved\. Now with .*冯志刚.* until", words(answer))

    def test_what_was_left_aside_is_not_offered_again_before_the_rest(
        self, three: list[Assignment], run: Run, deputy: Client
    ) -> None:
        second = three[1].step.run
        answer = deputy.post(page_of(three[1]), sent(second, "approve", open_next="on"))
        assert answer["Location"] == page_of(three[2])
        third = three[2].step.run
        answer = deputy.post(page_of(three[2]), sent(third, "approve", open_next="on"))
        assert answer["Location"] == page_of(three[0])
        answer = deputy.post(page_of(three[0]), sent(run, "approve", open_next="on"))
        assert answer["Location"] == run.agreement.get_absolute_url()

    def test_the_choice_is_kept_for_the_session(self, three: list[Assignment], run: Run, deputy: Client) -> None:
        ticked = 'name="open_next" value="on" checked'
        assert ticked in deputy.get(page_of(three[0])).content.decode()
        answer = deputy.post(page_of(three[0]), sent(run, "approve"))
        assert answer["Location"] == run.agreement.get_absolute_url()
        assert ticked not in deputy.get(page_of(three[1])).content.decode()

    def test_place_and_neighbours(self, three: list[Assignment], deputy: Client) -> None:
        queue = deputy.get(page_of(three[1])).context["queue"]
        assert (queue.position, queue.total) == (2, 3)
        assert (queue.previous, queue.next) == (page_of(three[0]), page_of(three[2]))


class TestSeenBefore:
    def test_changes_are_shown_since_the_text_one_was_shown_last_however_often_one_looks(
        self, agreement: Agreement, run: Run, org: Organisation, deputy: Client
    ) -> None:
        first = open_assignment(agreement)
        assert deputy.get(page_of(first)).context["reading"].since is None
        runs.decide(
            first, by=fresh(org.deputy_secretary_general), verdict="send_back", opinion="改", text_sha256=run.sha256
        )
        ReadMark.objects.exclude(user=org.deputy_secretary_general).delete()
        write_text(agreement, by=fresh(org.staff), due=clock.today().replace(year=2029))
        agree_again(agreement, by=fresh(org.staff))
        drafting.submit(agreement, by=fresh(org.head))
        again = open_run(agreement, org)
        here = page_of(open_assignment(agreement))
        for _look in range(2):
            reading = deputy.get(here).context["reading"]
            assert reading.since == run.text
            assert reading.changes
        table = f"{reverse('agreements:text-compare', args=[agreement.public_id])}?from={run.text.public_id}&amp;"
        assert f'href="{table}to={again.text.public_id}"' in deputy.get(here).content.decode()
        assert set(ReadMark.objects.filter(user=org.deputy_secretary_general).values_list("text", flat=True)) == {
            run.text_id,
            again.text_id,
        }

    def test_a_text_that_was_shown_counts_though_nothing_was_decided_on_it(
        self, agreement: Agreement, run: Run, org: Organisation, deputy: Client
    ) -> None:
        deputy.get(page_of(open_assignment(agreement)))
        drafting.recall(agreement, by=fresh(org.general_office), reason="附件有误")
        assert not Decision.objects.filter(by=org.deputy_secretary_general).exists()
        assert ReadMark.objects.get(user=org.deputy_secretary_general).text == run.text

    def test_looking_at_a_settled_item_marks_nothing(self, agreement: Agreement, run: Run, deputy: Client) -> None:
        assignment = open_assignment(agreement)
        pass_step(agreement)
        deputy.get(page_of(assignment))
        assert not ReadMark.objects.exists()


class TestCopied:
    @pytest.fixture
    def copy(self, run: Run, org: Organisation) -> Copy:
        access.grant(run.agreement, "copy", user=org.stranger)
        return Copy.objects.create(run=run, user=org.stranger, by=org.head, by_name=org.head.full_name, reason="请知悉")

    def test_it_is_read_with_nothing_to_do_and_the_time_of_reading_stands(
        self, copy: Copy, org: Organisation, as_user: LogIn
    ) -> None:
        browser, address = as_user(org.stranger), reverse("approvals:copy-show", args=[copy.public_id])
        page = browser.get(address).content.decode()
        main = page[page.index("<main") :]
        assert "请知悉" in page
        assert "<button" not in main
        assert "<form" not in main
        copy.refresh_from_db()
        assert copy.read_by == org.stranger
        read_at = copy.read_at
        browser.get(address)
        copy.refresh_from_db()
        assert copy.read_at == read_at

    def test_it_is_its_readers_alone(self, copy: Copy, org: Organisation, as_user: LogIn) -> None:
        address = reverse("approvals:copy-show", args=[copy.public_id])
        for name in ("staff", "mayor", "district"):
            assert as_user(org.users[name]).get(address).status_code == 404
        copy.refresh_from_db()
        assert copy.read_at is None


def test_reminders_stand_on_the_item(agreement: Agreement, run: Run, org: Organisation, deputy: Client) -> None:
    assignment = open_assignment(agreement)
    deadline = agreement.deadlines.get(subject_key=assignment.key)
    Alarm.objects.create(
        deadline=deadline,
        threshold=-1,
        post=assignment.post,
        was_due_on=deadline.due_on,
        raised_at=clock.now(),
    )
    Urge.objects.create(
        assignment=assignment,
        by=org.head,
        by_name=org.head.full_name,
        post_title="",
        to_names="钱进",
        text="对方已定签约日",
        sent_on=clock.today(),
    )
    page = words(deputy.get(page_of(assignment)))
    assert "1 working day left" in page
    assert f"{org.head.full_name} urged" in page
    assert "对方已定签约日" in page


def test_as_many_queries_with_three_opinions_as_with_one(
    agreement: Agreement, run: Run, org: Organisation, as_user: LogIn
) -> None:
    counted = []
    for _step in range(4):
        assignment = open_assignment(agreement)
        browser = as_user(holder_of(assignment))
        browser.get(page_of(assignment))
        with CaptureQueriesContext(connection) as found:
            assert browser.get(page_of(assignment)).status_code == 200
        counted.append(len(found))
        pass_step(agreement)
    assert counted[1] == counted[3]
    assert max(counted) <= 50
