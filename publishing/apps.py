from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take what is erased out of what is public, in the transaction that does."""
        from publishing.forgetting import forget_value
        from workflow.actions.erasure import forget_with

        forget_with(forget_value)
