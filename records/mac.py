"""The message authentication code of the evidence: HMAC-SHA256 over canonical JSON, its key apart from SECRET_KEY."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from records.models import Event

_keys: dict[Path, bytes] = {}


def mac(content: object) -> str:
    """Return the MAC (hex) of anything JSON can hold; equal content gives equal MACs whatever its key order."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(_key(), canonical.encode("ascii"), sha256).hexdigest()


def _key() -> bytes:
    path = Path(settings.AUDIT_KEY_FILE)
    if path not in _keys:
        if not path.exists():
            _make_key(path)
        _keys[path] = path.read_text().strip().encode("ascii")
    return _keys[path]


def _make_key(path: Path) -> None:
    """Make the key on first use; never in production, and never beside rows that another key has sealed."""
    if settings.IS_PRODUCTION or Event.objects.exists():
        raise ImproperlyConfigured(f"The audit key {path.name} is missing: put the key of this database in its place.")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike a rename, a link loses against a process that was faster
    except FileExistsError:
        pass
    finally:
        draft.unlink()
