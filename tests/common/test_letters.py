"""Forms are sent in the letters that the pages ask for."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("letters", "status"),
    [
        ("utf-8", 200), ('"UTF-8"', 200), ("utf-7", 400), ("base64", 400),
        ("unicode_escape", 400), ("nothing-there-is", 400),
    ],
)  # fmt: skip
def test_form_of_many_parts_in_other_letters_is_refused(
    letters: str, status: int
) -> None:
    head = b'Content-Disposition: form-data; name="username"'
    body = b"\r\n".join((b"--B", head, b"", b"+2AA-", b"--B--", b""))
    client = Client(raise_request_exception=False)

    answer = client.generic(
        "POST", reverse("accounts:sign-in"), body,
        content_type=f"multipart/form-data; boundary=B; charset={letters}",
    )  # fmt: skip

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("letters", "status"),
    [
        ("charset=utf-8", 200), ("charset=UTF-8", 200), ("charset=ISO-8859-1", 400),
        ("CHARSET=UTF-16", 400), ("charset=utf8", 400),
        ("charset*=utf-8''utf-16", 400),
    ],
)  # fmt: skip
def test_plain_form_in_other_letters_is_refused_with_a_page(
    letters: str, status: int
) -> None:
    client = Client(raise_request_exception=False)

    answer = client.generic(
        "POST", reverse("accounts:sign-in"), b"username=Jo",
        content_type=f"application/x-www-form-urlencoded; {letters}",
    )  # fmt: skip

    assert answer.status_code == status
    assert "<h1" in answer.content.decode()
