"""Pages of evaluation."""

from django.urls import path

from evaluation.web import committee, experts, files, room

urlpatterns = [
    path("experts/", experts.base, name="experts"),
    path("experts/apply/", experts.apply, name="expert_apply"),
    path("experts/<str:number>/", experts.one, name="expert"),
    path("sections/<slug:code>/committee/", committee.page, name="committee"),
    path("sections/<slug:code>/room/", room.page, name="room"),
    path("sections/<slug:code>/room/people/", room.people, name="room_people"),
    path("sections/<slug:code>/room/files/<slug:bid>/<path:path>", files.download, name="room_file"),
    path("sections/<slug:code>/room/contents/<slug:bid>/<path:path>", files.contents, name="room_contents"),
    path("sections/<slug:code>/room/found/<slug:bid>/<path:path>", files.found, name="room_found"),
    path(
        "sections/<slug:code>/room/pages/<slug:bid>/<int:number>/<int:width>/<path:path>", files.page, name="room_page"
    ),
]
