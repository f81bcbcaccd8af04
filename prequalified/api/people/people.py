"""People of parties by the API: the party's own acts, and the staff's."""

from typing import Any

from ninja import Query, Router, Schema, Status

from prequalified.actions.exchange.open_party_account import open_party_account
from prequalified.actions.people.change_person import change_person
from prequalified.actions.people.delete_person import delete_person
from prequalified.actions.people.edit_person import edit_person
from prequalified.actions.people.note_relation import end_relation, note_relation
from prequalified.actions.people.recall_person import recall_person
from prequalified.actions.people.refuse_person import refuse_person
from prequalified.actions.people.register_person import register_person
from prequalified.actions.people.release_person import release_person
from prequalified.actions.people.submit_person import submit_person
from prequalified.actions.people.verify_person import verify_person
from prequalified.api.people.schemas import (
    PartyAccountIn,
    PersonIn,
    PersonList,
    PersonOut,
    PersonWarned,
    RelationIn,
    RelationOut,
    Short,
    details_of,
    person_out,
    relation_out,
)
from prequalified.api.schemas import AccountOut, Reasons
from prequalified.models import Person
from prequalified.permissions import Asked, act
from prequalified.queries.people.persons import people_listing, people_of_party, people_of_staff, stands_elsewhere
from runtime.listing import Listing

router = Router(tags=["people"])


class Asking(Schema):
    """Documented here; `runtime.listing` reads them from the address."""

    q: Short = ""
    sort: Short = ""
    page: Short = "1"
    format: Short = ""
    status: Short = ""
    duty: Short = ""
    expired: Short = ""


def _listed(listing: Listing) -> Any:
    if listing.wants_csv:
        return listing.csv("people")
    listing.rows = listing.rows.prefetch_related("papers")
    page: Any = listing.page
    pages, count = page.paginator.num_pages, page.paginator.count
    return {"count": count, "page": page.number, "pages": pages, "items": [person_out(row) for row in page]}


def _warned(row: Person) -> dict[str, Any]:
    return {**person_out(row), "warnings": ["person.stands_elsewhere"] if stands_elsewhere(row).exists() else []}


@router.get("/people", response=PersonList, summary="本单位的人员")
@act()
def people(request: Asked, asking: Query[Asking]) -> Any:
    return _listed(people_listing(request, people_of_party(request.actor.party_id or 0)))


@router.post("/people", response={201: PersonWarned}, summary="登记人员（草稿）")
@act()
def register(request: Asked, body: PersonIn) -> Status:
    return Status(201, _warned(register_person(details=details_of(body), actor=request.actor)))


@router.put("/people/{int:number}", response=PersonWarned, summary="修改人员草稿")
@act()
def edit(request: Asked, number: int, body: PersonIn) -> dict[str, Any]:
    return _warned(edit_person(person_id=number, details=details_of(body), actor=request.actor))


@router.delete("/people/{int:number}", response={204: None}, summary="删除人员草稿")
@act()
def delete(request: Asked, number: int) -> Status:
    delete_person(person_id=number, actor=request.actor)
    return Status(204, None)


@router.post("/people/{int:number}/submission", response=PersonWarned, summary="提交人员核验")
@act()
def submit(request: Asked, number: int) -> dict[str, Any]:
    return _warned(submit_person(person_id=number, actor=request.actor))


@router.delete("/people/{int:number}/submission", response=PersonOut, summary="撤回待核验的人员")
@act()
def recall(request: Asked, number: int) -> dict[str, Any]:
    return person_out(recall_person(person_id=number, actor=request.actor))


@router.post("/people/{int:number}/change", response={201: PersonOut}, summary="变更已核验的人员（新草稿）")
@act()
def change(request: Asked, number: int) -> Status:
    return Status(201, person_out(change_person(person_id=number, actor=request.actor)))


@router.post("/people/{int:number}/leaving", response=PersonOut, summary="人员离职")
@act()
def leave(request: Asked, number: int) -> dict[str, Any]:
    return person_out(release_person(person_id=number, actor=request.actor))


@router.get("/staff/people", response=PersonList, summary="人员核验（检索、排序、分页、CSV）")
@act(roles={"staff"}, certificate=True)
def staff_people(request: Asked, asking: Query[Asking]) -> Any:
    return _listed(people_listing(request, people_of_staff(request.actor)))


@router.post("/people/{int:number}/verification", response=PersonWarned, summary="人员核验通过")
@act(roles={"staff"}, certificate=True)
def verify(request: Asked, number: int) -> dict[str, Any]:
    return _warned(verify_person(person_id=number, actor=request.actor))


@router.post("/people/{int:number}/refusal", response=PersonOut, summary="退回人员")
@act(roles={"staff"}, certificate=True)
def refuse(request: Asked, number: int, body: Reasons) -> dict[str, Any]:
    return person_out(refuse_person(person_id=number, reasons=body.reasons, actor=request.actor))


@router.post("/parties/{int:number}/relations", response={201: RelationOut}, summary="登记关联关系")
@act(roles={"staff"}, certificate=True)
def relate(request: Asked, number: int, body: RelationIn) -> Status:
    return Status(201, relation_out(note_relation(party_id=number, actor=request.actor, **body.dict())))


@router.delete("/relations/{int:number}", response=RelationOut, summary="结束关联关系")
@act(roles={"staff"}, certificate=True)
def unrelate(request: Asked, number: int) -> dict[str, Any]:
    return relation_out(end_relation(relation_id=number, actor=request.actor))


@router.post("/parties/{int:number}/account", response={201: AccountOut}, summary="为外来主体开立账户")
@act(roles={"staff"}, certificate=True)
def open_account(request: Asked, number: int, body: PartyAccountIn) -> Status:
    account = open_party_account(party_id=number, actor=request.actor, **body.dict())
    return Status(201, {"username": account.username})
