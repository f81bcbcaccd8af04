"""`manage.py found_centre`: a trading centre and its first member of staff, from whom all others follow."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from prequalified.actions.appoint_staff import Appointment
from prequalified.actions.found_centre import found_centre
from prequalified.models import Centre
from runtime.refusal import Refusal
from runtime.spoken import spoken


class Command(BaseCommand):
    help = "开设交易中心，并任命第一位工作人员（口令从终端或标准输入读取）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="代码，例如 shifan")
        parser.add_argument("name", help="名称，例如 示范市公共资源交易中心")
        parser.add_argument("--region", required=True, help="行政区划代码（GB/T 2260）")
        parser.add_argument("--name-en", default="")
        parser.add_argument("--parent", default="", help="上级中心的代码")
        parser.add_argument("--staff-name", required=True, help="第一位工作人员的姓名，与证书一致")
        parser.add_argument("--staff-number", required=True, help="其个人编号，与证书一致")
        parser.add_argument("--username", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        parent = Centre.objects.filter(code=options["parent"]).first()
        if options["parent"] and parent is None:
            raise CommandError(f"没有代码为 {options['parent']} 的上级中心")
        centre = Centre(
            code=options["code"], name=options["name"], name_en=options["name_en"],
            region=options["region"], parent=parent,
        )  # fmt: skip
        first = Appointment(
            options["staff_name"], options["staff_number"], options["username"], _password(), options["code"]
        )
        try:
            found_centre(centre=centre, first=first)
        except Refusal as refusal:
            raise CommandError("\n".join(str(reason["message"]) for reason in spoken(refusal))) from refusal
        self.stdout.write(f"{centre.name} 已开设；{first.name} 请用密码登录并绑定证书。")


def _password() -> str:
    return getpass.getpass("初始密码：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
