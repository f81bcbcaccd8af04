"""Who plays in the demonstration tender. Firms and people are made up, and named so that nobody takes them for real ones."""

from dataclasses import dataclass
from decimal import Decimal

from prequalified.rules.uscc import check_digit

CENTRE = {
    "code": "demo",
    "name": "示范市公共资源交易中心",
    "name_en": "Demonstration City Trading Centre",
    "region": "110000",
}
SPECIALTIES = {"A08": "建筑工程", "A10": "市政公用工程"}
VENUES = {"main": ("主场评标室", "110000"), "sub-east": ("东部副场", "310000"), "sub-south": ("南部副场", "440000")}
PASSPHRASE = "yangguang demonstration"


def uscc(serial: int) -> str:
    body = f"91110000{serial:09d}"
    return body + check_digit(body)


@dataclass(frozen=True)
class Part:
    """A player: `key` names files and log-in, `roles` in the order they are registered, `suite` the CA."""

    key: str
    name: str
    number: str
    roles: tuple[str, ...]
    suite: str = "rsa"
    kind: str = "organisation"


STAFF = Part("centre", CENTRE["name"], uscc(1), ("staff", "trustee"))
TENDERER = Part("tenderer", "示范市滨河路建设管理处", uscc(2), ("tenderer", "trustee"), "ecdsa")
AGENCY = Part("agency", "示范招标代理有限公司", uscc(3), ("agency", "trustee"))
SUPERVISOR = Part("supervisor", "示范市招标投标监督管理办公室", uscc(4), ("supervisor", "trustee"), "ecdsa")
NOTARY = Part("notary", "示范市公证处", uscc(5), ("trustee",))
TRUSTEES = (TENDERER, AGENCY, STAFF, SUPERVISOR, NOTARY)
BIDDERS = tuple(
    Part(f"bidder-{i}", name, uscc(10 + i), ("bidder",), "rsa" if i % 2 else "ecdsa")
    for i, name in enumerate(
        (
            "示范第一建设集团有限公司", "示范市政工程有限公司", "示范路桥建设有限公司", "示范城乡建设有限公司",
            "示范滨江建筑工程有限公司", "示范东方基础工程有限公司", "示范中原道路工程有限公司", "示范长河市政建设有限公司",
        ),
        1,
    )
)  # fmt: skip
# What each bidder asks, as a share of the control price, and what becomes of it.
LEVELS = tuple(Decimal(level) for level in ("0.962", "0.948", "0.971", "0.955", "0.967", "0.940", "0.958", "0.949"))
REPLACER, PIECES, LARGE, STEADY, DAMAGED, WITHDRAWER, REVOKED, LATE = range(8)
EXPERTS = tuple(
    Part(
        f"expert-{i:02d}", f"评标专家{i:02d}号", f"1101011970010{i:04d}"[:17] + "X",
        ("evaluator",), "rsa" if i % 2 else "ecdsa", "person",
    )
    for i in range(1, 13)
)  # fmt: skip
EVERYBODY = (TENDERER, AGENCY, SUPERVISOR, NOTARY, *BIDDERS, *EXPERTS)
