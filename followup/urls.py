"""Addresses of follow-up: tasks and their reports, the ledger, self-checks, evaluations."""

from django.urls import URLPattern, URLResolver, path

from accounts.policy import declare
from followup.views import ledgers, reviews, tasks

app_name = "followup"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", tasks.listing, name="task-list"),
    path("tasks/<pid:public_id>/", tasks.detail, name="task-detail"),
    path("tasks/<pid:public_id>/report/", tasks.report, name="progress-report"),
    path("reports/<pid:public_id>/judge/", tasks.judge, name="progress-judge"),
    path("ledgers/<pid:public_id>/", ledgers.show, name="ledger"),
    path("ledgers/<pid:public_id>/ledger.xlsx", ledgers.export, name="ledger-export"),
    path("ledgers/<pid:public_id>/self-checks/<int:year>/", reviews.self_check, name="selfcheck-edit"),
    path("ledgers/<pid:public_id>/evaluation/", reviews.evaluate, name="evaluation-edit"),
    path("ledgers/<pid:public_id>/evaluation/decision/", reviews.decide, name="evaluation-decide"),
]

declare("login", "followup:task-list")
declare(
    "visible",
    "followup:task-detail",
    "followup:progress-report",
    "followup:progress-judge",
    "followup:ledger",
    "followup:ledger-export",
    "followup:selfcheck-edit",
    "followup:evaluation-edit",
    "followup:evaluation-decide",
)
