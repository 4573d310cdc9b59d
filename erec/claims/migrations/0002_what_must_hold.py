"""Triggers: what happened is never changed, the book's rules hold whoever writes, for the owner's role too."""

from django.db import migrations

APPEND_ONLY = ("recordevent", "settlementresult", "sanction", "accountmovement")
KEPT = ("claim", "order", "accountbalance")

FORWARD = """
CREATE FUNCTION claims_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the record book is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- An event takes the next position of a claim that is neither cancelled nor fully paid. What a transfer
-- paid is recorded although the claim is settled by then; nothing else is.
CREATE FUNCTION claims_event_next() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE c claims_claim; last integer;
BEGIN
    SELECT * INTO c FROM claims_claim WHERE id = NEW.claim_id;
    SELECT coalesce(max(position), 0) INTO last FROM claims_recordevent WHERE claim_id = NEW.claim_id;
    IF NEW.position <> last + 1 THEN
        RAISE EXCEPTION 'the next event of claim % has position %', c.record_number, last + 1
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF c.state = 'cancelled' OR c.paid_yen >= c.amount_yen
        OR (c.state = 'settled' AND NEW.settlement_id IS NULL) THEN
        RAISE EXCEPTION 'claim % is over: no event comes after cancellation or full payment', c.record_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- What a claim is does not change, and what is over stays over.
CREATE FUNCTION claims_claim_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.record_number, NEW.parent_id, NEW.obligor_id) IS DISTINCT FROM
       (OLD.record_number, OLD.parent_id, OLD.obligor_id)
        OR NEW.position < OLD.position OR NEW.paid_yen < OLD.paid_yen
        OR (OLD.state IN ('cancelled', 'settled') AND NEW.state <> OLD.state)
        OR (NEW.state = 'reserved' AND OLD.state <> 'reserved') THEN
        RAISE EXCEPTION 'claim % goes forward only', OLD.record_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION claims_order_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.key, NEW.company_id, NEW.request_no, NEW.kind, NEW.instruction, NEW.placed_at) IS DISTINCT FROM
       (OLD.key, OLD.company_id, OLD.request_no, OLD.kind, OLD.instruction, OLD.placed_at)
        OR (NEW.state <> OLD.state AND NOT (
            OLD.state = 'placed' OR (OLD.state = 'reserved' AND NEW.state <> 'placed'))) THEN
        RAISE EXCEPTION 'order % is answered once', OLD.key
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- At commit: divisions add up, the holder holds, and the claim knows its last event.
CREATE FUNCTION claims_check_claim(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE c claims_claim; divided bigint;
BEGIN
    SELECT * INTO c FROM claims_claim WHERE id = wanted;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT coalesce(sum(original_amount_yen), 0) INTO divided FROM claims_claim
        WHERE parent_id = wanted AND state NOT IN ('reserved', 'cancelled');
    IF c.original_amount_yen <> c.amount_yen + divided THEN
        RAISE EXCEPTION 'amounts of claim % are not conserved: % is not % + %', c.record_number,
            c.original_amount_yen, c.amount_yen, divided USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM claims_holding
                   WHERE claim_id = wanted AND role = 'holder' AND company_id = c.holder_id) THEN
        RAISE EXCEPTION 'claim % has no holding of its holder', c.record_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF c.position <> (SELECT coalesce(max(position), 0) FROM claims_recordevent WHERE claim_id = wanted) THEN
        RAISE EXCEPTION 'claim % does not follow its events', c.record_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

CREATE FUNCTION claims_claim_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM claims_check_claim(NEW.id);
    IF NEW.parent_id IS NOT NULL THEN
        PERFORM claims_check_claim(NEW.parent_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION claims_part_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM claims_check_claim(OLD.claim_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM claims_check_claim(NEW.claim_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER claims_recordevent_next BEFORE INSERT ON claims_recordevent
    FOR EACH ROW EXECUTE FUNCTION claims_event_next();
CREATE TRIGGER claims_claim_update BEFORE UPDATE ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_claim_forward();
CREATE TRIGGER claims_order_update BEFORE UPDATE ON claims_order
    FOR EACH ROW EXECUTE FUNCTION claims_order_forward();
CREATE CONSTRAINT TRIGGER claims_claim_is_whole AFTER INSERT OR UPDATE ON claims_claim
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claims_claim_whole();
CREATE CONSTRAINT TRIGGER claims_recordevent_is_projected AFTER INSERT ON claims_recordevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claims_part_whole();
-- Only a holder's row that goes or changes can leave a claim without one.
CREATE CONSTRAINT TRIGGER claims_holding_is_whole AFTER UPDATE OR DELETE ON claims_holding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'holder')
    EXECUTE FUNCTION claims_part_whole();

CREATE SEQUENCE claims_record_number MINVALUE 1 MAXVALUE 99999999999;
"""

BACKWARD = """
DROP SEQUENCE claims_record_number;
DROP TRIGGER claims_recordevent_next ON claims_recordevent;
DROP TRIGGER claims_claim_update ON claims_claim;
DROP TRIGGER claims_order_update ON claims_order;
DROP TRIGGER claims_claim_is_whole ON claims_claim;
DROP TRIGGER claims_recordevent_is_projected ON claims_recordevent;
DROP TRIGGER claims_holding_is_whole ON claims_holding;
DROP FUNCTION claims_part_whole();
DROP FUNCTION claims_claim_whole();
DROP FUNCTION claims_check_claim(bigint);
DROP FUNCTION claims_order_forward();
DROP FUNCTION claims_claim_forward();
DROP FUNCTION claims_event_next();
"""

REFUSE_ROWS = (
    "CREATE TRIGGER claims_{0}_rows BEFORE {1} ON claims_{0} FOR EACH ROW EXECUTE FUNCTION claims_refuse();"
)
REFUSE_TRUNCATE = (
    "CREATE TRIGGER claims_{0}_truncate BEFORE TRUNCATE ON claims_{0}"
    " FOR EACH STATEMENT EXECUTE FUNCTION claims_refuse();"
)
DROP_BOTH = "DROP TRIGGER claims_{0}_rows ON claims_{0}; DROP TRIGGER claims_{0}_truncate ON claims_{0};"


def refusals() -> tuple[str, str]:
    """No UPDATE and DELETE of what happened, no DELETE of what it happened to, no TRUNCATE of either."""
    forward = [REFUSE_ROWS.format(table, "UPDATE OR DELETE") for table in APPEND_ONLY]
    forward += [REFUSE_ROWS.format(table, "DELETE") for table in KEPT]
    forward += [REFUSE_TRUNCATE.format(table) for table in (*APPEND_ONLY, *KEPT)]
    backward = [DROP_BOTH.format(table) for table in (*APPEND_ONLY, *KEPT)]
    return "\n".join(forward), "\n".join([*backward, "DROP FUNCTION claims_refuse();"])


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_the_record_book")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(*refusals()),
    ]
