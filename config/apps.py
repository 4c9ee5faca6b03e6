from django.apps import AppConfig


class VouchConfig(AppConfig):
    """Ties the applications together: the task queue and the installation's commands.

    The package itself stays empty, because `config.local` is imported before Celery or
    Django is installed.
    """

    name = "config"
    label = "vouch"

    def ready(self) -> None:
        """Make the one Celery application the one that every task registers with."""
        from config import celery  # noqa: F401
