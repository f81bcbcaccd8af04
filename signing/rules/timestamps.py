"""RFC 3161 timestamps: the request, the authority that answers it, and the check of a token. SHA-256 throughout."""

import datetime as dt
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from asn1crypto import cms, core, tsp

from runtime.refusal import Blocker
from signing.rules import cms_parts, verdicts
from signing.rules.certificates import TrustStore
from signing.rules.cms_parts import DIGEST, UNREADABLE, Fault, attribute, fault
from signing.rules.paths import TIME_LIMIT, validate_path
from signing.rules.signing_key import SigningKey

# RFC 5612 documentation arc: the local authority claims no published policy.
LOCAL_POLICY = "1.3.6.1.4.1.32473.3161.1"
LARGEST_REQUEST = 4096


class Response(core.Sequence):
    """TimeStampResp with its token optional, as RFC 3161 has it (asn1crypto demands one even in a rejection)."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


@dataclass(frozen=True, slots=True)
class TimestampVerdict:
    """`time` is the authority's (aware, UTC), set as soon as the token could be read, good or not."""

    ok: bool
    code: str
    reason: str = ""
    time: dt.datetime | None = None
    serial: int = 0
    authority_cert_der: bytes = b""
    chain: tuple[bytes, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)

    def blocker(self) -> Blocker:
        return verdicts.blocker(self.code, **self.params)


def request_for(digest: bytes, nonce: int | None = None) -> bytes:
    """DER TimeStampReq for a SHA-256 digest, asking for the certificate; a random 64-bit nonce unless given."""
    imprint = {"hash_algorithm": {"algorithm": DIGEST}, "hashed_message": digest}
    request = {
        "version": "v1",
        "message_imprint": imprint,
        "nonce": nonce if nonce is not None else secrets.randbits(63) | 1,
        "cert_req": True,
    }
    return tsp.TimeStampReq(request).dump()


def issue_timestamp(request_der: bytes, tsa: SigningKey, serial: int, at: dt.datetime) -> bytes:
    """DER TimeStampResp: a token for a good request, a rejection with its failure bit for any other. Never raises
    for a bad request. `serial` must never repeat within one authority; `at` is aware."""
    try:
        request = _read_request(request_der)
    except Fault as wrong:
        return _rejection(wrong.code)
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": LOCAL_POLICY,
            "message_imprint": request["message_imprint"],
            "serial_number": serial,
            "gen_time": at.astimezone(dt.UTC).replace(microsecond=at.microsecond // 1000 * 1000),
            "accuracy": {"seconds": 1},
            "nonce": request["nonce"],
        }
    )
    content = cms.EncapsulatedContentInfo(
        {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())}
    )
    attributes = [
        attribute("content_type", "tst_info"),
        attribute("message_digest", sha256(info.dump()).digest()),
        attribute("signing_certificate_v2", cms_parts.ess_certificate(tsa.cert_der)),
    ]
    certificates = tsa.embedded if request["cert_req"].native else []
    token = cms.ContentInfo.load(cms_parts.build(tsa, attributes, content, certificates, "v3"))
    return Response({"status": {"status": "granted"}, "time_stamp_token": token}).dump()


def _read_request(request_der: bytes) -> tsp.TimeStampReq:
    """Raises Fault with the name of the PKIFailureInfo bit."""
    try:
        if len(request_der) > LARGEST_REQUEST:
            fault("bad_data_format")
        request = tsp.TimeStampReq.load(request_der, strict=True)
        imprint = request["message_imprint"]
        if request["version"].native != "v1":
            fault("bad_request")
        if imprint["hash_algorithm"]["algorithm"].native != DIGEST:
            fault("bad_alg")
        if len(imprint["hashed_message"].native) != 32:
            fault("bad_data_format")
        if request["req_policy"].native not in (None, LOCAL_POLICY):
            fault("unaccepted_policy")
        if request["extensions"].native:
            fault("unaccepted_extensions")
    except UNREADABLE:
        fault("bad_data_format")
    return request


def _rejection(failure: str) -> bytes:
    return Response({"status": {"status": "rejection", "status_string": [failure], "fail_info": {failure}}}).dump()


