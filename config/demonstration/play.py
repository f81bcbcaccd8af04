"""The demonstration tender, step by step."""

import shutil
import time
from pathlib import Path

from config.demonstration import award, bids, directories, halls, lists, rooms, tender
from config.demonstration.cast import BIDDERS, CENTRE, EVERYBODY, PASSPHRASE, STAFF, STEADY, SUPERVISOR, TENDERER
from config.demonstration.ground import Ground
from config.demonstration.people import Person
from config.demonstration.progress import Progress
from config.demonstration.registering import admit_experts, register_all
from runtime.clock import read_stamp

STEPS = 28
RUNS = 45  # runs of the command line client between publication and deadline, with room to spare: a slow machine gets longer


def play(url: str, home: Path, scale: bids.Scale) -> list[dict[str, str]]:
    """All steps; the ready-made accounts at the end. Raises Failed or Refusal where something is not as it must be."""
    shutil.rmtree(home / "work", ignore_errors=True)
    work = home / "work"
    work.mkdir(parents=True)
    progress, ground = Progress(STEPS), Ground(home)
    with progress.step("交易中心、两家互认 CA、规则集、评标场所") as found:
        ground.install()
        found.append(CENTRE["name"])
    path, key = ground.certificate(STAFF)
    staff = Person(url, STAFF, path, key)
    with progress.step("注册、核验、绑定证书") as found:
        people = register_all(url, ground, staff, progress)
        found.append(f"{len(people)} 个主体")
    with progress.step("专家自荐、入库") as found:
        found.append(f"{admit_experts(people, staff)} 名专家")
    with progress.step("投标人编制投标文件(PDF、工程量清单、影像)") as found:
        papers = bids.prepare_all(work, scale, progress.part)
        found.append(f"技术文件各 {min(paper.pages for paper in papers.values())} 页以上")
    code, identities = _tender(people, staff, work, scale, progress)
    _deliveries(url, code, people, papers, ground, progress)
    _opening(url, code, people, identities, progress, work)
    _evaluation(url, code, people, staff, progress)
    _afterwards(url, code, people, staff, ground, progress)
    _directory(people, staff, work, progress)
    shutil.rmtree(work, ignore_errors=True)
    return accounts()


def _tender(
    people: dict[str, Person], staff: Person, work: Path, scale: bids.Scale, progress: Progress
) -> tuple[str, dict[str, Path]]:
    tenderer = people[TENDERER.key]
    with progress.step("项目、招标项目、标段") as found:
        code = tender.create_section(tenderer, staff)
        found.append(code)
    with progress.step("编制招标文件;五名受托人在本机生成密钥并登记"):
        version = tender.draw_up(tenderer, code, work, scale.seconds)
        begun = time.monotonic()
        identities = tender.register_trustees(people, code, work)
        one_run = (time.monotonic() - begun) / len(identities)
        tender.sign(tenderer, code, version)
    with progress.step("招标公告:内部审核、中心核验、发布") as found:
        found.append(tender.publish(tenderer, staff, code)["title"])
    with progress.step("提问、答疑、变更招标文件") as found:
        amended = tender.ask_and_amend(people, tenderer, code, max(scale.seconds, round(RUNS * one_run)))
        found.append(f"开标时间 {amended['new_deadline'] or amended['old_deadline']}")
    return code, identities


def _deliveries(
    url: str,
    code: str,
    people: dict[str, Person],
    papers: dict[str, bids.Materials],
    ground: Ground,
    progress: Progress,
) -> None:
    bidding = bids.Bidding(url, code, people, papers, ground)
    bidding.download()
    with progress.step("签名、密封、递交(命令行客户端)") as found:
        bids.side_by_side(
            lambda: str(bidding.seal_and_deliver(bids.LARGE)),
            lambda: str(bidding.seal_and_deliver(STEADY)),
            bidding.damaged,
        )
        found.append(f"其中一份 {bidding.standing(bids.LARGE)['size'] / 1e6:.0f} MB")
    with progress.step("替换、断点续传、撤回") as found:
        found += bids.side_by_side(bidding.replace, bidding.in_pieces, bidding.withdraw)
    with progress.step("昨日吊销的证书:拒收") as found:
        found.append(bidding.revoked())
    with progress.step("截止后一秒完成递交:拒收") as found:
        late = bidding.begin_late()
        deadline = read_stamp(people[TENDERER.key].get(f"/sections/{code}")["deadline"]).timestamp()
        found.append(bidding.finish_late(late, deadline))


