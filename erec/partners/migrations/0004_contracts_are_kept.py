"""That a company used 指定許可, and when, is never taken out by the web or the workers."""

from django.db import migrations

FORWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        REVOKE DELETE, TRUNCATE ON partners_designationcontract FROM erec_app;
    END IF;
END $$;
"""

BACKWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        GRANT DELETE ON partners_designationcontract TO erec_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_small_contractors_and_designations")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
