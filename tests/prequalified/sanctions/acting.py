"""A case taken through its steps by the acts themselves, with the clock moved where a term has to run out."""

import datetime as dt
from dataclasses import dataclass, field

import pytest

from prequalified.actions.sanctions.decide_case import Decision, decide_case, decision_text
from prequalified.actions.sanctions.file_case import file_case
from prequalified.actions.sanctions.serve_case import publish_case, serve_case
from prequalified.actions.sanctions.tell_case import Telling, tell_case
from prequalified.models import Sanction, SanctionCase
from prequalified.rules.timing import day_of
from runtime import clock
from signing.rules.cades import sign_detached
from tests.factories.parties import PartyKit, make_party

TELLING = Telling("投标文件中的业绩合同系伪造", "经核实建设单位未签订该合同", "政府采购法 77", 24)
DECISION = Decision("投标文件中的业绩合同系伪造", "申辩理由不成立", "政府采购法 77", 24)


@dataclass
class Court:
    """The people of a case: `firm` accused, `staff` of its centre, `supervisor`."""

    monkeypatch: pytest.MonkeyPatch
    firm: PartyKit = field(default_factory=lambda: make_party("北方建设有限公司", 201))
    staff: PartyKit = field(default_factory=lambda: make_party("示范市交易中心", 202, ["staff"]))
    supervisor: PartyKit = field(default_factory=lambda: make_party("示范市财政局", 203, ["supervisor"]))
    number: str = ""

    def file(self, kind: str = "gp-bad-record", **more) -> SanctionCase:
        act_on = more.pop("act_on", day_of(clock.now()) - dt.timedelta(days=30))
        case = file_case(
            kind=kind, number=self.firm.party.number, source="inspection", conduct="涉嫌提供虚假材料", act_on=act_on,
            actor=more.pop("actor", None) or self.staff.actor(),
        )  # fmt: skip
        self.number = case.number
        return case

    def tell(self, **more):
        return tell_case(number=self.number, telling=more.pop("telling", TELLING), actor=self.staff.actor(), **more)

    def later(self, **delta) -> dt.datetime:
        """From now on the platform's clock stands so much later. Everything that reads it by `clock.now` or by name."""
        real = dt.datetime.now(dt.UTC) + dt.timedelta(**delta)
        for module in (
            "lock_case", "file_case", "tell_case", "defend_case", "hold_hearing", "decide_case", "serve_case",
            "repair_sanction",
        ):  # fmt: skip
            path = f"prequalified.actions.sanctions.{module}.now"
            self.monkeypatch.setattr(path, lambda: real, raising=False)
        return real

    def decide(self, decision: Decision = DECISION, kit: PartyKit | None = None):
        kit = kit or self.supervisor
        text = decision_text(number=self.number, decision=decision, actor=kit.actor("supervisor"))
        signature = sign_detached(text, kit.signing_key)
        return decide_case(number=self.number, decision=decision, signature=signature, actor=kit.actor("supervisor"))

    def serve(self):
        return serve_case(number=self.number, way="平台送达", actor=self.staff.actor())

    def publish(self) -> Sanction:
        publish_case(number=self.number, actor=self.staff.actor())
        return Sanction.objects.get(case__number=self.number)

    def sanctioned(self, **more) -> Sanction:
        """All the way, with nobody speaking."""
        self.file(**more)
        self.tell()
        self.later(days=20)
        self.decide()
        self.serve()
        return self.publish()
