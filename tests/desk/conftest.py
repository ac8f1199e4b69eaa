"""What the tests of the desk share: a logged-in client for anybody, and agreements of another unit."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from agreements.models import Agreement, Station
from tests.factories import Organisation, make_agreement

As = Callable[[User], Client]


@pytest.fixture
def as_() -> As:
    """Return a client logged in as somebody, reading English: what is asserted are the message ids."""

    def log_in(user: User) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def drafted(org: Organisation) -> Agreement:
    return make_agreement(org, title="天津市与长春市对口合作协议")


@pytest.fixture
def foreign(org: Organisation) -> Agreement:
    """An agreement the cooperation and exchange office has nothing to do with."""
    return make_agreement(
        org, "sister_city", Station.PREPARATION, title="与仁川广域市友好交流备忘录", party="仁川广域市"
    )
