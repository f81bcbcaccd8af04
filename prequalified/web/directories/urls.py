"""Pages of the directories: the public's, the firm's, the staff's."""

from django.urls import path

from prequalified.web.directories import (
    my_reviews,
    party,
    public,
    publicity,
    staff,
    staff_conditions,
    staff_requests,
)

urlpatterns = [
    path("directories/", public.directories, name="directories"),
    path("directories/feed/", public.feed, name="directories_feed"),
    path("directories/calls/", public.calls, name="calls"),
    path("directories/calls/<slug:number>/", public.call, name="call"),
    path("directories/publicity/", public.publicity, name="publicity"),
    path("directories/publicity/<slug:number>/", publicity.request_in_publicity, name="publicity_of_request"),
    path("directories/admissions/<slug:number>/", public.admission, name="admission"),
    path("directories/admissions/<slug:number>/certificate.pdf", public.certificate, name="admission_certificate"),
    path("directories/<slug:code>/", public.directory, name="directory"),
    path("directories/<slug:code>/conditions/<int:version>/", public.conditions, name="conditions"),
    path("directories/<slug:code>/conditions/<int:version>.json", public.conditions_file, name="conditions_file"),
    path("my/admissions/", party.mine, name="my_admissions"),
    path("my/admissions/<slug:number>/", party.my_admission, name="my_admission"),
    path("my/calls/<slug:number>/request/", party.start, name="start_request"),
    path("my/requests/<slug:number>/", party.my_request, name="my_request"),
    path("my/requests/<slug:number>/signature/", party.sign_request, name="sign_request"),
    path("my/requests/<slug:number>/withdrawal/", party.withdraw, name="withdraw_request"),
    path("my/reviews/<int:number>/", my_reviews.my_review, name="my_review"),
    path("my/reviews/<int:number>/signature/", my_reviews.sign_review, name="sign_review"),
    path("staff/directories/", staff.directories, name="staff_directories"),
    path("staff/directories/new/", staff.new, name="new_directory"),
    path("staff/directories/<slug:code>/", staff.directory, name="staff_directory"),
    path("staff/directories/<slug:code>/edit/", staff.edit, name="edit_directory"),
    path("staff/directories/<slug:code>/active/", staff.switch, name="switch_directory"),
    path("staff/directories/<slug:code>/conditions/", staff_conditions.draft, name="draft_conditions"),
    path("staff/directories/<slug:code>/conditions/new/<slug:kind>/", staff_conditions.condition, name="new_condition"),
    path(
        "staff/directories/<slug:code>/conditions/<slug:kind>/<slug:key>/", staff_conditions.condition, name="condition"
    ),
    path("staff/directories/<slug:code>/calls/new/", staff.new_call, name="new_call"),
    path("staff/calls/<slug:number>/close/", staff.close, name="close_call"),
    path("staff/requests/", staff_requests.requests, name="staff_requests"),
    path("staff/requests/<slug:number>/", staff_requests.review, name="staff_request"),
    path("staff/requests/<slug:number>/objections/<int:objection>/", staff_requests.answer, name="answer_objection"),
    path("staff/commitments/", staff_requests.commitments, name="commitments"),
    path("staff/reviews/", staff_requests.yearly, name="staff_reviews"),
    path("staff/reviews/<int:number>/", staff_requests.yearly_review, name="staff_review"),
]
