"""Pages about conduct: the firm's ledger and cases, the staff's leads and cases, the published rules."""

from django.urls import path

from prequalified.web.conduct import cases, firm, leads, rules

urlpatterns = [
    path("conduct/", firm.ledgers, name="my_conduct"),
    path("conduct/cases/<slug:number>/", firm.case, name="own_case"),
    path("conduct/cases/<slug:number>/<slug:which>.pdf", firm.paper, name="case_paper"),
    path("conduct/propose/<slug:number>/", leads.propose, name="propose_case"),
    path("staff/conduct/leads/", leads.leads, name="conduct_leads"),
    path("staff/conduct/leads/<int:number>/", leads.lead, name="conduct_lead"),
    path("staff/conduct/cases/", cases.cases, name="conduct_cases"),
    path("staff/conduct/cases/<slug:number>/", cases.case, name="conduct_case"),
    path("staff/directories/<slug:code>/conduct-rules/", rules.publish, name="publish_conduct_rules"),
    path("directories/<slug:code>/conduct-rules/", rules.rules, name="conduct_rules"),
    path("directories/<slug:code>/conduct-rules.json", rules.rules_file, name="conduct_rules_file"),
]
