"""What the web and the workers may do, as the role that owns nothing. Without that role: nothing to do."""

from django.db import migrations

FORWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        REVOKE ALL ON financing_step, financing_application, financing_applicationline FROM erec_app;
        GRANT SELECT, INSERT ON financing_step TO erec_app;
        GRANT SELECT, INSERT, UPDATE ON financing_application, financing_applicationline TO erec_app;
    END IF;
END $$;
"""

BACKWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON financing_step, financing_application,
            financing_applicationline TO erec_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("financing", "0002_what_must_hold")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
