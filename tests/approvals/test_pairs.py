"""§3.4: any two different acts at once on one approval. Only PostgreSQL has rows to fight about.

Whatever two people do in the same instant: the end is one the machine knows, at least one took effect, of two that
exclude each other exactly one, and who came second is told who acted. The database is put back between the pairs.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations, pairwise

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.crypto import get_random_string
from zeal import zeal_ignore

from accounts.models import Post, User
from agreements.models import Agreement, Deadline, Station, ToDo
from agreements.services import drafting, texts
from approvals.models import Assignment, Decision, Intervention, Revision, Run, Step
from approvals.services import (
    copying,
    intervening,
    meeting_way,
    pausing,
    recording,
    returning,
    revising,
    runs,
    signing_on,
    terminating,
    urging,
)
from core import clock
from core.errors import ProductError
from records import trail
from tests import cast
from tests.approvals import revision_cases
from tests.approvals.moves import DEPUTY, SECRETARY, let_countersign
from tests.approvals.others import again, head_of
from tests.factories import Organisation, fresh, make_agreement, make_user, paper, reword
from tests.factories_accounts import delegate
from tests.factories_approvals import open_assignment, open_run, pass_step
from tests.road.walking import replayed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.article("§3.4")]

Act = Callable[[], object]
Acts = dict[str, tuple[User, Act]]
"""What may be done, by its name: who does it, and how."""
Got = ProductError | None
"""What an act came to: None for one that took effect."""

TAKES_THE_STEP = frozenset({"approve", "back_to_unit", "back_to_step", "take_back", "take_to", "reassign", "record"})
"""Each of these leaves nothing to do for another of them."""


class Kept:
    """The database as it stands now, to be put back row by row; for tests whose threads commit."""

    def __init__(self) -> None:
        self.rows = cast._read()

    def put_back(self) -> None:
        quote = connection.ops.quote_name
        now = cast._read()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for model in {*self.rows, *now}:
                before, after = self.rows.get(model, []), now.get(model, [])
                if before == after:
                    continue
                table, columns = quote(model._meta.db_table), cast._columns(model)
                place = columns.index(str(model._meta.pk.column))
                stays = set(before) & set(after)
                keys = [row[place] for row in after if row not in stays]
                if keys:
                    cursor.execute(f"DELETE FROM {table} WHERE {quote(columns[place])} = ANY(%s)", [keys])
                names, marks = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
                missing = [row for row in before if row not in stays]
                if missing:
                    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", missing)


def at_once(first: Act, second: Act) -> list[Got]:
    """Let two acts run at once, one thread each; return in their order what each came to."""
    gate, got = threading.Barrier(2), dict[int, Exception | None]()

    def run(place: int, act: Act) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=20)
            act()
            got[place] = None
        except Exception as error:  # noqa: BLE001 - raised in the thread of the test below
            got[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for error in got.values():
        if error is not None and not isinstance(error, ProductError):
            raise error
    return [got[0], got[1]]  # type: ignore[list-item]


def run_of(run: Run) -> Run:
    return Run.objects.select_related("agreement__lead_unit", "text").get(pk=run.pk)


def is_legal(agreement: Agreement) -> None:
    """Assert that an approval stands at a place the machine knows, on the desks where it lies, with its history."""
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert replayed(agreement) == f"{agreement.station}/{agreement.standing}"
    assert trail.verify_chain(agreement.chain) == []
    run = Run.objects.filter(agreement=agreement).latest("pk")
    open_steps = list(Step.objects.filter(run=run, state=Step.State.OPEN))
    asked = list(Assignment.objects.filter(step__run=run, closed_at=None).exclude(opened_at=None))
    revised = Revision.objects.filter(run=run, state__in=Revision.UNDER_WAY).exists()
    if run.state == Run.State.OPEN:
        assert agreement.station == Station.APPROVAL
        assert len(open_steps) + revised == 1
        assert {row.step_id for row in asked} == {step.pk for step in open_steps}
    else:
        assert agreement.station != Station.APPROVAL or agreement.standing == "withdrawn"
        assert not open_steps
        assert not revised
        assert not Assignment.objects.filter(step__run=run, closed_at=None).exists()
    posts = sorted((row.key, row.post_id) for row in asked)
    todos = ToDo.objects.filter(agreement=agreement, closed_at=None, code__in=("decide", "meeting", "advise"))
    limits = Deadline.objects.filter(agreement=agreement, closed_on=None, subject_key__in=[key for key, _post in posts])
    assert sorted(todos.values_list("subject_key", "post")) == posts
    assert sorted(limits.values_list("subject_key", "post")) == posts
    others = Deadline.objects.filter(agreement=agreement, closed_on=None, rule="approval_step")
    others = others.exclude(subject_key__startswith="revision:")
    assert set(others.values_list("subject_key", flat=True)) <= {key for key, _post in posts}
    decided = Counter(Decision.objects.filter(assignment__step__run=run).values_list("assignment", flat=True))
    assert not [pk for pk, times in decided.items() if times > 1]
    sequence = list(trail.history(agreement.chain).values_list("sequence", flat=True))
    assert all(later == earlier + 1 for earlier, later in pairwise(sequence))


def every_pair(
    agreement: Agreement,
    acts: Acts,
    exclude: Callable[[str, str], bool],
    only: Callable[[str, str], bool] | None = None,
) -> list[str]:
    """Let every pair of acts happen at once, each from the same beginning; return what was found wrong, a line each."""
    kept, wrong = Kept(), list[str]()
    for one, other in combinations(acts, 2):
        if only and not only(one, other):
            continue
        got = at_once(acts[one][1], acts[other][1])
        said = f"{one} ({got[0] or 'done'}) × {other} ({got[1] or 'done'})"
        try:
            is_legal(agreement)
            if None not in got:
                wrong.append(f"{said}: neither took effect")
            if exclude(one, other):
                if None in got and got[0] is got[1]:
                    wrong.append(f"{said}: both took effect")
                for place, error in enumerate(got):
                    winner = acts[(other, one)[place]][0]
                    if error is not None and winner.full_name not in str(error):
                        wrong.append(f"{said}: {winner.full_name} is not named")
        except AssertionError as error:
            wrong.append(f"{said}: {error}")
        kept.put_back()
    return wrong


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    """A text that one leader has approved and that lies with the next."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    open_run(agreement, org)
    pass_step(agreement)
    return agreement


