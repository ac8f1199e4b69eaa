"""The signal of this app, sent inside the transaction of what it tells.

A receiver is one line that calls a service of its own app. It gets `delegation` and `what`: `made`, `began`, `ended`
(by a person) or `over` (by the clock).
"""

from django.dispatch import Signal

delegation_moved = Signal()
