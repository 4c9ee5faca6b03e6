import pytest

from config import env


def test_text_refuses_a_variable_that_is_not_declared():
    with pytest.raises(KeyError):
        env.text("NOT_DECLARED")


def test_text_falls_back_to_the_default_when_empty(monkeypatch):
    monkeypatch.setenv("LOG_LEVEL", "  ")
    assert env.text("LOG_LEVEL") == "INFO"


def test_required_says_what_to_set_and_why(monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(env.EnvironmentFault) as fault:
        env.required("REDIS_URL")
    assert str(fault.value) == (
        "Set REDIS_URL in the environment. Redis 7 or Valkey, broker and cache: "
        "redis://:password@host:6379/0."
    )


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("off", False)],
)
def test_flag_reads_the_usual_words(monkeypatch, word, meaning):
    monkeypatch.setenv("VOUCH_DEMO", word)
    assert env.flag("VOUCH_DEMO") is meaning


def test_flag_refuses_another_word(monkeypatch):
    monkeypatch.setenv("VOUCH_DEMO", "maybe")
    with pytest.raises(env.EnvironmentFault, match="must be 1 or 0, not “maybe”"):
        env.flag("VOUCH_DEMO")


@pytest.mark.parametrize("value", ["-1", "ten", "1.5"])
def test_number_refuses_what_is_no_whole_number(monkeypatch, value):
    monkeypatch.setenv("PROXY_COUNT", value)
    with pytest.raises(env.EnvironmentFault, match="must be a whole number"):
        env.number("PROXY_COUNT")


def test_items_splits_at_commas_and_drops_empty_ones(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,,")
    assert env.items("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_database_reads_a_network_address():
    url = "postgresql://v%40uch:p%2Fw@db.example:6432/vouch?sslmode=require"
    assert env.database(url, {"connect_timeout": 5}) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "vouch",
        "USER": "v@uch",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"connect_timeout": 5, "sslmode": "require"},
    }


def test_database_reads_a_socket_directory():
    entry = env.database("postgresql://vouch@/vouch?host=/run/vouch", {})
    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]) == ("/run/vouch", "", {})


@pytest.mark.parametrize("url", ["sqlite:///vouch.db", "postgresql://host/", "vouch"])
def test_database_refuses_another_kind_of_address(url):
    with pytest.raises(env.EnvironmentFault, match="DATABASE_URL must look like"):
        env.database(url, {})


def test_describe_has_a_row_for_every_variable():
    assert len(env.describe().splitlines()) == len(env.VARIABLES) + 2
