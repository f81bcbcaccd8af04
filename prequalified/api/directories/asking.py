"""What the lists of the directories may be asked for."""

from ninja import Schema

from prequalified.api.schemas import Text


class Asking(Schema):
    """Documented here; `runtime.listing` reads them from the address. `format`: csv, xlsx or json for a file of all rows."""

    q: Text = ""
    sort: Text = ""
    page: Text = "1"
    format: Text = ""


class AskingDirectories(Asking):
    kind: Text = ""
    category: Text = ""
    centre: Text = ""


class AskingAdmissions(Asking):
    grade: Text = ""
    state: Text = ""
    rating: Text = ""
    region: Text = ""


class AskingCalls(Asking):
    open: Text = ""


class AskingPublicity(Asking):
    status: Text = ""
    directory: Text = ""
