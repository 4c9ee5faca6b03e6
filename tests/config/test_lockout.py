import pytest
from django.conf import settings as configured
from django.contrib.auth import authenticate, get_user_model
from django.test import RequestFactory

from config import lockout

EMAIL, PASSWORD = "assurer@wexcombe.example", "a long enough password"
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def account(db):
    return get_user_model().objects.create_user(
        email=EMAIL, password=PASSWORD, name="Amir Assurer"
    )


def sign_in(password: str, email: str = EMAIL, address: str = HERE) -> object:
    """Try to sign in from an address; the account, or None."""
    request = RequestFactory().post("/sign-in/", REMOTE_ADDR=address)
    return authenticate(request, username=email, password=password)


def test_name_is_locked_out_from_the_address_that_kept_failing(account):
    for number in range(configured.AXES_FAILURE_LIMIT):
        # Capital letters are no way round the count.
        sign_in("wrong", EMAIL.upper() if number % 2 else EMAIL)
    assert sign_in(PASSWORD) is None
    assert sign_in(PASSWORD, address=ELSEWHERE) == account


def test_right_password_in_time_starts_the_count_again(account):
    for _ in range(configured.AXES_FAILURE_LIMIT - 1):
        sign_in("wrong")
    assert sign_in(PASSWORD) == account


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["1" * 400, "a\x00b", "ſ" * 300, "ŉ@x.example" * 40])
def test_name_that_cannot_be_kept_is_a_wrong_one(client, name):
    statuses = [
        client.post("/sign-in/", {"username": name, "password": "x"}).status_code
        for _ in range(configured.AXES_FAILURE_LIMIT + 1)
    ]

    assert set(statuses) <= {200, 429}


@pytest.mark.django_db
def test_odd_headers_and_addresses_stop_no_sign_in(client):
    answer = client.post(
        "/sign-in/?next=/%00&a=%ff", {"username": EMAIL, "password": "x"},
        HTTP_USER_AGENT="\xff" * 900, HTTP_ACCEPT="x" * 5000,
        REMOTE_ADDR="fe80::1%eth0",
    )  # fmt: skip

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.9", HERE),
        (1, "", HERE),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "203.0.113.7, 198.51.100.9", "198.51.100.9"),
        (2, "203.0.113.7, 198.51.100.9, 198.51.100.1", "198.51.100.9"),
        (2, "198.51.100.9", HERE),
        (1, "not an address", HERE),
    ],
)
def test_client_address_trusts_our_own_proxies_alone(
    settings, proxies, forwarded, address
):
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=forwarded
    )
    assert lockout.client_address(request) == address
