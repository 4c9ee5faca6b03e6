"""An invitation may be taken back, and says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the moment at which an invitation was taken back."""

    dependencies = (("accounts", "0003_replaced_invitations"),)

    operations = (
        migrations.AddField(
            model_name="invitation",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
    )