def second_seat(org: Organisation) -> Post:
    first = org.post(DEPUTY)
    post = Post.objects.create(authority=first.authority, unit=first.unit, code=DEPUTY, seat="2")
    make_user("other_deputy", "卢远", post)
    return post


def write_anew(agreement: Agreement, org: Organisation) -> None:
    row = Agreement.objects.get(pk=agreement.pk)
    if texts.working(row) is None:
        raise texts.closed()
    reword(row, "双方另行商定。", by=fresh(org.staff))


def acts_on(agreement: Agreement, org: Organisation) -> Acts:
    """Return what can be done with an approval that lies with the secretary-general."""
    run = runs.current(agreement)
    assert run is not None
    pk, shown, day = open_assignment(agreement).pk, run.sha256, clock.today()
    passed = run.steps.get(code=DEPUTY)
    other, finance, industry = second_seat(org), head_of(org, "finance"), head_of(org, "industry")
    make_user("industry_head", "魏工", industry)
    holder, before = org.users[SECRETARY], org.users[DEPUTY]

    def own() -> Assignment:
        return again(Assignment(pk=pk))

    def decide(verdict: str, to: Step | None = None) -> object:
        return runs.decide(own(), by=fresh(holder), verdict=verdict, opinion="请核。", text_sha256=shown, to=to)

    def add(place: str) -> object:
        return signing_on.add(own(), by=fresh(holder), posts=[finance], place=place, reason="涉及资金。")

    def record() -> object:
        return recording.record(
            own(),
            by=fresh(org.general_office),
            verdict="approve",
            opinion="同意。",
            written_on=day,
            scan=paper("批示件.png"),
            text_sha256=shown,
        )

    soon = day + timedelta(days=7)
    return {
        "approve": (holder, lambda: decide("approve")),
        "back_to_unit": (holder, lambda: decide("send_back")),
        "back_to_step": (holder, lambda: decide("send_back", passed)),
        "take_back": (before, lambda: returning.take_back(run_of(run), by=fresh(before), reason="再核。")),
        "end": (before, lambda: terminating.end(run_of(run), by=fresh(before), reason="不再合作。")),
        "pause": (holder, lambda: pausing.pause(own(), by=fresh(holder), reason="会商。", review_on=soon)),
        "take_to": (
            holder,
            lambda: meeting_way.take_to(own(), by=fresh(holder), forum="executive_meeting", reason="上会。"),
        ),
        "add_before": (holder, lambda: add("before")),
        "add_after": (holder, lambda: add("after")),
        "add_beside": (holder, lambda: add("beside")),
        "reassign": (holder, lambda: signing_on.reassign(own(), by=fresh(holder), post=other, reason="出差。")),
        "ask_advice": (holder, lambda: signing_on.ask_advice(own(), by=fresh(holder), posts=[industry])),
        "copy": (
            org.general_office,
            lambda: copying.copy_to(run_of(run), by=fresh(org.general_office), posts=[finance]),
        ),
        "urge": (org.head, lambda: urging.urge(run_of(run), by=fresh(org.head), text="请阅。")),
        "record": (org.general_office, record),
        "delegate": (holder, lambda: delegate(holder, org.inspector)),
        "edit": (org.staff, lambda: write_anew(agreement, org)),
        "withdraw": (
            org.head,
            lambda: drafting.withdraw(Agreement.objects.get(pk=agreement.pk), by=fresh(org.head), reason="不再合作。"),
        ),
    }


