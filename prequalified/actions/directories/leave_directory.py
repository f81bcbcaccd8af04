"""A firm leaves a directory of its own will; with contracts still running it stays answerable for them."""

from django.db import transaction

from prequalified.actions.directories.change_admission import change_admission
from prequalified.models import Admission, AdmissionChange, ConductCase
from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if

_RULE = "预选名录管理办法"
NOT_YOURS = Blocker("admission.unknown", gettext_noop("没有这条在册记录，或它不属于您。"), _RULE)


def leave_directory(*, admission: Admission, reason: str, actor: Actor) -> AdmissionChange:
    """Raises Refusal while a contract runs or a case about the firm's conduct is undecided: nobody leaves to escape it."""
    if admission.party_id != actor.party_id:
        raise Refusal(NOT_YOURS, 404)
    with transaction.atomic():
        row = Admission.objects.select_for_update().get(pk=admission.pk)
        found = []
        if row.running:
            message = gettext_noop("尚有 %(count)s 份合同在履约，履约完毕后方可退出。")
            found.append(Blocker("admission.running", message, _RULE, "", {"count": str(row.running)}))
        if ConductCase.objects.filter(admission=row).exclude(state__in=["upheld", "dropped"]).exists():
            message = gettext_noop("有尚未认定的履约行为，认定后方可退出。")
            found.append(Blocker("admission.case_open", message, _RULE))
        refuse_if(found)
        return change_admission(admission=admission, after="left", reason=reason, basis="", actor=actor)
