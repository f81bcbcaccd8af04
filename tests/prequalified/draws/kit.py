"""A directory with firms, who hosts and who asks, and a draw's steps as short calls."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from prequalified.actions.draws.ask_draw import Wanted, ask_draw
from prequalified.actions.draws.close_directory_draw import close_directory_draw
from prequalified.actions.draws.finish_directory_draw import finish_directory_draw
from prequalified.actions.draws.freeze_directory_draw import freeze_directory_draw
from prequalified.models import Admission, Directory, DirectoryDraw
from signing.actions.commit_draw import commit_draw
from signing.actions.reveal_draw import reveal_draw
from signing.rules.escrow import Secret, commit
from tests.factories.directories import make_admission, make_directory
from tests.factories.parties import PartyKit, make_party


@dataclass
class DrawScene:
    directory: Directory
    host: PartyKit
    tenderer: PartyKit
    supervisor: PartyKit
    firms: list[Admission] = field(default_factory=list)
    kits: list[PartyKit] = field(default_factory=list)

    def wanted(self, **more) -> Wanted:
        plain = Wanted(
            "road-2026", self.tenderer.party.number, "幸福路修缮工程", "SMALL", Decimal("600000"), "contractor", 1
        )
        return replace(plain, **more)

    def ask(self, actor=None, **more) -> DirectoryDraw:
        return ask_draw(wanted=self.wanted(**more), actor=actor or self.tenderer.actor())

    def freeze(self, draw: DirectoryDraw, **more) -> DirectoryDraw:
        return freeze_directory_draw(number=draw.number, actor=self.host.actor(), **more)

    def commit(self, draw: DirectoryDraw, *kits: PartyKit) -> dict[str, Secret]:
        secrets = {}
        for kit in kits or (self.tenderer, self.supervisor):
            secrets[kit.party.number], document = commit(draw.draw.number, draw.draw.recipients, draw.draw.k)
            commit_draw(draw=draw.draw, actor=kit.actor(), document=document)
        return secrets

    def close(self, draw: DirectoryDraw) -> DirectoryDraw:
        return close_directory_draw(number=draw.number, actor=self.host.actor())

    def reveal(self, draw: DirectoryDraw, secrets: dict[str, Secret]) -> None:
        for kit in (self.tenderer, self.supervisor, *self.kits):
            if secret := secrets.get(kit.party.number):
                reveal_draw(draw=draw.draw, actor=kit.actor(), salt=secret.salt, value=secret.value)

    def finish(self, draw: DirectoryDraw) -> DirectoryDraw:
        return finish_directory_draw(number=draw.number, actor=self.host.actor())

    def revealed(self, **more) -> DirectoryDraw:
        """Asked, frozen, committed, closed and opened: only the end is to come."""
        draw = self.freeze(self.ask(**more))
        secrets = self.commit(draw)
        self.close(draw)
        self.reveal(draw, secrets)
        return draw

    def whole(self, **more) -> DirectoryDraw:
        return self.finish(self.revealed(**more))

    def kit_of(self, admission: Admission) -> PartyKit:
        return next(kit for kit in self.kits if kit.party.pk == admission.party_id)


def make_draw_scene(firms: int = 5, **more) -> DrawScene:
    scene = DrawScene(
        make_directory(),
        make_party("工作人员甲", "110101199001012221", ["staff"], kind="person"),
        make_party("示范市城建局", 401, ["tenderer"]),
        make_party("监督员", "110101199001013331", ["supervisor"], kind="person"),
    )
    for number in range(firms):
        add_firm(scene, number, **more)
    return scene


def add_firm(scene: DrawScene, number: int, **more) -> Admission:
    kit = make_party(f"第{number}建设有限公司", 500 + number, ["bidder"])
    scene.kits.append(kit)
    admission = make_admission(scene.directory, kit, number=f"RK-{number:04d}", **more)
    scene.firms.append(admission)
    return admission
