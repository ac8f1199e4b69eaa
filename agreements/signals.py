"""The one signal of the product, sent inside the transaction by the door (`agreements/services/lifecycle.py`).

A receiver is one line that calls a service of its own app. It gets `agreement` and `moved` (a `lifecycle.Moved`).
"""

from django.dispatch import Signal

agreement_moved = Signal()
