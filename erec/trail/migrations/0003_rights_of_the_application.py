"""What the web and the workers may do, as the role that owns nothing. Without that role: nothing to do."""

from django.db import migrations

FORWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        REVOKE ALL ON trail_entry, trail_chain_head, trail_sealed_head, trail_outbox FROM erec_app;
        GRANT SELECT, INSERT ON trail_entry TO erec_app;
        GRANT SELECT, INSERT, UPDATE ON trail_chain_head, trail_sealed_head, trail_outbox TO erec_app;
    END IF;
END $$;
"""

BACKWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        REVOKE ALL ON trail_entry, trail_chain_head, trail_sealed_head, trail_outbox FROM erec_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_append_only")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
