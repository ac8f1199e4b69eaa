"""Every deadline of the regulation, and the product's own limits beside them (`own_limit`).

A rule counts in one unit only: working days (the regulation's 工作日), calendar days, or years. A rule of 0
calendar days is due on its start: the end of the year, or the day that the plan set. What a sender sets himself
(a reply to a consultation) has a length all the same: it is what is proposed to him.
"""

from regulation.records import DeadlineRule, Role, Start, Text, Unit

LATE_FIRST_WORKDAYS = 1
LATE_SECOND_WORKDAYS = 3

UNITS: dict[Unit, Text] = {
    Unit.WORKDAY: Text("个工作日", "working days"),
    Unit.DAY: Text("日", "days"),
    Unit.YEAR: Text("年", "years"),
}

ROLES: dict[Role, Text] = {
    Role.LEAD_UNIT: Text("牵头单位", "lead unit"),
    Role.LEAD_UNIT_HEAD: Text("牵头单位主要负责人", "head of the lead unit"),
    Role.CONSULTED_UNIT: Text("被征求意见单位", "consulted unit"),
    Role.RESPONSIBLE_UNIT: Text("责任单位", "responsible unit"),
    Role.GENERAL_OFFICE: Text("办公厅", "General Office"),
    Role.SECRETARIAT: Text("秘书处", "secretariat"),
    Role.SUPERVISION_OFFICE: Text("督查室", "supervision office"),
    Role.STEP_POST: Text("本步骤岗位", "the post of the step"),
}

_ALL = (
    DeadlineRule(
        code="seal",
        article="§3.5",
        name=Text("办理用印", "Sealing"),
        starts=Start.SIGNING,
        amount=5,
        unit=Unit.WORKDAY,
        answers=Role.LEAD_UNIT,
        told_first=Role.SECRETARIAT,
        told_second=Role.SUPERVISION_OFFICE,
    ),
    DeadlineRule(
        code="handover_foreign_affairs",
        article="§4.1",
        name=Text("外事协议移交归档", "Handover of a foreign-affairs agreement"),
        starts=Start.SIGNING,
        amount=5,
        unit=Unit.WORKDAY,
        answers=Role.LEAD_UNIT,
        told_first=Role.SECRETARIAT,
        told_second=Role.SUPERVISION_OFFICE,
    ),
    DeadlineRule(
        code="handover",
        article="§4.1",
        name=Text("协议移交归档", "Handover to the archive"),
        starts=Start.SIGNING,
        amount=5,
        unit=Unit.WORKDAY,
        answers=Role.LEAD_UNIT,
        told_first=Role.SECRETARIAT,
        told_second=Role.SUPERVISION_OFFICE,
        own_limit=True,
        rests_on="handover_window",
    ),
    DeadlineRule(
        code="self_check",
        article="§4.3",
        name=Text("年度自查", "Annual self-check"),
        starts=Start.YEAR_END,
        amount=0,
        unit=Unit.DAY,
        answers=Role.LEAD_UNIT_HEAD,
        told_first=Role.GENERAL_OFFICE,
        told_second=Role.SUPERVISION_OFFICE,
        rests_on="self_check_signing_year",
    ),
    DeadlineRule(
        code="expiry_evaluation",
        article="§4.3",
        name=Text("期满总结评估", "Evaluation at expiry"),
        starts=Start.TERM_END,
        amount=30,
        unit=Unit.DAY,
        answers=Role.LEAD_UNIT,
        told_first=Role.GENERAL_OFFICE,
        own_limit=True,
        rests_on="expiry_limit",
    ),
    DeadlineRule(
        code="three_year_review",
        article="§4.3",
        name=Text("三年总结评估", "Three-year review"),
        starts=Start.SIGNING,
        amount=3,
        unit=Unit.YEAR,
        answers=Role.LEAD_UNIT,
        told_first=Role.GENERAL_OFFICE,
        starts_again=Start.REVIEW,
        rests_on="anniversary_not_moved",
    ),
    DeadlineRule(
        code="opinion_reply",
        article="§3.2",
        name=Text("回复征求意见", "Reply to a consultation"),
        starts=Start.SENDER,
        amount=5,
        unit=Unit.WORKDAY,
        answers=Role.CONSULTED_UNIT,
        told_first=Role.LEAD_UNIT,
        own_limit=True,
    ),
    DeadlineRule(
        code="task",
        article="§4.2",
        name=Text("任务节点", "Task or milestone"),
        starts=Start.PLAN,
        amount=0,
        unit=Unit.DAY,
        answers=Role.RESPONSIBLE_UNIT,
        told_first=Role.LEAD_UNIT,
        told_second=Role.SUPERVISION_OFFICE,
    ),
    DeadlineRule(
        code="review",
        article="§3.3",
        name=Text("法制审核", "Legal review"),
        starts=Start.SUBMISSION,
        amount=15,
        unit=Unit.WORKDAY,
        answers=Role.GENERAL_OFFICE,
        told_first=Role.LEAD_UNIT,
        own_limit=True,
    ),
    DeadlineRule(
        code="approval_step",
        article="§3.4",
        name=Text("审批步骤", "Step of the approval"),
        starts=Start.STEP_OPENED,
        amount=3,
        unit=Unit.WORKDAY,
        answers=Role.STEP_POST,
        told_first=Role.GENERAL_OFFICE,
        own_limit=True,
    ),
    DeadlineRule(
        code="meeting_topics",
        article="§3.4",
        name=Text("会议议题截止（会前）", "Cut-off for topics of a meeting (before it)"),
        starts=Start.PLAN,
        amount=3,
        unit=Unit.WORKDAY,
        answers=Role.GENERAL_OFFICE,
        told_first=Role.LEAD_UNIT,
        own_limit=True,
    ),
)

DEADLINES: dict[str, DeadlineRule] = {rule.code: rule for rule in _ALL}
