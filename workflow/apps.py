from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "workflow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let a mail that asks leave out what was answered while it waited."""
        from accounts.mail import look_again_with
        from workflow.actions.asking_late import leave_out_what_is_known

        look_again_with("ask", leave_out_what_is_known)
