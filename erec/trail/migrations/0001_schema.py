from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("chain", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="鎖")),
                ("position", models.BigIntegerField(default=0, verbose_name="位置")),
                ("hash", models.BinaryField(max_length=32, verbose_name="ハッシュ")),
            ],
            options={
                "verbose_name": "鎖の先頭",
                "verbose_name_plural": "鎖の先頭",
                "db_table": "trail_chain_head",
            },
        ),
        migrations.CreateModel(
            name="SealedHead",
            fields=[
                ("chain", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="鎖")),
                ("position", models.BigIntegerField(verbose_name="位置")),
                ("line", models.BigIntegerField(unique=True, verbose_name="行")),
                ("line_hash", models.BinaryField(max_length=32, verbose_name="行のハッシュ")),
            ],
            options={
                "verbose_name": "控えた先頭",
                "verbose_name_plural": "控えた先頭",
                "db_table": "trail_sealed_head",
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "chain", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.SmallIntegerField(verbose_name="形式の版")),
                ("chain", models.BigIntegerField(verbose_name="鎖")),
                ("position", models.BigIntegerField(verbose_name="位置")),
                ("previous_hash", models.BinaryField(max_length=32, verbose_name="一つ前のハッシュ")),
                ("event", models.CharField(max_length=60, verbose_name="できごと")),
                ("recorded_at", models.DateTimeField(verbose_name="日時")),
                ("company_id", models.BigIntegerField(null=True, verbose_name="企業")),
                ("user_id", models.BigIntegerField(null=True, verbose_name="ユーザ")),
                ("login_id", models.TextField(verbose_name="ログインID")),
                ("user_name", models.TextField(verbose_name="ユーザ名")),
                ("address", models.TextField(verbose_name="接続元")),
                ("door", models.TextField(verbose_name="入口")),
                ("target", models.TextField(verbose_name="対象")),
                ("detail", models.JSONField(verbose_name="内容")),
                ("hash", models.BinaryField(max_length=32, verbose_name="ハッシュ")),
            ],
            options={
                "verbose_name": "証跡",
                "verbose_name_plural": "証跡",
                "db_table": "trail_entry",
                "indexes": [
                    models.Index(
                        condition=models.Q(("user_id__isnull", False)),
                        fields=["user_id", "-recorded_at", "-chain", "-position"],
                        name="trail_entry_of_user",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1)), name="trail_entry_position"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("chain", models.F("company_id")),
                                ("chain__gt", 0),
                                ("company_id__isnull", False),
                            ),
                            models.Q(("chain__gte", -16), ("chain__lte", -1), ("company_id__isnull", True)),
                            _connector="OR",
                        ),
                        name="trail_entry_chain_of_company",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="用件")),
                ("to", models.CharField(max_length=254, verbose_name="宛先")),
                ("subject", models.CharField(max_length=200, verbose_name="件名")),
                ("body", models.TextField(verbose_name="本文")),
                ("created_at", models.DateTimeField(verbose_name="作成日時")),
                ("due_at", models.DateTimeField(verbose_name="送信予定日時")),
                ("attempts", models.IntegerField(default=0, verbose_name="試行回数")),
                ("last_error", models.TextField(default="", verbose_name="最後のエラー")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="送信日時")),
            ],
            options={
                "verbose_name": "送信箱",
                "verbose_name_plural": "送信箱",
                "db_table": "trail_outbox",
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True)),
                        fields=["due_at", "id"],
                        name="trail_outbox_due",
                    )
                ],
            },
        ),
    ]
