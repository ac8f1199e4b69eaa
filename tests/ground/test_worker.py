"""A message rings, a worker of its own process answers, the effect is in the database once."""

import time

import pytest
from django.db import transaction

from accounts.models import User
from agreements.models import Notice
from agreements.services import notices
from records.models import OutboxMessage

PATIENCE = 30


@pytest.mark.redis
@pytest.mark.postgres
def test_a_notice_arrives_through_a_real_worker(worker, monkeypatch):
    monkeypatch.setitem(notices._wordings, "worker_test", lambda params: params["said"])
    user = User.objects.create_user("reader", password="Reader-2026")
    with transaction.atomic():
        notices.tell("worker_test", user=user, said="through the queue")
        assert not Notice.objects.exists()

    end = time.monotonic() + PATIENCE
    while not OutboxMessage.objects.exclude(delivered_at=None).exists() and time.monotonic() < end:
        time.sleep(0.1)

    notice = Notice.objects.get()
    assert notices.word(notice) == "through the queue"
    assert notice.user == user
    assert OutboxMessage.objects.get().attempts == 1
