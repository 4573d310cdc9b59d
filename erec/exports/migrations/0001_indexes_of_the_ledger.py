"""What the ledger looks for: the claims of a holder or a debtor by 支払期日, and those with a history."""

from django.db import migrations

FORWARD = """
CREATE INDEX exports_claims_held ON claims_claim (holder_id, due_on);
CREATE INDEX exports_claims_owed ON claims_claim (obligor_id, due_on);
-- As erec.exports.ledger.lines.PLAIN says it, turned round.
CREATE INDEX exports_claims_with_history ON claims_claim (id)
    WHERE NOT (parent_id IS NULL AND assignor_id IS NULL AND (amount_yen < original_amount_yen) IS NOT TRUE);
"""

BACKWARD = """
DROP INDEX exports_claims_held;
DROP INDEX exports_claims_owed;
DROP INDEX exports_claims_with_history;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0007_what_is_outstanding")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
