"""Pages of draws from directories: public, with the acts of who hosts, commits or declines on the same page."""

from django.urls import path

from prequalified.web.draws import hosting, public

urlpatterns = [
    path("directory-draws/", public.draws, name="directory_draws"),
    path("directory-draws/ask/", hosting.ask, name="ask_draw"),
    path("directory-draws/<slug:number>/", public.draw, name="directory_draw"),
    path("directory-draws/<slug:number>/proof.json", public.proof_file, name="draw_proof"),
    path("directory-draws/<slug:number>/eligible/", public.eligible, name="draw_eligible"),
    path("directory-draws/<slug:number>/exclusions/", public.exclusions, name="draw_exclusions"),
    path("directory-draws/<slug:number>/acts/<slug:what>/", hosting.do, name="draw_act"),
]
