"""A directory with a firm, two of the staff, and the steps of a case as short calls."""

import datetime as dt
from dataclasses import dataclass

from prequalified.actions.conduct.decide_case import decide_case
from prequalified.actions.conduct.defend_case import defence_statement, defend_case
from prequalified.actions.conduct.notify_case import notify_case
from prequalified.actions.conduct.open_ledger import open_ledger
from prequalified.actions.conduct.propose_case import propose_case
from prequalified.actions.conduct.report_conduct import report_conduct
from prequalified.models import Admission, ConductCase, ConductReport, Directory, Paper
from runtime.actor import SYSTEM
from runtime.clock import now
from signing.rules.cades import sign_detached
from tests.factories.directories import make_admission, make_directory
from tests.factories.parties import PartyKit, make_party


@dataclass
class Scene:
    directory: Directory
    firm: PartyKit
    admission: Admission
    one: PartyKit  # of the staff
    other: PartyKit

    def report(self, key: str = "contract:1:late", kind: str = "late_performance") -> ConductReport:
        return report_conduct(
            key=key, kind=kind, party=self.firm.party, subject="contract:1", facts={"days": 31}, source="supervision",
            actor=SYSTEM,
        )  # fmt: skip

    def propose(self, rule: str = "late-performance", report: ConductReport | None = None, **more) -> ConductCase:
        report = report or (
            self.report(f"report {rule} {ConductCase.objects.count()}") if "evidence" not in more else None
        )
        about = {
            "admission_number": self.admission.number, "rule": rule, "facts": "逾期三十一日", "actor": self.one.actor(),
            "report_id": report.pk if report else None, **more,
        }  # fmt: skip
        return propose_case(**about)

    def notify(self, case: ConductCase) -> ConductCase:
        return notify_case(number=case.number, actor=self.one.actor())

    def defend(self, case: ConductCase, text: str = "因不可抗力停工") -> ConductCase:
        signature = sign_detached(defence_statement(case.number, text), self.firm.signing_key)
        return defend_case(number=case.number, text=text, signature=signature, actor=self.firm.actor())

    def decide(self, case: ConductCase, upheld: bool = True, reasons: str = "事实清楚") -> ConductCase:
        return decide_case(number=case.number, upheld=upheld, reasons=reasons, actor=self.other.actor())

    def through(self, rule: str = "late-performance", **more) -> ConductCase:
        """Proposed, told, defended, upheld."""
        case = self.propose(rule, **more)
        self.notify(case)
        self.defend(case)
        return self.decide(case)

    def fresh(self) -> Admission:
        self.admission.refresh_from_db()
        return self.admission


def make_scene(**more) -> Scene:
    directory = make_directory()
    firm = make_party("守信建设有限公司", 301, ["bidder"])
    admission = make_admission(directory, firm, **{"points": 0, "rating": "", **more})
    open_ledger(admission=admission, actor=SYSTEM)
    one = make_party("工作人员甲", "110101199001012221", ["staff"], kind="person")
    other = make_party("工作人员乙", "110101199001012222", ["staff"], kind="person")
    return Scene(directory, firm, admission, one, other)


def term_over(case: ConductCase) -> None:
    ConductCase.objects.filter(pk=case.pk).update(defence_until=now() - dt.timedelta(seconds=1))


def make_paper(kit: PartyKit, number: int = 1) -> Paper:
    return Paper.objects.create(
        public_id=f"{kit.party.pk:012d}{number:012d}", party=kit.party, kind="other", title="现场检查记录",
        media="application/pdf", size=4, sha256="ab" * 32, path="papers/x", signature=b"s", certificate="cd" * 32,
        added_by=kit.account, added_at=now(),
    )  # fmt: skip
