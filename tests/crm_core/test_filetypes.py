"""What a file is, and what it may be called."""

import pytest

from crm_core import filetypes

PNG = b"\x89PNG\r\n\x1a\n...."


@pytest.mark.parametrize(
    ("content", "name", "told", "mime"),
    [
        (PNG, "list.pdf", "application/pdf", "image/png"),
        (b"\xff\xd8\xff\xe0", "", "", "image/jpeg"),
        (b"\0\0\0\x18ftypmp42", "a.mp4", "", "video/mp4"),
        (b"%PDF-1.7", "x", "text/html", "application/pdf"),
        (b"<script>", "a.png", "image/png", "application/octet-stream"),
        (b"<html>", "a.html", "", "application/octet-stream"),
        (b"a,b", "list.csv", "", "text/csv"),
        (b"PK", "list.xlsx", "application/x-list", "application/x-list"),
        (b"?", "", "", "application/octet-stream"),
    ],
)
def test_the_bytes_say_what_it_is_before_anything_that_is_told(content: bytes, name: str, told: str, mime: str) -> None:
    assert filetypes.mime_of(content, name, told) == mime


@pytest.mark.parametrize(
    ("name", "mime", "shown"),
    [
        ("报价 单.pdf", "application/pdf", "报价 单.pdf"),
        ("", "image/jpeg", "image.jpg"),
        ("", "application/octet-stream", "file"),
        ("../../etc/pass\nwd", "", "passwd"),
        ("C:\\temp\\a.png", "image/png", "a.png"),
        ("poster", "image/png", "poster.png"),
        ("v1.2 final", "application/pdf", "v1.2 final.pdf"),
        ("长" * 300 + ".pdf", "application/pdf", "长" * 120 + ".pdf"),
    ],
)
def test_a_name_is_short_plain_and_has_an_ending(name: str, mime: str, shown: str) -> None:
    assert filetypes.name_of(name, mime) == shown
