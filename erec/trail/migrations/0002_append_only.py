"""Triggers: entries are never changed, heads only move forward, for the owner's role too."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the trail is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- A head may only move to a later entry that is there, with its hash.
CREATE FUNCTION trail_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.chain <> OLD.chain OR NEW.position <= OLD.position OR NOT EXISTS (
        SELECT FROM trail_entry e
        WHERE e.chain = NEW.chain AND e.position = NEW.position AND e.hash = NEW.hash
    ) THEN
        RAISE EXCEPTION 'the head of chain % moves forward to a written entry only', OLD.chain
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION trail_head_beginning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position <> 0 THEN
        RAISE EXCEPTION 'chain % begins at position 0', NEW.chain
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION trail_seal_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.chain <> OLD.chain OR NEW.position <= OLD.position OR NEW.line <= OLD.line THEN
        RAISE EXCEPTION 'the sealed head of chain % moves forward only', OLD.chain
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER trail_entry_rows BEFORE UPDATE OR DELETE ON trail_entry
    FOR EACH ROW EXECUTE FUNCTION trail_refuse();
CREATE TRIGGER trail_entry_truncate BEFORE TRUNCATE ON trail_entry
    FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse();

CREATE TRIGGER trail_chain_head_insert BEFORE INSERT ON trail_chain_head
    FOR EACH ROW EXECUTE FUNCTION trail_head_beginning();
CREATE TRIGGER trail_chain_head_update BEFORE UPDATE ON trail_chain_head
    FOR EACH ROW EXECUTE FUNCTION trail_head_forward();
CREATE TRIGGER trail_chain_head_delete BEFORE DELETE ON trail_chain_head
    FOR EACH ROW EXECUTE FUNCTION trail_refuse();
CREATE TRIGGER trail_chain_head_truncate BEFORE TRUNCATE ON trail_chain_head
    FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse();

CREATE TRIGGER trail_sealed_head_update BEFORE UPDATE ON trail_sealed_head
    FOR EACH ROW EXECUTE FUNCTION trail_seal_forward();
CREATE TRIGGER trail_sealed_head_delete BEFORE DELETE ON trail_sealed_head
    FOR EACH ROW EXECUTE FUNCTION trail_refuse();
CREATE TRIGGER trail_sealed_head_truncate BEFORE TRUNCATE ON trail_sealed_head
    FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse();
"""

BACKWARD = """
DROP TRIGGER trail_entry_rows ON trail_entry;
DROP TRIGGER trail_entry_truncate ON trail_entry;
DROP TRIGGER trail_chain_head_insert ON trail_chain_head;
DROP TRIGGER trail_chain_head_update ON trail_chain_head;
DROP TRIGGER trail_chain_head_delete ON trail_chain_head;
DROP TRIGGER trail_chain_head_truncate ON trail_chain_head;
DROP TRIGGER trail_sealed_head_update ON trail_sealed_head;
DROP TRIGGER trail_sealed_head_delete ON trail_sealed_head;
DROP TRIGGER trail_sealed_head_truncate ON trail_sealed_head;
DROP FUNCTION trail_refuse();
DROP FUNCTION trail_head_forward();
DROP FUNCTION trail_head_beginning();
DROP FUNCTION trail_seal_forward();
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_schema")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
