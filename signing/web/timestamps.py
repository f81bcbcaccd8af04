"""The platform's timestamp authority over HTTP (RFC 3161 3.4), for whoever signs at home: `yangguang cms sign --tsa URL`."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from signing.actions.timestamp_digest import answer_timestamp_request
from signing.rules.timestamps import LARGEST_REQUEST


@csrf_exempt
@require_POST
def timestamp(request: HttpRequest) -> HttpResponse:
    """A rejection in RFC 3161's own words for anything that is no good request; needs no log-in, changes nothing."""
    body = request.read(LARGEST_REQUEST + 1)
    return HttpResponse(answer_timestamp_request(body), content_type="application/timestamp-reply")
