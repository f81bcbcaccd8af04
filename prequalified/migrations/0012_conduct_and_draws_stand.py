"""Cases, reports and draws are never deleted; a drawn firm's place never changes, and it declines once."""

from django.db import migrations

from signing.models.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("prequalified", "0011_conduct_and_draws")]
    operations = [
        append_only("prequalified_conductrules", ["id"]),
        append_only("prequalified_conductreport", ["id", "key"], "OLD.key = NEW.key AND OLD.dismissed_at IS NULL"),
        append_only("prequalified_conductcase", ["id", "number"], "OLD.number = NEW.number AND OLD.decided_at IS NULL OR OLD.state = NEW.state AND OLD.points = NEW.points AND OLD.decided_at = NEW.decided_at"),
        append_only("prequalified_directorydraw", ["id", "number"], "OLD.number = NEW.number AND OLD.state NOT IN ('refused', 'void')"),
        append_only(
            "prequalified_drawn",
            ["id"],
            "OLD.declined_at IS NULL AND OLD.place = NEW.place AND OLD.ticket = NEW.ticket"
            " AND OLD.admission_id = NEW.admission_id AND OLD.directory_draw_id = NEW.directory_draw_id",
        ),
    ]
