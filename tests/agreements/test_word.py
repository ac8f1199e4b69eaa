"""Word files through the product: taken in, looked through, taken over into a new version or left aside."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import (
    Agreement,
    Attachment,
    IncomingText,
    Mechanism,
    Safeguard,
    ScreeningFinding,
    TextVersion,
)
from agreements.services import drafting, findings, texts, word
from agreements.services.texts import ClauseContent
from agreements.services.word import AddedClause, Result
from agreements.word import tables
from core import clock
from core.docx.numbering import chinese
from core.errors import BadInput, NotNow, Refused
from records import trail
from records.models import StoredFile
from tests.agreements import word_cases as cases
from tests.factories import Organisation, fresh, make_agreement
from tests.word_files import BY, docx, gone, ins, par, run, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(org: Organisation) -> Agreement:
    return cases.drafted(org)


@pytest.fixture
def staff(org: Organisation, client: Client) -> Client:
    client.force_login(org.staff)
    return client


def address(agreement: Agreement, name: str, *more: str) -> str:
    return reverse(f"agreements:{name}", args=[agreement.public_id, *more])


def body(agreement: Agreement, *, without: str = "", changed: dict[str, str] | None = None, more: str = "") -> str:
    found = par(agreement.title)
    for clause in cases.working(agreement).clauses.order_by("order"):
        if clause.heading != without:
            words = (changed or {}).get(clause.heading, run(clause.prose))
            found += par(f"{chinese(clause.order)}、{clause.heading}") + par(words)
    return found + more


def codes(agreement: Agreement) -> list[str]:
    return [event.code for event in trail.history(agreement.chain)]


def sent(page: Any, **data: Any) -> dict[str, Any]:
    """What the browser sends from the page of a file: its hidden marks, the act, what was typed."""
    form = page.context["form"]
    return {"matched": form.matched, "seen": form.seen, "act": "confirm", **data}


class TestTakingIn:
    def test_the_file_is_kept_as_it_came_and_the_draft_is_not_touched(self, agreement, org):
        before = texts.canonical(cases.working(agreement))
        content = docx(body(agreement))
        incoming = cases.received(agreement, org, content)
        assert incoming.attachment.kind == Attachment.Kind.WORD
        assert incoming.attachment.file.size == len(content)
        assert (incoming.origin, incoming.is_open) == ("theirs", True)
        assert texts.canonical(cases.working(agreement)) == before
        assert codes(agreement)[-1] == "receive_word"

    @pytest.mark.parametrize(
        ("name", "content", "code", "word_in_it"),
        [
            ("空.docx", b"", "file_empty", "空.docx"),
            ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "file_broken", "旧.doc"),
            ("字.docx", b"just words", "file_kind", "字.docx"),
            ("半.docx", docx(par("x"))[:-40], "file_broken", "半.docx"),
            ("宏.docx", docx(par("x"), extra={"word/vbaProject.bin": b"x"}), "file_macros", "宏.docx"),
            ("坏.docx", docx("<w:p>"), "file_broken", "坏.docx"),
            ("体.docx", docx("").replace(b"word/document.xml", b"word/documint.xml"), "", "体.docx"),
        ],
    )
    def test_what_cannot_be_read_is_refused_by_name_and_nothing_is_stored(
        self, agreement, org, name, content, code, word_in_it
    ):
        with pytest.raises(BadInput) as refused:
            word.receive(
                agreement,
                cases.uploaded(content, name),
                origin="theirs",
                received_on=clock.today(),
                by=fresh(org.staff),
            )
        assert word_in_it in str(refused.value.reason)
        if code:
            assert refused.value.code == code
        assert not IncomingText.objects.exists()
        assert not StoredFile.objects.exists()
        assert "receive_word" not in codes(agreement)

    def test_another_kind_of_file_and_one_too_large(self, agreement, org, settings):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(
                "[Content_Types].xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
            )
        for content, limit, name in ((docx(par("x")), 100, "大.docx"), (stream.getvalue(), 10**7, "表.xlsx")):
            settings.UPLOAD_LIMIT_BYTES = limit
            with pytest.raises(BadInput) as refused:
                word.check(cases.uploaded(content, name))
            assert name in str(refused.value.reason)

    def test_only_the_lead_units_staff_and_only_while_drafting(self, agreement, org):
        content = docx(body(agreement))
        for person in (org.consulted, org.general_office, org.stranger):
            with pytest.raises(Refused):
                word.receive(
                    agreement, cases.uploaded(content), origin="ours", received_on=clock.today(), by=fresh(person)
                )
        early = make_agreement(org, at_station="preparation", party="华岳集团", party_kind="private_enterprise")
        with pytest.raises(NotNow):
            cases.received(early, org, content)

    def test_a_day_in_the_future(self, agreement, org):
        tomorrow = clock.today() + timedelta(days=1)
        with pytest.raises(BadInput):
            word.receive(
                agreement, cases.uploaded(docx(par("x"))), origin="ours", received_on=tomorrow, by=fresh(org.staff)
            )


class TestTakingOver:
    def take(self, agreement, org, content, data=None, choices=None) -> TextVersion:
        incoming = cases.received(agreement, org, content)
        form = cases.confirmed(agreement, cases.matched(agreement, content, choices), data)
        return word.take_over(incoming, form.result(), matched=form.matched, by=fresh(org.staff))

    def test_the_draft_is_kept_and_the_new_one_says_whose_it_is(self, agreement, org):
        old = cases.working(agreement)
        said = texts.canonical(old)
        changed = run("双方投资") + gone("五千万元") + ins(run("一亿元")) + run("。")
        new = self.take(agreement, org, docx(body(agreement, changed={"合作机制": changed})))
        old.refresh_from_db()
        assert (old.kind, old.canonical) == (TextVersion.Kind.KEPT, said)
        assert (new.number, new.based_on, new.origin, new.note) == (old.number + 1, old, "theirs", "对方修改")
        assert new.clauses.get(heading="合作机制").prose == "双方投资一亿元。"
        lineages = list(old.clauses.order_by("order").values_list("lineage", flat=True))
        assert list(new.clauses.order_by("order").values_list("lineage", flat=True)) == lineages
        assert codes(agreement)[-1] == "take_over_word"

    def test_rows_the_file_lacks_stay_unless_they_are_ticked(self, agreement, org):
        kept, lost, *_more = Safeguard.objects.order_by("pk")
        clause = kept.clause
        content = docx(body(agreement))
        new = self.take(agreement, org, content, {f"gone-{clause.lineage}-safeguard": [lost.lineage]})
        stand = set(Safeguard.objects.filter(clause__text=new).values_list("lineage", flat=True))
        assert kept.lineage in stand
        assert lost.lineage not in stand

    def test_a_clause_that_is_not_in_the_file_waits_for_a_word(self, agreement, org):
        clause = cases.working(agreement).clauses.get(heading="合作机制")
        content = docx(body(agreement, without="合作机制"))
        new = self.take(agreement, org, content, {f"missing-{clause.lineage}": "keep"})
        assert new.clauses.get(heading="合作机制").prose == clause.prose

    def test_a_clause_is_left_out_with_its_reason(self, agreement, org):
        clause = cases.working(agreement).clauses.get(heading="合作机制")
        content = docx(body(agreement, without="合作机制"))
        data = {f"missing-{clause.lineage}": "drop", f"why-{clause.lineage}": "对方另签备忘录"}
        new = self.take(agreement, org, content, data)
        assert new.clauses.get(heading="合作机制").omission_reason == "对方另签备忘录"

    def test_a_new_heading_becomes_a_clause_with_its_reason_where_it_stood(self, agreement, org):
        more = par("六、保密义务") + par("双方保守秘密。") + table(["序号", "事项"], ["1", "数据"])
        content = docx(body(agreement, more=more))
        [section] = cases.matched(agreement, content).open_sections
        choices = cases.Choices({section.key: "new"})
        data = {f"place-{section.key}": "new", f"reason-{section.key}": "涉及商业数据"}
        new = self.take(agreement, org, content, data, choices)
        added = new.clauses.order_by("order").last()
        assert (added.heading, added.added_reason, added.code) == ("保密义务", "涉及商业数据", "")
        assert added.prose == "双方保守秘密。\n序号\t事项\n1\t数据"

    def test_words_are_added_to_a_clause(self, agreement, org):
        content = docx(body(agreement, more=par("六、保密义务") + par("双方保守秘密。")))
        [section] = cases.matched(agreement, content).open_sections
        last = cases.working(agreement).clauses.order_by("order").last()
        place = f"append:{last.lineage}"
        new = self.take(agreement, org, content, {f"place-{section.key}": place}, cases.Choices({section.key: place}))
        assert new.clauses.get(lineage=last.lineage).prose == f"{last.prose}\n六、保密义务\n双方保守秘密。"

    def test_a_draft_saved_since_is_told_and_nothing_is_taken_over(self, agreement, org):
        content = docx(body(agreement))
        incoming = cases.received(agreement, org, content)
        form = cases.confirmed(agreement, cases.matched(agreement, content))
        text = cases.working(agreement)
        clause = text.clauses.first()
        drafting.write(
            agreement, [ClauseContent(clause.lineage, "同事新写的。")], by=fresh(org.head), edition=text.edition
        )
        with pytest.raises(NotNow) as refused:
            word.take_over(incoming, form.result(), matched=form.matched, by=fresh(org.staff))
        assert refused.value.code == "saved_meanwhile"
        assert cases.working(agreement).clauses.get(lineage=clause.lineage).prose == "同事新写的。"
        assert agreement.texts.count() == 1

    def test_twice(self, agreement, org):
        content = docx(body(agreement))
        incoming = cases.received(agreement, org, content)
        form = cases.confirmed(agreement, cases.matched(agreement, content))
        word.take_over(incoming, form.result(), matched=form.matched, by=fresh(org.staff))
        matched = word.mark_of(cases.working(agreement))
        with pytest.raises(NotNow) as refused:
            word.take_over(incoming, form.result(), matched=matched, by=fresh(org.staff))
        assert refused.value.code == "already_settled"
        with pytest.raises(NotNow):
            word.discard(incoming, by=fresh(org.staff))

    def test_a_stranger_to_the_draft_may_not(self, agreement, org):
        incoming = cases.received(agreement, org, docx(body(agreement)))
        for act in (
            lambda: word.take_over(incoming, Result([]), matched="1.1", by=fresh(org.consulted)),
            lambda: word.discard(incoming, by=fresh(org.consulted)),
        ):
            with pytest.raises(Refused):
                act()

    @pytest.mark.parametrize(
        "result",
        [
            Result([ClauseContent("NOSUCHCLAU", "x")]),
            Result([], headings={"NOSUCHCLAU": "x"}),
            Result([], added=[AddedClause("标题", "x", " ")]),
            Result([], added=[AddedClause("标" * 121, "x", "理由")]),
        ],
    )
    def test_what_is_no_result_is_refused_whole(self, agreement, org, result):
        incoming = cases.received(agreement, org, docx(body(agreement)))
        before = texts.canonical(cases.working(agreement))
        with pytest.raises(BadInput):
            word.take_over(incoming, result, matched=word.mark_of(cases.working(agreement)), by=fresh(org.staff))
        assert agreement.texts.count() == 1
        assert texts.canonical(cases.working(agreement)) == before

    def test_left_aside_it_stays(self, agreement, org):
        incoming = cases.received(agreement, org, docx(body(agreement)))
        word.discard(incoming, by=fresh(org.staff))
        incoming.refresh_from_db()
        assert incoming.outcome == IncomingText.Outcome.DISCARDED
        assert incoming.attachment.file.size
        assert codes(agreement)[-1] == "discard_word"


class TestPages:
    def upload(self, staff: Client, agreement: Agreement, content: bytes, name: str = cases.NAME, **data: Any) -> Any:
        token = staff.get(address(agreement, "word-upload")).context["submission_token"]
        return staff.post(
            address(agreement, "word-upload"),
            {
                "file": cases.uploaded(content, name),
                "origin": "theirs",
                "received_on": clock.today().isoformat(),
                "submission_token": token,
                **data,
            },
        )

    def page(self, staff: Client, agreement: Agreement, content: bytes) -> Any:
        answer = self.upload(staff, agreement, content)
        assert answer.status_code == 302, answer.context["form"].errors
        return staff.get(answer.url)

    def test_any_version_one_may_see_is_downloaded(self, staff, client, agreement, org):
        text = cases.working(agreement)
        answer = staff.get(address(agreement, "text-word", text.public_id))
        assert answer.status_code == 200
        assert answer.content == cases.exported(agreement)
        assert "attachment" in answer["Content-Disposition"]
        client.force_login(org.stranger)
        assert client.get(address(agreement, "text-word", text.public_id)).status_code == 404

    def test_from_upload_to_the_new_version(self, staff, agreement):
        changed = run("双方投资") + gone("五千万元") + ins(run("一亿元")) + run("。")
        page = self.page(staff, agreement, docx(body(agreement, changed={"合作机制": changed})))
        shown = page.content.decode()
        assert "<ins>" in shown
        assert "王工" in shown
        answer = staff.post(page.wsgi_request.path, sent(page))
        assert answer.status_code == 302, answer.context["form"].errors
        assert cases.working(agreement).clauses.get(heading="合作机制").prose == "双方投资一亿元。"
        assert cases.working(agreement).number == 2
        assert staff.get(page.wsgi_request.path).status_code == 409
        assert cases.NAME in staff.get(address(agreement, "word-upload")).content.decode()

    def test_nothing_is_taken_over_before_the_person_has_said_where_it_belongs(self, staff, agreement):
        page = self.page(staff, agreement, docx(body(agreement, more=par("六、保密义务") + par("双方保守秘密。"))))
        [view] = page.context["open_sections"]
        refused = staff.post(page.wsgi_request.path, sent(page))
        assert refused.status_code == 400
        assert cases.working(agreement).number == 1
        chosen = {f"place-{view.section.key}": "new", f"reason-{view.section.key}": "涉及数据"}
        looked = staff.post(page.wsgi_request.path, sent(page, **chosen))
        assert looked.status_code == 200, "what the choices lead to is shown before it is done"
        assert cases.working(agreement).number == 1
        answer = staff.post(page.wsgi_request.path, sent(looked, **chosen))
        assert answer.status_code == 302, answer.context["form"].errors
        assert cases.working(agreement).clauses.filter(heading="保密义务").exists()

    @pytest.mark.article("§1.2")
    def test_what_screening_finds_in_the_file_is_shown_and_hinders_nothing(self, staff, agreement):
        promise = "由市政府为乙方的银行贷款提供连带责任担保。"
        mechanism = Mechanism.objects.get()
        rows = table(
            [tables.label("mechanism", "title"), tables.label("mechanism", "theirs")], [mechanism.title, promise]
        )
        content = docx(
            body(
                agreement,
                changed={"保障措施": run(f"落实责任。{promise}")},
                more=par("六、其他") + par(f"另：{promise}"),
            ).replace(par("五、保障措施"), rows + par("五、保障措施"))
        )
        page = self.page(staff, agreement, content)
        notes = page.context["screening"]["notes"]
        assert {note.line.clause for note in notes} == {"合作机制", "保障措施", "六、其他"}
        assert {note.line.found.article for note in notes} == {"§1.2"}
        shown = page.content.decode()
        for note in notes:
            assert note.advice in shown
            assert f'id="clause-{note.line.found.lineage}"' in shown, "a finding leads to where it stands"
        assert ScreeningFinding.objects.count() == 0
        [view] = page.context["open_sections"]
        left_out = {f"place-{view.section.key}": "out"}
        looked = staff.post(page.wsgi_request.path, sent(page, **left_out))
        found = looked.context["screening"]["notes"]
        assert {note.line.clause for note in found} == {"合作机制", "保障措施"}, "what is left out is not asked about"
        answer = staff.post(page.wsgi_request.path, sent(looked, **left_out))
        assert answer.status_code == 302, answer.context["form"].errors
        held = {note.line.found.fingerprint for note in found}
        assert held == {line.found.fingerprint for line in findings.unanswered(agreement)}

    def test_a_file_in_which_nothing_is_found_says_so(self, staff, agreement):
        page = self.page(staff, agreement, cases.exported(agreement))
        assert page.context["screening"]["notes"] == []
        assert page.context["screening"]["rules"] > 0

    def test_a_cell_that_cannot_be_read_is_shown_and_mended_on_the_page(self, staff, agreement):
        heads = [column.head for column in tables.columns("target")]
        drawn = table(heads, ["互派干部", "人次", "0", "约三十五", "2027年11月26日", "市合作交流办"])
        content = docx(body(agreement).replace(par("三、合作重点（内容）"), drawn + par("三、合作重点（内容）")))
        page = self.page(staff, agreement, content)
        [mend] = [mend for view in page.context["clauses"] for mend in view.mends]
        [(field, said)] = mend.fields
        assert said == "约三十五"
        assert staff.post(page.wsgi_request.path, sent(page)).status_code == 400
        mended = {field.html_name: "35"}
        looked = staff.post(page.wsgi_request.path, sent(page, **mended))
        assert looked.status_code == 200
        answer = staff.post(page.wsgi_request.path, sent(looked, **mended))
        assert answer.status_code == 302, answer.context["form"].errors
        part = cases.working(agreement).clauses.get(heading="目标定位").targets.get()
        assert (part.goal, part.lineage) == (35, mend.row.part.lineage)

    def test_two_sections_cannot_be_one_clause(self, staff, agreement):
        wanted = cases.working(agreement).clauses.get(heading="合作机制")
        more = par("六、全新的甲") + par("甲。") + par("七、别样的乙") + par("乙。")
        page = self.page(staff, agreement, docx(body(agreement, without="合作机制", more=more)))
        chosen = {f"place-{view.section.key}": f"is:{wanted.lineage}" for view in page.context["open_sections"]}
        answer = staff.post(page.wsgi_request.path, sent(page, **chosen))
        assert answer.status_code == 400
        assert cases.working(agreement).number == 1

    def test_choices_that_name_nothing_are_refused(self, staff, agreement):
        page = self.page(staff, agreement, docx(body(agreement, more=par("六、保密义务") + par("双方保守秘密。"))))
        [view] = page.context["open_sections"]
        for place in ("is:NOSUCHCLAU", "append:x", "nonsense", "new:"):
            answer = staff.post(page.wsgi_request.path, sent(page, **{f"place-{view.section.key}": place}))
            assert answer.status_code == 400

    def test_a_draft_saved_meanwhile_is_matched_anew(self, staff, agreement, org):
        page = self.page(staff, agreement, docx(body(agreement)))
        text = cases.working(agreement)
        lineage = text.clauses.first().lineage
        drafting.write(agreement, [ClauseContent(lineage, "同事新写的。")], by=fresh(org.head), edition=text.edition)
        answer = staff.post(page.wsgi_request.path, sent(page))
        assert answer.status_code == 409
        assert org.head.full_name in answer.content.decode()
        assert cases.working(agreement).number == 1
        again = staff.post(page.wsgi_request.path, sent(answer))
        assert again.status_code == 302, "the page shows the newer draft, and its own mark"

    def test_a_form_sent_twice_takes_in_one_file(self, staff, agreement):
        token = staff.get(address(agreement, "word-upload")).context["submission_token"]
        content = docx(body(agreement))
        first = self.upload(staff, agreement, content, submission_token=token)
        second = self.upload(staff, agreement, content, submission_token=token)
        assert first.url == second.url
        assert IncomingText.objects.count() == 1

    def test_a_refused_file_keeps_what_was_typed(self, staff, agreement):
        answer = self.upload(staff, agreement, b"words", note="对方第二稿")
        assert answer.status_code == 400
        assert "对方第二稿" in answer.content.decode()
        assert not IncomingText.objects.exists()

    def test_left_aside(self, staff, agreement):
        page = self.page(staff, agreement, docx(body(agreement)))
        incoming = IncomingText.objects.get()
        answer = staff.post(address(agreement, "word-discard", incoming.public_id))
        assert answer.status_code == 302
        assert staff.post(address(agreement, "word-discard", incoming.public_id)).status_code == 409
        assert page.status_code == 200

    def test_a_file_of_another_agreement_is_not_found(self, staff, agreement, org):
        other = make_agreement(org, party="华岳集团", party_kind="private_enterprise")
        incoming = cases.received(agreement, org, docx(body(agreement)))
        assert staff.get(address(other, "word-confirm", incoming.public_id)).status_code == 404
        assert staff.post(address(other, "word-discard", incoming.public_id)).status_code == 404

    def test_everything_beside_the_text_is_listed(self, staff, agreement):
        picture = par("<w:r><w:drawing><a:graphic><pic:pic/></a:graphic></w:drawing></w:r>")
        formatted = par(run("粗", f"<w:b/><w:rPrChange {BY}><w:rPr/></w:rPrChange>"))
        page = self.page(staff, agreement, docx(body(agreement, more=picture + formatted)))
        assert [str(loss[0]) for loss in page.context["losses"]]
        assert page.context["tracked_count"] == 1

    def test_queries_do_not_grow_with_the_file(self, staff, agreement, django_assert_max_num_queries):
        long = body(agreement, changed={"合作机制": "".join(run(f"第{n}句。") for n in range(300))})
        path = self.page(staff, agreement, docx(long)).wsgi_request.path
        with django_assert_max_num_queries(45):
            staff.get(path)
