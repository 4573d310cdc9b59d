from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for the sums of 入金予定, 支払予定 and 会社の状況."""

    dependencies = [
        ("claims", "0006_defaults"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("paid_yen__gt", 0), ("state__in", ["recorded", "defaulted"])),
                fields=["id"],
                name="claim_paid_in_part",
            ),
        ),
        migrations.AddIndex(
            model_name="holding",
            index=models.Index(
                condition=models.Q(("state__in", ["reserved", "recorded", "defaulted"])),
                fields=["company", "role", "due_on"],
                include=("state", "amount_yen", "account", "counterpart_number", "claim"),
                name="holding_outstanding",
            ),
        ),
        migrations.AddIndex(
            model_name="holding",
            index=models.Index(
                condition=models.Q(("state", "settled")),
                fields=["company", "role", "due_on"],
                include=("account", "claim"),
                name="holding_settled",
            ),
        ),
    ]
