"""Screening of every text at every version (§1.2): found, answered, carried over, kept for the review."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import blockers, inspection
from agreements.models import Agreement, FindingAnswer, ScreeningFinding, ScreeningRule, TextVersion
from agreements.services import consulting, drafting, findings, preparation, screening, texts
from agreements.services.findings import Line
from agreements.services.screening import Piece
from core import clock
from core.errors import BadInput, NotNow, Refused
from records import append_only
from records.models import Event
from regulation.categories import CATEGORIES
from tests.factories import Organisation, consult_units, fresh, make_agreement, reword, write_text

GUARANTEE = "由市政府为乙方的银行贷款提供连带责任担保。"
WAIVER = "市政府放弃对乙方的一切追索权。"


@pytest.fixture
def case(org: Organisation) -> Agreement:
    """A written draft in which screening finds nothing."""
    agreement = make_agreement(org)
    write_text(agreement, by=org.staff)
    return agreement


@pytest.fixture
def flawed(case: Agreement, org: Organisation) -> Agreement:
    """The same with a guarantee in its first clause."""
    reword(case, f"双方加强合作。{GUARANTEE}", by=org.staff)
    return case


def working(agreement: Agreement) -> TextVersion:
    text = texts.working(agreement)
    assert text is not None
    return text


def lines(agreement: Agreement) -> list[Line]:
    return findings.of_version(agreement, working(agreement)).lines


def the_line(agreement: Agreement) -> Line:
    (line,) = lines(agreement)
    return line


def keep(agreement: Agreement, org: Organisation, reason: str = "已报市人大批准。") -> FindingAnswer:
    return findings.keep(agreement, the_line(agreement).found.fingerprint, by=fresh(org.staff), reason=reason)


def gaps(agreement: Agreement) -> list[str]:
    return [gap.code for gap in blockers.screening_blockers(agreement)]


def freeze(agreement: Agreement, org: Organisation) -> TextVersion:
    """Freeze the working text as it is sent out for opinions, and go on in a copy."""
    text = working(agreement)
    consult_units(agreement, org, by=fresh(org.staff))
    text.refresh_from_db()
    assert text.is_frozen
    return text


# ---------------------------------------------------------------------- what is found, and where


@pytest.mark.article("§1.2")
@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("foreign", [False, True])
def test_nothing_is_found_in_an_innocent_text(org: Organisation, category: str, foreign: bool) -> None:
    staff = org.foreign_staff if category == "sister_city" else org.staff
    agreement = make_agreement(org, category, is_foreign_related=foreign)
    write_text(agreement, by=staff)
    assert [line.found for line in lines(agreement)] == []


@pytest.mark.article("§1.2")
def test_a_finding_tells_clause_place_article_and_advice(flawed: Agreement) -> None:
    found = the_line(flawed).found
    clause = working(flawed).clauses.first()
    assert clause is not None
    assert (found.code, found.article, found.severity) == ("guarantee", "§1.2", "block")
    assert (found.lineage, found.place) == (clause.lineage, "prose")
    assert clause.prose[found.start : found.end] == found.excerpt
    assert "担保" in found.excerpt
    assert found.sentence == GUARANTEE.rstrip("。")
    assert found.advice.zh
    assert the_line(flawed).clause == clause.heading


@pytest.mark.article("§1.2")
def test_parts_and_their_remarks_are_screened_like_prose(case: Agreement, org: Organisation) -> None:
    clause = working(case).clauses.last()
    assert clause is not None
    part = texts.PartContent("safeguard", {"kind": "funds", "measure": GUARANTEE})
    content = texts.ClauseContent(clause.lineage, clause.prose, parts=[part])
    texts.save(case, [content], by=org.staff, edition=working(case).edition)
    found = the_line(case).found
    assert found.lineage == clause.lineage
    assert found.place.startswith("safeguard:")
    assert found.place.endswith(":measure")
    assert GUARANTEE[found.start : found.end] == found.excerpt


@pytest.mark.article("§1.2")
def test_headings_are_screened(case: Agreement) -> None:
    given = [Piece("abc", "heading", "市政府为乙方贷款提供担保"), Piece("abc", "prose", "双方加强合作。")]
    (found,) = screening.of_pieces(case, given).found
    assert (found.lineage, found.place) == ("abc", "heading")
    assert found.excerpt in "市政府为乙方贷款提供担保"


@pytest.mark.article("§1.2")
def test_a_text_from_outside_is_screened_before_it_becomes_a_version(case: Agreement) -> None:
    given = [Piece("one", "prose", "双方加强合作。"), Piece("two", "prose", f"落实责任。{GUARANTEE}")]
    outcome = screening.of_pieces(case, given)
    assert {found.lineage for found in outcome.found} == {"two"}
    assert outcome.found[0].start == len("落实责任。")
    assert ScreeningFinding.objects.count() == 0


@pytest.mark.article("§1.2")
def test_silence_on_the_law_is_a_finding_on_the_whole_text(case: Agreement, org: Organisation) -> None:
    assert lines(case) == []
    preparation.describe(
        case,
        by=org.staff,
        facts={"term_kind": "years", "term_years": 3, "is_foreign_related": True},
        fields=["trade"],
        natures=["framework"],
    )
    case.refresh_from_db()
    line = the_line(case)
    assert (line.found.code, line.found.lineage, line.found.severity) == ("governing_law", "", "warning")
    assert line.found.excerpt == ""
    assert gaps(case) == ["screening_governing_law"]
    reword(case, "本协议适用中华人民共和国法律。", by=org.staff)
    assert lines(case) == []


def test_an_omitted_clause_says_nothing(flawed: Agreement, org: Organisation) -> None:
    clause = working(flawed).clauses.first()
    assert clause is not None
    texts.save(
        flawed,
        [texts.ClauseContent(clause.lineage, "", omission_reason=GUARANTEE)],
        by=org.staff,
        edition=working(flawed).edition,
    )
    assert lines(flawed) == []


# ---------------------------------------------------------------------- the answer is asked for


@pytest.mark.article("§1.2")
def test_what_is_not_answered_stops_the_submission(flawed: Agreement, org: Organisation) -> None:
    consult_units(flawed, org, by=fresh(org.staff))
    with pytest.raises(NotNow) as stopped:
        drafting.submit(flawed, by=fresh(org.head))
    (gap,) = stopped.value.gaps
    assert (gap.code, gap.article) == ("screening_guarantee", "§1.2")
    assert gap.url.endswith(f"#finding-{the_line(flawed).found.fingerprint}")
    keep(flawed, org)
    assert gaps(flawed) == []
    drafting.submit(flawed, by=fresh(org.head))
    text = flawed.texts.latest("number")
    (line,) = findings.of_version(flawed, text).kept
    assert line.answer is not None
    assert line.answer.reason == "已报市人大批准。"


@pytest.mark.article("§1.2")
def test_information_stops_nothing(case: Agreement, org: Organisation) -> None:
    own_rule(org, severity="info")
    reword(case, "双方共建示范园区冠名权。", by=org.staff)
    assert the_line(case).found.severity == "info"
    assert gaps(case) == []


def test_a_wording_that_is_changed_needs_no_answer(flawed: Agreement, org: Organisation) -> None:
    reword(flawed, "双方加强合作。", by=org.staff)
    assert lines(flawed) == []
    assert gaps(flawed) == []


def test_a_new_answer_supersedes_and_the_old_one_stays(flawed: Agreement, org: Organisation) -> None:
    first = keep(flawed, org)
    again = keep(flawed, org)
    assert again == first
    second = findings.keep(flawed, first.fingerprint, by=fresh(org.head), reason="另有依据。")
    line = the_line(flawed)
    assert line.answer == second
    assert line.superseded == [first]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        FindingAnswer.objects.filter(pk=first.pk).update(reason="改了")
    events = Event.objects.filter(chain=flawed.chain, code="keep_finding").order_by("sequence")
    assert [event.comment for event in events] == [first.reason, second.reason]
    assert events[0].payload["code"] == "guarantee"


def test_who_may_keep_and_until_when(flawed: Agreement, org: Organisation) -> None:
    mark = the_line(flawed).found.fingerprint
    for user in (org.consulted, org.legal, org.stranger, org.mayor):
        with pytest.raises(Refused):
            findings.keep(flawed, mark, by=fresh(user), reason="可以。")
    with pytest.raises(BadInput):
        findings.keep(flawed, mark, by=fresh(org.staff), reason="  ")
    with pytest.raises(NotNow):
        findings.keep(flawed, "0" * 32, by=fresh(org.staff), reason="可以。")
    keep(flawed, org)
    consult_units(flawed, org, by=fresh(org.staff))
    drafting.submit(flawed, by=fresh(org.head))
    with pytest.raises(NotNow):
        findings.keep(flawed, mark, by=fresh(org.staff), reason="晚了。")


def test_who_keeps_a_wording_counts_as_a_drafter(flawed: Agreement, org: Organisation) -> None:
    from agreements.services import access

    assert not access.worked_on(flawed, org.head)
    findings.keep(flawed, the_line(flawed).found.fingerprint, by=fresh(org.head), reason="有依据。")
    assert access.worked_on(flawed, org.head)


# ---------------------------------------------------------------------- from version to version


@pytest.mark.article("§1.2")
def test_findings_are_kept_with_the_version_for_ever(flawed: Agreement, org: Organisation) -> None:
    text = freeze(flawed, org)
    (row,) = text.findings.all()
    assert (row.code, row.excerpt) == ("guarantee", the_line(flawed).found.excerpt)
    assert text.screening.rules > 0
    for act in (lambda: text.findings.update(code="x"), lambda: text.findings.all().delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()
    assert {ScreeningFinding, FindingAnswer} <= set(append_only._registered)


def test_an_answer_follows_the_sentence_when_it_moves(flawed: Agreement, org: Organisation) -> None:
    answer = keep(flawed, org)
    freeze(flawed, org)
    reword(flawed, f"一、双方加强合作，共同发展。\n二、{GUARANTEE.replace('，', ', ')}", by=org.staff)
    line = the_line(flawed)
    moved = line.found.sentence != GUARANTEE.rstrip("。")
    assert moved  # the numbering belongs to the sentence now
    assert not line.is_kept
    reword(flawed, f"双方加强合作，共同发展。\n{GUARANTEE}", by=org.staff)
    line = the_line(flawed)
    assert line.found.start > 0
    assert line.answer == answer


def test_what_is_gone_is_recorded_as_changed_once(flawed: Agreement, org: Organisation) -> None:
    keep(flawed, org)
    first = freeze(flawed, org)
    reword(flawed, "双方加强合作。", by=org.staff)
    second = freeze_again(flawed, org)
    (line,) = findings.of_version(flawed, first).lines
    assert line.is_kept
    assert line.later is not None
    assert (line.later.decision, line.later.text, line.later.answered_by) == ("changed", second, None)
    freeze_again(flawed, org)
    assert FindingAnswer.objects.filter(decision="changed").count() == 1


def test_what_comes_back_asks_for_a_new_answer(flawed: Agreement, org: Organisation) -> None:
    keep(flawed, org)
    freeze(flawed, org)
    reword(flawed, "双方加强合作。", by=org.staff)
    freeze_again(flawed, org)
    reword(flawed, f"双方加强合作。{GUARANTEE}", by=org.staff)
    assert the_line(flawed).is_open
    assert gaps(flawed) == ["screening_guarantee"]
    freeze_again(flawed, org)
    reword(flawed, "双方加强合作。", by=org.staff)
    freeze_again(flawed, org)
    assert [row.decision for row in FindingAnswer.objects.order_by("pk")] == ["kept", "changed", "changed"]


def test_a_wording_that_stands_is_not_called_changed_when_a_rule_retires(case: Agreement, org: Organisation) -> None:
    rule = own_rule(org)
    reword(case, "双方共建示范园区冠名权。", by=org.staff)
    freeze(case, org)
    rule.retired_on = clock.today()
    rule.save()
    assert lines(case) == []
    freeze_again(case, org)
    assert FindingAnswer.objects.get().decision == "lapsed"


def freeze_again(agreement: Agreement, org: Organisation) -> TextVersion:
    """Freeze once more: the round before is settled, so the next may go out."""
    with transaction.atomic():
        text = texts.freeze(agreement, TextVersion.Kind.CONSULTATION, at=clock.now())
        texts.carry_forward(text, by=org.staff, at=clock.now())
    return text


def test_an_older_frozen_text_says_that_it_was_not_screened(case: Agreement, org: Organisation) -> None:
    text = freeze(case, org)
    assert findings.of_version(case, text).rules == text.screening.rules
    with append_only.lifted():
        text.screening.delete()
    assert findings.of_version(case, text).rules == 0


def test_verify_names_what_does_not_hold(flawed: Agreement, org: Organisation) -> None:
    keep(flawed, org)
    text = freeze(flawed, org)
    assert list(inspection.screening_findings()) == []
    other = make_agreement(org, title="另一协议")
    with append_only.lifted():
        text.findings.update(start=0, end=4)
        FindingAnswer.objects.update(agreement=other)
        kinds = {finding["kind"] for finding in inspection.screening_findings()}
        assert kinds == {"finding_misplaced", "answer_misplaced"}
        text.screening.delete()
        kinds = {finding["kind"] for finding in inspection.screening_findings()}
        assert "finding_loose" in kinds


# ---------------------------------------------------------------------- own rules


def own_rule(org: Organisation, **changed: Any) -> ScreeningRule:
    facts = {
        "key": "naming",
        "name_zh": "冠名权",
        "code": "public_interest",
        "phrases": "冠名权",
        "actor": "any",
        "severity": "warning",
        "hits": "双方共建示范园区冠名权。",
        "misses": "双方共建示范园区。",
        "advice_zh": "冠名须经批准。",
        **changed,
    }
    return ScreeningRule.objects.create(authority=org.authority, **facts)


@pytest.mark.article("§1.2")
def test_an_own_rule_hits_in_the_margin_at_once(case: Agreement, org: Organisation, client: Client) -> None:
    client.force_login(org.staff)
    reword(case, "双方共建示范园区冠名权。", by=org.staff)
    assert lines(case) == []
    own_rule(org)
    assert the_line(case).found.rule == "own:naming"
    page = client.get(reverse("agreements:text-edit", args=[case.public_id])).content.decode()
    assert "冠名须经批准" in page
    assert "冠名权" in page
    own_rule(org, key="retired", phrases="示范园区", hits="共建示范园区。", misses="", retired_on=clock.today())
    assert the_line(case).found.rule == "own:naming"


# ---------------------------------------------------------------------- pages


@pytest.fixture
def staff(org: Organisation, client: Client) -> Client:
    client.force_login(org.staff)
    return client


def page_of(agreement: Agreement, line: Line) -> str:
    return reverse("agreements:finding-keep", args=[agreement.public_id, line.found.fingerprint])


def test_the_margin_of_the_workbench_keeps_a_wording(flawed: Agreement, org: Organisation, staff: Client) -> None:
    workbench = reverse("agreements:text-edit", args=[flawed.public_id])
    line = the_line(flawed)
    address = page_of(flawed, line)
    page = staff.get(workbench).content.decode()
    assert f'id="finding-{line.found.fingerprint}"' in page
    assert f'formaction="{address}"' in page
    assert line.found.excerpt in page
    empty = staff.post(address, {f"{line.found.fingerprint}-reason": " "})
    assert empty.status_code == 400
    answer = staff.post(address, {f"{line.found.fingerprint}-reason": "已报市人大批准。"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{workbench}#finding-{line.found.fingerprint}"
    assert "已报市人大批准。" in staff.get(workbench).content.decode()
    assert the_line(flawed).is_kept


def test_the_autosave_answers_with_the_margin(flawed: Agreement, org: Organisation, staff: Client) -> None:
    from tests.agreements.test_workbench import typed

    clause = working(flawed).clauses.all()[1]
    sent = typed(staff, flawed, **{f"{clause.lineage}-prose": WAIVER})
    answer = staff.post(reverse("agreements:text-save", args=[flawed.public_id]), sent)
    assert answer.status_code == 200, answer.content.decode()
    margin = answer.json()["fragments"]["[data-screening]"]
    assert {line.found.code for line in lines(flawed)} == {"guarantee", "waiver"}
    assert margin.count('class="finding"') == len(lines(flawed))


def test_readers_see_the_findings_and_are_offered_nothing(flawed: Agreement, org: Organisation, client: Client) -> None:
    text = freeze(flawed, org)
    client.force_login(org.consulted)
    for address in (
        reverse("agreements:text-show", args=[flawed.public_id, text.public_id]),
        f"{flawed.get_absolute_url()}?tab=text",
    ):
        page = client.get(address).content.decode()
        assert the_line(flawed).found.excerpt in page, address
        assert "finding-form" not in page
    assert client.get(page_of(flawed, the_line(flawed))).status_code == 403
    client.force_login(org.stranger)
    assert client.get(page_of(flawed, the_line(flawed))).status_code == 404


def test_a_page_of_a_finding_that_is_gone_says_so(flawed: Agreement, org: Organisation, staff: Client) -> None:
    address = page_of(flawed, the_line(flawed))
    reword(flawed, "双方加强合作。", by=org.staff)
    assert staff.get(address).status_code == 409
    assert staff.post(address, {}).status_code == 409


def test_the_margin_asks_as_often_for_three_findings_as_for_one(
    flawed: Agreement, org: Organisation, staff: Client
) -> None:
    workbench = reverse("agreements:text-edit", args=[flawed.public_id])

    def asked() -> int:
        staff.get(workbench)
        with CaptureQueriesContext(connection) as queries:
            staff.get(workbench)
        return len(queries)

    keep(flawed, org)
    before = asked()
    reword(flawed, f"双方加强合作。{GUARANTEE}{WAIVER}乙方独家享有本市全部资源的经营权。", by=org.staff)
    assert len(lines(flawed)) > 1
    assert asked() == before


class TestTrial:
    ADDRESS = "/agreements/screening/"

    def test_a_text_is_screened_and_nothing_is_stored(self, org: Organisation, client: Client) -> None:
        client.force_login(org.legal)
        before = Event.objects.count()
        answer = client.post(
            self.ADDRESS, {"text": f"双方合作。{GUARANTEE}", "category": "enterprise", "foreign": "on"}
        )
        assert answer.status_code == 200
        tried = answer.context["tried"]
        assert {hit.found.code for hit in tried.hits} == {"guarantee", "governing_law"}
        assert "".join(stretch.text for stretch in tried.stretches) == f"双方合作。{GUARANTEE}"
        assert "<mark>" in answer.content.decode()
        assert Event.objects.count() == before
        assert ScreeningFinding.objects.count() == 0

    def test_markup_in_a_text_is_shown_and_not_obeyed(self, org: Organisation, client: Client) -> None:
        client.force_login(org.staff)
        answer = client.post(self.ADDRESS, {"text": f"<script>alert(1)</script>{GUARANTEE}", "category": "other"})
        assert "<script>alert" not in answer.content.decode()

    def test_nonsense_is_answered_in_words(self, org: Organisation, client: Client) -> None:
        client.force_login(org.staff)
        for data in ({"text": "", "category": "other"}, {"text": "合作", "category": "nothing"}, {"text": "a\0b"}):
            assert client.post(self.ADDRESS, data).status_code == 400

    def test_own_rules_are_tried_too(self, org: Organisation, client: Client) -> None:
        own_rule(org)
        client.force_login(org.administrator)
        answer = client.post(self.ADDRESS, {"text": "双方共建示范园区冠名权。", "category": "other"})
        (hit,) = answer.context["tried"].hits
        assert hit.rule == "冠名权"
        rules = client.get("/agreements/screening/rules/").content.decode()
        assert "冠名权" in rules

    def test_who_neither_drafts_nor_reviews_is_told_why(self, org: Organisation, client: Client) -> None:
        for user in (org.mayor, org.secretariat, org.system_admin):
            client.force_login(user)
            answer = client.get(self.ADDRESS)
            assert answer.status_code == 403
            assert "§1.2" in answer.content.decode()


class TestAdministration:
    ADD = "admin:agreements_screeningrule_add"

    def data(self, org: Organisation, **changed: Any) -> dict[str, Any]:
        return {
            "authority": org.authority.pk,
            "key": "naming",
            "name_zh": "冠名权",
            "name_en": "",
            "code": "public_interest",
            "phrases": "冠名权",
            "actor": "any",
            "severity": "warning",
            "advice_zh": "",
            "advice_en": "",
            "hits": "双方共建示范园区冠名权。",
            "misses": "双方共建示范园区。",
            "retired_on": "",
            "reason": "法制机构来函",
            **changed,
        }

    def test_a_rule_is_added_with_reason_and_event(self, org: Organisation, client: Client) -> None:
        client.force_login(org.administrator)
        answer = client.post(reverse(self.ADD), self.data(org, categories=["enterprise"]))
        assert answer.status_code == 302
        row = ScreeningRule.objects.get()
        assert row.record.categories == ("enterprise",)
        assert row.history.latest().history_change_reason == "法制机构来函"
        event = Event.objects.filter(chain="system").latest("sequence")
        assert (event.code, event.comment) == ("row_added", "法制机构来函")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"hits": "双方加强合作。"},
            {"misses": "双方约定冠名权。"},
            {"phrases": "（冠名"},
            {"code": "nothing"},
            {"reason": ""},
        ],
    )
    def test_a_rule_whose_samples_fail_is_refused(
        self, org: Organisation, client: Client, wrong: dict[str, str]
    ) -> None:
        client.force_login(org.administrator)
        answer = client.post(reverse(self.ADD), self.data(org, **wrong))
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors
        assert ScreeningRule.objects.count() == 0

    def test_a_test_says_how_the_samples_do_and_saves_nothing(self, org: Organisation, client: Client) -> None:
        client.force_login(org.administrator)
        sound = client.post(reverse(self.ADD), self.data(org, _test="1", reason=""))
        assert sound.status_code == 200
        assert sound.context["tested"]
        assert not sound.context["errors"]
        failing = client.post(reverse(self.ADD), self.data(org, _test="1", hits="双方加强合作。"))
        assert not failing.context["tested"]
        assert failing.context["adminform"].form.non_field_errors()
        assert ScreeningRule.objects.count() == 0

    def test_a_rule_is_changed_and_retired_and_keeps_its_key(self, org: Organisation, client: Client) -> None:
        row = own_rule(org)
        client.force_login(org.administrator)
        change = reverse("admin:agreements_screeningrule_change", args=[row.pk])
        assert client.get(change).status_code == 200
        answer = client.post(change, self.data(org, key="other", retired_on="2026-11-20", severity="info"))
        assert answer.status_code == 302
        row.refresh_from_db()
        assert (row.key, row.severity, str(row.retired_on)) == ("naming", "info", "2026-11-20")


def test_asking_for_opinions_is_not_stopped_by_findings(flawed: Agreement, org: Organisation) -> None:
    round_ = consulting.send(
        flawed, [org.units["finance"]], by=fresh(org.staff), due_on=clock.today().replace(year=clock.today().year + 1)
    )
    assert round_.text.findings.count() == 1
