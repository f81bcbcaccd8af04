"""The letters of an award are drafted: one to the winner, one to each other bidder whose bid was opened (CTS A-172 to A-175)."""

from runtime.actor import Actor
from runtime.clock import now
from runtime.dispatch import demand_transaction
from tendering.models import Award, Letter
from tendering.queries.bids import opened_bids


def draft_letters(*, award: Award, actor: Actor) -> list[Letter]:
    """Inside the transaction of `decide_award`, whose journal entry stands for them. The texts may be edited afterwards."""
    demand_transaction()
    winner, section = award.candidate.party, award.section
    rows = {row["bidder"]: row for row in award.candidate.ranking.rows}
    parties = {bid.bid.bidder_id: bid.bid.bidder for bid in opened_bids(section)} | {winner.pk: winner}
    letters = []
    for party in parties.values():
        won = party.pk == winner.pk
        letters.append(
            Letter.objects.create(
                section=section,
                award=award,
                party=party,
                kind=Letter.Kind.AWARD if won else Letter.Kind.RESULT,
                text=_award_text(award) if won else _result_text(award),
                reasons=_reasons(rows.get(party.number, {}), won),
                drafted_by_id=actor.account_id,
                drafted_at=now(),
            )
        )
    return letters


def _award_text(award: Award) -> str:
    section = award.section
    return (
        f"{award.candidate.party.name}：\n贵单位在{section.name}(标段编号{section.code})的招标中被确定为中标人，"
        f"中标金额为人民币{award.amount:.2f}元。请自本通知书发出之日起30日内与招标人订立书面合同。"
    )


def _result_text(award: Award) -> str:
    section, winner = award.section, award.candidate.party
    return (
        f"{section.name}(标段编号{section.code})的招标结果已经确定，中标人为{winner.name}，"
        f"中标金额为人民币{award.amount:.2f}元。感谢贵单位参加投标。"
    )


def _reasons(row: dict[str, object], won: bool) -> str:
    if row.get("rank") is None:
        return f"投标被否决：{row.get('reason') or '详见评标报告'}"
    place = f"评标排名第{row['rank']}，{row.get('total', '')}"
    return f"{place}，确定为中标人" if won else f"{place}，未中标"
