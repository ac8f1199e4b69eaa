"""A served deployment. It refuses to start with anything that belongs to a desk or a demonstration."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, BROKER_URL, INSTALLED_APPS, MIDDLEWARE, env

IS_PRODUCTION = True
DEMO_ALLOWED = False
SHOW_STYLE_PAGE = False
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "demo"]
MIDDLEWARE = list(MIDDLEWARE)

SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=10)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


def _refuse_unless_ready() -> None:
    """Raise when a setting of a desk or a demonstration would reach a served deployment."""
    if not env("SECRET_KEY", default="") and not env("SECRET_KEY_FILE", default=""):
        raise ImproperlyConfigured("Production needs SECRET_KEY or SECRET_KEY_FILE.")
    if len(SECRET_KEY) < 32 or "insecure" in SECRET_KEY:  # noqa: F405
        raise ImproperlyConfigured("SECRET_KEY is too short or a default: use at least 32 random characters.")
    if env.bool("DEBUG", default=False):
        raise ImproperlyConfigured("Production does not run with DEBUG.")
    if "*" in ALLOWED_HOSTS or not env("ALLOWED_HOSTS", default=""):
        raise ImproperlyConfigured("Production needs ALLOWED_HOSTS with the names it answers to, never *.")
    if not env("DATABASE_URL", default=""):
        raise ImproperlyConfigured("Production needs DATABASE_URL.")
    if not BROKER_URL:
        raise ImproperlyConfigured("Production needs BROKER_URL.")
    if not env("AUDIT_KEY_FILE", default=""):
        raise ImproperlyConfigured("Production needs AUDIT_KEY_FILE, kept apart from SECRET_KEY.")


_refuse_unless_ready()
