"""As local, with the Django admin on our own tables beside it, for comparison."""

from config.settings.local import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
