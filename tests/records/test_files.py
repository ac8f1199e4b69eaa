"""What is stored, what is refused by which rule, and that damage on disk is named."""

import errno
import hashlib
import os
import tracemalloc
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings

from core import clock
from core.errors import BadInput, NotNow
from core.uploads import LimitedUpload
from records import files, verify
from records.models import StoredFile
from tests.records import attacks, samples

pytestmark = pytest.mark.django_db


def upload(name: str = "协议.pdf", content: bytes | None = None) -> StoredFile:
    body = samples.pdf() if content is None else content
    return files.store(SimpleUploadedFile("sent", body), name=name)


def read(stored: StoredFile) -> bytes:
    with files.open_stored(stored) as stream:
        return stream.read()


def on_disk(store_dir: Path) -> list[Path]:
    return [path for path in store_dir.rglob("*") if path.is_file() and path.parent.name != "incoming"]


@pytest.mark.parametrize("name", samples.ACCEPTED)
def test_every_accepted_kind_is_told_by_its_content(name: str) -> None:
    make, media_type = samples.ACCEPTED[name]
    content = make()
    stored = upload(name, content)
    assert (stored.media_type, stored.size) == (media_type, len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.sm3 == hashlib.new("sm3", content).hexdigest()
    assert read(stored) == content
    assert verify.findings() == []


@pytest.mark.parametrize("case", samples.REFUSED)
def test_what_is_refused_names_the_file_and_leaves_nothing(case: str, store_dir: Path) -> None:
    name, make, code = samples.REFUSED[case]
    with pytest.raises(BadInput) as refusal:
        upload(name, make())
    assert refusal.value.code == code
    assert name in str(refusal.value.reason)
    assert not StoredFile.objects.exists()
    assert [path.name for path in store_dir.rglob("*") if path.is_file()] in ([], ["lock"])


@pytest.mark.parametrize("case", attacks.ATTACKS)
def test_an_attack_is_refused_soon_by_its_rule_and_leaves_nothing(case: str, store_dir: Path) -> None:
    name, make, code = attacks.ATTACKS[case]
    content = make()
    began = monotonic()
    with pytest.raises(BadInput) as refusal:
        upload(name, content)
    assert refusal.value.code == code, str(refusal.value.reason)
    assert name in str(refusal.value.reason)
    assert monotonic() - began < 8
    assert not StoredFile.objects.exists()
    assert [path.name for path in store_dir.rglob("*") if path.is_file()] in ([], ["lock"])


@pytest.mark.parametrize("case", attacks.KEPT)
def test_what_only_looks_like_one_is_kept_as_it_came(case: str) -> None:
    name, make = attacks.KEPT[case]
    content = make()
    assert read(upload(name, content)) == content


def test_refusing_takes_little_memory() -> None:
    """What is small on disk and large when unpacked is never held unpacked."""
    for name, content in (
        ("a.docx", samples.bomb()),
        ("a.docx", attacks.crowded_folder()),
        ("a.png", samples.wide_png()),
    ):
        tracemalloc.start()
        with pytest.raises(BadInput):
            upload(name, content)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 32 * 1024 * 1024, name


def test_a_full_disk_is_said_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, store_dir: Path) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(NotNow, match=r"满|full") as refusal:
            upload()
    assert refusal.value.code == "storage"
    assert not StoredFile.objects.exists()
    assert on_disk(store_dir) == []


