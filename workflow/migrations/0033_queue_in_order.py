"""What somebody's queue is read from, in the order in which it is shown (ADR 45)."""

from django.conf import settings
from django.db import migrations, models

# In the time of the connections of Django, as the day was worked out at each question.
_LAST = """
    SELECT max(r.reviewed_on) FROM workflow_organizationreview r
    WHERE r.partnership_id = {0}.partnership_id
        AND r.organization_id = {0}.organization_id
"""
_SINCE = f"greatest(({{0}}.decided_at AT TIME ZONE 'UTC')::date, ({_LAST}))"

_KEEP = f"""
CREATE FUNCTION vouch_level_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.since := {_SINCE.format("NEW")};
    RETURN NEW;
END $$;
CREATE FUNCTION vouch_review_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE workflow_assurancelevel SET since = since
        WHERE partnership_id = OLD.partnership_id
            AND organization_id = OLD.organization_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE workflow_assurancelevel SET since = since
        WHERE partnership_id = NEW.partnership_id
            AND organization_id = NEW.organization_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER vouch_level_since BEFORE INSERT OR UPDATE ON workflow_assurancelevel
    FOR EACH ROW EXECUTE FUNCTION vouch_level_changed();
CREATE TRIGGER vouch_review_since
    AFTER INSERT OR DELETE OR UPDATE OF reviewed_on, partnership_id, organization_id
    ON workflow_organizationreview
    FOR EACH ROW EXECUTE FUNCTION vouch_review_changed();
"""  # noqa: S608 - names of our own
_NO_KEEP = """
DROP TRIGGER vouch_review_since ON workflow_organizationreview;
DROP TRIGGER vouch_level_since ON workflow_assurancelevel;
DROP FUNCTION vouch_review_changed();
DROP FUNCTION vouch_level_changed();
"""
_BEGIN = "UPDATE workflow_assurancelevel SET since = since;"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_open_licence"),
        ("workflow", "0032_agreed_rates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="assurancelevel",
            name="since",
            field=models.DateField(
                editable=False,
                help_text="The day of its last review, or on which it came to this "
                "level if that was later; a trigger keeps it so.",
                null=True,
            ),
        ),
        migrations.RunSQL(_KEEP, _NO_KEEP),
        migrations.RunSQL(_BEGIN, migrations.RunSQL.noop),
        # What has just been written is settled before the table is changed again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="assurancelevel",
            index=models.Index(
                condition=models.Q(("level", "monitored")),
                fields=["partnership", "since", "organization_id"],
                name="level_to_review",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(
                    ("stage__in", ("assured", "published", "unpublished"))
                ),
                fields=[
                    "partnership",
                    "due_on",
                    "first_due_on",
                    "carried_over_until",
                    "title",
                    "id",
                ],
                include=("remit",),
                name="listing_checked_oldest",
            ),
        ),
        migrations.RemoveIndex(
            model_name="listing",
            name="listing_checked_by_due",
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["partnership", "kind", "answer_by", "created_at", "id"],
                name="proposal_open_oldest",
            ),
        ),
    ]
