"""What the web and the workers may do: tell and read, not unsay. Without their role: nothing to do."""

from django.db import migrations

FORWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        REVOKE ALL ON notices_notice, notices_noticeread, notices_mailchoice FROM erec_app;
        GRANT SELECT, INSERT ON notices_notice, notices_noticeread TO erec_app;
        GRANT SELECT, INSERT, UPDATE ON notices_mailchoice TO erec_app;
    END IF;
END $$;
"""

BACKWARD = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON notices_notice, notices_noticeread, notices_mailchoice
            TO erec_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_notices_reads_choices")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
