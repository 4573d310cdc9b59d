"""支払不能: what is stated against a transfer, what the institutions are told. Each row changes once, forward."""

import django.db.models.deletion
from django.db import migrations, models

GROUNDS = [
    ("consent", "債権者の同意による中止"),
    ("bankruptcy", "破産手続開始などの決定"),
    ("preservation", "財産保全処分"),
    ("no_cover", "決済口座の残高不足"),
    ("no_account", "取引なし"),
    ("breach", "契約不履行"),
    ("fraud", "詐取"),
    ("forgery", "不正作出"),
    ("other", "その他の第2号事由"),
]

# The columns named are filled in once, together; nothing else of the row changes.
FORWARD = """
CREATE FUNCTION claims_filled_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) ->> TG_ARGV[0] IS NOT NULL
        OR (to_jsonb(NEW) - TG_ARGV::text[]) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV::text[]) THEN
        RAISE EXCEPTION '% goes forward only', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER claims_halt_update BEFORE UPDATE ON claims_halt
    FOR EACH ROW EXECUTE FUNCTION claims_filled_once('ended_at', 'ended_on', 'ended_because');
CREATE TRIGGER claims_defaultnotice_update BEFORE UPDATE ON claims_defaultnotice
    FOR EACH ROW EXECUTE FUNCTION claims_filled_once('sent_at');
CREATE TRIGGER claims_halt_rows BEFORE DELETE ON claims_halt
    FOR EACH ROW EXECUTE FUNCTION claims_refuse();
CREATE TRIGGER claims_defaultnotice_rows BEFORE DELETE ON claims_defaultnotice
    FOR EACH ROW EXECUTE FUNCTION claims_refuse();
CREATE TRIGGER claims_halt_truncate BEFORE TRUNCATE ON claims_halt
    FOR EACH STATEMENT EXECUTE FUNCTION claims_refuse();
CREATE TRIGGER claims_defaultnotice_truncate BEFORE TRUNCATE ON claims_defaultnotice
    FOR EACH STATEMENT EXECUTE FUNCTION claims_refuse();
"""

BACKWARD = """
DROP TRIGGER claims_halt_update ON claims_halt;
DROP TRIGGER claims_defaultnotice_update ON claims_defaultnotice;
DROP TRIGGER claims_halt_rows ON claims_halt;
DROP TRIGGER claims_defaultnotice_rows ON claims_defaultnotice;
DROP TRIGGER claims_halt_truncate ON claims_halt;
DROP TRIGGER claims_defaultnotice_truncate ON claims_defaultnotice;
DROP FUNCTION claims_filled_once();
"""

# Defaults from before this table count on; their day to be told of is over.
COUNTED = """
INSERT INTO claims_defaultnotice (company_id, claim_id, ground, due_on, send_on, counted_at, sent_at)
    SELECT obligor_id, claim_id, 'no_cover', due_on, due_on, recorded_at, recorded_at
    FROM claims_settlementresult WHERE outcome = 'defaulted';
"""

RIGHTS = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'erec_app') THEN
        REVOKE ALL ON claims_halt, claims_defaultnotice FROM erec_app;
        GRANT SELECT, INSERT, UPDATE ON claims_halt, claims_defaultnotice TO erec_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_recourse_and_further_records")]

    operations = [
        migrations.CreateModel(
            name="DefaultNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ground", models.CharField(choices=GROUNDS, max_length=20, verbose_name="事由")),
                ("due_on", models.DateField(verbose_name="支払期日")),
                ("send_on", models.DateField(verbose_name="通知日")),
                ("counted_at", models.DateTimeField(verbose_name="計上日時")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="通知日時")),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="default_notice",
                        to="claims.claim",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.company",
                        verbose_name="債務者企業",
                    ),
                ),
            ],
            options={
                "verbose_name": "支払不能通知",
            },
        ),
        migrations.AddField(
            model_name="sanction",
            name="default",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sanctions",
                to="claims.defaultnotice",
                verbose_name="処分のもとの支払不能",
            ),
        ),
        migrations.CreateModel(
            name="Halt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ground", models.CharField(choices=GROUNDS, max_length=20, verbose_name="事由")),
                ("objection", models.BooleanField(verbose_name="異議申立")),
                ("deposit_yen", models.BigIntegerField(default=0, verbose_name="異議申立預託金")),
                ("stated_on", models.DateField(verbose_name="申出日")),
                ("stated_at", models.DateTimeField(verbose_name="申出日時")),
                ("operator", models.CharField(max_length=40, verbose_name="受け付けた職員")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="終了日")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="終了日時")),
                ("ended_because", models.CharField(blank=True, max_length=40, verbose_name="終了の理由")),
                (
                    "claim",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="halts",
                        to="claims.claim",
                        verbose_name="債権",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.company",
                        verbose_name="債務者企業",
                    ),
                ),
            ],
            options={
                "verbose_name": "口座間送金決済の中止",
            },
        ),
        migrations.AddIndex(
            model_name="defaultnotice",
            index=models.Index(fields=["company", "due_on"], name="default_notice_of_debtor"),
        ),
        migrations.AddIndex(
            model_name="defaultnotice",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", True)),
                fields=["send_on"],
                name="default_notice_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="defaultnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("send_on__gte", models.F("due_on"))), name="default_notice_after_its_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="halt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("claim",),
                name="halt_one_open_a_claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="halt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("claim__isnull", True), ("ended_at__isnull", True)),
                fields=("company",),
                name="halt_one_open_a_debtor",
            ),
        ),
        migrations.AddConstraint(
            model_name="halt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("deposit_yen", 0), ("objection", False)),
                    models.Q(
                        ("claim__isnull", False),
                        ("deposit_yen__gt", 0),
                        ("ground__in", ["breach", "fraud", "forgery", "other"]),
                        ("objection", True),
                    ),
                    models.Q(
                        ("claim__isnull", False),
                        ("deposit_yen", 0),
                        ("ground__in", ["forgery"]),
                        ("objection", True),
                    ),
                    _connector="OR",
                ),
                name="halt_objection_has_its_deposit",
            ),
        ),
        migrations.AddConstraint(
            model_name="halt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_because", ""), ("ended_on__isnull", True)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_on__gte", models.F("stated_on")),
                        models.Q(("ended_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="halt_ends_with_a_reason",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
    ]
