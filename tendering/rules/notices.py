"""Notices: the standard form, what is published to the byte, and who may review."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from prequalified.rules.holidays import Calendar
from prequalified.rules.timing import beijing
from runtime.clock import read_stamp, stamp
from runtime.refusal import Blocker, gettext_noop
from tendering.rules.document_terms import time_blockers
from tendering.rules.rulesets import RegimeRules

FORMAT = "yangguang-notice/1"
FORM = "招标公告和公示信息发布管理办法(国家发展改革委令第10号) 5"
LONGEST = 20_000
Body = list[dict[str, str]]
STATES = {
    "draft": gettext_noop("编制中"),
    "submitted": gettext_noop("内部审核中"),
    "approved": gettext_noop("待中心核验"),
    "verified": gettext_noop("已核验"),
    "published": gettext_noop("已发布"),
    "returned": gettext_noop("已退回"),
}


def fault(code: str, message: str, place: str = "", rule: str = "", remedy: str = "", **params: str) -> Blocker:
    return Blocker(f"notice.{code}", message, rule=rule, remedy=remedy, params=params, place=place)


def tender_notice(content: Mapping[str, Any], funds: str) -> Body:
    """The tender notice in the order of the standard form (CTS B-005), from the signed document."""
    times = content["times"]
    agency = content.get("agency")
    qualifications = "\n".join(f"{number}. {each}" for number, each in enumerate(content["qualifications"], 1))
    price = f"{content['ceiling']}元" if content.get("ceiling") else "不设"
    platform = content["platform"]
    contact = (content.get("fields") or {}).get("contact", "")
    return [
        {"title": "项目名称", "text": f"{content['project']}\n{content['title']}(标段编号 {content['section']})"},
        {
            "title": "招标内容、范围和规模",
            "text": f"{content['scope']}\n地点：{content['place']}\n期限：{content['period']}",
        },
        {"title": "资金来源、预算和限价", "text": f"{funds or '自筹'}\n预算：{content['budget']}元；最高限价：{price}"},
        {"title": "投标人资格能力要求", "text": qualifications},
        {
            "title": "获取招标文件的时间和方式",
            "text": f"发布之时起至{beijing(read_stamp(times['sale_until']))}，在{platform}免费下载。"
            f"提问和异议截止：{beijing(read_stamp(times['questions_until']))}",
        },
        {
            "title": "投标文件递交的截止时间和方式",
            "text": f"{beijing(read_stamp(times['deadline']))}前加密上传至{platform}，逾期未完成传输的不予接收。"
            "投标截止时间即开标时间，在本平台公开开标。",
        },
        {
            "title": "招标人和招标代理机构",
            "text": f"招标人：{content['tenderer']['name']}\n招标代理机构：{agency['name'] if agency else '无'}\n联系人：{contact}",
        },
        {
            "title": "电子招标投标交易平台的网址和登录方法",
            "text": f"{platform}\n注册免费；以数字证书登录后可以递交投标文件。",
        },
        {"title": "投标保证金", "text": f"{content['bond']}元"},
    ]


def body_blockers(title: str, body: object) -> list[Blocker]:
    found = []
    if not title.strip() or len(title) > 300:
        found.append(fault("bad_title", gettext_noop("请填写标题，且不超过300字"), "title", FORM))
    rows = body if isinstance(body, list) else []
    if not rows or len(rows) > 60:
        found.append(fault("empty", gettext_noop("公告应当有正文"), "body", FORM))
    for number, row in enumerate(rows):
        fits = isinstance(row, dict) and all(
            isinstance(row.get(key), str) and row[key].strip() and len(row[key]) <= LONGEST for key in ("title", "text")
        )
        if not fits:
            found.append(fault("bad_row", gettext_noop("每一栏都应有标题和内容"), f"body.{number}", FORM))
    return found


def missing_rows(body: Sequence[Mapping[str, str]], wanted: Sequence[Mapping[str, str]]) -> list[Blocker]:
    """The standard form's titles may be added to, none may be left out."""
    titles = {row.get("title") for row in body}
    return [
        fault("row_missing", gettext_noop("缺少规定内容“%(title)s”"), "body", FORM, title=row["title"])
        for row in wanted
        if row["title"] not in titles
    ]


def review_blockers(
    state: str, wanted: str, reviewer: int | None, submitter: int | None, other_person: bool
) -> list[Blocker]:
    """`other_person`: the rule set demands four eyes (CTS A-52)."""
    if state != wanted:
        message = gettext_noop("公告的状态为“%(term)s”，现在不能进行此操作")
        return [fault("wrong_state", message, "", "CTS A-52, A-53", term=STATES[state], wanted=wanted)]
    if other_person and reviewer is not None and reviewer == submitter:
        message = gettext_noop("提交人不能审核自己提交的内容")
        return [fault("own_review", message, "", "CTS A-52", gettext_noop("请由另一人审核"))]
    return []


def publication_blockers(
    times: Mapping[str, str],
    at: dt.datetime,
    round_: int,
    document_state: str,
    rules: RegimeRules,
    calendar: Calendar,
) -> list[Blocker]:
    """What stands against publishing a first version at `at`, whose signed times are `times`."""
    found = time_blockers(times, at, rules, calendar)
    if document_state != "signed":
        found.append(fault("document_not_signed", gettext_noop("招标文件尚未签名"), "", "20号令 40"))
    if at < read_stamp(times["published"]):
        message = gettext_noop("招标文件约定的发布时间为%(moment)s，尚未到")
        found.append(fault("too_soon", message, "", "", moment=beijing(read_stamp(times["published"]))))
    return found


def published_notice(
    public_id: str, kind: str, section: str, title: str, body: Body, at: dt.datetime, ends_at: dt.datetime | None
) -> dict[str, Any]:
    """What is published, hashed and handed to every medium: the same bytes for all (CTS B-001)."""
    return {
        "format": FORMAT,
        "id": public_id,
        "kind": kind,
        "section": section,
        "title": title,
        "body": body,
        "published": stamp(at),
        "ends": stamp(ends_at) if ends_at else None,
    }
