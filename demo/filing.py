"""Papers of a case in drafting: what it comes from, what the other side sent, a newer version, one filed by mistake."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.models import Attachment
from agreements.services import attachments
from demo.scans import scan
from demo.story import Story
from records import files

Kind = Attachment.Kind


def papers_of(case: Story, party: str) -> None:
    """File the papers of a case through the services, on its day."""
    staff = case.by("staff")

    def file(kind: str, paper: SimpleUploadedFile, remark: str = "") -> Attachment:
        with files.received(paper, name=paper.name or "") as upload:
            return attachments.file(case.agreement, kind, upload, by=staff, remark=remark, at=case.at(14))

    file(Kind.ORIGIN, scan(f"{party}来函", f"关于{case.agreement.title}的商洽函"), "收文登记后扫描")
    report = file(Kind.OTHER, scan("调研报告", "调研情况和合作建议（初稿）"))
    revised = scan("调研报告（修订）", "调研情况和合作建议（修订稿）", "补充高校院所意见。")
    with files.received(revised, name=revised.name or "") as upload:
        attachments.replace(report, upload, by=staff, remark="补充高校院所意见", at=case.at(16))
    file(Kind.COUNTERPARTY, scan("对方工作方案", f"{party}工作方案"))
    wrong = file(Kind.COUNTERPARTY, scan("对方参会名单", "参会人员名单"))
    attachments.void(wrong, by=staff, reason="属于另一会议，误传", at=case.at(17))