def test_every_two_acts_on_one_step(agreement: Agreement, org: Organisation) -> None:
    acts = acts_on(agreement, org)
    wrong = every_pair(agreement, acts, lambda one, other: {one, other} <= TAKES_THE_STEP)
    assert not wrong, "\n".join(wrong)


def test_each_act_alone_takes_effect(agreement: Agreement, org: Organisation) -> None:
    """What the pairs are made of can be done; only a text under approval is never written."""
    acts, kept, refused = acts_on(agreement, org), Kept(), list[str]()
    for name, (_who, act) in acts.items():
        try:
            act()
        except ProductError as error:
            refused.append(f"{name}: {error}")
        is_legal(agreement)
        kept.put_back()
    assert [line.split(":")[0] for line in refused] == ["edit"], refused


def test_two_seats_of_a_countersigned_step(org: Organisation) -> None:
    """Every decision of one seat beside every decision of another: both count, or the step was settled by the first."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW, natures=["funds"])
    run = open_run(agreement, org)
    let_countersign(run, SECRETARY, org)
    pass_step(agreement)
    rows = list(Assignment.objects.filter(step__run=run, closed_at=None).select_related("post").order_by("pk"))
    (first, one), (second, other) = [(row.pk, row.post.holdings.get().user) for row in rows[:2]]

    def decide(pk: int, by: User, verdict: str) -> Act:
        return lambda: runs.decide(
            again(Assignment(pk=pk)), by=fresh(by), verdict=verdict, opinion="请核。", text_sha256=run.sha256
        )

    verdicts = ("approve", "disagree", "send_back")
    acts = {f"first {verdict}": (one, decide(first, one, verdict)) for verdict in verdicts}
    acts |= {f"second {verdict}": (other, decide(second, other, verdict)) for verdict in verdicts}
    wrong = every_pair(
        agreement,
        acts,
        lambda mine, theirs: "approve" not in mine + theirs,
        only=lambda mine, theirs: mine.split()[0] != theirs.split()[0],
    )
    assert not wrong, "\n".join(wrong)


def test_an_intervention_is_confirmed_while_the_holder_acts(agreement: Agreement, org: Organisation) -> None:
    """Given to another post or decided, never both; a proposal can still be refused."""
    second = make_user("administrator_two", "郝管", org.post("administrator"))
    run, item = runs.current(agreement), open_assignment(agreement)
    assert run is not None
    holder, other = item.post.holdings.get().user, second_seat(org)
    row = intervening.propose(
        again(item),
        by=fresh(org.administrator),
        kind="reassign",
        post=other,
        reason="该岗位长期无人办理。",
        document_number="津政办函〔2026〕9号",
        document=paper("函.png"),
    )

    def answer(by: User, confirmed: bool) -> Act:
        return lambda: intervening.answer(
            Intervention.objects.get(pk=row.pk), by=fresh(by), confirmed=confirmed, words="不必。"
        )

    def decide(verdict: str) -> Act:
        return lambda: runs.decide(
            again(item), by=fresh(holder), verdict=verdict, opinion="请核。", text_sha256=run.sha256
        )

    acts: Acts = {
        "confirm": (second, answer(second, True)),
        "refuse": (second, answer(second, False)),
        "approve": (holder, decide("approve")),
        "back_to_unit": (holder, decide("send_back")),
    }
    wrong = every_pair(agreement, acts, lambda one, other: "refuse" not in (one, other) or one == "confirm")
    assert not wrong, "\n".join(wrong)


def test_a_revision_is_checked_taken_in_or_written_on(org: Organisation) -> None:
    """Passed in principle: each act belongs to one state of the revision, and only one leads on from it."""
    agreement = revision_cases.at_the_meeting(org, {"finance": []})
    revision = revision_cases.pass_in_principle(agreement)
    reword(agreement, "双方就第二条另行商定，甲方不承担出资责任。", by=fresh(org.staff), place=1)

    def read() -> Revision:
        rows = Revision.objects.select_related("run__agreement", "run__text", "step", "before", "after")
        return rows.get(pk=revision.pk)

    acts: Acts = {
        "submit": (org.head, lambda: revision_cases.submitted(read(), org)),
        "write": (org.staff, lambda: write_anew(agreement, org)),
        "check": (org.legal, lambda: revision_cases.checked(read(), org)),
        "find lacking": (org.legal, lambda: revision_cases.checked(read(), org, "back", "尚未落实。")),
        "close": (org.general_office, lambda: revision_cases.taken_in(read(), org)),
        "resume": (org.staff, lambda: revising.resume(read(), by=fresh(org.staff), reason="再改。")),
        "withdraw": (
            org.head,
            lambda: drafting.withdraw(Agreement.objects.get(pk=agreement.pk), by=fresh(org.head), reason="不再合作。"),
        ),
    }

    def pairs(*names: str) -> list[str]:
        chosen = {name: acts[name] for name in names}
        return every_pair(agreement, chosen, lambda one, other: not {"write", "submit", "withdraw"} & {one, other})

    wrong = pairs("submit", "write", "withdraw")
    acts["submit"][1]()
    wrong += pairs("check", "find lacking", "withdraw")
    acts["check"][1]()
    wrong += pairs("close", "resume", "submit", "withdraw")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("requests", [500])
def test_of_five_hundred_approvals_over_the_wire_one_takes_effect(org: Organisation, requests: int) -> None:
    """Through the whole handler with its middleware: one is done, everybody else is told, nothing breaks."""
    agreement = make_agreement(org, at_station=Station.LEGAL_REVIEW)
    run = open_run(agreement, org)
    item = open_assignment(agreement)
    address = reverse("approvals:decision-edit", args=[item.public_id])
    holder = item.post.holdings.get().user
    workers = 40
    browser = Client()
    browser.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    secret = get_random_string(32)
    browser.cookies[settings.CSRF_COOKIE_NAME] = secret
    session = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    handler = get_wsgi_application()
    gate = threading.Barrier(workers)
    data = {"verdict": "approve", "opinion": "同意。", "text_sha256": run.sha256, "csrfmiddlewaretoken": secret}

    def work(number: int) -> Counter[int]:
        got = Counter[int]()
        try:
            gate.wait(timeout=30)
            for _request in range(number, requests, workers):
                sent = RequestFactory(headers={"Cookie": session}).post(address, data)
                said: list[str] = []
                # A worker's requests look to zeal like one request that asks the same over and over.
                with zeal_ignore():
                    answer = handler(sent.environ, lambda status, headers, _info=None, said=said: said.append(status))
                    b"".join(answer)
                got[int(said[0].split()[0])] += 1
        finally:
            connection.close()
        return got

    with ThreadPoolExecutor(workers) as pool:
        got = sum(pool.map(work, range(workers)), Counter[int]())
    assert got == {302: 1, 409: requests - 1}
    assert Decision.objects.filter(assignment=item).count() == 1
    is_legal(agreement)
