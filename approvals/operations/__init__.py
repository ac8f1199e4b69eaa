"""Operations on an approval beside deciding, a module per topic; `approvals/registration.py` registers them."""
