"""Reads of rankings and candidates."""

from tendering.models import Candidate, Ranking, Section


def newest_ranking(section: Section) -> Ranking:
    """The result in force in the present round; raises Ranking.DoesNotExist before there is one."""
    found = section.rankings.filter(round=section.round).order_by("-number").first()
    if found is None:
        raise Ranking.DoesNotExist(section.code)
    return found


def candidates_of(section: Section) -> list[Candidate]:
    """The candidates of the result in force, by rank; empty before there is one."""
    found = section.rankings.filter(round=section.round).order_by("-number").first()
    return list(found.candidates.select_related("party", "ranking").order_by("rank")) if found else []
