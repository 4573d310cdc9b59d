"""What the web and the workers may not do with what was entered and decided."""

from django.db import migrations

FORWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        REVOKE ALL ON workflow_version, workflow_decision FROM erec_app;
        GRANT SELECT, INSERT ON workflow_version, workflow_decision TO erec_app;
        REVOKE DELETE, TRUNCATE ON workflow_request, workflow_demand, workflow_line FROM erec_app;
    END IF;
END $$;
"""

BACKWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        GRANT UPDATE, DELETE ON workflow_version, workflow_decision TO erec_app;
        GRANT DELETE ON workflow_request, workflow_demand, workflow_line TO erec_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0002_what_must_hold")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
