"""The business date moves forward only and its row stays, for the owner's role too."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION parameters_businessday_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR NEW.date < OLD.date THEN
        RAISE EXCEPTION '% of the business date is refused: it moves forward only', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER parameters_businessday_rows BEFORE UPDATE OR DELETE ON parameters_businessday
    FOR EACH ROW EXECUTE FUNCTION parameters_businessday_forward();
CREATE TRIGGER parameters_businessday_truncate BEFORE TRUNCATE ON parameters_businessday
    FOR EACH STATEMENT EXECUTE FUNCTION parameters_businessday_forward();
"""

BACKWARD = """
DROP TRIGGER parameters_businessday_rows ON parameters_businessday;
DROP TRIGGER parameters_businessday_truncate ON parameters_businessday;
DROP FUNCTION parameters_businessday_forward();
"""


class Migration(migrations.Migration):
    dependencies = [("parameters", "0001_business_day")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
