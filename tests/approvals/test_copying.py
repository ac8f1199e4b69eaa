"""§3.4: copies of an approval (抄送): to read, with the time of reading; never a button, never killed by a return."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.posts import post_in
from agreements import events
from agreements.models import Agreement, Station, SupportingUnit
from approvals import acts
from approvals.models import Copy, Run
from approvals.services import copying
from core.errors import BadInput, NotNow, Refused
from records.models import Event
from tests.approvals.others import decide, desks, head_of, lines, lying, newest, signature, told
from tests.factories import Organisation, fresh, make_agreement
from tests.factories_approvals import open_run, run_through

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.4")]


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return make_agreement(org, at_station=Station.LEGAL_REVIEW, consult=("reform",))


@pytest.fixture
def run(agreement: Agreement, org: Organisation) -> Run:
    return open_run(agreement, org)


def copy(run: Run, org: Organisation, name: str = "general_office", reason: str = "请知悉。") -> Copy:
    return copying.copy_to(run, by=fresh(org.users[name]), posts=[head_of(org, "finance")], reason=reason)[0]


class TestCopying:
    def test_the_post_is_told_and_sees_the_case_and_has_nothing_to_do(
        self, agreement: Agreement, run: Run, org: Organisation
    ) -> None:
        before = desks(agreement)
        row = copy(run, org)
        assert (row.post, row.by_name, row.reason, row.read_at) == (head_of(org, "finance"), "陈静", "请知悉。", None)
        assert desks(agreement) == before
        assert told(agreement, "copied") == {row.post_id}
        reader = fresh(org.consulted_head)
        assert Agreement.objects.visible_to(reader).filter(pk=agreement.pk).exists()
        open_now = lying(run, org.post("deputy_secretary_general"))
        assert not acts.offers("assignment", open_now, reader)
        assert not acts.offers("run", run, reader)

    def test_a_person_gets_one_too(self, run: Run, org: Organisation) -> None:
        (row,) = copying.copy_to(run, by=fresh(org.head), users=[org.stranger])
        assert (row.user, row.post) == (org.stranger, None)
        assert copying.copied_to(fresh(org.stranger)).get() == row

    def test_the_trail_names_who_copied_to_whom(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        before = lines(agreement)
        copy(run, org)
        event = newest(agreement)
        assert lines(agreement) == before + 1
        office = org.post("general_office").title
        assert signature(event) == ("copy_to", org.general_office.pk, office, "self", run.sha256)
        assert event.payload["posts"] == [head_of(org, "finance").title]

    @pytest.mark.parametrize("name", ["staff", "head", "general_office", "deputy_secretary_general"])
    def test_handlers_the_lead_unit_and_the_office_copy_without_a_reason(
        self, run: Run, org: Organisation, name: str
    ) -> None:
        assert copy(run, org, name, reason="").reason == ""

    @pytest.mark.parametrize("name", ["stranger", "mayor", "consulted", "administrator"])
    def test_nobody_else_does(self, run: Run, org: Organisation, name: str) -> None:
        with pytest.raises(Refused):
            copy(run, org, name)
        assert not Copy.objects.exists()

    def test_a_return_does_not_take_it_back(self, agreement: Agreement, run: Run, org: Organisation) -> None:
        row = copy(run, org)
        decide(lying(run, org.post("deputy_secretary_general")), org.deputy_secretary_general, "send_back", "请修改。")
        assert copying.copied_to(fresh(org.consulted_head)).get() == row
        assert copying.copy_to(run, by=fresh(org.head), posts=[org.post("inspector")])

    def test_it_is_read_once_and_the_first_reader_stands(self, run: Run, org: Organisation) -> None:
        row = copy(run, org)
        for name in ("stranger", "general_office"):
            assert copying.read_all(fresh(org.users[name]), [row.public_id]) == 0
        assert copying.read_all(fresh(org.consulted_head), [row.public_id]) == 1
        row.refresh_from_db()
        assert (row.read_by, row.read_at is not None) == (org.consulted_head, True)
        assert copying.read_all(fresh(org.consulted_head), [row.public_id]) == 0

    def test_it_is_never_edited_or_deleted(self, run: Run, org: Organisation) -> None:
        row = copy(run, org)
        for change in ({"reason": "别的"}, {"post": org.post("mayor")}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Copy.objects.filter(pk=row.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Copy.objects.all().delete()

    def test_the_second_copy_goes_to_who_has_none(self, run: Run, org: Organisation) -> None:
        copy(run, org)
        with pytest.raises(NotNow) as refusal:
            copy(run, org)
        assert refusal.value.code == "copied_already"
        made = copying.copy_to(run, by=fresh(org.head), posts=[head_of(org, "finance"), org.post("inspector")])
        assert [one.post for one in made] == [org.post("inspector")]

    def test_to_nobody_is_no_copy(self, run: Run, org: Organisation) -> None:
        with pytest.raises(BadInput):
            copying.copy_to(run, by=fresh(org.head))

    def test_units_that_support_the_agreement_get_one_by_rule_when_it_has_passed(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        SupportingUnit.objects.create(agreement=agreement, unit=org.units["reform"])
        run = run_through(agreement, org)
        row = Copy.objects.get(run=run)
        head = post_in(org.units["reform"], "unit_head")
        assert (row.post, row.rule, row.by) == (head, "supporting", None)
        assert row.why
        line = Event.objects.get(chain=agreement.chain, code="copy_to")
        assert signature(line) == ("copy_to", None, "", "", run.text.sha256)
        assert line.payload["posts"] == [head.title]
        with translation.override("en"):
            assert "by rule" in events.detail_of(line)
