"""Traditional and simplified writing are one name: the stored keys are computed anew."""

from django.db import IntegrityError, migrations, transaction

from prequalified.rules import names


def recompute(apps, editor):
    """Two organisations whose names turn out to be one keep apart by their old keys, and are named: staff must decide."""
    party = apps.get_model("prequalified", "Party")
    for row in party.objects.using(editor.connection.alias).only("pk", "name", "number", "name_key").iterator(2000):
        key = names.key(row.name)
        if key == row.name_key:
            continue
        try:
            with transaction.atomic(editor.connection.alias):
                party.objects.using(editor.connection.alias).filter(pk=row.pk).update(name_key=key)
        except IntegrityError:
            print(f"\n  {row.name} ({row.number}): another organisation bears this name; its key stays as it was")  # noqa: T201  (whoever migrates must see it)


class Migration(migrations.Migration):
    dependencies = [("prequalified", "0013_sanctions_imported_key")]
    operations = [migrations.RunPython(recompute, migrations.RunPython.noop)]
