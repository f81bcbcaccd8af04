"""`manage.py up`: the whole platform from one command, and down again with Ctrl+C."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.starting import Child, children

READY_LIMIT = 90.0  # seconds


class Command(BaseCommand):
    help = "migrates, starts server and worker, plays the demonstration on the first start, stops cleanly on Ctrl+C"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-demonstration", action="store_true", help="do not play the demonstration tender")
        parser.add_argument("--quick", action="store_true", help="play it with smaller files and shorter terms")

    def handle(self, *args: Any, **options: Any) -> None:
        self.host, self.port = options["host"], options["port"]
        self.url = f"http://{self.host}:{self.port}"
        self.stopping = False
        self.demonstration: subprocess.Popen[bytes] | None = None
        os.chdir(settings.BASE_DIR)
        lock = self._only_one()
        self._port_is_free()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        self._migrate()
        self.children = children(settings.HOME, self.host, self.port)
        try:
            self._start()
            if not options["no_demonstration"] and not self.stopping:
                self._play("--quick" if options["quick"] else "")
            self._watch()
        finally:
            self._down()
            lock.close()

    # -- before the start

    def _only_one(self) -> TextIO:
        """Two platforms on one home would run each other's tasks: the second is told so."""
        lock = (settings.HOME / "up.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise CommandError(
                f"The platform is already running on the data in {settings.HOME}. Stop it first (Ctrl+C where it was started), "
                "or set YANGGUANG_HOME to another folder."
            ) from None
        return lock

    def _port_is_free(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise CommandError(
                    f"Port {self.port} on {self.host} cannot be used ({error.strerror}). Stop the program that has it, "
                    f"or choose another: manage.py up --port {self.port + 1}"
                ) from error

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self._say(f"database: {len(plan)} migrations")
            call_command("migrate", verbosity=0, interactive=False)
        connection.close()

    # -- running

    def _start(self) -> None:
        self._say("starting server and worker")
        for child in self.children:
            child.start()
        until = time.monotonic() + READY_LIMIT
        while not self.stopping and not self._answers():
            for child in self.children:
                if (code := child.died()) is not None:
                    raise CommandError(
                        f"The {child.name} did not start (exit {code}). {child.log}:\n{child.last_lines()}"
                    )
            if time.monotonic() > until:
                raise CommandError(f"The server does not answer on {self.url}; see {self.children[0].log}")
            time.sleep(0.1)
        if not self.stopping:
            self._say(f"ready: {self.url}   (stop with Ctrl+C; logs in {self.children[0].log.parent})")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/clock/", timeout=2) as answer:  # noqa: S310  (our own address)
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def _play(self, scale: str) -> None:
        """The demonstration is a guest: a process that uses the running platform by the ways everybody uses."""
        if self._played.exists():
            self._accounts()
        elif find_spec("config.demonstration.__main__") is not None:
            self._say("first start: playing the demonstration tender")
            command = [sys.executable, "-m", "config.demonstration", "--to", self.url, *filter(None, [scale])]
            self.demonstration = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)

    @property
    def _played(self) -> Path:
        return settings.HOME / "demonstration-done"

    def _watch(self) -> None:
        while not self.stopping:
            for child in self.children:
                self._keep(child)
            if self.demonstration and (code := self.demonstration.poll()) is not None:
                self.demonstration = None
                self._after_demonstration(code)
            time.sleep(0.2)

    def _keep(self, child: Child) -> None:
        if (code := child.died()) is not None:
            self._say(f"the {child.name} stopped (exit {code}); starting it again. See {child.log}")
        if child.due():
            child.start()

    def _after_demonstration(self, code: int) -> None:
        if code == 0:
            self._played.touch()
            self._say(f"the demonstration is over; the platform stays up on {self.url}")
            self._accounts()
        else:
            self._say(f"the demonstration broke off (exit {code}); it is tried again at the next start")

    def _accounts(self) -> None:
        """Ready-made accounts, as the demonstration left them in `accounts.json`: [{role, name, username, password}]."""
        path = settings.HOME / "accounts.json"
        if not path.exists():
            return
        self._say(f"accounts (log in on {self.url}/log-in/)")
        accounts = json.loads(path.read_text(encoding="utf-8"))
        wide = {key: max(len(account[key]) for account in accounts) for key in ("role", "username", "password")}
        for account in accounts:
            columns = "  ".join(account[key].ljust(width) for key, width in wide.items())
            self.stdout.write(f"    {columns}  {account['name']}")
        self.stdout.flush()

    # -- the end

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _down(self) -> None:
        if self.demonstration and self.demonstration.poll() is None:
            self.demonstration.terminate()
            self.demonstration.wait(15)
        if any(child.running for child in self.children):
            self._say("stopping")
        for child in reversed(self.children):
            child.stop()
        self._say("stopped; nothing is lost")

    def _say(self, words: str) -> None:
        self.stdout.write(f"==> {words}")
        self.stdout.flush()
