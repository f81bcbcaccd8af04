"""env.json: which machine and which client made a bid. A signal against collusion; the bidder is shown what it says.

Read where the system offers it without special rights; what cannot be read is left out. Nothing about people.
"""

import platform
import uuid
from pathlib import Path

from signing.rules.canonical import canonical
from signing.rules.inner_bid import ENVIRONMENT_FORMAT

VERSION = "0.1.0"
CLIENT = f"yangguang {VERSION} python"

_FILES = {
    "machine_id": "/etc/machine-id",
    "board": "/sys/class/dmi/id/board_name",
    "product": "/sys/class/dmi/id/product_name",
    "product_uuid": "/sys/class/dmi/id/product_uuid",
}
_MULTICAST = 1 << 40  # set in a number that Python made up because it found no address


def machine() -> dict[str, str]:
    """Name → text of what could be read: network address, system, processor, machine and board identifiers."""
    found = {"system": f"{platform.system()} {platform.machine()}", "processor": _processor()}
    node = uuid.getnode()
    if not node & _MULTICAST:
        found["mac"] = ":".join(f"{node:012x}"[place : place + 2] for place in range(0, 12, 2))
    for name, path in _FILES.items():
        found[name] = _first_line(Path(path))
    found["machine_id"] = found["machine_id"] or _windows_machine_id()
    return {name: text[:200] for name, text in found.items() if text}


def environment() -> bytes:
    """env.json's bytes."""
    return canonical({"format": ENVIRONMENT_FORMAT, "client": CLIENT, "machine": machine()})


def _first_line(path: Path) -> str:
    try:
        return path.read_text(errors="replace").partition("\n")[0].strip()
    except OSError:
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _windows_machine_id() -> str:
    try:
        import winreg
    except ImportError:
        return ""
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:  # type: ignore[attr-defined]
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])  # type: ignore[attr-defined]
    except OSError:
        return ""
