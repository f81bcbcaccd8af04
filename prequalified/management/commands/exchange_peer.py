"""`manage.py exchange_peer`: register a platform to exchange verified data with, or change or switch off one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from prequalified.actions.exchange.add_peer import add_peer
from runtime.actor import SYSTEM
from runtime.refusal import Refusal
from runtime.spoken import spoken


class Command(BaseCommand):
    help = "登记数据交换对端（公共服务平台或其他交易平台）；代码已有的即为变更"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="代码，例如 psp-province")
        parser.add_argument("name", help="名称")
        parser.add_argument("--certificate", required=True, type=Path, help="对端签名证书（PEM 或 DER）")
        parser.add_argument(
            "--address", default="", help="对端接收记录的地址，例如 https://psp.example/api/v1/exchange/records"
        )
        parser.add_argument("--off", action="store_true", help="停用：既不推送，也不接收")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            certificate = options["certificate"].read_bytes()
        except OSError as error:
            raise CommandError(f"证书文件无法读取：{error}") from error
        try:
            row = add_peer(
                code=options["code"], name=options["name"], address=options["address"], certificate=certificate,
                active=not options["off"], actor=SYSTEM,
            )  # fmt: skip
        except Refusal as refusal:
            raise CommandError("\n".join(str(reason["message"]) for reason in spoken(refusal))) from refusal
        self.stdout.write(f"{row.name}（{row.code}）已{'登记' if row.active else '停用'}。")
