"""Delivering in tests: tokens, a bare tus client that can misbehave, section kits with open uploads."""

import base64
import http.client
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prequalified.actions.log_in_by_certificate import Admission
from prequalified.actions.open_access import open_access
from runtime.clock import now
from signing.models import JournalInbox
from signing.rules.certificates import fingerprint
from tendering.actions.begin_upload import begin_upload
from tendering.actions.submit_bid import submit_bid
from tendering.models import Receipt, Section, Upload
from tendering.queries.store import upload_path
from tests.factories.parties import PartyKit
from tests.factories.tendering import new_party

TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {"Content-Type": "application/offset+octet-stream"}


def token_of(kit: PartyKit, role: str = "", certificate: bool = True) -> str:
    """A bearer token as the log-in hands it out."""
    admission = Admission(kit.account, fingerprint(kit.cert_der) if certificate else "")
    return open_access(admission=admission, role=role or kit.roles[0], address="127.0.0.1")[0]


def bearer(kit: PartyKit, role: str = "", certificate: bool = True) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(kit, role, certificate)}"}


def entries(kind: str) -> list[dict[str, Any]]:
    """The journal's entries of one kind, sealed or not, as they stand in the inbox."""
    found = [json.loads(row.entry(0)) for row in JournalInbox.objects.filter(head__contains=kind).order_by("id")]
    found += [json.loads(row.entry(0)) for row in JournalInbox.objects.filter(tail__contains=kind).order_by("id")]
    return [entry for entry in found if entry["kind"] == kind]


def new_bidder(suite: str = "rsa") -> PartyKit:
    return new_party("投标单位", "bidder", suite=suite)


def metadata(section: str, filename: str = "x.bid") -> str:
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in {"section": section, "filename": filename}.items()
    )


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def offset(self) -> int:
        return int(self.headers["upload-offset"])

    @property
    def codes(self) -> list[str]:
        return [blocker["code"] for blocker in json.loads(self.body)["blockers"]]


class Tus:
    """One keep-alive connection to a running platform."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = headers

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        given = {**TUS, **self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        headers = {name: value for name, value in given.items() if value}
        chunked = "Transfer-Encoding" in headers
        self.connection.request(method, path, body=body, headers=headers, encode_chunked=chunked)
        answer = self.connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read())

    def create(self, section: str, length: int, **headers: str) -> Answer:
        return self.call("POST", "/uploads/", Upload_Length=str(length), Upload_Metadata=metadata(section), **headers)

    def patch(self, path: str, offset: int, body: Any, **headers: str) -> Answer:
        given = {"Upload_Offset": str(offset), "Content_Type": OCTETS["Content-Type"], **headers}
        return self.call("PATCH", path, body, **given)

    def head(self, path: str) -> Answer:
        return self.call("HEAD", path)

    def send(self, section: str, file: Path, piece: int = 8 << 20) -> str:
        """Upload a file whole; returns its address."""
        size = file.stat().st_size
        address = self.create(section, size).headers["location"]
        with file.open("rb") as stream:
            offset = 0
            while data := stream.read(piece):
                offset = self.patch(address, offset, data).offset
        assert offset == size
        return address


def uploaded(tender: Any, kit: PartyKit, path: Path) -> Upload:
    """An upload with all its bytes, as the tus application leaves it."""
    upload = begin_upload(
        section=tender.section, bidder=kit.party, length=path.stat().st_size, metadata="", actor=kit.actor()
    )
    shutil.copyfile(path, upload_path(upload))
    return upload


def deliver(tender: Any, kit: PartyKit, path: Path) -> Receipt:
    package = uploaded(tender, kit, path)
    return submit_bid(section=tender.section, bidder=kit.party, package=package, actor=kit.actor())


def come_to_deadline(tender: Any) -> None:
    """The deadline is now; the section's own row says so, as after an amendment."""
    Section.objects.filter(pk=tender.section.pk).update(deadline=now())
    tender.section.refresh_from_db()
