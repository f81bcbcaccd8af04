import datetime as dt
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from runtime import clock
from runtime.actor import Actor
from runtime.refusal import Refusal
from signing.actions.refresh_crls import refresh_crls
from signing.actions.seal_journal import seal_journal
from signing.actions.trust_authority import trust_authority, withdraw_authority
from signing.actions.verify_signature import verify_signature
from signing.models import JournalInbox, TrustedAuthority
from signing.queries import trust_store
from signing.rules import demo_ca, issuing
from signing.rules.cades import digest_of, sign_detached
from signing.rules.demo_numbers import organisation_number
from tests.factories.certificates import DAY, NOW, NUMBER, authority, holder, stamper

STAFF = Actor(role="staff", name="平台管理员")
CONTENT = b"challenge"


def _trust(ca: demo_ca.DemoCA, at: dt.datetime | None = None, **more) -> TrustedAuthority:
    return trust_authority(
        name=ca.name, certificates=[ca.root.der, ca.intermediate.der], crls=ca.crls(at), number_rule=ca.number_rule,
        actor=STAFF, **more,
    )  # fmt: skip


def _code(*words, **more) -> str:
    with pytest.raises(Refusal) as refused:
        verify_signature(*words, **more)
    return refused.value.blockers[0].code


@pytest.mark.django_db
@pytest.mark.parametrize("suite", ["rsa", "ecdsa"])
def test_each_cas_signature_gives_its_holder_by_its_own_rule(suite):
    for name in ("rsa", "ecdsa"):
        _trust(authority(name))

    verdict = verify_signature(CONTENT, sign_detached(CONTENT, holder(suite)), party_number=NUMBER)

    assert verdict.authority is not None and verdict.authority.name == f"测试机构 {suite}"
    assert verdict.holder.number == NUMBER


@pytest.mark.django_db
@pytest.mark.cts("A-12")
def test_another_holders_certificate_is_refused_and_one_without_number_too():
    _trust(authority("rsa"))
    signature = sign_detached(CONTENT, holder("rsa"))
    nameless = sign_detached(CONTENT, authority("rsa").issue("无号码单位"))

    assert _code(CONTENT, signature, party_number=organisation_number(2)) == "certificate.wrong_holder"
    assert _code(CONTENT, nameless, party_number=NUMBER) == "certificate.no_number"


@pytest.mark.django_db
def test_a_number_written_where_the_ca_does_not_vouch_for_it_is_not_the_holders():
    """The victim's USCC in an OU of a CA that vouches for serialNumber only."""
    _trust(authority("rsa"))
    ca = authority("rsa")
    key = issuing.new_key("ecdsa")
    name = issuing.subject("冒名", organisation="冒名", units=[f"USCC:{NUMBER}"], serial_number=organisation_number(9))
    cert = issuing.issue(name, key, ca.intermediate, demo_ca.SIGNER_PROFILE, NOW - DAY, NOW + DAY)
    forged = sign_detached(CONTENT, demo_ca.SigningKey(cert, key, (ca.intermediate.certificate,)))

    assert _code(CONTENT, forged, party_number=NUMBER) == "certificate.wrong_holder"


@pytest.mark.django_db
@pytest.mark.cts("A-13")
def test_an_expired_certificate_cannot_be_used():
    _trust(authority("rsa"))
    key = authority("rsa").issue("甲", NUMBER, not_before=NOW - 9 * DAY, not_after=NOW - DAY)

    assert _code(CONTENT, sign_detached(CONTENT, key)) == "certificate.expired"


@pytest.mark.django_db
def test_without_a_timestamp_the_present_counts_and_other_content_is_refused():
    ca = authority("ecdsa")
    _trust(ca)
    signature = sign_detached(CONTENT, holder("ecdsa"))

    verdict = verify_signature(None, signature, digest=digest_of(CONTENT))
    assert verdict.at is not None and abs(verdict.at - clock.now()) < dt.timedelta(minutes=1)
    assert _code(b"other", signature) == "signature.other_content"
    assert _code(CONTENT, b"junk") == "signature.unreadable"


@pytest.mark.django_db
def test_the_refusal_names_the_form_field():
    with pytest.raises(Refusal) as refused:
        verify_signature(CONTENT, b"junk", place="signature")
    assert refused.value.blockers[0].place == "signature"


@pytest.mark.django_db
def test_a_withdrawn_authority_keeps_what_was_signed_before_it():
    ca = authority("ecdsa")
    row = _trust(ca, NOW - 9 * DAY)
    stamp = stamper(ca.issue("时间戳", profile=demo_ca.TIMESTAMP_PROFILE, not_before=NOW - 9 * DAY), NOW - 3 * DAY)
    old_key = ca.issue("甲", NUMBER, not_before=NOW - 9 * DAY)
    old = sign_detached(CONTENT, old_key, stamp)
    withdraw_authority(authority=row, at=NOW - 2 * DAY, actor=STAFF)

    assert verify_signature(CONTENT, old).timestamp_time == NOW - 3 * DAY
    assert _code(CONTENT, sign_detached(CONTENT, old_key)) == "certificate.authority_withdrawn"
    with pytest.raises(Refusal, match=r"authority\.withdrawn"):
        withdraw_authority(authority=row, at=NOW, actor=STAFF)


