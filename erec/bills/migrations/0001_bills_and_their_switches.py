"""Bills, the switches begun from them, and a file that waits for its confirmation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_the_institution_is_a_party"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("held", "受取手形"),
                            ("issued", "支払手形"),
                            ("discounted", "割引手形"),
                            ("endorsed", "裏書手形"),
                        ],
                        max_length=10,
                        verbose_name="種類",
                    ),
                ),
                ("number", models.CharField(max_length=23, verbose_name="手形番号")),
                ("due_on", models.DateField(verbose_name="満期日")),
                ("voucher_on", models.DateField(blank=True, null=True, verbose_name="伝票日付")),
                ("party", models.CharField(max_length=60, verbose_name="相手先")),
                ("party_printed", models.CharField(max_length=14, verbose_name="相手先の印字名")),
                ("drawer", models.CharField(blank=True, max_length=60, verbose_name="振出人")),
                ("user_number", models.CharField(blank=True, max_length=9, verbose_name="利用者番号")),
                ("bank", models.CharField(blank=True, max_length=60, verbose_name="銀行名")),
                ("bank_printed", models.CharField(blank=True, max_length=14, verbose_name="銀行名の印字名")),
                ("reason", models.CharField(blank=True, max_length=14, verbose_name="発行事由")),
                ("amount_yen", models.BigIntegerField(verbose_name="金額")),
                ("note", models.CharField(blank=True, max_length=256, verbose_name="摘要")),
                ("changed_at", models.DateTimeField(verbose_name="更新日時")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.company",
                        verbose_name="登録した企業",
                    ),
                ),
            ],
            options={
                "verbose_name": "手形",
            },
        ),
        migrations.CreateModel(
            name="BillSwitch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=40, unique=True, verbose_name="画面の番号")),
                ("begun_at", models.DateTimeField(verbose_name="開始日時")),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="switches", to="bills.bill"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.company"
                    ),
                ),
            ],
            options={
                "verbose_name": "でんさいへの切替",
            },
        ),
        migrations.CreateModel(
            name="BillUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=32, verbose_name="番号")),
                ("file_name", models.CharField(max_length=100, verbose_name="ファイル名")),
                ("lines", models.JSONField(verbose_name="行")),
                ("made_at", models.DateTimeField(verbose_name="取込日時")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.company"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "取込中の手形のファイル",
            },
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["company", "due_on", "id"], name="bill_by_due"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["company", "id"], name="bill_by_entry"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.UniqueConstraint(
                fields=("company", "kind", "number", "party", "due_on"), name="bill_of_a_company_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["held", "issued", "discounted", "endorsed"])),
                name="bill_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_yen__gte", 1), ("amount_yen__lte", 999999999999)),
                name="bill_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", ""), _negated=True),
                    models.Q(("party", ""), _negated=True),
                    models.Q(("party_printed", ""), _negated=True),
                ),
                name="bill_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bank", ""), ("bank_printed", "")),
                    models.Q(
                        models.Q(("bank", ""), _negated=True), models.Q(("bank_printed", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="bill_bank_is_printed",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("user_number", ""), ("user_number__regex", "^[0-9A-HJ-NP-Y]{9}$"), _connector="OR"
                ),
                name="bill_user_number_shape",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("voucher_on__isnull", True), ("voucher_on__lte", models.F("due_on")), _connector="OR"
                ),
                name="bill_voucher_before_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.UniqueConstraint(fields=("id", "company"), name="bill_and_its_company"),
        ),
    ]
