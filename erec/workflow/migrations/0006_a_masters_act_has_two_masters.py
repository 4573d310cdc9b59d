"""Trigger: what a master entered is approved by another master, whatever the application believes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION workflow_two_masters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM workflow_request r WHERE r.id = NEW.request_id AND r.business = 'masters')
        AND (EXISTS (SELECT FROM workflow_version v
                     WHERE v.request_id = NEW.request_id AND v.made_by_id = NEW.member_id)
             OR NOT EXISTS (SELECT FROM members_member m
                            WHERE m.id = NEW.member_id AND m.company_id = NEW.company_id
                                AND m.kind = 'master')) THEN
        RAISE EXCEPTION 'a master''s act is approved by another master of the company'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER workflow_decision_two_masters BEFORE INSERT ON workflow_decision
    FOR EACH ROW WHEN (NEW.move = '承認') EXECUTE FUNCTION workflow_two_masters();
"""
BACKWARD = """
DROP TRIGGER workflow_decision_two_masters ON workflow_decision;
DROP FUNCTION workflow_two_masters();
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0005_fee_tables"), ("members", "0001_rights_and_approval_passwords")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
