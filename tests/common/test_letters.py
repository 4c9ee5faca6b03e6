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
def test_form_in_other_letters_is_refused(letters: str, status: int) -> None:
    head = b'Content-Disposition: form-data; name="username"'
    body = b"\r\n".join((b"--B", head, b"", b"+2AA-", b"--B--", b""))
    client = Client(raise_request_exception=False)

    answer = client.generic(
        "POST", reverse("accounts:sign-in"), body,
        content_type=f"multipart/form-data; boundary=B; charset={letters}",
    )  # fmt: skip

    assert answer.status_code == status
