"""WSGI entry point. A served deployment does not start while a demonstration's account is open."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
application = get_wsgi_application()

if settings.IS_PRODUCTION:
    from accounts.demonstration import open_accounts

    if left := open_accounts():
        raise ImproperlyConfigured(f"Production does not start with demo accounts: {', '.join(left)}.")
