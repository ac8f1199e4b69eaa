"""What comes from elsewhere is what the lists say: vendored files by digest, libraries by hash, no index named."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = [path for top in ("static", "tests") for path in (ROOT / top).rglob("VENDORED.md")]


@pytest.mark.parametrize("listing", LISTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_vendored_files_have_the_digest_of_their_list(listing):
    listed = dict(re.findall(r"^\| (\S+) \|.*\b([0-9a-f]{64})\b", listing.read_text(), flags=re.MULTILINE))
    assert {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in listing.parent.iterdir()
        if path.name != "VENDORED.md"
    } == listed


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_library_is_pinned_with_hashes_and_no_index_is_named(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[\w.\[\],-]+==\S+", block), block
        assert "--hash=sha256:" in block, block


def test_the_library_that_shares_its_folder_with_django_fsm_2_is_absent():
    assert not re.search(r"^django-fsm==", (ROOT / "requirements-dev.txt").read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("script", sorted((ROOT / "tools").glob("*.sh")), ids=lambda path: path.name)
def test_scripts_parse(script):
    subprocess.run(["bash", "-n", script], check=True)
