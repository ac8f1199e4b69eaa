"""§3.3, §3.4: after a return, what stands and who is asked: the same text, certified wording, anything else."""

import pytest
from django.db import IntegrityError, transaction

from agreements.models import Agreement, Station
from agreements.services import drafting, exchange
from approvals.models import Certificate, Decision, Run, Step
from approvals.services import carrying, certifying, reviewing, runs
from core import clock
from core.errors import BadInput, NotNow, Refused
from tests.factories import Organisation, fresh, make_agreement, reword
from tests.factories_approvals import (
    complete,
    holder_of,
    latest_review,
    open_assignment,
    open_run,
    pass_step,
    review_all_clear,
)

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]

BEFORE = ["deputy_secretary_general", "secretary_general"]
WORDING = "双方就工作目标等达成一致。"
SUBSTANCE = "双方就工作目标应当达成一致。"


@pytest.fixture
def returned(org: Organisation) -> Agreement:
    """Return an agreement that the vice mayor sent back after two levels had approved."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    open_run(agreement, org)
    for _level in BEFORE:
        pass_step(agreement)
    send_back(agreement)
    return agreement


def send_back(agreement: Agreement) -> Run:
    assignment = open_assignment(agreement)
    run = runs.decide(
        assignment,
        by=holder_of(assignment),
        verdict="send_back",
        opinion="请再斟酌。",
        text_sha256=assignment.step.run.sha256,
    )
    agreement.refresh_from_db()
    return run


def come_back(agreement: Agreement, org: Organisation, prose: str = "") -> None:
    if prose:
        reword(agreement, prose, by=fresh(org.staff))
    if prose == SUBSTANCE:
        exchange.record(
            agreement, by=fresh(org.staff), direction="received", on=clock.today(), medium="letter", note="同意。"
        )
    drafting.submit(agreement, by=fresh(org.head))
    complete(agreement, org)


def certify(agreement: Agreement, org: Organisation) -> Certificate:
    text = latest_review(agreement).text
    return certifying.certify(agreement, by=fresh(org.legal), words="仅调整语序。", text_sha256=text.sha256)


def present(agreement: Agreement, org: Organisation, way: str = "") -> Run:
    review_all_clear(agreement, org)
    return runs.open_run(agreement, by=fresh(org.general_office), way=way)


def carried(run: Run) -> list[tuple[str, str]]:
    rows = Decision.objects.filter(assignment__step__run=run, verdict="carry").order_by("assignment__step__order")
    return list(rows.values_list("assignment__step__code", "rule"))


class TestTheSameText:
    def test_straight_to_who_sent_it_back(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org)
        run = present(returned, org, "straight")
        assert carried(run) == [(code, "same_text") for code in BEFORE]
        assert open_assignment(returned).step.code == "vice_mayor"

    def test_each_is_recorded_with_its_rule_and_who_had_approved(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org)
        run = present(returned, org, "straight")
        row = Decision.objects.get(assignment__step__run=run, assignment__step__code=BEFORE[0], verdict="carry")
        assert (row.by, row.capacity, row.text_sha256) == (org.deputy_secretary_general, "automatic", run.sha256)
        assert row.assignment.step.state == Step.State.DONE

    def test_level_by_level_on_wish_and_where_nothing_is_chosen(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org)
        run = present(returned, org)
        assert carried(run) == []
        assert open_assignment(returned).step.code == BEFORE[0]

    def test_the_run_passes_with_what_was_carried(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org)
        present(returned, org, "straight")
        for _level in ("vice_mayor", "executive_vice_mayor", "mayor"):
            pass_step(returned)
        returned.refresh_from_db()
        assert returned.station == "signing"

    def test_sent_back_again_by_a_later_level_what_was_carried_stands_again(
        self, returned: Agreement, org: Organisation
    ) -> None:
        come_back(returned, org)
        present(returned, org, "straight")
        pass_step(returned)
        send_back(returned)
        come_back(returned, org)
        run = present(returned, org, "straight")
        assert [code for code, _rule in carried(run)] == [*BEFORE, "vice_mayor"]
        assert open_assignment(returned).step.code == "executive_vice_mayor"

    def test_a_way_that_is_none(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org)
        with pytest.raises(BadInput):
            present(returned, org, "sideways")
        assert not Run.objects.filter(state="open").exists()


@pytest.mark.article("§3.3")
class TestCertified:
    def test_nobody_but_who_sent_it_back_and_those_after(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org, WORDING)
        row = certify(returned, org)
        run = present(returned, org)
        assert carried(run) == [(code, "editorial") for code in BEFORE]
        assert open_assignment(returned).step.code == "vice_mayor"
        assert (row.before_sha256, row.after_sha256) == (Run.objects.first().sha256, run.sha256)

    def test_level_by_level_all_the_same_on_wish(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org, WORDING)
        certify(returned, org)
        assert carried(present(returned, org, "level")) == []

    def test_a_certificate_is_of_one_pair_of_texts(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org, WORDING)
        certify(returned, org)
        shown = latest_review(returned).text.sha256
        reviewing.send_back(returned, by=fresh(org.legal), reason="再改。", text_sha256=shown)
        come_back(returned, org, "双方就工作目标等事项达成一致。")
        assert carried(present(returned, org, "straight")) == []

    def test_not_for_a_change_of_substance(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org, SUBSTANCE)
        with pytest.raises(NotNow) as refused:
            certify(returned, org)
        assert refused.value.code == "not_editorial"
        assert "应当" in str(refused.value.gaps[0].text)

    @pytest.mark.parametrize("name", ["staff", "head", "vice_mayor", "general_office"])
    def test_only_the_legal_reviewer(self, returned: Agreement, org: Organisation, name: str) -> None:
        come_back(returned, org, WORDING)
        text = latest_review(returned).text
        with pytest.raises(Refused):
            certifying.certify(returned, by=fresh(org.users[name]), words="文字", text_sha256=text.sha256)

    def test_in_words_and_on_the_text_shown(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org, WORDING)
        text = latest_review(returned).text
        with pytest.raises(BadInput):
            certifying.certify(returned, by=fresh(org.legal), words=" ", text_sha256=text.sha256)
        with pytest.raises(NotNow) as refused:
            certifying.certify(returned, by=fresh(org.legal), words="文字", text_sha256="0" * 64)
        assert refused.value.code == "other_text"

    def test_the_second_is_told_it_is_certified(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org, WORDING)
        certify(returned, org)
        with pytest.raises(NotNow) as refused:
            certify(returned, org)
        assert refused.value.code == "nothing_to_certify"

    def test_it_is_never_edited(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org, WORDING)
        certify(returned, org)
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.all().delete()

    def test_nothing_to_certify_on_a_first_submission_and_on_the_same_text(
        self, returned: Agreement, org: Organisation
    ) -> None:
        come_back(returned, org)
        with pytest.raises(NotNow) as refused:
            certify(returned, org)
        assert refused.value.code == "nothing_to_certify"


class TestEverybodyAnew:
    def test_a_changed_text_without_a_certificate(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org, WORDING)
        run = present(returned, org, "straight")
        assert carried(run) == []
        assert open_assignment(returned).step.code == BEFORE[0]

    def test_the_first_level_that_sent_it_back_has_nobody_before(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        open_run(agreement, org)
        send_back(agreement)
        come_back(agreement, org)
        run = present(agreement, org, "straight")
        assert carried(run) == []
        assert open_assignment(agreement).step.code == BEFORE[0]

    def test_a_level_the_earlier_way_did_not_have_ends_what_stands(
        self, returned: Agreement, org: Organisation
    ) -> None:
        Step.objects.filter(run__agreement=returned, code=BEFORE[0]).update(code="district_head")
        come_back(returned, org)
        assert carried(present(returned, org, "straight")) == []

    def test_after_a_recall_nothing_stands(self, org: Organisation) -> None:
        agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
        open_run(agreement, org)
        drafting.recall(agreement, by=fresh(org.general_office), reason="补充材料。")
        text = latest_review(agreement).text
        assert carrying.offer(agreement, text) is None
