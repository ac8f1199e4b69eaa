"""§3.4: countersigning (会签) by all, any or a share: never a step in which nobody can act."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Post
from accounts.posts import post_in
from agreements.models import Agreement, Station
from approvals.models import Assignment, Run, Step, StepSeat
from approvals.services import signing_on, steps
from approvals.services.taking import Held, Sheet
from core.errors import BadInput
from tests.approvals.others import decide, desks, head_of, lying, newest
from tests.factories import Organisation, fresh, make_agreement, make_user
from tests.factories_approvals import open_run, pass_step

pytestmark = pytest.mark.article("§3.4")

RULES = ("all", "any", "ratio")


# ---------------------------------------------------------------------- the rule by itself


@dataclass
class Board:
    """A countersigning step as a reading of it: who was asked, answering one after the other."""

    rule: str
    ratio: int | None
    seats: int
    sheets: list[Sheet] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.step = Step(pk=1, kind="countersign", pass_rule=self.rule, ratio=self.ratio, round=1, run=Run(pk=1))
        self.sheets = [sheet(pk) for pk in range(1, self.seats + 1)]

    def answer(self, pk: int, verdict: str) -> bool | None:
        """Let a seat answer; return what the step amounts to."""
        found = self.sheets[pk - 1]
        found.verdict, found.closed = verdict, True
        held = Held(Assignment(pk=pk, step=self.step), [self.step], {1: self.sheets})
        return steps.has_passed(held)

    @property
    def agreed(self) -> int:
        return sum(1 for one in self.sheets if one.verdict == "approve")

    @property
    def needed(self) -> int:
        return {"all": self.seats, "any": 1}.get(self.rule) or ceil(self.seats * (self.ratio or 100) / 100)


def sheet(pk: int, kind: str = "seat") -> Sheet:
    return Sheet(pk, kind, 1, pk, None, opened=True, closed=False, verdict=None, by_id=None, sha256=None, capacity=None)


@st.composite
def boards(draw: st.DrawFn) -> tuple[Board, list[tuple[int, str]]]:
    """Draw a rule, some seats, and their answers in any order."""
    seats = draw(st.integers(1, 7))
    rule = draw(st.sampled_from(RULES))
    ratio = draw(st.integers(1, 100)) if rule == "ratio" else None
    order = draw(st.permutations(range(1, seats + 1)))
    answers = [(pk, draw(st.sampled_from(["approve", "disagree"]))) for pk in order]
    return Board(rule, ratio, seats), answers


@given(boards())
def test_a_step_is_settled_at_the_latest_by_the_last_answer_and_rightly(
    drawn: tuple[Board, list[tuple[int, str]]],
) -> None:
    """It passes as soon as enough agree and no sooner, fails as soon as enough cannot agree any more and no sooner; in
    between somebody can still act."""
    board, answers = drawn
    settled = False
    for place, (pk, verdict) in enumerate(answers):
        outcome = board.answer(pk, verdict)
        still_open = board.seats - place - 1
        if outcome is None:
            assert still_open, "somebody can act"
            assert board.agreed < board.needed <= board.agreed + still_open
            continue
        assert outcome == (board.agreed >= board.needed)
        assert outcome or board.agreed + still_open < board.needed
        settled = True
        break
    assert settled


@given(boards(), st.sampled_from(["beside", "after", "before"]))
def test_a_signer_who_was_added_is_waited_for_and_counts_for_no_seat(
    drawn: tuple[Board, list[tuple[int, str]]], kind: str
) -> None:
    board, answers = drawn
    added = sheet(100, kind)
    board.sheets.append(added)
    for pk, verdict in answers:
        assert board.answer(pk, verdict) is None
    added.closed, added.verdict = True, "disagree"
    held = Held(Assignment(pk=100, step=board.step), [board.step], {1: board.sheets})
    assert steps.has_passed(held) == (board.agreed >= board.needed)


@given(boards())
def test_an_earlier_round_counts_for_nothing(drawn: tuple[Board, list[tuple[int, str]]]) -> None:
    board, answers = drawn
    old = sheet(100)
    old.closed, old.verdict, old.round = True, "disagree", 0
    board.sheets.append(old)
    outcomes = [board.answer(pk, verdict) for pk, verdict in answers]
    assert outcomes[-1] == (board.agreed >= board.needed)


# ---------------------------------------------------------------------- a step of a run


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    make_user("industry_head", "田工", post_in(org.units["industry"], "unit_head"))
    return make_agreement(org, at_station=Station.LEGAL_REVIEW, consult=("reform",))


def countersigning(agreement: Agreement, org: Organisation, *posts: Post, **rule: object) -> Run:
    """Let the second step of a run be countersigned by posts, and open it."""
    run = open_run(agreement, org)
    facts = {"kind": "countersign", "pass_rule": "all", **rule}
    run.steps.filter(code="secretary_general").update(**facts)
    step = run.steps.get(code="secretary_general")
    StepSeat.objects.bulk_create(StepSeat(step=step, post=post) for post in posts)
    pass_step(agreement)
    return run


def state(run: Run) -> str:
    return str(run.steps.get(code="secretary_general").state)


@pytest.mark.django_db
class TestCountersigning:
    def test_all_must_agree(self, agreement: Agreement, org: Organisation) -> None:
        finance, industry = head_of(org, "finance"), head_of(org, "industry")
        run = countersigning(agreement, org, finance, industry)
        assert desks(agreement) == {("decide", finance.pk), ("decide", industry.pk)}
        decide(lying(run, finance), org.consulted_head)
        assert state(run) == "open"
        assert newest(agreement).code == "approve_part"
        decide(lying(run, industry), industry.holdings.get().user)
        assert state(run) == "done"
        assert run.steps.get(code="vice_mayor").state == "open"

    def test_any_one_is_enough_and_the_others_are_told(self, agreement: Agreement, org: Organisation) -> None:
        finance, industry = head_of(org, "finance"), head_of(org, "industry")
        run = countersigning(agreement, org, finance, industry, pass_rule="any")
        other = lying(run, industry)
        decide(lying(run, finance), org.consulted_head)
        assert state(run) == "done"
        other.refresh_from_db()
        assert other.closed_because == "settled"

    def test_a_share_is_enough(self, agreement: Agreement, org: Organisation) -> None:
        posts = [head_of(org, "finance"), head_of(org, "industry"), org.post("legal")]
        run = countersigning(agreement, org, *posts, pass_rule="ratio", ratio=60)
        decide(lying(run, posts[0]), org.consulted_head)
        decide(lying(run, posts[2]), org.legal, "disagree", "与上位法不符。")
        assert state(run) == "open"
        decide(lying(run, posts[1]), posts[1].holdings.get().user)
        assert state(run) == "done"

    @pytest.mark.parametrize("on_disagree", ["none", "return", "end"])
    def test_a_disagreement_that_cannot_be_made_up_returns_or_ends_as_the_step_says(
        self, agreement: Agreement, org: Organisation, on_disagree: str
    ) -> None:
        """Where the step says nothing the text goes back to the lead unit: nobody is left waiting."""
        finance = head_of(org, "finance")
        run = countersigning(agreement, org, finance, head_of(org, "industry"), on_disagree=on_disagree)
        decide(lying(run, finance), org.consulted_head, "disagree", "资金来源不明。")
        run.refresh_from_db()
        agreement.refresh_from_db()
        assert run.state == ("terminated" if on_disagree == "end" else "returned")
        assert agreement.station == Station.DRAFTING
        assert not Assignment.objects.filter(step__run=run, closed_at=None).exists()

    def test_an_empty_seat_is_asked_at_the_office_and_the_office_once(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        empty = [post_in(org.units[code], "unit_head") for code in ("weather", "reform")]
        run = countersigning(agreement, org, *empty)
        office = org.post("general_office")
        assert desks(agreement) == {("decide", office.pk)}
        with pytest.raises(BadInput, match="instruction"), translation.override("en"):
            decide(lying(run, office), org.general_office)
        decide(lying(run, office), org.general_office, opinion="按秘书长要求办理。")
        assert state(run) == "done"

    def test_an_office_that_was_asked_itself_may_leave_its_words_out(
        self, agreement: Agreement, org: Organisation
    ) -> None:
        office = org.post("general_office")
        run = countersigning(agreement, org, office, head_of(org, "finance"))
        decide(lying(run, office), org.general_office)
        assert desks(agreement) == {("decide", head_of(org, "finance").pk)}

    def test_who_worked_on_the_case_does_not_countersign(self, agreement: Agreement, org: Organisation) -> None:
        countersigning(agreement, org, head_of(org, "exchange"), head_of(org, "finance"))
        assert desks(agreement) == {
            ("decide", org.post("general_office").pk),
            ("decide", head_of(org, "finance").pk),
        }

    def test_each_seat_waits_for_its_own_signers_only(self, agreement: Agreement, org: Organisation) -> None:
        finance, industry = head_of(org, "finance"), head_of(org, "industry")
        run = countersigning(agreement, org, finance, industry)
        signing_on.add(
            lying(run, finance), by=fresh(org.consulted_head), posts=[org.post("legal")], place="before", reason="请核"
        )
        signing_on.add(
            lying(run, finance),
            by=fresh(org.consulted_head),
            posts=[org.post("inspector")],
            place="after",
            reason="请核",
        )
        decide(lying(run, industry), industry.holdings.get().user)
        assert not lying(run, org.post("inspector")).is_open, "it signs after finance, not after industry"
        decide(lying(run, org.post("legal")), org.legal)
        decide(lying(run, finance), org.consulted_head)
        assert lying(run, org.post("inspector")).is_open
        decide(lying(run, org.post("inspector")), org.inspector)
        assert state(run) == "done"

    def test_a_seat_is_passed_on_and_counts_once(self, agreement: Agreement, org: Organisation) -> None:
        finance, industry = head_of(org, "finance"), head_of(org, "industry")
        run = countersigning(agreement, org, finance, industry)
        signing_on.reassign(
            lying(run, finance), by=fresh(org.consulted_head), post=org.post("legal"), reason="由法制办会签。"
        )
        decide(lying(run, industry), industry.holdings.get().user)
        assert state(run) == "open"
        decide(lying(run, org.post("legal")), org.legal)
        assert state(run) == "done"
