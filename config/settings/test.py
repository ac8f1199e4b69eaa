"""As local, with cheap password hashes, a data folder of its own, and every N+1 query an error."""

import os
import tempfile
from pathlib import Path

if "TEST_DATA_DIR" not in os.environ:
    os.environ["TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="agreements-test-")
# Parallel test processes share one Redis: to each a database of its own, or they take each other's messages.
if os.environ.get("BROKER_URL", "").startswith("redis"):
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")
    os.environ["BROKER_URL"] = f"{os.environ['BROKER_URL'].rpartition('/')[0]}/{int(number) + 1}"
os.environ["DATA_DIR"] = str(Path(os.environ["TEST_DATA_DIR"]) / os.environ.get("PYTEST_XDIST_WORKER", "main"))

from .base import *  # noqa: F403
from .base import INSTALLED_APPS, MIDDLEWARE

SECRET_KEY = "for tests only, never a deployment"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SHOW_STYLE_PAGE = True
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
ZEAL_ALLOWLIST = [
    # Django reads a session once to load it and once to end it.
    {"model": "sessions.Session", "field": "get()"},
    # An act looks up, for each duty it opens and each paper it keeps, the post, the rule and the bytes it needs.
    {"model": "accounts.Post", "field": "get()"},
    {"model": "agreements.Access", "field": "get()"},
    {"model": "agreements.ToDo", "field": "get()"},
    {"model": "agreements.DeadlineSetting", "field": "get()"},
    {"model": "records.StoredFile", "field": "get()"},
    {"model": "records.NumberSeries", "field": "get()"},
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
