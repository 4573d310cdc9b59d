"""特別求償権 and 保証利用限定特約; the triggers know 変更 and 支払等 to a guarantor who paid."""

import django.db.models.deletion
from django.db import migrations, models

# As in 0002, but for what comes after full payment (to a guarantor who paid) and for 変更, which comes right
# after 発生 or not at all.
FORWARD = """
CREATE OR REPLACE FUNCTION claims_event_next() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE c claims_claim; last integer; repays boolean;
BEGIN
    SELECT * INTO c FROM claims_claim WHERE id = NEW.claim_id;
    SELECT coalesce(max(position), 0) INTO last FROM claims_recordevent WHERE claim_id = NEW.claim_id;
    IF NEW.position <> last + 1 THEN
        RAISE EXCEPTION 'the next event of claim % has position %', c.record_number, last + 1
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    repays := NEW.kind = 'payment' AND NEW.facts ->> 'to' = 'recourse' AND EXISTS (
        SELECT FROM claims_recourse r
        WHERE r.claim_id = NEW.claim_id AND r.company_id = (NEW.facts #>> '{payee,company_id}')::bigint
            AND r.amount_yen - r.paid_yen >= (NEW.facts ->> 'amount_yen')::bigint);
    IF c.state = 'cancelled' OR NOT repays AND (c.paid_yen >= c.amount_yen
        OR (c.state = 'settled' AND NEW.settlement_id IS NULL)) THEN
        RAISE EXCEPTION 'claim % is over: no event comes after cancellation or full payment', c.record_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.kind = 'change' AND (last <> 1 OR c.state <> 'recorded' OR c.parent_id IS NOT NULL) THEN
        RAISE EXCEPTION 'claim % has more than its accrual: it is not changed', c.record_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION claims_claim_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.record_number, NEW.parent_id, NEW.obligor_id) IS DISTINCT FROM
       (OLD.record_number, OLD.parent_id, OLD.obligor_id)
        OR NEW.position < OLD.position OR NEW.paid_yen < OLD.paid_yen
        OR (OLD.state IN ('cancelled', 'settled') AND NEW.state <> OLD.state)
        OR (OLD.state = 'defaulted' AND NEW.state NOT IN ('defaulted', 'settled'))
        OR (NEW.state = 'reserved' AND OLD.state <> 'reserved') THEN
        RAISE EXCEPTION 'claim % goes forward only', OLD.record_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.original_amount_yen, NEW.due_on, NEW.settle_on, NEW.restricted) IS DISTINCT FROM
       (OLD.original_amount_yen, OLD.due_on, OLD.settle_on, OLD.restricted) AND NOT EXISTS (
        SELECT FROM claims_recordevent e
        WHERE e.claim_id = NEW.id AND e.position = NEW.position AND e.position = OLD.position + 1
            AND e.kind = 'change') THEN
        RAISE EXCEPTION 'claim % changes by a record only', OLD.record_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION claims_recourse_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.claim_id, NEW.company_id, NEW."order") IS DISTINCT FROM
       (OLD.claim_id, OLD.company_id, OLD."order")
        OR NEW.amount_yen < OLD.amount_yen OR NEW.paid_yen < OLD.paid_yen THEN
        RAISE EXCEPTION 'recourse % goes forward only', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER claims_recourse_update BEFORE UPDATE ON claims_recourse
    FOR EACH ROW EXECUTE FUNCTION claims_recourse_forward();
CREATE TRIGGER claims_recourse_rows BEFORE DELETE ON claims_recourse
    FOR EACH ROW EXECUTE FUNCTION claims_refuse();
CREATE TRIGGER claims_recourse_truncate BEFORE TRUNCATE ON claims_recourse
    FOR EACH STATEMENT EXECUTE FUNCTION claims_refuse();

DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        REVOKE ALL ON claims_recourse FROM erec_app;
        GRANT SELECT, INSERT, UPDATE ON claims_recourse TO erec_app;
    END IF;
END $$;
"""

# The functions as they were in 0002.
BACKWARD = """
DROP TRIGGER claims_recourse_truncate ON claims_recourse;
DROP TRIGGER claims_recourse_rows ON claims_recourse;
DROP TRIGGER claims_recourse_update ON claims_recourse;
DROP FUNCTION claims_recourse_forward();

CREATE OR REPLACE FUNCTION claims_claim_forward() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION claims_event_next() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_companies_users_sessions"),
        ("claims", "0004_more_kinds_of_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuaranteeContract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="契約日")),
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.company"
                    ),
                ),
            ],
            options={"verbose_name": "保証利用限定特約"},
        ),
        migrations.CreateModel(
            name="Recourse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="保証人としての順")),
                ("amount_yen", models.BigIntegerField(verbose_name="支払った金額")),
                ("paid_yen", models.BigIntegerField(default=0, verbose_name="求償できた金額")),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recourses",
                        to="claims.claim",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.company"
                    ),
                ),
            ],
            options={"verbose_name": "特別求償権"},
        ),
        migrations.AddConstraint(
            model_name="recourse",
            constraint=models.UniqueConstraint(fields=["claim", "company"], name="recourse_once"),
        ),
        migrations.AddConstraint(
            model_name="recourse",
            constraint=models.CheckConstraint(
                condition=models.Q(amount_yen__gt=0, paid_yen__gte=0, paid_yen__lte=models.F("amount_yen")),
                name="recourse_amounts_in_order",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
