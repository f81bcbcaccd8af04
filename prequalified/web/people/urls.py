"""Pages of people and papers."""

from django.urls import path

from prequalified.web.people import papers, people, relations, staff

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/<int:number>/", people.person, name="person"),
    path("papers/", papers.papers, name="papers"),
    path("papers/new/", papers.new_paper, name="new_paper"),
    path("papers/<slug:public_id>/", papers.paper, name="paper"),
    path("papers/<slug:public_id>/file/", papers.paper_file, name="paper_file"),
    path("papers/<slug:public_id>/signature/", papers.paper_signature, name="paper_signature"),
    path("staff/people/", staff.people, name="staff_people"),
    path("staff/people/<int:number>/", staff.person, name="staff_person"),
    path("staff/parties/<int:number>/relations/", relations.note, name="note_relation"),
    path("staff/parties/<int:number>/relations/<int:relation>/end/", relations.end, name="end_relation"),
    path("staff/parties/<int:number>/account/", relations.open_account, name="open_party_account"),
]
