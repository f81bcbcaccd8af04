"""What happened to a firm is never rewritten: ledger, changes, steps of cases, ends of sanctions, answers of the gate."""

from django.db import migrations

from signing.models.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("prequalified", "0005_directories_and_lists")]
    operations = [
        append_only("prequalified_paper", ["id", "public_id"]),
        append_only("prequalified_pointentry", ["id", "case_id"]),
        append_only("prequalified_admissionchange", ["id"]),
        append_only("prequalified_casestep", ["id"]),
        append_only("prequalified_sanctionend", ["id", "sanction_id"]),
        append_only("prequalified_gateanswer", ["id"]),
        append_only("prequalified_rating", ["id"]),
    ]
