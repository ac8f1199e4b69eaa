"""Papers as people upload them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.records import samples


@pytest.fixture
def docx() -> SimpleUploadedFile:
    """A true Word file, in which words can still be changed."""
    return SimpleUploadedFile("签署文本.docx", samples.docx())
