"""§3.4: two administrators set an approval going that is stuck (管理员干预): they move it, and decide nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from accounts.models import PostHolding, User
from agreements.models import Agreement, Deadline, Station
from approvals.models import Assignment, Decision, Intervention, Run
from approvals.services import intervening, signing_on
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import outbox
from tests.approvals.others import again, decide, desks, head_of, lines, lying, newest, signature, told
from tests.factories import Organisation, fresh, make_agreement, make_user, paper
from tests.factories_approvals import open_run, pass_step

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


@pytest.fixture
def second(org: Organisation) -> User:
    """The other business administrator."""
    return make_user("administrator_two", "郝管", org.post("administrator"))


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW)


@pytest.fixture
def run(agreement: Agreement, org: Organisation) -> Run:
    return open_run(agreement, org)


def leave(org: Organisation, code: str) -> None:
    PostHolding.objects.filter(post=org.post(code)).update(to_on=clock.today() - timedelta(days=1))


def propose(assignment: Assignment, org: Organisation, **more: Any) -> Intervention:
    given: dict[str, Any] = {
        "by": fresh(org.administrator),
        "kind": "to_office",
        "reason": "该岗位已空缺。",
        "document_number": "津政办函〔2026〕9号",
        "document": paper("函.png"),
    }
    return intervening.propose(again(assignment), **{**given, **more})


def answer(row: Intervention, by: User, *, confirmed: bool = True, words: str = "") -> Intervention:
    return intervening.answer(Intervention.objects.get(pk=row.pk), by=fresh(by), confirmed=confirmed, words=words)


class TestProposing:
    def test_nothing_happens_before_the_second_confirms(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        before, trail = desks(agreement), lines(agreement)
        row = propose(host, org)
        assert (row.is_open, row.proposed_by_name, row.document_number) == (True, "宋理", "津政办函〔2026〕9号")
        assert desks(agreement) == before
        event = newest(agreement)
        assert lines(agreement) == trail + 1
        admin = org.post("administrator").title
        assert signature(event) == ("propose_intervention", org.administrator.pk, admin, "self", run.sha256)

    @pytest.mark.parametrize(
        "missing", [{"reason": " "}, {"document_number": ""}, {"document": None}, {"kind": "approve"}]
    )
    def test_it_has_its_reason_and_its_document(self, run: Run, org: Organisation, missing: dict[str, Any]) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        with pytest.raises(BadInput):
            propose(host, org, **missing)

    @pytest.mark.parametrize("name", ["staff", "general_office", "mayor", "system_admin", "audit_admin"])
    def test_only_a_business_administrator_proposes(self, run: Run, org: Organisation, name: str) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        with pytest.raises(Refused):
            propose(host, org, by=fresh(org.users[name]))

    def test_one_proposal_at_a_time(self, run: Run, org: Organisation, second: User) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        propose(host, org)
        with pytest.raises(NotNow, match="宋理"):
            propose(host, org, by=fresh(second))
        with pytest.raises(IntegrityError), transaction.atomic():
            Intervention.objects.create(
                run=run,
                kind="to_office",
                assignment=host,
                reason="x",
                document_number="x",
                document=Intervention.objects.get().document,
                proposed_by=second,
                proposed_by_name="x",
            )

    def test_what_somebody_can_act_on_is_not_handed_to_the_office(self, run: Run, org: Organisation) -> None:
        with pytest.raises(NotNow) as refusal:
            propose(lying(run, org.post("deputy_secretary_general")), org)
        assert refusal.value.code == "not_empty"

    def test_never_forward_and_no_level_left_out(self, run: Run, org: Organisation) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        for more in (
            {"kind": "move_back", "to_step": run.steps.get(code="mayor")},
            {"kind": "move_back", "to_step": None},
            {"kind": "reassign", "post": org.post("mayor")},
            {"kind": "reassign", "post": head_of(org, "finance")},
            {"kind": "reassign", "post": None},
        ):
            with pytest.raises(BadInput):
                propose(host, org, **more)
        assert not Intervention.objects.exists()

    def test_the_administrators_are_told_by_number_and_see_nothing(
        self, agreement: Agreement, run: Run, org: Organisation, second: User
    ) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        propose(host, org)
        while outbox.deliver_pending():
            pass
        notice = org.post("administrator").notices.get(code="intervention_proposed")
        assert (notice.agreement, notice.params["number"]) == (None, agreement.number)
        for user in (org.administrator, second):
            assert not Agreement.objects.visible_to(fresh(user)).exists()


class TestConfirming:
    def test_an_item_nobody_can_act_on_goes_to_the_office_in_the_leaders_place(
        self, agreement: Agreement, run: Run, org: Organisation, second: User
    ) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        row = answer(propose(host, org), second)
        assert (row.accepted, row.decided_by_name) == ("confirmed", "郝管")
        office = org.post("general_office")
        assert desks(agreement) == {("decide", office.pk)}
        assert again(host).closed_because == "moved"
        step = run.steps.get(code="deputy_secretary_general")
        assert (step.state, step.redirected_because, step.post) == ("open", "vacant", office)
        with pytest.raises(BadInput):
            decide(lying(run, office), org.general_office)
        decide(lying(run, office), org.general_office, opinion="经请示秘书长。")
        assert run.steps.get(code="secretary_general").state == "open"

    def test_the_trail_names_both_the_document_and_from_where_to_where(
        self, agreement: Agreement, run: Run, org: Organisation, second: User
    ) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        answer(propose(host, org), second)
        event = newest(agreement)
        admin = org.post("administrator").title
        assert signature(event) == ("intervene", second.pk, admin, "self", run.sha256)
        assert (event.payload["proposed_by"], event.payload["document"], event.payload["from"]) == (
            "宋理",
            "津政办函〔2026〕9号",
            host.post.title,
        )

    def test_given_to_another_post_it_has_a_limit_of_its_own(
        self, agreement: Agreement, run: Run, org: Organisation, second: User
    ) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        (signer,) = signing_on.add(
            host,
            by=fresh(org.deputy_secretary_general),
            posts=[head_of(org, "finance")],
            place="before",
            reason="请核",
        )
        row = propose(signer, org, kind="reassign", post=org.post("legal"), reason="主要负责人空缺。")
        answer(row, second)
        new = lying(run, org.post("legal"))
        assert (new.kind, new.parent_id) == ("before", signer.pk)
        assert Deadline.objects.filter(subject_key=new.key, closed_on=None).exists()
        assert told(agreement, "intervened") == {
            signer.post_id,
            org.post("general_office").pk,
            org.lead.posts.get(code="officer").pk,
        }

    def test_moved_back_the_passed_step_decides_again_and_its_opinion_stays(
        self, agreement: Agreement, run: Run, org: Organisation, second: User
    ) -> None:
        pass_step(agreement)
        before = list(Decision.objects.values_list("pk", "verdict", "opinion"))
        host = lying(run, org.post("secretary_general"))
        target = run.steps.get(code="deputy_secretary_general")
        answer(propose(host, org, kind="move_back", to_step=target), second)
        assert desks(agreement) == {("decide", org.post("deputy_secretary_general").pk)}
        assert list(Decision.objects.values_list("pk", "verdict", "opinion")) == before
        decide(lying(run, org.post("deputy_secretary_general")), org.deputy_secretary_general)
        assert run.steps.get(code="secretary_general").state == "open"

    def test_it_never_decides(self, run: Run, org: Organisation, second: User) -> None:
        before = Decision.objects.count()
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        answer(propose(host, org), second)
        assert Decision.objects.count() == before
        assert not run.steps.filter(state="done").exclude(code="general_office").exists()

    def test_nobody_confirms_the_own_proposal(self, run: Run, org: Organisation, second: User) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        row = propose(host, org)
        for confirmed in (True, False):
            with pytest.raises(Refused):
                answer(row, org.administrator, confirmed=confirmed, words="同意")
        with pytest.raises(IntegrityError), transaction.atomic():
            Intervention.objects.filter(pk=row.pk).update(
                accepted="confirmed", decided_by=F("proposed_by"), decided_at=clock.now()
            )

    @pytest.mark.parametrize("name", ["system_admin", "general_office", "mayor"])
    def test_nor_does_who_is_no_business_administrator(self, run: Run, org: Organisation, name: str) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        with pytest.raises(Refused):
            answer(propose(host, org), org.users[name])

    def test_refused_nothing_is_changed_and_the_reason_stands(
        self, agreement: Agreement, run: Run, org: Organisation, second: User
    ) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        row, before = propose(host, org), desks(agreement)
        with pytest.raises(BadInput):
            answer(row, second, confirmed=False)
        assert answer(row, second, confirmed=False, words="已有人接任。").accepted == "refused"
        assert desks(agreement) == before
        assert newest(agreement).code == "refuse_intervention"
        assert propose(host, org), "another proposal may be made"

    def test_settled_in_the_meantime_it_can_only_be_refused(
        self, agreement: Agreement, run: Run, org: Organisation, second: User
    ) -> None:
        pass_step(agreement)
        host = lying(run, org.post("secretary_general"))
        row = propose(host, org, kind="move_back", to_step=run.steps.get(code="deputy_secretary_general"))
        pass_step(agreement)
        with pytest.raises(NotNow, match="冯志刚"):
            answer(row, second)
        assert Intervention.objects.get().is_open
        answer(row, second, confirmed=False, words="已办理。")

    def test_the_second_to_answer_is_told_who_did(self, run: Run, org: Organisation, second: User) -> None:
        third = make_user("administrator_three", "苏管", org.post("administrator"))
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        row = propose(host, org)
        answer(row, second)
        with pytest.raises(NotNow, match="郝管"):
            answer(row, third, confirmed=False, words="不同意")

    def test_an_answer_is_never_changed(self, run: Run, org: Organisation, second: User) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        answer(propose(host, org), second)
        for change in ({"reason": "别的"}, {"accepted": "refused"}, {"decided_by_name": "别人"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Intervention.objects.update(**change)


class TestWhatIsStuck:
    def test_an_item_nobody_can_act_on_and_one_long_past_its_day(self, run: Run, org: Organisation) -> None:
        assert intervening.open_items(org.authority) == []
        later = clock.today() + timedelta(days=30)
        (late,) = intervening.open_items(org.authority, day=later)
        assert (late.is_empty, late.late >= intervening.LATE_WORKDAYS) == (False, True)
        leave(org, "deputy_secretary_general")
        (empty,) = intervening.open_items(org.authority)
        assert (empty.is_empty, empty.assignment.post.code) == (True, "deputy_secretary_general")

    def test_who_worked_on_the_case_does_not_hold_it_free(self, run: Run, org: Organisation) -> None:
        leave(org, "deputy_secretary_general")
        PostHolding.objects.create(
            post=org.post("deputy_secretary_general"), user=org.head, from_on=clock.today(), basis="兼任"
        )
        assert [one.is_empty for one in intervening.open_items(org.authority)] == [True]

    def test_by_its_number_any_approval_under_way_is_found(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        (found,) = intervening.open_items(org.authority, number=agreement.number)
        assert not found.is_stuck
        assert intervening.open_items(org.authority, number="无此编号") == []

    def test_the_page_says_where_it_lies_and_nothing_of_the_case(
        self, agreement: Agreement, run: Run, org: Organisation, second: User, as_user: Any
    ) -> None:
        host = lying(run, org.post("deputy_secretary_general"))
        leave(org, "deputy_secretary_general")
        client = as_user(org.administrator)
        page = client.get(reverse("approvals:intervention-list")).content.decode()
        assert agreement.number in page
        assert agreement.title not in page
        address = reverse("approvals:intervention-propose", args=[host.public_id])
        assert agreement.title not in client.get(address).content.decode()
        sent = client.post(
            address,
            {
                "kind": "to_office",
                "reason": "岗位空缺。",
                "document_number": "津政办函〔2026〕9号",
                "document": paper("函.png"),
            },
        )
        assert sent.status_code == 302
        row = Intervention.objects.get()
        detail = reverse("approvals:intervention-answer", args=[row.public_id])
        assert client.post(detail, {"answer": "confirm"}).status_code == 403
        other = as_user(second)
        page = other.get(detail).content.decode()
        assert "岗位空缺。" in page
        assert agreement.title not in page
        document = other.get(reverse("approvals:intervention-document", args=[row.public_id]))
        assert document.status_code == 200
        assert b"".join(document.streaming_content)
        assert other.post(detail, {"answer": "confirm"}).status_code == 302
        assert lying(run, org.post("general_office"))
        assert client.get(address).status_code == 409

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_asks_the_same_however_long_it_is(
        self, org: Organisation, as_user: Any, rows: int, django_assert_max_num_queries: Any
    ) -> None:
        for _row in range(rows):
            open_run(make_agreement(org, at_station=Station.LEGAL_REVIEW), org)
        leave(org, "deputy_secretary_general")
        client = as_user(org.administrator)
        with django_assert_max_num_queries(14):
            assert client.get(reverse("approvals:intervention-list")).status_code == 200
