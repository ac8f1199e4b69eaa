"""§3.4: signers before, beside and after (加签), taken off (减签), a step passed on (转办), advice (委派)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import PostHolding
from accounts.posts import post_in
from agreements.models import Agreement, Deadline, Station
from approvals import acts, pages
from approvals.models import Assignment, Decision, Run
from approvals.services import choosing, signing_on
from core import clock
from core.errors import BadInput, NotNow, Refused
from tests.approvals.others import again, decide, desks, head_of, lines, lying, newest, signature, told
from tests.factories import Organisation, fresh, make_agreement, make_user
from tests.factories_approvals import also_holds, open_assignment, open_run, pass_step

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]

WHY = "涉及财政资金，请一并审核。"


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW, consult=("reform",))


@pytest.fixture
def run(agreement: Agreement, org: Organisation) -> Run:
    return open_run(agreement, org)


@pytest.fixture
def host(run: Run, org: Organisation) -> Assignment:
    """The step of the deputy secretary-general, who has it first."""
    return lying(run, org.post("deputy_secretary_general"))


def add(host: Assignment, org: Organisation, place: str = "beside", *codes: str) -> list[Assignment]:
    posts = [head_of(org, code) for code in codes or ("finance",)]
    return signing_on.add(host, by=fresh(org.deputy_secretary_general), posts=posts, place=place, reason=WHY)


class TestAddingASigner:
    @pytest.mark.parametrize("place", ["before", "beside"])
    def test_the_signer_is_asked_at_once_with_sight_and_a_limit_of_its_own(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation, place: str
    ) -> None:
        (signer,) = add(host, org, place)
        post = head_of(org, "finance")
        assert (signer.kind, signer.parent_id, signer.added_by, signer.reason) == (
            place,
            host.pk,
            org.deputy_secretary_general,
            WHY,
        )
        assert desks(agreement) == {("decide", host.post_id), ("decide", post.pk)}
        assert Deadline.objects.filter(agreement=agreement, subject_key=signer.key, closed_on=None).count() == 1
        assert Agreement.objects.visible_to(fresh(org.consulted_head)).filter(pk=agreement.pk).exists()

    def test_the_trail_names_person_post_capacity_text_and_whom(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        before = lines(agreement)
        add(host, org, "before")
        event = newest(agreement)
        assert lines(agreement) == before + 1
        assert signature(event) == (
            "add_signers",
            org.deputy_secretary_general.pk,
            host.post.title,
            "self",
            run.sha256,
        )
        assert (event.comment, event.payload["place"]) == (WHY, "before")
        assert event.payload["posts"] == [head_of(org, "finance").title]

    def test_before_the_host_waits_but_may_send_the_text_back(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (signer,) = add(host, org, "before")
        with pytest.raises(NotNow) as refusal:
            decide(host, org.deputy_secretary_general)
        assert refusal.value.code == "signs_before"
        decide(host, org.deputy_secretary_general, "send_back", "请补充材料。")
        agreement.refresh_from_db()
        assert agreement.station == Station.DRAFTING
        assert again(signer).closed_at is not None
        assert told(agreement, "step_not_asked") == {signer.post_id}

    def test_once_the_one_before_has_signed_the_host_decides_and_the_step_closes(
        self, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (signer,) = add(host, org, "before")
        decide(signer, org.consulted_head, opinion="同意。")
        assert run.steps.get(code="deputy_secretary_general").state == "open"
        decide(host, org.deputy_secretary_general)
        assert run.steps.get(code="secretary_general").state == "open"

    @pytest.mark.parametrize("host_first", [True, False])
    def test_beside_the_step_closes_with_the_last_of_them(
        self, run: Run, host: Assignment, org: Organisation, host_first: bool
    ) -> None:
        (signer,) = add(host, org, "beside")
        turns = [(host, org.deputy_secretary_general), (signer, org.consulted_head)]
        for place, (assignment, user) in enumerate(turns if host_first else reversed(turns)):
            assert run.steps.get(code="deputy_secretary_general").state == "open", place
            decide(assignment, user)
        assert run.steps.get(code="secretary_general").state == "open"

    def test_after_is_opened_when_the_host_has_signed_and_not_before(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (signer,) = add(host, org, "after")
        assert not signer.is_open
        assert desks(agreement) == {("decide", host.post_id)}
        with pytest.raises(NotNow):
            decide(signer, org.consulted_head)
        decide(host, org.deputy_secretary_general)
        assert again(signer).is_open
        assert desks(agreement) == {("decide", signer.post_id)}
        decide(signer, org.consulted_head)
        assert run.steps.get(code="secretary_general").state == "open"

    def test_several_beside_countersign_and_all_of_them_decide(
        self, run: Run, host: Assignment, org: Organisation
    ) -> None:
        make_user("industry_head", "田工", post_in(org.units["industry"], "unit_head"))
        signers = add(host, org, "beside", "finance", "industry")
        assert len(signers) == 2
        decide(host, org.deputy_secretary_general)
        decide(signers[0], org.consulted_head)
        assert run.steps.get(code="deputy_secretary_general").state == "open"
        decide(signers[1], fresh(PostHolding.objects.get(post=signers[1].post).user))
        assert run.steps.get(code="secretary_general").state == "open"

    def test_a_signer_disagrees_before_the_hosts_eyes(self, run: Run, host: Assignment, org: Organisation) -> None:
        (signer,) = add(host, org, "before")
        with pytest.raises(BadInput):
            decide(signer, org.consulted_head, "disagree")
        decide(signer, org.consulted_head, "disagree", "资金来源不明。")
        decide(host, org.deputy_secretary_general, opinion="已说明。")
        assert run.steps.get(code="secretary_general").state == "open"

    @pytest.mark.parametrize("place", ["beside", "after"])
    def test_a_disagreement_after_the_host_has_signed_comes_to_the_host_once_more(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation, place: str
    ) -> None:
        (signer,) = add(host, org, place)
        decide(host, org.deputy_secretary_general)
        decide(signer, org.consulted_head, "disagree", "资金来源不明。")
        assert run.steps.get(code="deputy_secretary_general").state == "open"
        once_more = lying(run, host.post)
        assert (once_more.kind, once_more.parent_id, once_more.reason) == ("host", host.pk, "资金来源不明。")
        assert desks(agreement) == {("decide", host.post_id)}
        decide(once_more, org.deputy_secretary_general, opinion="已说明。")
        assert run.steps.get(code="secretary_general").state == "open"

    def test_a_signer_neither_sends_back_nor_adds_others(self, run: Run, host: Assignment, org: Organisation) -> None:
        (signer,) = add(host, org)
        with pytest.raises(NotNow) as refusal:
            decide(signer, org.consulted_head, "send_back", "退回")
        assert refusal.value.code == "not_the_host"
        with pytest.raises(NotNow):
            signing_on.add(
                again(signer), by=fresh(org.consulted_head), posts=[org.post("mayor")], place="beside", reason=WHY
            )

    def test_a_signature_is_no_level_of_the_route(self, run: Run, host: Assignment, org: Organisation) -> None:
        """The mayor who signs beside the first step decides on the last one all the same."""
        (signer,) = signing_on.add(
            host, by=fresh(org.deputy_secretary_general), posts=[org.post("mayor")], place="before", reason=WHY
        )
        decide(signer, org.mayor)
        decide(host, org.deputy_secretary_general)
        agreement = Agreement.objects.get(pk=run.agreement_id)
        while run.steps.get(code="mayor").state == "waiting":
            pass_step(agreement)
        assert run.steps.get(code="mayor").state == "open"

    def test_without_a_reason_nobody_is_added(self, host: Assignment, org: Organisation) -> None:
        with pytest.raises(BadInput):
            signing_on.add(
                host,
                by=fresh(org.deputy_secretary_general),
                posts=[head_of(org, "finance")],
                place="beside",
                reason=" ",
            )

    @pytest.mark.parametrize("place", ["", "host", "advice"])
    def test_there_are_three_places(self, host: Assignment, org: Organisation, place: str) -> None:
        with pytest.raises(BadInput):
            add(host, org, place)

    def test_nobody_is_added_from_whose_post_nobody_can_act(self, host: Assignment, org: Organisation) -> None:
        empty, own = post_in(org.units["weather"], "unit_head"), post_in(org.lead, "unit_head")
        for post in (empty, own, org.post("administrator"), host.post):
            with pytest.raises(BadInput):
                signing_on.add(host, by=fresh(org.deputy_secretary_general), posts=[post], place="beside", reason=WHY)
        assert not host.children.exists()

    def test_who_has_approved_the_text_is_not_asked_to_sign_it(self, run: Run, org: Organisation) -> None:
        pass_step(Agreement.objects.get(pk=run.agreement_id))
        second = lying(run, org.post("secretary_general"))
        with pytest.raises(BadInput, match="分管副秘书长"):
            signing_on.add(
                second,
                by=fresh(org.secretary_general),
                posts=[org.post("deputy_secretary_general")],
                place="before",
                reason=WHY,
            )

    def test_the_second_to_add_the_same_one_is_told(self, host: Assignment, org: Organisation) -> None:
        add(host, org)
        with pytest.raises(NotNow) as refusal:
            add(host, org)
        assert refusal.value.code == "asked_already"
        assert host.children.count() == 1

    def test_on_a_settled_step_nobody_is_added(self, host: Assignment, org: Organisation) -> None:
        decide(host, org.deputy_secretary_general)
        with pytest.raises(NotNow, match="钱进"):
            add(host, org)

    @pytest.mark.parametrize("name", ["staff", "general_office", "mayor", "secretary_general"])
    def test_only_who_has_the_step_adds(self, host: Assignment, org: Organisation, name: str) -> None:
        with pytest.raises(Refused):
            signing_on.add(host, by=fresh(org.users[name]), posts=[head_of(org, "finance")], place="beside", reason=WHY)

    def test_a_meetings_step_takes_no_signers(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"])
        open_run(agreement, org)
        while not open_assignment(agreement).step.is_meeting:
            pass_step(agreement)
        with pytest.raises(NotNow) as refusal:
            signing_on.add(
                open_assignment(agreement),
                by=fresh(org.general_office),
                posts=[head_of(org, "finance")],
                place="beside",
                reason=WHY,
            )
        assert refusal.value.code == "meeting_needed"

    def test_the_last_one_beside_ends_the_approval(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        while open_assignment(agreement).step.code != "mayor":
            pass_step(agreement)
        mayor = lying(run, org.post("mayor"))
        (signer,) = signing_on.add(
            mayor, by=fresh(org.mayor), posts=[head_of(org, "finance")], place="after", reason=WHY
        )
        decide(mayor, org.mayor)
        decide(signer, org.consulted_head)
        agreement.refresh_from_db()
        assert agreement.station == Station.SIGNING
        assert newest(agreement).actor_id == org.consulted_head.pk


class TestTakingOffASigner:
    def remove(self, signer: Assignment, org: Organisation, name: str = "deputy_secretary_general") -> None:
        signing_on.remove(again(signer), by=fresh(org.users[name]), reason="不再需要。")

    def test_the_hosts_turn_comes_again_and_who_was_asked_is_told(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (signer,) = add(host, org, "before")
        before = lines(agreement)
        self.remove(signer, org)
        assert again(signer).closed_because == "removed"
        assert desks(agreement) == {("decide", host.post_id)}
        assert told(agreement, "not_needed") == {signer.post_id}
        event = newest(agreement)
        assert lines(agreement) == before + 1
        assert signature(event) == (
            "remove_signer",
            org.deputy_secretary_general.pk,
            host.post.title,
            "self",
            run.sha256,
        )
        assert event.comment == "不再需要。"
        decide(host, org.deputy_secretary_general)
        assert run.steps.get(code="secretary_general").state == "open"

    def test_where_the_host_has_signed_the_step_closes(self, run: Run, host: Assignment, org: Organisation) -> None:
        (signer,) = add(host, org, "beside")
        decide(host, org.deputy_secretary_general)
        self.remove(signer, org)
        assert run.steps.get(code="secretary_general").state == "open"

    def test_so_does_the_last_step_and_the_approval_with_it(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        while open_assignment(agreement).step.code != "mayor":
            pass_step(agreement)
        mayor = lying(run, org.post("mayor"))
        (signer,) = signing_on.add(
            mayor, by=fresh(org.mayor), posts=[head_of(org, "finance")], place="beside", reason=WHY
        )
        decide(mayor, org.mayor)
        self.remove(signer, org, "mayor")
        agreement.refresh_from_db()
        assert agreement.station == Station.SIGNING
        assert agreement.acted_as is None

    def test_one_that_is_to_sign_after_is_taken_off_before_it_was_asked(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (signer,) = add(host, org, "after")
        self.remove(signer, org)
        assert told(agreement, "not_needed") == set()
        decide(host, org.deputy_secretary_general)
        assert run.steps.get(code="secretary_general").state == "open"

    def test_who_has_acted_is_not_taken_off(self, host: Assignment, org: Organisation) -> None:
        (signer,) = add(host, org, "before")
        decide(signer, org.consulted_head)
        with pytest.raises(NotNow, match="孙立"):
            self.remove(signer, org)
        assert Decision.objects.filter(assignment=signer).exists()

    def test_a_part_of_the_route_is_never_taken_off(self, host: Assignment, org: Organisation) -> None:
        with pytest.raises(NotNow) as refusal:
            self.remove(host, org)
        assert refusal.value.code == "configured"

    @pytest.mark.parametrize("name", ["consulted_head", "mayor", "general_office", "staff"])
    def test_only_who_added_takes_off(self, host: Assignment, org: Organisation, name: str) -> None:
        (signer,) = add(host, org)
        with pytest.raises(Refused):
            self.remove(signer, org, name)

    def test_the_second_to_take_off_changes_nothing(
        self, agreement: Agreement, host: Assignment, org: Organisation
    ) -> None:
        (signer,) = add(host, org)
        self.remove(signer, org)
        before = lines(agreement)
        with pytest.raises(NotNow):
            self.remove(signer, org)
        assert lines(agreement) == before

    def test_without_a_reason_nobody_is_taken_off(self, host: Assignment, org: Organisation) -> None:
        (signer,) = add(host, org)
        with pytest.raises(BadInput):
            signing_on.remove(signer, by=fresh(org.deputy_secretary_general), reason="")


class TestPassingOn:
    def pass_on(self, host: Assignment, org: Organisation, code: str = "legal") -> Assignment:
        return signing_on.reassign(
            again(host), by=fresh(org.deputy_secretary_general), post=org.post(code), reason="本人出差。"
        )

    def other_deputy(self, org: Organisation) -> PostHolding:
        """Make a second seat of the deputy secretaries-general, with somebody in it."""
        first = org.post("deputy_secretary_general")
        post = type(first).objects.create(
            authority=org.authority,
            unit=first.unit,
            code=first.code,
            seat="2",
            name_zh="副秘书长（二）",
            name_en="Deputy secretary-general (2)",
        )
        user = make_user("deputy_two", "卫国", post)
        return PostHolding.objects.get(user=user)

    def test_the_other_answers_from_now_on_within_an_own_limit(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        other = self.other_deputy(org)
        old = Deadline.objects.get(agreement=agreement, closed_on=None)
        new = signing_on.reassign(host, by=fresh(org.deputy_secretary_general), post=other.post, reason="本人出差。")
        assert (new.kind, new.round, new.parent_id) == ("host", host.round, host.pk)
        assert desks(agreement) == {("decide", other.post_id)}
        old.refresh_from_db()
        assert old.closed_on is not None
        assert Deadline.objects.get(agreement=agreement, closed_on=None).subject_key == new.key
        with pytest.raises(NotNow, match="钱进"):
            decide(host, org.deputy_secretary_general)
        decide(new, other.user)
        assert run.steps.get(code="secretary_general").state == "open"

    def test_the_first_holder_is_never_hidden(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        other = self.other_deputy(org)
        before = lines(agreement)
        new = signing_on.reassign(host, by=fresh(org.deputy_secretary_general), post=other.post, reason="本人出差。")
        decision = Decision.objects.get(assignment=host)
        assert (decision.verdict, decision.opinion, decision.by_name) == ("reassign", "本人出差。", "钱进")
        event = newest(agreement)
        assert lines(agreement) == before + 1
        assert signature(event) == ("reassign", org.deputy_secretary_general.pk, host.post.title, "self", run.sha256)
        assert event.payload["posts"] == [other.post.title]
        decide(new, other.user)
        printed = pages.opinions_of(pages.steps_whole().filter(run=run, code="deputy_secretary_general"))
        assert [line.name for line in printed] == ["钱进", "卫国"]

    def test_who_was_added_stays_asked_and_the_new_one_waits_for_it(
        self, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (signer,) = add(host, org, "before")
        other = self.other_deputy(org)
        new = signing_on.reassign(host, by=fresh(org.deputy_secretary_general), post=other.post, reason="本人出差。")
        with pytest.raises(NotNow) as refusal:
            decide(new, other.user)
        assert refusal.value.code == "signs_before"
        with pytest.raises(Refused):
            signing_on.remove(again(signer), by=fresh(org.deputy_secretary_general), reason="不需要")
        signing_on.remove(again(signer), by=fresh(other.user), reason="不需要")
        decide(new, other.user)
        assert run.steps.get(code="secretary_general").state == "open"

    def test_a_signer_passes_on_too_and_the_host_still_waits(
        self, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (signer,) = add(host, org, "before")
        new = signing_on.reassign(
            signer, by=fresh(org.consulted_head), post=post_in(org.units["finance"], "officer"), reason="请经办人核。"
        )
        assert (new.kind, new.parent_id) == ("before", signer.pk)
        with pytest.raises(NotNow):
            decide(host, org.deputy_secretary_general)
        decide(new, org.consulted)
        decide(host, org.deputy_secretary_general)
        assert run.steps.get(code="secretary_general").state == "open"

    def test_nothing_goes_back_and_forth(self, host: Assignment, org: Organisation) -> None:
        other = self.other_deputy(org)
        new = signing_on.reassign(host, by=fresh(org.deputy_secretary_general), post=other.post, reason="本人出差。")
        with pytest.raises(NotNow) as refusal:
            signing_on.reassign(again(new), by=fresh(other.user), post=host.post, reason="退给原处。")
        assert refusal.value.code == "asked_already"

    @pytest.mark.parametrize("code", ["legal", "secretariat", "inspector"])
    def test_a_step_of_the_route_stays_with_posts_that_decide(
        self, host: Assignment, org: Organisation, code: str
    ) -> None:
        with pytest.raises(BadInput):
            self.pass_on(host, org, code)

    def test_no_level_is_left_out_by_passing_on(self, host: Assignment, org: Organisation) -> None:
        with pytest.raises(BadInput, match="市长"):
            self.pass_on(host, org, "mayor")

    def test_without_a_reason_nothing_is_passed_on(self, host: Assignment, org: Organisation) -> None:
        other = self.other_deputy(org)
        with pytest.raises(BadInput):
            signing_on.reassign(host, by=fresh(org.deputy_secretary_general), post=other.post, reason="")

    def test_not_to_who_worked_on_the_case(self, run: Run, org: Organisation) -> None:
        first = org.post("deputy_secretary_general")
        other = self.other_deputy(org)
        PostHolding.objects.filter(pk=other.pk).update(to_on=clock.today() - timedelta(days=1))
        PostHolding.objects.create(post=other.post, user=org.staff, from_on=clock.today(), basis="兼任")
        with pytest.raises(BadInput):
            signing_on.reassign(
                lying(run, first), by=fresh(org.deputy_secretary_general), post=other.post, reason="本人出差。"
            )

    def test_the_second_to_pass_on_is_told_who_did(self, host: Assignment, org: Organisation) -> None:
        other = self.other_deputy(org)
        stale = again(host)
        signing_on.reassign(host, by=fresh(org.deputy_secretary_general), post=other.post, reason="本人出差。")
        with pytest.raises(NotNow, match="钱进"):
            signing_on.reassign(stale, by=fresh(org.deputy_secretary_general), post=other.post, reason="本人出差。")

    @pytest.mark.parametrize("name", ["general_office", "mayor", "staff"])
    def test_only_who_has_it_passes_it_on(self, host: Assignment, org: Organisation, name: str) -> None:
        other = self.other_deputy(org)
        with pytest.raises(Refused):
            signing_on.reassign(host, by=fresh(org.users[name]), post=other.post, reason="理由")


class TestAdvice:
    def ask(self, host: Assignment, org: Organisation, *codes: str) -> list[Assignment]:
        posts = [head_of(org, code) for code in codes or ("finance",)]
        return signing_on.ask_advice(
            host, by=fresh(org.deputy_secretary_general), posts=posts, question="资金是否落实？"
        )

    def advise(self, asked: Assignment, org: Organisation, opinion: str = "已落实。") -> Decision:
        row = again(asked)
        return signing_on.advise(row, by=fresh(org.consulted_head), opinion=opinion, text_sha256=row.step.run.sha256)

    def test_the_adviser_is_asked_and_the_step_stays(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (asked,) = self.ask(host, org)
        assert (asked.kind, asked.parent_id, asked.reason) == ("advice", host.pk, "资金是否落实？")
        assert desks(agreement) == {("decide", host.post_id), ("advise", asked.post_id)}
        event = newest(agreement)
        assert signature(event) == ("ask_advice", org.deputy_secretary_general.pk, host.post.title, "self", run.sha256)

    def test_the_answer_goes_back_and_never_closes_the_step(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (asked,) = self.ask(host, org)
        decision = self.advise(asked, org)
        assert (decision.verdict, decision.opinion, decision.text_sha256) == ("advise", "已落实。", run.sha256)
        assert run.steps.get(code="deputy_secretary_general").state == "open"
        assert desks(agreement) == {("decide", host.post_id)}
        assert told(agreement, "advised") == {host.post_id}
        event = newest(agreement)
        assert signature(event) == ("advise", org.consulted_head.pk, asked.post.title, "self", run.sha256)

    def test_who_asked_may_go_on_without_it_and_the_adviser_is_told(
        self, agreement: Agreement, run: Run, host: Assignment, org: Organisation
    ) -> None:
        (asked,) = self.ask(host, org)
        decide(host, org.deputy_secretary_general)
        assert run.steps.get(code="secretary_general").state == "open"
        assert again(asked).closed_because == "settled"
        assert told(agreement, "not_needed") == {asked.post_id}
        with pytest.raises(NotNow):
            self.advise(asked, org)

    def test_so_it_is_where_others_still_sign_beside(self, run: Run, host: Assignment, org: Organisation) -> None:
        (asked,) = self.ask(host, org)
        make_user("industry_head", "田工", post_in(org.units["industry"], "unit_head"))
        add(host, org, "beside", "industry")
        decide(host, org.deputy_secretary_general)
        assert run.steps.get(code="deputy_secretary_general").state == "open"
        assert again(asked).closed_because == "settled"

    def test_advice_decides_nothing(self, host: Assignment, org: Organisation) -> None:
        (asked,) = self.ask(host, org)
        for verdict in ("approve", "disagree", "send_back"):
            with pytest.raises(NotNow) as refusal:
                decide(asked, org.consulted_head, verdict, "意见")
            assert refusal.value.code == "advice"
        with pytest.raises(NotNow):
            signing_on.advise(
                host, by=fresh(org.deputy_secretary_general), opinion="x", text_sha256=host.step.run.sha256
            )

    def test_advice_has_words_on_the_text_that_was_shown(self, host: Assignment, org: Organisation) -> None:
        (asked,) = self.ask(host, org)
        with pytest.raises(BadInput):
            self.advise(asked, org, " ")
        with pytest.raises(NotNow) as refusal:
            signing_on.advise(again(asked), by=fresh(org.consulted_head), opinion="可行", text_sha256="0" * 64)
        assert refusal.value.code == "other_text"

    def test_nobody_is_asked_twice_at_once_but_again_after_an_answer(self, host: Assignment, org: Organisation) -> None:
        (asked,) = self.ask(host, org)
        with pytest.raises(NotNow) as refusal:
            self.ask(host, org)
        assert refusal.value.code == "asked_already"
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(step=host.step, post=asked.post, kind="advice", parent=host)
        self.advise(asked, org)
        assert len(self.ask(host, org)) == 1

    def test_a_signer_asks_too_and_the_answer_goes_to_the_signer(
        self, agreement: Agreement, host: Assignment, org: Organisation
    ) -> None:
        (signer,) = add(host, org, "beside")
        (asked,) = signing_on.ask_advice(signer, by=fresh(org.consulted_head), posts=[org.post("legal")])
        row = again(asked)
        signing_on.advise(row, by=fresh(org.legal), opinion="合法。", text_sha256=row.step.run.sha256)
        assert told(agreement, "advised") == {signer.post_id}

    def test_who_advised_may_sign_too(self, host: Assignment, org: Organisation) -> None:
        (asked,) = self.ask(host, org)
        self.advise(asked, org)
        (signer,) = add(host, org, "before")
        assert signer.is_open

    def test_the_second_to_advise_is_told(self, host: Assignment, org: Organisation) -> None:
        (asked,) = self.ask(host, org)
        self.advise(asked, org)
        with pytest.raises(NotNow, match="孙立"):
            self.advise(asked, org)

    @pytest.mark.parametrize("name", ["deputy_secretary_general", "consulted", "mayor"])
    def test_only_the_one_who_was_asked_advises(self, host: Assignment, org: Organisation, name: str) -> None:
        (asked,) = self.ask(host, org)
        row = again(asked)
        with pytest.raises(Refused):
            signing_on.advise(row, by=fresh(org.users[name]), opinion="x", text_sha256=row.step.run.sha256)

    def test_a_request_is_taken_back(self, agreement: Agreement, host: Assignment, org: Organisation) -> None:
        (asked,) = self.ask(host, org)
        signing_on.remove(again(asked), by=fresh(org.deputy_secretary_general), reason="已当面听取。")
        assert again(asked).closed_because == "removed"
        assert desks(agreement) == {("decide", host.post_id)}


class TestWhatIsOffered:
    def codes(self, subject: Assignment, org: Organisation, name: str) -> list[str]:
        return [offer.act.code for offer in acts.offers("assignment", again(subject), fresh(org.users[name]))]

    def test_the_host_adds_asks_and_passes_on(self, host: Assignment, org: Organisation) -> None:
        assert set(self.codes(host, org, "deputy_secretary_general")) >= {"add-signers", "ask-advice", "reassign"}
        for name in ("mayor", "staff"):
            assert not self.codes(host, org, name)

    def test_the_adviser_advises_and_nothing_more(self, host: Assignment, org: Organisation) -> None:
        (asked,) = signing_on.ask_advice(host, by=fresh(org.deputy_secretary_general), posts=[head_of(org, "finance")])
        assert set(self.codes(asked, org, "consulted_head")) == {"advise", "reassign"}
        assert "remove-signer" in self.codes(asked, org, "deputy_secretary_general")

    def test_who_is_offered_can_act(self, host: Assignment, org: Organisation) -> None:
        offered = {choice.post.code for choice in choosing.for_signing(host)}
        assert "unit_head" in offered
        assert not offered & {"administrator", "audit_admin", "deputy_secretary_general"}
        assert head_of(org, "exchange").pk not in {choice.post.pk for choice in choosing.for_signing(host)}

    def test_who_was_asked_lately_stands_first(self, host: Assignment, org: Organisation) -> None:
        add(host, org, "beside")
        assert choosing.asked_lately(org.deputy_secretary_general, host.step.run) == [head_of(org, "finance").pk]


def test_two_holders_of_a_post_are_offered_as_one(org: Organisation) -> None:
    also_holds(org, "legal", org.consulted_head)
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    run = open_run(agreement, org)
    found = {
        choice.post.code: choice.people
        for choice in choosing.for_signing(lying(run, org.post("deputy_secretary_general")))
    }
    assert len(found["legal"]) == 2