@pytest.mark.django_db
def test_trusting_and_withdrawing_are_journalled():
    row = _trust(authority("rsa"))
    withdraw_authority(authority=row, at=NOW, actor=STAFF)

    kinds = [entry.tail for entry in JournalInbox.objects.order_by("id")]
    assert ['"kind":"authority.trusted"' in kinds[0], '"kind":"authority.withdrawn"' in kinds[1]] == [True, True]
    assert seal_journal() == 2


@pytest.mark.django_db
def test_an_authority_without_root_or_with_a_taken_name_is_refused_and_nothing_is_stored():
    ca = authority("rsa")
    for words in (
        {"name": "无根", "certificates": [ca.intermediate.der]},
        {"name": "", "certificates": [ca.root.der]},
        {"name": "颠倒", "certificates": [ca.root.der], "valid_from": NOW, "valid_until": NOW - DAY},
    ):
        with pytest.raises(Refusal) as refused:
            trust_authority(actor=STAFF, **words)
        assert {b.code for b in refused.value.blockers} == {"authority.unfit"}
    assert not TrustedAuthority.objects.exists()
    assert not JournalInbox.objects.exists()


@pytest.mark.django_db
def test_a_newer_list_is_taken_over_and_counts_at_once():
    ca = demo_ca.make_ca("机构", "ecdsa")
    row = _trust(ca, NOW - DAY)
    key = ca.issue("甲", NUMBER)
    signature = sign_detached(CONTENT, key)
    assert verify_signature(CONTENT, signature).ok

    demo_ca.revoke(ca, key.cert_der, NOW - dt.timedelta(hours=1))
    lists = ca.crls(NOW)
    assert refresh_crls(authority=row, crls=lists) == 2
    assert refresh_crls(authority=row, crls=lists) == 0

    assert _code(CONTENT, signature) == "certificate.revoked"


@pytest.mark.django_db
def test_a_foreign_list_is_not_taken_over():
    ca, false = authority("ecdsa"), demo_ca.make_ca("测试机构 ecdsa", "ecdsa")
    row = _trust(ca)

    assert refresh_crls(authority=row, crls=false.crls(NOW + DAY)) == 0


@pytest.mark.django_db
def test_a_week_keeps_one_list_of_those_that_agree_and_a_forgotten_revocation_keeps_its_own():
    ca = demo_ca.make_ca("机构", "ecdsa")
    monday = dt.datetime(2026, 11, 9, 1, tzinfo=dt.UTC)
    key = ca.issue("甲", NUMBER, not_before=monday)
    row = _trust(ca, monday)
    refresh_crls(authority=row, crls=ca.crls(monday + DAY))
    row.refresh_from_db()
    assert len(row.as_authority().crls) == 2

    demo_ca.revoke(ca, key.cert_der, monday + DAY)
    refresh_crls(authority=row, crls=ca.crls(monday + 2 * DAY))
    ca.revoked.clear()
    refresh_crls(authority=row, crls=[ca.crls(monday + 3 * DAY)[1]])
    row.refresh_from_db()
    assert len(row.as_authority().crls) == 3
    assert _code(CONTENT, sign_detached(CONTENT, key), at=monday + 4 * DAY) == "certificate.revoked"


@pytest.mark.django_db
def test_the_trust_store_is_read_once_while_nothing_changes(django_assert_num_queries):
    row = _trust(authority("rsa"))
    first = trust_store()
    with django_assert_num_queries(1):
        assert trust_store() is first

    row.name = "改名"
    row.save()
    assert replace(trust_store().authorities[0]).name == "改名"


@pytest.mark.django_db
def test_staff_trusts_and_withdraws_an_authority_from_the_command_line(tmp_path):
    ca = authority("ecdsa")
    demo_ca.write_public(ca, tmp_path)
    call_command("trust_authority", "机构", str(tmp_path), "--number-in", "OU", "--prefix", "USCC:")
    signature = sign_detached(CONTENT, holder("ecdsa"))

    assert verify_signature(CONTENT, signature, party_number=NUMBER).ok
    call_command("withdraw_authority", "机构")
    assert _code(CONTENT, signature) == "certificate.authority_withdrawn"
    with pytest.raises(CommandError, match=r"authority\.withdrawn"):
        call_command("withdraw_authority", "机构")
    with pytest.raises(CommandError, match=r"authority\.unfit"):
        call_command("trust_authority", "机构", str(tmp_path), "--number-in", "OU")
