"""Two act on a revision at once: one effect, a lawful end, the other is told. Only PostgreSQL has rows to fight for."""

from itertools import cycle

import pytest

from agreements.models import Clause
from agreements.services import texts
from approvals.models import Decision, Revision, Run, Step
from approvals.services import revising
from records import trail
from tests.approvals import revision_cases as cases
from tests.approvals.test_races import AT_ONCE, again, race
from tests.factories import Organisation, fresh, reword

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.article("§3.4")]
OF_SUBSTANCE = "双方就第二条另行商定，甲方不承担出资责任。"


@pytest.fixture
def revision(org: Organisation) -> Revision:
    agreement = cases.at_the_meeting(org, {"finance": [2]})
    revision = cases.pass_in_principle(agreement)
    reword(agreement, OF_SUBSTANCE, by=org.staff, place=1)
    return revision


def read(revision: Revision) -> Revision:
    return Revision.objects.select_related("run__agreement", "run__text", "step", "before", "after").get(pk=revision.pk)


def test_of_many_who_take_it_in_one_takes_effect(revision: Revision, org: Organisation) -> None:
    cases.checked(cases.submitted(revision, org), org)
    got = race(lambda: revising.close(read(revision), by=fresh(org.general_office)))
    assert got == ["done"] + ["revision_elsewhere"] * (AT_ONCE - 1)
    run = Run.objects.get(pk=revision.run_id)
    assert run.sha256 == read(revision).after.sha256
    assert Step.objects.filter(run=run, state=Step.State.OPEN).count() == 1
    assert Decision.objects.filter(assignment__step__run=run, rule="revised").count() == 2
    assert trail.verify_chain(run.agreement.chain) == []


def test_taken_in_or_revised_once_more_never_both(revision: Revision, org: Organisation) -> None:
    cases.checked(cases.submitted(revision, org), org)
    turns = cycle([True, False])

    def act() -> None:
        if next(turns):
            revising.close(read(revision), by=fresh(org.general_office))
        else:
            revising.resume(read(revision), by=fresh(org.staff), reason="再改。")

    assert race(act).count("done") == 1
    row, run = read(revision), Run.objects.get(pk=revision.run_id)
    if row.state == Revision.State.CLOSED:
        assert row.after is not None
        assert run.sha256 == row.after.sha256
        assert texts.working(again(run.agreement)) is None
    else:
        assert row.state == Revision.State.OPEN
        assert run.sha256 == row.before.sha256
        assert texts.working(again(run.agreement)) is not None


def test_what_is_written_while_it_is_submitted_is_in_the_text_or_refused(revision: Revision, org: Organisation) -> None:
    agreement = revision.run.agreement
    turns = cycle([True, False])
    late = "双方就第四条须另行商定。"

    def act() -> None:
        if next(turns):
            cases.submitted(read(revision), org)
        else:
            text = texts.working(again(agreement))
            if text is None:
                raise texts.closed()
            reword(again(agreement), late, by=fresh(org.staff), place=3)

    race(act)
    row = read(revision)
    assert row.after is not None
    assert row.state == Revision.State.SUBMITTED
    assert texts.digest(texts.canonical(row.after)) == row.after.sha256
    assert Clause.objects.get(text=row.after, order=2).prose == OF_SUBSTANCE