def _opening(
    url: str, code: str, people: dict[str, Person], identities: dict[str, Path], progress: Progress, work: Path
) -> None:
    tenderer = people[TENDERER.key]
    with progress.step("开标大厅:签到") as found:
        halls.until(tenderer, code, {"sign_in", "decrypting"})
        watcher = halls.Watcher(url, code)
        found.append(f"{halls.sign_in(people, code)} 家")
    with progress.step("五名受托人中三名释放份额;解密、唱标") as found:
        halls.until(tenderer, code, {"decrypting"})
        given = halls.release(people, code, identities, work)
        hall = halls.until(tenderer, code, {"read_out"})
        opened = [bid for bid in hall["bids"] if bid["status"] == "opened"]
        found += [
            f"{given} 份份额",
            f"开启 {len(opened)} 份",
            f"{BIDDERS[bids.DAMAGED].name} 的份额由其自身损坏,视为撤销",
        ]
    with progress.step("唱标确认、异议") as found:
        found.append(halls.object_and_confirm(people, tenderer, code))
    with progress.step("开标记录:投标人签名,平台签名并公布") as found:
        halls.until(tenderer, code, {"record"})
        found.append(f"{halls.sign_record(people, code)} 个签名")
        halls.until(tenderer, code, {"closed"})
        watcher.close()
        found.append(f"大厅收到 {len(watcher.events)} 条消息")


def _evaluation(url: str, code: str, people: dict[str, Person], staff: Person, progress: Progress) -> None:
    with progress.step("组建评标委员会:先抽副场,再抽专家(可验证抽取)") as found:
        rooms.form(staff, code)
        found += [rooms.draw(people, staff, code, purpose) for purpose in ("venue", "experts")]
    with progress.step("签到、承诺、推选组长、开始评标"):
        members = rooms.seated(people, code)
        rooms.gather(members, code)
        staff.post(f"/sections/{code}/room/start", role="staff")
    seats = [rooms.Seat(url, code, member) for member in members]
    with progress.step("初步评审与评分(websocket,逐项保存)") as found:
        reviewed = rooms.review(seats, code)
        found.append(f"评审意见 {reviewed} 项,评分 {rooms.score(seats)} 项")
    for seat in seats:
        seat.close()
    with progress.step("五名评委签名提交评分,汇总,全体签署评标报告") as found:
        rooms.hand_in(members, code)
        result = rooms.report(members, code)["result"]
        found += [f"{row['rank']}. {row['name']} {row['total']}" for row in result["standings"]]


def _afterwards(
    url: str, code: str, people: dict[str, Person], staff: Person, ground: Ground, progress: Progress
) -> None:
    tenderer = people[TENDERER.key]
    with progress.step("候选人公示") as found:
        found += [f"{row['rank']}. {row['name']}" for row in award.publish_candidates(tenderer, staff, code)]
    with progress.step("定标、中标通知书") as found:
        decided = award.decide(tenderer, staff, code)
        found.append(f"{decided['winner']} {decided['amount']} 元")
    with progress.step("监督部门的见证程序核验日志并联署") as found:
        found.append(award.cosign(url, ground.home))
    with progress.step("证据包;yangguang verify") as found:
        path = award.bundle(people[SUPERVISOR.key], code, ground.home)
        ground.write_anchors()
        summary = award.verify(path, ground.anchors)
        found.append(str(path))
    progress.say(summary.replace("\n", "\n    "))


def _directory(people: dict[str, Person], staff: Person, work: Path, progress: Progress) -> None:
    tenderer, applicants = people[TENDERER.key], directories.applicants()
    with progress.step("预选承包商名录:公布入库条件,常年征集") as found:
        call = directories.found(staff)
        found.append(call)
    with progress.step("签名材料、入库申请、自动检查、审核、公示、入库") as found:
        found.append(directories.refused_for_old_paper(people[applicants[0].key], call, work))
        numbers = {}
        for place, part in enumerate(applicants):
            numbers[part.key] = directories.apply(people[part.key], call, work, place)
            progress.part(place + 1, len(applicants), part.name)
        directories.review(staff, list(numbers.values()))
        found.append(f"入库 {len(directories.admitted(people, numbers))} 家")
    with progress.step("名录抽取:依法必招工程不得抽取;限额以下比选抽取三家") as found:
        found.append(directories.forbidden_draw(tenderer))
        number, firms = directories.draw(people, staff)
        found += [number, *firms]
    with progress.step("外部失信名单:预览、逐行核对、确认导入;资格查询") as found:
        found += [lists.take(staff), lists.ask(tenderer)]


def accounts() -> list[dict[str, str]]:
    """A ready-made account of every role; the .p12 of each lies in `people/`, under the same passphrase."""
    return [
        {"role": "/".join(part.roles), "name": part.name, "username": part.key, "password": PASSPHRASE}
        for part in (STAFF, *EVERYBODY)
    ]
