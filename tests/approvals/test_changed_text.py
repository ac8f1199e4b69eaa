"""§3.2, §3.3: over a text that came back changed the units that spoke to it look again, and the counterpart agrees."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from accounts.posts import post_in
from agreements.models import Agreement, Consultation, Station, ToDo
from agreements.services import consulting, drafting, exchange, opinions
from agreements.services.opinions import PointContent
from approvals.models import Run
from approvals.services import certifying, changed_text, reviewing, runs
from core import clock
from core.errors import NotNow
from records.models import Event
from tests.approvals.revision_cases import answer, drafted_with_opinions
from tests.factories import Organisation, fresh, reword
from tests.factories_approvals import complete, latest_review, open_assignment, open_run, pass_step, review_all_clear

pytestmark = [pytest.mark.django_db, pytest.mark.article("§3.3")]

WORDING = "双方就工作目标等达成一致。"
SUBSTANCE = "双方就工作目标应当达成一致。"
SAID = {"finance": [0], "industry": [1], "reform": []}
"""Finance spoke to the first clause, industry to the second, reform to none."""


@pytest.fixture
def returned(org: Organisation) -> Agreement:
    """Return an agreement on which three units spoke, sent back by the second level."""
    agreement = drafted_with_opinions(org, SAID)
    run = open_run(agreement, org)
    pass_step(agreement)
    runs.decide(
        open_assignment(agreement),
        by=fresh(org.secretary_general),
        verdict="send_back",
        opinion="请再斟酌。",
        text_sha256=run.sha256,
    )
    agreement.refresh_from_db()
    return agreement


def agree_again(agreement: Agreement, org: Organisation) -> None:
    exchange.record(
        agreement, by=fresh(org.staff), direction="received", on=clock.today(), medium="letter", note="同意。"
    )


def come_back(agreement: Agreement, org: Organisation, prose: str = SUBSTANCE) -> None:
    """Change the first clause, submit, and find it complete."""
    reword(agreement, prose, by=fresh(org.staff))
    if prose == SUBSTANCE:
        agree_again(agreement, org)
    drafting.submit(agreement, by=fresh(org.head))
    complete(agreement, org)


def reviewed(agreement: Agreement, org: Organisation, prose: str = SUBSTANCE) -> Consultation:
    """Let the review find the changed text lawful; return the round it opened."""
    come_back(agreement, org, prose)
    review_all_clear(agreement, org)
    return agreement.consultations.order_by("-round")[0]


def present(agreement: Agreement, org: Organisation) -> Run:
    return runs.open_run(agreement, by=fresh(org.general_office))


def asked(agreement: Agreement) -> set[str]:
    rows = ToDo.objects.filter(agreement=agreement, code="give_opinion", closed_at=None)
    return set(rows.values_list("post__unit__code", flat=True))


class TestUnits:
    def test_exactly_who_spoke_to_the_changed_clause_is_asked_about_it(
        self, returned: Agreement, org: Organisation
    ) -> None:
        round_ = reviewed(returned, org)
        (consulted,) = round_.consulted.all()
        first = round_.text.clauses.order_by("order")[0]
        assert (consulted.unit.code, consulted.about) == ("finance", [first.lineage])
        assert asked(returned) == {"finance"}
        event = Event.objects.get(chain=returned.chain, code=changed_text.CODE)
        assert event.actor_id is None
        assert (event.text_sha256, event.payload["units"]) == (round_.text.sha256, {"市财政局": [first.heading]})

    def test_it_is_presented_when_they_have_looked(self, returned: Agreement, org: Organisation) -> None:
        round_ = reviewed(returned, org)
        with pytest.raises(NotNow) as refusal:
            present(returned, org)
        assert [gap.code for gap in refusal.value.gaps] == ["re_asked"]
        assert "市财政局" in refusal.value.gaps[0].text
        answer(round_.consulted.get())
        assert present(returned, org).sha256 == round_.text.sha256

    def test_or_when_the_day_has_passed_and_nobody_stays_asked(self, returned: Agreement, org: Organisation) -> None:
        """Silence is shown as no reply, and holds nobody for ever."""
        round_ = reviewed(returned, org)
        with time_machine.travel(clock.start_of(round_.due_on + timedelta(days=1)), tick=False):
            present(returned, org)
        assert asked(returned) == set()

    def test_what_they_say_is_answered_first(self, returned: Agreement, org: Organisation) -> None:
        round_ = reviewed(returned, org)
        given = answer(round_.consulted.get(), [PointContent("仍须列明金额。", round_.about[0])])
        with pytest.raises(NotNow) as refusal:
            present(returned, org)
        assert [gap.code for gap in refusal.value.gaps] == ["opinions_unanswered"]
        opinions.answer(given.points.get(), by=fresh(org.staff), adoption="not_adopted", reason="另行签订补充协议。")
        present(returned, org)

    def test_a_change_certified_as_wording_asks_nobody(self, returned: Agreement, org: Organisation) -> None:
        come_back(returned, org, WORDING)
        shown = latest_review(returned).text.sha256
        certifying.certify(returned, by=fresh(org.legal), words="仅调整语序。", text_sha256=shown)
        review_all_clear(returned, org)
        assert not Event.objects.filter(chain=returned.chain, code=changed_text.CODE).exists()
        present(returned, org)

    def test_certified_afterwards_who_was_asked_is_let_go(self, returned: Agreement, org: Organisation) -> None:
        round_ = reviewed(returned, org, WORDING)
        assert asked(returned) == {"finance"}
        certifying.certify(returned, by=fresh(org.legal), words="仅调整语序。", text_sha256=round_.text.sha256)
        assert asked(returned) == set()
        present(returned, org)

    def test_the_same_text_asks_nobody(self, returned: Agreement, org: Organisation) -> None:
        drafting.submit(returned, by=fresh(org.head))
        assert asked(returned) == set()
        present(returned, org)

    def test_who_was_asked_about_the_new_words_in_drafting_is_not_asked_once_more(
        self, returned: Agreement, org: Organisation
    ) -> None:
        reword(returned, SUBSTANCE, by=fresh(org.staff))
        round_ = consulting.send(
            returned, [org.units["finance"]], by=fresh(org.staff), due_on=clock.today() + timedelta(days=3)
        )
        answer(round_.consulted.get())
        agree_again(returned, org)
        drafting.submit(returned, by=fresh(org.head))
        review_all_clear(returned, org)
        assert asked(returned) == set()
        present(returned, org)

    def test_recalled_and_presented_again_they_are_asked_once(self, returned: Agreement, org: Organisation) -> None:
        round_ = reviewed(returned, org)
        answer(round_.consulted.get())
        present(returned, org)
        returned.refresh_from_db()
        drafting.recall(returned, by=fresh(org.general_office), reason="补材料。")
        assert asked(returned) == set()
        present(returned, org)

    def test_the_round_is_open_while_the_text_lies_with_the_review_only(
        self, returned: Agreement, org: Organisation
    ) -> None:
        round_ = reviewed(returned, org)
        assert post_in(org.units["finance"], "officer").pk in set(
            ToDo.objects.filter(agreement=returned, closed_at=None).values_list("post", flat=True)
        )
        answer(round_.consulted.get())
        present(returned, org)
        assert not changed_text.takes_opinions(
            Consultation.objects.select_related("agreement", "text").get(pk=round_.pk)
        )

    def test_nobody_is_asked_over_a_text_that_only_the_review_sent_back(self, org: Organisation) -> None:
        """Before an approval the draft answers opinions one by one; the levels have not seen it yet."""
        agreement = drafted_with_opinions(org, SAID)
        complete(agreement, org)
        shown = latest_review(agreement).text.sha256
        reviewing.send_back(agreement, by=fresh(org.legal), reason="请改。", text_sha256=shown)
        agreement.refresh_from_db()
        come_back(agreement, org, WORDING)
        review_all_clear(agreement, org)
        assert asked(agreement) == set()
        present(agreement, org)


class TestCounterpart:
    def test_a_change_of_substance_is_agreed_again_on_record(self, returned: Agreement, org: Organisation) -> None:
        reword(returned, SUBSTANCE, by=fresh(org.staff))
        with pytest.raises(NotNow) as refusal:
            drafting.submit(returned, by=fresh(org.head))
        (gap,) = refusal.value.gaps
        assert (gap.code, gap.article) == ("agreed_again", "§3.3")
        agree_again(returned, org)
        drafting.submit(returned, by=fresh(org.head))
        assert returned.station == Station.LEGAL_REVIEW

    def test_a_line_that_was_struck_does_not_count(self, returned: Agreement, org: Organisation) -> None:
        reword(returned, SUBSTANCE, by=fresh(org.staff))
        agree_again(returned, org)
        exchange.strike(returned.exchanges.get(), by=fresh(org.staff), reason="误登。")
        with pytest.raises(NotNow):
            drafting.submit(returned, by=fresh(org.head))

    @pytest.mark.parametrize("prose", ["", WORDING])
    def test_the_same_text_and_mere_wording_need_nobody(
        self, returned: Agreement, org: Organisation, prose: str
    ) -> None:
        if prose:
            reword(returned, prose, by=fresh(org.staff))
        drafting.submit(returned, by=fresh(org.head))
        assert returned.station == Station.LEGAL_REVIEW
