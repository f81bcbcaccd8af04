"""Well-formed numbers and holders for demonstrations: the check characters are right, the holders do not exist."""

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999


def organisation_number(serial: int, division: str = "990000") -> str:
    """A USCC (GB 32100-2015) of an enterprise in a division that does not exist; `serial` 0 to 99,999,999."""
    body = f"91{division}{_organisation_code(serial)}"
    total = sum(_USCC.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return body + _USCC[-total % 31]


def _organisation_code(serial: int) -> str:
    """Nine characters of GB 11714-1997: the eight and their check character."""
    code = f"{serial:08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    check = 11 - sum(int(digit) * weight for digit, weight in zip(code, weights, strict=True)) % 11
    return code + {10: "X", 11: "0"}.get(check, str(check))


def person_number(serial: int, division: str = "990000", born: str = "19800101") -> str:
    """A resident's number (GB 11643-1999) in a division that does not exist; `serial` 0 to 999."""
    body = f"{division}{born}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _PERSON_WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def demo_holders(suite: str) -> list[tuple[str, str, str, str]]:
    """(file stem, name, number, kind) for a small tender; the two suites have different holders."""
    base = 1000 if suite == "rsa" else 2000
    organisations = [
        ("tenderer", "演示招标人"),
        ("agency", "演示招标代理机构"),
        *((f"bidder-{n}", f"演示投标人{'一二三四'[n - 1]}") for n in range(1, 5)),
        *((f"trustee-{n}", f"演示保管人{'一二三四五'[n - 1]}") for n in range(1, 6)),
        ("supervisor", "演示监督部门"),
    ]
    people = [(f"evaluator-{n}", f"演示评标专家{'一二三四五'[n - 1]}") for n in range(1, 6)]
    return [
        *((stem, name, organisation_number(base + i), "organisation") for i, (stem, name) in enumerate(organisations)),
        *((stem, name, person_number(base // 10 + i), "person") for i, (stem, name) in enumerate(people)),
    ]
