"""Whoever writes: the steps of an application only grow, and what was applied for stays as it was."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION financing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the steps of an application are append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER financing_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON financing_step
    FOR EACH STATEMENT EXECUTE FUNCTION financing_refuse_change();

-- What was applied for, and the money that was paid, never change; a loan only becomes less.
CREATE FUNCTION financing_application_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.company_id, OLD.application_no, OLD.request_no, OLD.kind, OLD.wished_on, OLD.account,
        OLD.amount_yen, OLD.loan_yen, OLD.repay_on, OLD.remarks, OLD.applied_at, OLD.answer_until)
       IS DISTINCT FROM
       (NEW.company_id, NEW.application_no, NEW.request_no, NEW.kind, NEW.wished_on, NEW.account,
        NEW.amount_yen, NEW.loan_yen, NEW.repay_on, NEW.remarks, NEW.applied_at, NEW.answer_until)
    THEN
        RAISE EXCEPTION 'application %: what was applied for does not change', OLD.application_no
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.paid_on IS NOT NULL
       AND ((OLD.paid_on, OLD.paid_yen) IS DISTINCT FROM (NEW.paid_on, NEW.paid_yen)
            OR NEW.owed_yen > OLD.owed_yen)
    THEN
        RAISE EXCEPTION 'application %: it was paid once', OLD.application_no
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER financing_application_forward BEFORE UPDATE ON financing_application
    FOR EACH ROW EXECUTE FUNCTION financing_application_forward();
"""

BACKWARD = """
DROP TRIGGER financing_application_forward ON financing_application;
DROP FUNCTION financing_application_forward();
DROP TRIGGER financing_step_append_only ON financing_step;
DROP FUNCTION financing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("financing", "0001_applications_and_their_steps")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
