"""Triggers: versions and decisions are never changed, and what is finished stays finished."""

from django.db import migrations

APPEND_ONLY = ("version", "decision")
NEVER_REMOVED = ("request", "demand", "line")

FORWARD = """
CREATE FUNCTION workflow_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was entered and decided stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION workflow_request_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.company_id, NEW.request_no, NEW.type, NEW.business) IS DISTINCT FROM
       (OLD.company_id, OLD.request_no, OLD.type, OLD.business)
        OR NEW.version < OLD.version
        OR (OLD.state IN ('deleted', 'lapsed', 'recorded', 'record_error', 'denied', 'cancelled', 'done')
            AND NEW.state <> OLD.state) THEN
        RAISE EXCEPTION 'request % goes forward only', OLD.request_no
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION workflow_demand_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' OR (NEW.company_id, NEW.demand_no, NEW.asked_by_id, NEW.instruction,
        NEW.amount_yen, NEW.answer_until) IS DISTINCT FROM (OLD.company_id, OLD.demand_no, OLD.asked_by_id,
        OLD.instruction, OLD.amount_yen, OLD.answer_until) THEN
        RAISE EXCEPTION 'demand % is answered once', OLD.demand_no
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER workflow_request_update BEFORE UPDATE ON workflow_request
    FOR EACH ROW EXECUTE FUNCTION workflow_request_forward();
CREATE TRIGGER workflow_demand_update BEFORE UPDATE ON workflow_demand
    FOR EACH ROW EXECUTE FUNCTION workflow_demand_forward();
"""

FORWARD += "".join(
    f"""
CREATE TRIGGER workflow_{table}_rows BEFORE UPDATE OR DELETE ON workflow_{table}
    FOR EACH ROW EXECUTE FUNCTION workflow_refuse();
CREATE TRIGGER workflow_{table}_truncate BEFORE TRUNCATE ON workflow_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION workflow_refuse();
"""
    for table in APPEND_ONLY
) + "".join(
    f"""
CREATE TRIGGER workflow_{table}_delete BEFORE DELETE ON workflow_{table}
    FOR EACH ROW EXECUTE FUNCTION workflow_refuse();
CREATE TRIGGER workflow_{table}_truncate BEFORE TRUNCATE ON workflow_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION workflow_refuse();
"""
    for table in NEVER_REMOVED
)

BACKWARD = (
    "".join(
        f"DROP TRIGGER workflow_{table}_rows ON workflow_{table};"
        f"DROP TRIGGER workflow_{table}_truncate ON workflow_{table};"
        for table in APPEND_ONLY
    )
    + "".join(
        f"DROP TRIGGER workflow_{table}_delete ON workflow_{table};"
        f"DROP TRIGGER workflow_{table}_truncate ON workflow_{table};"
        for table in NEVER_REMOVED
    )
    + """
DROP TRIGGER workflow_request_update ON workflow_request;
DROP TRIGGER workflow_demand_update ON workflow_demand;
DROP FUNCTION workflow_request_forward();
DROP FUNCTION workflow_demand_forward();
DROP FUNCTION workflow_refuse();
"""
)


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_requests_and_demands")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
