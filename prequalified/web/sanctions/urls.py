"""Pages of lists, cases, repairs, imports and the gate."""

from django.urls import path

from prequalified.web.sanctions import cases, gate, imports, public, record, relations

urlpatterns = [
    path("blacklist/", public.blacklist, name="blacklist"),
    path("blacklist/lists/", public.lists, name="blacklist_lists"),
    path("blacklist/feed/", public.feed, name="blacklist_feed"),
    path("blacklist/decisions/<slug:number>/", public.decision, name="public_decision"),
    path("blacklist/<int:number>/", public.sanction, name="sanction"),
    path("blacklist/<int:number>/decision.pdf", public.decision_paper, name="sanction_paper"),
    path("gate/", gate.gate, name="gate"),
    path("gate/<slug:key>/", public.answer, name="gate_answer"),
    path("gate/<slug:key>/answer.pdf", public.answer_paper, name="gate_paper"),
    path("cases/", cases.cases, name="cases"),
    path("cases/new/", cases.new, name="new_case"),
    path("cases/<slug:number>/", cases.case, name="case"),
    path("cases/<slug:number>/decision.pdf", cases.paper, name="decided_paper"),
    path("my-record/", record.record, name="my_record"),
    path("my-record/<int:number>/repair/", record.repair, name="repair"),
    path("repairs/", record.repairs, name="repairs"),
    path("repairs/<int:number>/", record.decide, name="decide_repair"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template.csv", imports.template, name="import_template"),
    path("imports/<int:number>/", imports.one, name="import"),
    path("imports/<int:number>/progress/", imports.progress, name="import_progress"),
    path("relations/<slug:number>/", relations.relations, name="relations"),
]
