import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Notes for one's own team about organizations and locations too."""

    dependencies = [("workflow", "0039_reminders_and_statements")]

    operations = [
        migrations.AlterField(
            model_name="teamnote",
            name="listing",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="team_notes",
                to="workflow.listing",
            ),
        ),
        migrations.AddField(
            model_name="teamnote",
            name="record",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="team_notes",
                to="workflow.record",
            ),
        ),
        migrations.AddIndex(
            model_name="teamnote",
            index=models.Index(fields=["record", "created_at"], name="note_of_record"),
        ),
        migrations.AddConstraint(
            model_name="teamnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("listing", None), ("record__isnull", False)),
                    models.Q(("listing__isnull", False), ("record", None)),
                    _connector="OR",
                ),
                name="note_about_one",
            ),
        ),
    ]
