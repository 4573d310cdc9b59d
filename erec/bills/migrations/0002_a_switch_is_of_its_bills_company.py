"""A switch and its bill are of one company: a key over both columns says so."""

from django.db import migrations

FORWARD = """
ALTER TABLE bills_billswitch
    ADD CONSTRAINT bill_switch_of_own_bill FOREIGN KEY (bill_id, company_id)
        REFERENCES bills_bill (id, company_id);
"""

BACKWARD = "ALTER TABLE bills_billswitch DROP CONSTRAINT bill_switch_of_own_bill;"


class Migration(migrations.Migration):
    dependencies = [("bills", "0001_bills_and_their_switches")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