def test_an_upload_beyond_the_limit_is_not_written_to_its_end(settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    handler = LimitedUpload()
    handler.new_file("files", "a.pdf", "application/pdf", None)
    for start in range(0, 5000, 500):
        handler.receive_data_chunk(b"x" * 500, start)
    file = handler.file_complete(5000)
    assert file.size == 5000
    file.seek(0)
    assert len(file.read()) == 1500
    with file, pytest.raises(BadInput, match="MB"):
        files.store(file, name="a.pdf")


def test_an_upload_the_disk_had_no_room_for_is_not_taken_for_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = LimitedUpload()
    handler.new_file("files", "a.pdf", "application/pdf", None)

    def full(content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(handler.file.file, "write", full)
    content = samples.pdf()
    handler.receive_data_chunk(content, 0)
    with handler.file_complete(len(content)) as file, pytest.raises(NotNow) as refusal:
        files.store(file, name="a.pdf")
    assert refusal.value.code == "storage"


def test_exactly_the_limit_is_taken_and_one_more_byte_is_not(settings: Settings) -> None:
    content = samples.pdf()
    settings.UPLOAD_LIMIT_BYTES = len(content)
    assert upload(content=content).size == len(content)
    with pytest.raises(BadInput, match="MB"):
        upload(content=content + b"\n")


def test_a_file_over_the_limit_is_refused_even_when_it_hides_its_size(settings: Settings, store_dir: Path) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    sent = SimpleUploadedFile("sent", samples.pdf())
    with pytest.raises(BadInput, match="MB"):
        files.store(sent, name="a.pdf")
    sent.size = 1
    with pytest.raises(BadInput, match="MB"):
        files.store(sent, name="a.pdf")
    assert on_disk(store_dir) == []


@pytest.mark.parametrize("kind", sorted(samples.ACCEPTED))
def test_no_bent_file_is_ever_more_than_refused(kind: str) -> None:
    """Cut and bend each sample in many places: whatever comes out is stored or refused with words, never an error."""
    content = samples.ACCEPTED[kind][0]()
    for step in range(1, 24):
        place = len(content) * step // 24
        for bent in (content[:place], content[:place] + b"\xff\xfe\x00\x80" + content[place + 4 :]):
            with suppress(BadInput):
                upload(kind, bent)


def test_the_second_caller_gets_the_same_row(store_dir: Path) -> None:
    content = samples.pdf()
    first, second = upload(content=content), upload("另一个名字.pdf", content)
    assert first == second
    assert len(on_disk(store_dir)) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_callers_at_once_get_the_same_row(store_dir: Path) -> None:
    content, gate, rows = samples.pdf(), Barrier(4), []

    def act() -> None:
        gate.wait()
        rows.append(upload(content=content).pk)
        connection.close()

    threads = [Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(rows)) == 1
    assert len(rows) == 4
    assert verify.findings() == []


def test_the_bytes_are_on_disk_before_the_row(monkeypatch: pytest.MonkeyPatch, store_dir: Path) -> None:
    done: list[str] = []
    real_sync, real_replace, real_create = os.fsync, Path.replace, StoredFile.save

    def replace(self: Path, target: Path) -> Path:
        done.append("name")
        return real_replace(self, target)

    def sync(descriptor: int) -> None:
        done.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "bytes")
        real_sync(descriptor)

    def save(self: StoredFile, *args: Any, **kwargs: Any) -> None:
        done.append("row")
        real_create(self, *args, **kwargs)

    upload(content=samples.pdf(2))
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(StoredFile, "save", save)
    upload(content=samples.pdf(3))
    assert done[0] == "bytes"
    assert done[-3:] == ["name", "folder", "row"]


def test_own_prints_are_stored_without_inspection() -> None:
    stored = files.store_bytes(b"%PDF-1.7 made here", extension="pdf")
    assert (stored.media_type, stored.extension) == ("application/pdf", "pdf")


def test_a_store_that_cannot_be_written_says_so_and_reading_works(
    settings: Settings, tmp_path: Path, store_dir: Path
) -> None:
    stored = upload()
    (tmp_path / "wall").write_text("")
    settings.STORAGE_DIR = tmp_path / "wall" / "files"
    with pytest.raises(NotNow) as refusal:
        upload("稿.docx", samples.docx())
    assert refusal.value.code == "storage"
    settings.STORAGE_DIR = store_dir
    assert read(stored) == samples.pdf()


def test_a_row_of_a_file_is_never_changed_or_removed() -> None:
    stored = upload()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=stored.pk).update(sha256="0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        stored.delete()


def test_a_flipped_bit_is_named() -> None:
    stored = upload()
    place = files.place(stored.sha256)
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)
    found = verify.findings()
    assert {finding["kind"] for finding in found} == {"file_changed"}
    assert {finding["field"] for finding in found} == {"sha256", "sm3"}
    assert {(finding["id"], finding["file"]) for finding in found} == {(stored.pk, str(place))}


