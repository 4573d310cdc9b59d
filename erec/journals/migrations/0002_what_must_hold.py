"""Whoever writes: a voucher is balanced, what was given out stays as it was, and so do the files."""

from django.db import migrations

FORWARD = """
-- At the end of the transaction: both sides of an entry are the same, and its total is their sum. Neither an
-- entry nor its lines change afterwards.
CREATE FUNCTION journals_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    debit bigint;
    credit bigint;
    total bigint;
BEGIN
    SELECT total_yen INTO total FROM journals_entry WHERE id = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(debit_yen), 0), coalesce(sum(credit_yen), 0) INTO debit, credit
        FROM journals_entryline WHERE entry_id = NEW.id;
    IF debit <> credit OR debit <> total THEN
        RAISE EXCEPTION 'entry %: debit %, credit %, total %', NEW.id, debit, credit, total
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER journals_entry_balanced AFTER INSERT ON journals_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journals_balanced();

-- An entry goes out once: from one export it comes back only when that export is cancelled.
CREATE FUNCTION journals_given_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.export_id IS NOT NULL THEN
            RAISE EXCEPTION 'entry %: it was given out', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (OLD.company_id, OLD.source, OLD.moment, OLD.part, OLD.on, OLD.happened_on, OLD.record_number,
        OLD.due_on, OLD.partner_number, OLD.partner_name, OLD.account, OLD.memo, OLD.total_yen)
       IS DISTINCT FROM
       (NEW.company_id, NEW.source, NEW.moment, NEW.part, NEW.on, NEW.happened_on, NEW.record_number,
        NEW.due_on, NEW.partner_number, NEW.partner_name, NEW.account, NEW.memo, NEW.total_yen)
    THEN
        RAISE EXCEPTION 'entry %: what was entered does not change', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.export_id IS NOT NULL AND NEW.export_id IS DISTINCT FROM OLD.export_id
       AND (NEW.export_id IS NOT NULL
            OR EXISTS (SELECT FROM journals_export e WHERE e.id = OLD.export_id AND e.cancelled_at IS NULL))
    THEN
        RAISE EXCEPTION 'entry %: it was given out', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.export_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM journals_export e WHERE e.id = NEW.export_id AND e.company_id = NEW.company_id
            AND e.cancelled_at IS NULL)
    THEN
        RAISE EXCEPTION 'entry %: that export is cancelled, or another company''s', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER journals_entry_given_out BEFORE UPDATE OR DELETE ON journals_entry
    FOR EACH ROW EXECUTE FUNCTION journals_given_out();

CREATE FUNCTION journals_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was entered does not change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- What was given out has the lines that were given out.
CREATE FUNCTION journals_lines_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM journals_entry e
               WHERE e.id = coalesce(NEW.entry_id, OLD.entry_id) AND e.export_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a line of an entry that was given out: % is refused', TG_OP
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER journals_lines_once BEFORE INSERT OR DELETE ON journals_entryline
    FOR EACH ROW EXECUTE FUNCTION journals_lines_once();
CREATE TRIGGER journals_line_unchanged BEFORE UPDATE ON journals_entryline
    FOR EACH STATEMENT EXECUTE FUNCTION journals_refuse_change();
CREATE TRIGGER journals_export_kept BEFORE DELETE OR TRUNCATE ON journals_export
    FOR EACH STATEMENT EXECUTE FUNCTION journals_refuse_change();

-- A file stays the file that left; an export is cancelled once.
CREATE FUNCTION journals_export_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.company_id, OLD.number, OLD.format, OLD.profile, OLD.first_on, OLD.last_on, OLD.entries_count,
        OLD.lines_count, OLD.total_yen, OLD.content, OLD.sha256, OLD.made_by_id, OLD.made_at)
       IS DISTINCT FROM
       (NEW.company_id, NEW.number, NEW.format, NEW.profile, NEW.first_on, NEW.last_on, NEW.entries_count,
        NEW.lines_count, NEW.total_yen, NEW.content, NEW.sha256, NEW.made_by_id, NEW.made_at)
       OR OLD.cancelled_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'export %: what left does not change', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER journals_export_once BEFORE UPDATE ON journals_export
    FOR EACH ROW EXECUTE FUNCTION journals_export_once();
"""

BACKWARD = """
DROP TRIGGER journals_export_once ON journals_export;
DROP FUNCTION journals_export_once();
DROP TRIGGER journals_export_kept ON journals_export;
DROP TRIGGER journals_lines_once ON journals_entryline;
DROP FUNCTION journals_lines_once();
DROP TRIGGER journals_line_unchanged ON journals_entryline;
DROP FUNCTION journals_refuse_change();
DROP TRIGGER journals_entry_given_out ON journals_entry;
DROP FUNCTION journals_given_out();
DROP TRIGGER journals_entry_balanced ON journals_entry;
DROP FUNCTION journals_balanced();
"""


class Migration(migrations.Migration):
    dependencies = [("journals", "0001_settings_entries_exports")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
