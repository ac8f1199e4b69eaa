"""What the tests of review and approval share."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts import middleware
from accounts.models import User


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """Return a browser in which somebody is logged in; the clock of the session runs from the first page on."""
    assert middleware.STARTED

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in
