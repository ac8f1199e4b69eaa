"""Addresses of meetings and their topics, at `/meetings/`."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import LOGIN, VISIBLE, declare
from approvals.views import meeting, meeting_topic

app_name = "meetings"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", meeting.listing, name="meeting-list"),
    path("new/", meeting.plan, name="meeting-new"),
    path("<pid:public_id>/", meeting.detail, name="meeting-detail"),
    path("<pid:public_id>/edit/", meeting.edit, name="meeting-edit"),
    path("<pid:public_id>/attendance/", meeting.attendance, name="meeting-attendance"),
    path("<pid:public_id>/record/", meeting.record, name="meeting-record"),
    path("<pid:public_id>/agenda/", meeting.agenda_paper, name="meeting-agenda"),
    path("<pid:public_id>/agenda/<int:number>/", meeting.agenda_kept, name="meeting-agenda-kept"),
    path("<pid:public_id>/act/<slug:code>/", meeting.act, name="meeting-act"),
    path("steps/<pid:public_id>/topic/", meeting_topic.new, name="topic-new"),
    path("topics/<pid:public_id>/", meeting_topic.detail, name="topic-detail"),
    path("topics/<pid:public_id>/edit/", meeting_topic.edit, name="topic-edit"),
    path("topics/<pid:public_id>/paper/", meeting_topic.paper, name="topic-paper"),
    path("topics/<pid:public_id>/move/<slug:way>/", meeting_topic.move, name="topic-move"),
    path("topics/<pid:public_id>/act/<slug:code>/", meeting_topic.act, name="topic-act"),
]

declare(LOGIN, "meetings:meeting-list", "meetings:meeting-new")
declare(
    VISIBLE,
    *(
        f"{app_name}:{name}"
        for name in (
            "meeting-detail",
            "meeting-edit",
            "meeting-attendance",
            "meeting-record",
            "meeting-agenda",
            "meeting-agenda-kept",
            "meeting-act",
            "topic-new",
            "topic-detail",
            "topic-edit",
            "topic-paper",
            "topic-move",
            "topic-act",
        )
    ),
)
