"""What the web and the workers may do, as the role that owns nothing. Without that role: nothing to do."""

from django.db import migrations

FORWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        REVOKE ALL ON claims_recordevent, claims_settlementresult, claims_sanction, claims_accountmovement,
            claims_claim, claims_order, claims_accountbalance FROM erec_app;
        GRANT SELECT, INSERT ON claims_recordevent, claims_settlementresult, claims_sanction,
            claims_accountmovement TO erec_app;
        GRANT SELECT, INSERT, UPDATE ON claims_claim, claims_order, claims_accountbalance TO erec_app;
    END IF;
END $$;
"""

BACKWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON claims_recordevent, claims_settlementresult, claims_sanction,
            claims_accountmovement, claims_claim, claims_order, claims_accountbalance TO erec_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_what_must_hold")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
