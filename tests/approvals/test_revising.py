"""§3.3, §3.4: passed in principle, the text is revised, checked, looked at again, taken in; nothing else changes it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agreements import verbs
from agreements.models import Agreement, Clause, Deadline, TextVersion, ToDo
from agreements.services import access, consulting, drafting, lifecycle, opinions, standing, texts
from agreements.services.opinions import PointContent
from approvals import blockers
from approvals.models import Certificate, Decision, Revision, Run, Step
from approvals.services import minutes, opening, revising, runs
from core import clock
from core.errors import BadInput, NotNow, Refused
from records.models import Event
from tests.approvals import revision_cases as cases
from tests.factories import Organisation, fresh, paper, reword
from tests.factories_approvals import holder_of, open_assignment, pass_step

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]

LEVELS = ["deputy_secretary_general", "secretary_general", "vice_mayor", "executive_vice_mayor"]
OF_SUBSTANCE = "双方就第二条另行商定，甲方不承担出资责任。"
OF_WORDING = "双方就工作目标等达成一致。"


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return cases.at_the_meeting(org, {"finance": [1], "industry": [2]})


@pytest.fixture
def revision(agreement: Agreement) -> Revision:
    return cases.pass_in_principle(agreement)


@pytest.fixture
def run(revision: Revision) -> Run:
    return revision.run


def revise(agreement: Agreement, org: Organisation, prose: str = OF_SUBSTANCE, place: int = 1) -> None:
    reword(agreement, prose, by=org.staff, place=place)


def ready(revision: Revision, org: Organisation, prose: str = OF_SUBSTANCE, finding: str = "substance") -> Revision:
    """Revise, submit and check; units that are asked have nothing against it."""
    revise(revision.run.agreement, org, prose)
    cases.submitted(revision, org, wording=finding == "wording")
    cases.checked(revision, org, finding)
    for round_ in revision.rounds.all():
        for consulted in round_.consulted.select_related("unit"):
            cases.answer(consulted)
    return revision


def desks(agreement: Agreement) -> set[tuple[str, str]]:
    rows = ToDo.objects.filter(agreement=agreement, closed_at=None)
    return set(rows.values_list("code", "post__code"))


def states(run: Run) -> dict[str, str]:
    return dict(run.steps.order_by("order").values_list("code", "state"))


def newest(agreement: Agreement) -> Event:
    return Event.objects.filter(chain=agreement.chain).latest("sequence")


class TestOrdering:
    def test_the_meeting_orders_it_and_no_step_opens(self, agreement: Agreement, revision: Revision) -> None:
        assert (revision.words, revision.state, revision.before) == (cases.WORDS, "open", revision.run.text)
        assert not Step.objects.filter(run=revision.run, state=Step.State.OPEN).exists()
        assert states(revision.run)["mayor"] == "waiting"

    def test_it_lies_with_the_lead_unit_within_a_limit_of_our_own(
        self, agreement: Agreement, revision: Revision
    ) -> None:
        assert desks(agreement) == {("revise", "officer"), ("submit_revision", "unit_head")}
        deadline = Deadline.objects.get(agreement=agreement, closed_on=None)
        assert (deadline.rule, deadline.own_limit, deadline.subject_key) == ("revision", True, revision.key)

    def test_a_resolution_in_principle_says_what_is_to_be_revised(self, agreement: Agreement) -> None:
        with pytest.raises(BadInput):
            cases.pass_in_principle(agreement, words=" ")
        assert not Revision.objects.exists()

    def test_the_database_holds_one_revision_under_way_for_a_run(self, revision: Revision) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Revision.objects.create(
                run=revision.run,
                step=revision.step,
                words="再改",
                before=revision.before,
                ordered_by=revision.ordered_by,
                ordered_at=clock.now(),
            )


class TestWriting:
    def test_before_the_order_the_text_under_approval_cannot_be_written(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        text = texts.current(agreement)
        assert text is not None
        assert not drafting.is_open(agreement)
        with pytest.raises(NotNow) as refused:
            drafting.write(agreement, [], by=fresh(org.staff), edition=text.edition)
        assert refused.value.code == "text_frozen"

    def test_a_frozen_version_is_not_changed_by_any_road(self, agreement: Agreement) -> None:
        text = texts.current(agreement)
        assert text is not None
        with pytest.raises(IntegrityError), transaction.atomic():
            TextVersion.objects.filter(pk=text.pk).update(canonical="[]", sha256="0" * 64)
        with pytest.raises(IntegrityError), transaction.atomic():
            TextVersion.objects.filter(pk=text.pk).delete()

    def test_the_lead_unit_writes_and_the_text_of_the_run_stays(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        before = revision.run.sha256
        revise(agreement, org)
        revision.run.refresh_from_db()
        assert revision.run.sha256 == before
        working = texts.working(agreement)
        assert working is not None
        assert working.based_on == revision.before
        assert Clause.objects.get(text=working, order=2).prose == OF_SUBSTANCE

    @pytest.mark.parametrize("name", ["legal", "general_office", "consulted", "vice_mayor"])
    def test_nobody_else_writes(self, agreement: Agreement, revision: Revision, org: Organisation, name: str) -> None:
        with pytest.raises(Refused):
            drafting.write(agreement, [], by=fresh(org.users[name]), edition=0)

    def test_once_it_is_submitted_nobody_writes(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        revise(agreement, org)
        cases.submitted(revision, org)
        assert not drafting.is_open(agreement)
        with pytest.raises(NotNow):
            drafting.write(agreement, [], by=fresh(org.staff), edition=0)

    def test_neither_a_new_round_nor_a_kept_version_nor_a_new_submission(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        revise(agreement, org)
        for act in (
            lambda: consulting.send(agreement, [org.units["finance"]], by=fresh(org.staff)),
            lambda: drafting.keep(agreement, by=fresh(org.staff)),
            lambda: drafting.submit(agreement, by=fresh(org.head)),
            lambda: drafting.hand_to_head(agreement, by=fresh(org.staff)),
        ):
            with pytest.raises(NotNow) as refused:
                act()
            assert refused.value.code == "wrong_time"

    def test_a_suspended_case_is_not_revised(self, agreement: Agreement, revision: Revision, org: Organisation) -> None:
        standing.propose(agreement, "suspend", by=fresh(org.head), reason="项目暂停。")
        standing.decide(agreement, by=fresh(org.mayor), accepted=True)
        with pytest.raises(NotNow):
            revise(agreement, org)


class TestSubmitting:
    def test_it_freezes_the_text_and_lies_with_the_legal_reviewer(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        revise(agreement, org)
        cases.submitted(revision, org)
        assert revision.state == "submitted"
        assert revision.after is not None
        assert revision.after.is_frozen
        assert desks(agreement) == {("check_revision", "legal")}
        event = newest(agreement)
        assert (event.code, event.text_sha256, event.comment) == (
            "submit_revision",
            revision.after.sha256,
            "按会议意见修改。",
        )

    @pytest.mark.parametrize("name", ["staff", "legal", "consulted_head", "general_office"])
    def test_only_the_head_of_the_lead_unit_submits(
        self, agreement: Agreement, revision: Revision, org: Organisation, name: str
    ) -> None:
        revise(agreement, org)
        with pytest.raises(Refused):
            revising.submit(revision, by=fresh(org.users[name]), note="改", claims_wording=True)

    @pytest.mark.article("§3.3")
    @pytest.mark.parametrize(
        "agreed",
        [{}, {"agreed_how": "电话"}, {"agreed_on": clock.today()}, {"agreed_on": clock.today() + timedelta(1)}],
    )
    def test_a_change_of_substance_was_agreed_with_the_counterpart_again(
        self, agreement: Agreement, revision: Revision, org: Organisation, agreed: dict[str, object]
    ) -> None:
        revise(agreement, org)
        with pytest.raises(BadInput):
            revising.submit(revision, by=fresh(org.head), note="改", **agreed)  # type: ignore[arg-type]
        assert texts.working(agreement) is not None

    def test_wording_is_not_claimed_of_what_the_machine_can_tell(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        revise(agreement, org)
        with pytest.raises(NotNow) as refused:
            cases.submitted(revision, org, wording=True)
        assert refused.value.code == "not_editorial"
        assert {gap.code for gap in refused.value.gaps} == {"substance_words"}

    def test_nothing_changed_needs_the_word_that_nothing_had_to_be(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        with pytest.raises(BadInput):
            revising.submit(revision, by=fresh(org.head), note=" ")
        cases.submitted(revision, org, note="会议意见已在第二条体现，无需修改。")
        assert revision.after is not None
        assert revision.after.sha256 == revision.before.sha256
        assert revision.agreed_on is None

    @pytest.mark.article("§1.2")
    def test_what_screening_finds_holds_it(self, agreement: Agreement, revision: Revision, org: Organisation) -> None:
        revise(agreement, org, "由市政府为乙方的银行贷款提供连带责任担保。")
        with pytest.raises(NotNow) as refused:
            cases.submitted(revision, org)
        assert any(gap.code.startswith("screening_") for gap in refused.value.gaps)

    def test_what_the_article_asks_holds_it(self, agreement: Agreement, revision: Revision, org: Organisation) -> None:
        revise(agreement, org, "")
        with pytest.raises(NotNow) as refused:
            cases.submitted(revision, org)
        assert refused.value.code == "incomplete"

    def test_the_second_to_submit_is_told_where_it_is(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        revise(agreement, org)
        late = Revision.objects.get(pk=revision.pk)
        cases.submitted(revision, org)
        with pytest.raises(NotNow) as refused:
            cases.submitted(late, org)
        assert refused.value.code == "revision_elsewhere"
        assert org.head.full_name in str(refused.value)


@pytest.mark.article("§3.3")
class TestChecking:
    @pytest.fixture
    def revision(self, agreement: Agreement, org: Organisation) -> Revision:
        revision = cases.pass_in_principle(agreement)
        revise(agreement, org)
        return cases.submitted(revision, org)

    def test_given_back_the_text_is_open_again_and_the_version_stays(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        given = revision.after
        assert given is not None
        cases.checked(revision, org, "back", "第二条仍未写明出资上限。")
        assert (revision.state, revision.after) == ("open", None)
        assert desks(agreement) == {("revise", "officer"), ("submit_revision", "unit_head")}
        working = texts.working(agreement)
        assert working is not None
        assert working.based_on == given
        assert newest(agreement).comment == "第二条仍未写明出资上限。"

    def test_given_back_it_says_what_is_missing(self, revision: Revision, org: Organisation) -> None:
        with pytest.raises(BadInput):
            cases.checked(revision, org, "back", " ")

    def test_no_certificate_on_a_change_of_substance(self, revision: Revision, org: Organisation) -> None:
        with pytest.raises(NotNow) as refused:
            cases.checked(revision, org, "wording")
        assert refused.value.code == "not_editorial"
        assert not Certificate.objects.exists()

    def test_on_the_text_that_was_shown(self, revision: Revision, org: Organisation) -> None:
        with pytest.raises(NotNow) as refused:
            revising.check(revision, by=fresh(org.legal), finding="substance", text_sha256=revision.before.sha256)
        assert refused.value.code == "other_text"

    @pytest.mark.parametrize("name", ["staff", "head", "general_office", "mayor"])
    def test_only_the_legal_reviewer(self, revision: Revision, org: Organisation, name: str) -> None:
        assert revision.after is not None
        with pytest.raises(Refused):
            revising.check(revision, by=fresh(org.users[name]), finding="substance", text_sha256=revision.after.sha256)

    def test_never_who_worked_on_the_case(self, agreement: Agreement, revision: Revision, org: Organisation) -> None:
        access.grant(agreement, access.DRAFTED, user=org.legal)
        with pytest.raises(Refused):
            cases.checked(revision, org)

    def test_what_was_claimed_as_wording_and_is_none_goes_back_to_be_agreed(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        cases.checked(revision, org, "back", "请重写。")
        working = texts.working(agreement)
        assert working is not None
        reword(agreement, "双方就工作目标等达成一致。", by=org.staff, place=1)
        cases.submitted(revision, org, wording=True)
        with pytest.raises(NotNow) as refused:
            cases.checked(revision, org, "substance")
        assert refused.value.code == "agreed_again"

    def test_the_second_to_check_is_told(self, revision: Revision, org: Organisation) -> None:
        late = Revision.objects.get(pk=revision.pk)
        cases.checked(revision, org)
        with pytest.raises(NotNow) as refused:
            revising.check(late, by=fresh(org.legal), finding="substance", text_sha256=late.after.sha256)
        assert org.legal.full_name in str(refused.value)


class TestUnitsLookAgain:
    @pytest.fixture
    def revision(self, agreement: Agreement, org: Organisation) -> Revision:
        revision = cases.pass_in_principle(agreement)
        revise(agreement, org)
        return cases.checked(cases.submitted(revision, org), org)

    def test_exactly_the_unit_that_spoke_to_the_clause_about_that_clause(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        (consulted,) = revision.rounds.get().consulted.all()
        assert consulted.unit == org.units["finance"]
        assert consulted.about == [cases.lineages(agreement)[1]]
        todo = ToDo.objects.get(agreement=agreement, code="give_opinion", closed_at=None)
        assert todo.post.unit == org.units["finance"]
        assert todo.due_on == revision.rounds.get().due_on

    def test_it_is_not_taken_in_while_a_unit_may_still_reply(self, revision: Revision, org: Organisation) -> None:
        with pytest.raises(NotNow) as refused:
            cases.taken_in(revision, org)
        assert [gap.code for gap in refused.value.gaps] == ["re_asked"]

    def test_silence_past_the_day_does_not_hold_it_and_is_no_consent(
        self, agreement: Agreement, revision: Revision, org: Organisation, time_machine
    ) -> None:
        due = revision.rounds.get().due_on
        time_machine.move_to(clock.start_of(due + timedelta(1)) + timedelta(hours=9))
        run = cases.taken_in(revision, org)
        assert run.text == revision.after

    def test_an_objection_is_answered_before(self, agreement: Agreement, revision: Revision, org: Organisation) -> None:
        (consulted,) = revision.rounds.get().consulted.all()
        cases.answer(consulted, [PointContent("不承担出资责任与预算安排不符。", consulted.about[0])])
        assert ("answer_opinions", "officer") in desks(agreement)
        with pytest.raises(NotNow) as refused:
            cases.taken_in(revision, org)
        assert [gap.code for gap in refused.value.gaps] == ["opinions_unanswered"]
        point = agreement.opinion_points.get(answer=None)
        opinions.answer(point, by=fresh(org.staff), adoption="not_adopted", reason="会议已决定。")
        cases.taken_in(revision, org)

    def test_an_earlier_round_stays_closed(self, agreement: Agreement, revision: Revision, org: Organisation) -> None:
        first = agreement.consultations.order_by("round").first()
        assert first is not None
        assert not consulting.is_open(agreement, first)
        assert consulting.is_open(agreement, revision.rounds.get())

    def test_once_more_and_who_has_looked_is_not_asked_again(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        (consulted,) = revision.rounds.get().consulted.all()
        cases.answer(consulted)
        revising.resume(revision, by=fresh(org.staff), reason="顺带改第三条。")
        assert (revision.found, revision.checked_by) == ("顺带改第三条。", org.staff)
        reword(agreement, "双方就第三条应当另行商定。", by=org.staff, place=2)
        cases.checked(cases.submitted(revision, org), org)
        (again,) = revision.rounds.order_by("-round")[0].consulted.all()
        assert again.unit == org.units["industry"]
        assert again.about == [cases.lineages(agreement)[2]]

    def test_once_more_needs_its_reason(self, revision: Revision, org: Organisation) -> None:
        with pytest.raises(BadInput):
            revising.resume(revision, by=fresh(org.staff), reason=" ")


class TestTakingIn:
    def test_the_run_is_bound_and_exactly_the_levels_that_approved_decide_again(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        run = cases.taken_in(ready(revision, org), org)
        run.refresh_from_db()
        assert revision.after is not None
        assert (run.text, run.sha256) == (revision.after, revision.after.sha256)
        again = run.steps.filter(again_because=Step.Again.RE_ASKED).order_by("order")
        assert list(again.values_list("code", flat=True)) == LEVELS
        assert states(run)["general_office"] == "done"
        assert states(run)["mayors_office_meeting"] == "done"
        assert open_assignment(agreement).step.code == LEVELS[0]

    def test_what_stands_is_recorded_with_its_rule(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        run = cases.taken_in(ready(revision, org), org)
        carried = Decision.objects.filter(assignment__step__run=run, verdict="carry")
        assert {(row.assignment.step.code, row.rule, row.capacity) for row in carried} == {
            ("general_office", "revised", "automatic"),
            ("mayors_office_meeting", "revised", "automatic"),
        }
        assert {row.text_sha256 for row in carried} == {run.sha256}

    def test_who_was_asked_and_why_is_kept_by_names(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        cases.taken_in(ready(revision, org), org)
        revision.refresh_from_db()
        (line,) = revision.asked["clauses"]
        assert [row["zh"] for row in line["units"]] == ["市财政局"]
        assert revision.asked["levels"] == LEVELS
        assert newest(agreement).payload["levels"] == LEVELS

    def test_a_certificate_asks_nobody_and_the_next_step_opens(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        run = cases.taken_in(ready(revision, org, OF_WORDING, "wording"), org)
        assert not revision.rounds.exists()
        assert open_assignment(agreement).step.code == "mayor"
        assert not run.steps.exclude(again_because="").exists()
        carried = Decision.objects.filter(assignment__step__run=run, rule="editorial")
        assert {row.assignment.step.code for row in carried} == {"general_office", *LEVELS, "mayors_office_meeting"}
        pass_step(agreement)
        agreement.refresh_from_db()
        assert agreement.station == "signing"

    def test_the_certificate_names_both_texts_and_the_places_and_is_never_edited(
        self, revision: Revision, org: Organisation
    ) -> None:
        ready(revision, org, OF_WORDING, "wording")
        row = Certificate.objects.get()
        assert revision.after is not None
        assert (row.before_sha256, row.after_sha256) == (revision.before.sha256, revision.after.sha256)
        assert (row.by, row.words) == (org.legal, "已落实。")
        assert row.changes >= 1
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.update(words="改")

    def test_nothing_changed_nobody_is_asked(self, agreement: Agreement, revision: Revision, org: Organisation) -> None:
        cases.submitted(revision, org, note="无需修改。")
        cases.checked(revision, org)
        run = cases.taken_in(revision, org)
        assert open_assignment(agreement).step.code == "mayor"
        assert not Decision.objects.filter(assignment__step__run=run, verdict="carry").exists()
        pass_step(agreement)
        agreement.refresh_from_db()
        assert agreement.station == "signing"

    @pytest.mark.parametrize("name", ["staff", "head", "legal", "mayor"])
    def test_only_the_general_office(self, revision: Revision, org: Organisation, name: str) -> None:
        ready(revision, org)
        with pytest.raises(Refused):
            revising.close(revision, by=fresh(org.users[name]))

    def test_the_second_to_take_it_in_is_told_who_did(self, revision: Revision, org: Organisation) -> None:
        ready(revision, org)
        late = Revision.objects.get(pk=revision.pk)
        cases.taken_in(revision, org)
        with pytest.raises(NotNow) as refused:
            cases.taken_in(late, org)
        assert org.general_office.full_name in str(refused.value)

    def test_the_whole_road_ends_at_the_signing(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        run = cases.taken_in(ready(revision, org), org)
        for _level in (*LEVELS, "mayor"):
            pass_step(agreement)
        agreement.refresh_from_db()
        run.refresh_from_db()
        assert (agreement.station, run.state) == ("signing", "passed")
        assert runs.approved_text(agreement) == revision.after


class TestBoundToTheText:
    """An approval belongs to a version and its hash."""

    def test_a_meeting_on_another_text_is_refused(self, agreement: Agreement) -> None:
        assignment = open_assignment(agreement)
        with pytest.raises(NotNow) as refused:
            minutes.record(
                assignment,
                by=holder_of(assignment),
                minutes_number="津政办会纪〔2026〕9号",
                held_on=clock.today(),
                result="passed",
                excerpt=paper(),
                text_sha256="0" * 64,
            )
        assert refused.value.code == "other_text"

    @pytest.mark.parametrize("verdict", ["approve", "send_back"])
    def test_a_signature_on_another_text_is_refused(self, agreement: Agreement, verdict: str) -> None:
        pass_step(agreement)
        assignment = open_assignment(agreement)
        by = holder_of(assignment)
        with pytest.raises(NotNow) as refused:
            runs.decide(assignment, by=by, verdict=verdict, opinion="阅。", text_sha256="0" * 64)
        assert refused.value.code == "other_text"

    def test_a_countersignature_on_another_text_is_refused(self, agreement: Agreement) -> None:
        pass_step(agreement)
        assignment = open_assignment(agreement)
        Step.objects.filter(pk=assignment.step_id).update(kind="countersign", pass_rule="all")
        type(assignment).objects.filter(pk=assignment.pk).update(kind="seat")
        assignment = open_assignment(agreement)
        by = holder_of(assignment)
        with pytest.raises(NotNow) as refused:
            runs.decide(assignment, by=by, verdict="approve", text_sha256="0" * 64)
        assert refused.value.code == "other_text"

    def test_who_was_shown_the_text_before_the_revision_does_not_decide_on_the_new_one(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        shown = revision.before.sha256
        cases.taken_in(ready(revision, org), org)
        assignment = open_assignment(agreement)
        with pytest.raises(NotNow) as refused:
            runs.decide(assignment, by=holder_of(assignment), verdict="approve", text_sha256=shown)
        assert refused.value.code == "other_text"

    def test_nothing_passes_while_a_revision_is_open(self, agreement: Agreement, revision: Revision) -> None:
        codes = [gap.code for gap in blockers.approval_blockers(agreement)]
        assert "revision" in codes
        assert "step_mayor" in codes

    def test_nothing_is_signed_while_a_revision_is_open(self) -> None:
        assert blockers.revision_blockers in verbs.get("sign").blockers

    def test_a_level_whose_last_word_is_on_another_text_holds_the_approval(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        run = runs.current(agreement)
        assert run is not None
        assert not [gap for gap in blockers.approval_blockers(agreement) if gap.code.startswith("text_")]
        Run.objects.filter(pk=run.pk).update(sha256="0" * 64)
        held = {gap.code for gap in blockers.approval_blockers(agreement) if gap.code.startswith("text_")}
        assert held == {f"text_{code}" for code in ("general_office", *LEVELS)}

    def test_a_level_that_was_not_decided_in_its_last_round_holds_the_approval(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        Step.objects.filter(run__agreement=agreement, code="vice_mayor").update(round=2)
        codes = {gap.code for gap in blockers.approval_blockers(agreement)}
        assert "text_vice_mayor" in codes

    def test_the_door_asks_it_at_the_end(self, agreement: Agreement, org: Organisation) -> None:
        pass_step(agreement)
        Step.objects.filter(run__agreement=agreement, code="vice_mayor").update(round=2)
        with pytest.raises(NotNow) as refused:
            pass_step(agreement)
        assert [gap.code for gap in refused.value.gaps] == ["text_vice_mayor"]
        agreement.refresh_from_db()
        assert agreement.station == "approval"


class TestEndedWithTheRun:
    def test_withdrawn_the_revision_ends_and_stays(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        drafting.withdraw(agreement, by=fresh(org.head), reason="不再合作。")
        revision.refresh_from_db()
        assert revision.state == "ended"
        assert not desks(agreement)
        with pytest.raises(NotNow):
            cases.submitted(revision, org)

    def test_sent_back_by_a_level_that_is_asked_again_the_text_goes_on_from_the_revised_one(
        self, agreement: Agreement, revision: Revision, org: Organisation
    ) -> None:
        cases.taken_in(ready(revision, org), org)
        assignment = open_assignment(agreement)
        run = runs.decide(
            assignment,
            by=holder_of(assignment),
            verdict="send_back",
            opinion="请再研究。",
            text_sha256=assignment.step.run.sha256,
        )
        agreement.refresh_from_db()
        working = texts.working(agreement)
        assert working is not None
        assert working.based_on == revision.after
        assert lifecycle.is_time(agreement, verbs.get("submit_for_review"))
        run.refresh_from_db()
        assert run.state == "returned"


def test_taking_it_in_does_all_or_nothing(
    agreement: Agreement, revision: Revision, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(revision, org)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(opening, "open_next", fail)
    with pytest.raises(RuntimeError):
        cases.taken_in(revision, org)
    revision.refresh_from_db()
    run = Run.objects.get(pk=revision.run_id)
    assert (revision.state, run.sha256) == ("checked", revision.before.sha256)
