"""The protection of a state is lifted for the thread that re-reads a row, and for no other."""

import threading

import pytest

from agreements.models import Agreement


@pytest.mark.parametrize("name", ["station", "standing"])
def test_a_thread_that_re_reads_does_not_meet_one_that_has_finished(name: str) -> None:
    field = Agreement._meta.get_field(name)
    reading, finished = threading.Event(), threading.Event()
    seen: list[bool] = []

    def re_read() -> None:
        field.protected = False
        reading.set()
        finished.wait(timeout=5)
        seen.append(field.protected)

    thread = threading.Thread(target=re_read)
    thread.start()
    reading.wait(timeout=5)
    assert field.protected
    field.protected = True
    finished.set()
    thread.join(timeout=5)
    assert seen == [False]


@pytest.mark.parametrize("name", ["station", "standing"])
def test_a_state_is_not_set_directly(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Agreement(), name, "concluded")