def token_from_response(response_der: bytes, request_der: bytes) -> bytes:
    """The token of a granted answer to our request. Raises Refusal `timestamp.refused|unreadable|other_content`.

    The token's signature is not checked here (`verify_timestamp` does).
    """
    try:
        response = Response.load(response_der, strict=True)
        status = response["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            words = [str(text.native) for text in response["status"]["status_string"] or ()]
            raise verdicts.refusal("timestamp.refused", detail=" ".join([str(status), *words]))
        token: bytes = response["time_stamp_token"].dump()
        info = read_info(token)
        request = tsp.TimeStampReq.load(request_der)
        if info["message_imprint"].dump() != request["message_imprint"].dump() and not _same_imprint(info, request):
            raise verdicts.refusal("timestamp.other_content")
        if info["nonce"].native != request["nonce"].native:
            raise verdicts.refusal("timestamp.other_content")
    except (*UNREADABLE, Fault) as error:
        raise verdicts.refusal("timestamp.unreadable") from error
    return token


def obtain(digest: bytes, post: Callable[[bytes], bytes]) -> bytes:
    """Ask an authority through `post` (DER request → DER response) and give its token, checked to answer our request."""
    request = request_for(digest)
    return token_from_response(post(request), request)


def _same_imprint(info: tsp.TSTInfo, request: tsp.TimeStampReq) -> bool:
    """Equal apart from the spelling of the algorithm's absent parameters."""
    ours, theirs = request["message_imprint"], info["message_imprint"]
    same_algorithm = ours["hash_algorithm"]["algorithm"].native == theirs["hash_algorithm"]["algorithm"].native
    return bool(same_algorithm and ours["hashed_message"].native == theirs["hashed_message"].native)


def read_info(token: bytes) -> tsp.TSTInfo:
    """The TSTInfo inside a token, not yet believed. Raises Fault, ValueError, KeyError or TypeError on other bytes."""
    return _info(cms.ContentInfo.load(token, strict=True)["content"])[0]


def verify_timestamp(
    token: bytes, digest: bytes, trust: TrustStore, time_limit: float = TIME_LIMIT
) -> TimestampVerdict:
    """Is the token a good timestamp of this SHA-256 digest, by an authority trusted at the token's own time?"""
    moment: dt.datetime | None = None
    serial = 0
    try:
        parsed = cms_parts.read(token, trust.intermediates)
        info, info_der = _info(parsed.signed)
        moment, serial = info["gen_time"].native, int(info["serial_number"].native)
        _check_token(parsed, info_der)
        imprint = info["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native != DIGEST:
            fault("weak_digest")
        if not hmac.compare_digest(imprint["hashed_message"].native, digest):
            fault("other_content")
    except Fault as wrong:
        return _bad(_code(wrong.code), moment, serial)
    except UNREADABLE:
        return _bad("unreadable", moment, serial)
    path = validate_path(parsed.cert_der, parsed.certificates, trust, moment, time_limit, "timestamping")
    if not path.ok:
        return _bad("untrusted", moment, serial, parsed.cert_der, detail=path.code)
    return TimestampVerdict(True, "ok", "", moment, serial, parsed.cert_der, path.chain)


def _info(signed: cms.SignedData) -> tuple[tsp.TSTInfo, bytes]:
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info":
        fault("unreadable")
    der = bytes(content["content"])
    info = tsp.TSTInfo.load(der, strict=True)
    if info["version"].native != "v1" or info["gen_time"].native is None:
        fault("unreadable")
    return info, der


def _check_token(parsed: cms_parts.OneSigner, info_der: bytes) -> None:
    try:
        cms_parts.check(parsed, sha256(info_der).digest(), "tst_info")
    except Fault as wrong:  # the token's own content was changed, which is not the same as a token for something else
        fault("invalid" if wrong.code == "other_content" else wrong.code)


def _code(part: str) -> str:
    """Faults of the CMS layer in the words of timestamps."""
    known = {"weak_digest", "other_content", "invalid"}
    if part in known:
        return part
    return "invalid" if part in ("wrong_certificate", "unknown_algorithm", "certificate.weak_key") else "unreadable"


def _bad(code: str, moment: dt.datetime | None, serial: int, cert_der: bytes = b"", **params: str) -> TimestampVerdict:
    code = f"timestamp.{code}"
    return TimestampVerdict(False, code, verdicts.sentence(code, params), moment, serial, cert_der, (), params)
