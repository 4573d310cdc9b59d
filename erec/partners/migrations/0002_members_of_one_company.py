"""A group's member, its group and its partner are of one company: two keys over both columns say so."""

from django.db import migrations

FORWARD = """
ALTER TABLE partners_groupmember
    ADD CONSTRAINT group_member_of_own_group FOREIGN KEY (group_id, company_id)
        REFERENCES partners_partnergroup (id, company_id),
    ADD CONSTRAINT group_member_of_own_partner FOREIGN KEY (partner_id, company_id)
        REFERENCES partners_partner (id, company_id);
"""

BACKWARD = """
ALTER TABLE partners_groupmember
    DROP CONSTRAINT group_member_of_own_group,
    DROP CONSTRAINT group_member_of_own_partner;
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_partners_groups_past_uses")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