def test_a_shortened_file_is_named_with_its_size() -> None:
    stored = upload()
    files.place(stored.sha256).write_bytes(b"x")
    (size,) = (finding for finding in verify.findings() if finding["field"] == "size")
    assert (size["expected"], size["found"]) == (str(stored.size), "1")


def test_a_missing_file_is_named_and_not_a_fault_of_the_page() -> None:
    stored = upload()
    files.place(stored.sha256).unlink()
    (finding,) = verify.findings()
    assert (finding["kind"], finding["id"]) == ("file_missing", stored.pk)
    with pytest.raises(NotNow):
        files.open_stored(stored)


@pytest.mark.parametrize("place", ["ab/stranger", "stranger.pdf", "incoming/stranger", "ab/" + "c" * 64])
def test_an_extra_file_is_named(store_dir: Path, place: str) -> None:
    upload()
    stranger = store_dir / place
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"x")
    (finding,) = verify.findings()
    assert (finding["kind"], finding["file"]) == ("file_extra", str(stranger))


def test_a_second_copy_under_a_wrong_folder_is_extra(store_dir: Path) -> None:
    stored = upload()
    copy = store_dir / "zz" / stored.sha256
    copy.parent.mkdir()
    copy.write_bytes(b"x")
    assert [finding["file"] for finding in verify.findings()] == [str(copy)]


class Changed(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_what_an_unfinished_act_left_is_explained_and_swept_after_an_hour(store_dir: Path) -> None:
    def give_up() -> None:
        with transaction.atomic():
            upload()
            raise Changed

    with pytest.raises(Changed):
        give_up()
    kept = upload("稿.docx", samples.docx())
    assert len(on_disk(store_dir)) == 2
    assert verify.findings() == []
    assert files.sweep() == 0
    assert files.sweep(clock.now() + timedelta(hours=2)) == 1
    assert on_disk(store_dir) == [files.place(kept.sha256)]
    assert verify.findings() == []


@pytest.mark.django_db(transaction=True)
def test_the_sweep_spares_bytes_that_someone_else_committed(store_dir: Path) -> None:
    def give_up() -> None:
        with transaction.atomic():
            upload()
            raise Changed

    with pytest.raises(Changed):
        give_up()
    stored = upload()
    files.sweep(clock.now() + timedelta(hours=2))
    assert on_disk(store_dir) == [files.place(stored.sha256)]


@pytest.mark.django_db(transaction=True)
def test_the_sweep_spares_bytes_of_an_act_still_under_way(store_dir: Path) -> None:
    def give_up() -> None:
        with transaction.atomic():
            upload()
            raise Changed

    with pytest.raises(Changed):
        give_up()
    (old,) = (store_dir / "incoming").glob("*.*")
    with pytest.raises(Changed):
        give_up()  # to the sweep it looks like one that has written its bytes and not yet its row
    os.utime(old, (0, 0))
    assert files.sweep() == 1
    assert len(on_disk(store_dir)) == 1
    assert files.sweep(clock.now() + timedelta(hours=2)) == 1
    assert on_disk(store_dir) == []


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\windows\\system32\\协议.pdf", "协议.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("合同\u202efdp.exe.pdf", "合同fdp.exe.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("字" * 400 + ".pdf", "字" * 116 + ".pdf"),
        ('quote".pdf', 'quote".pdf'),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_hostile_names_lead_nowhere(hostile: str, shown: str) -> None:
    assert files.clean_name(hostile) == shown


def test_a_download_is_an_attachment_no_browser_runs_or_keeps() -> None:
    answer = files.response(upload(), '天津—长春 "协议"\r\nX: y')
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%A4%A9%E6%B4%A5")
    assert answer["Content-Disposition"].endswith(".pdf")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"
    assert answer.getvalue() == samples.pdf()
    answer.close()


def test_a_machine_without_sm3_stores_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashlib, "algorithms_available", {"sha256"})
    assert upload().sm3 == ""
    assert verify.findings() == []
