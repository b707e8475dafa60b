"""The machines that ssh reaches: every node, every leaf, and the controller; with throw-away keys."""
from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

from .network import APIC
from .run import NODE_VARIABLE, RUN_VARIABLE, LabError, Run, end, members, until, write

#: Where Debian's programs lie; birdc is in sbin, which is why sbin is not on a node's path.
_PATH = "/usr/local/bin:/usr/bin:/bin"
_LAB = Path(__file__).resolve().parent.parent


def hosts(run: Run) -> dict[str, str]:
    """Each machine's key by the name that ssh knows it by."""
    topology = run.topology
    names = {topology.controller: APIC}
    names |= {leaf.name: leaf.key for leaf in topology.leaves}
    return names | {node.name: node.name for node in topology.nodes}


def start_all(run: Run) -> None:
    """Makes keys and configurations, and starts a listener per machine."""
    folder = run.path / "ssh"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    (run.path / "home").mkdir(exist_ok=True)
    _key(folder / "id_ed25519")
    # All machines of a lab share one host key: they are one machine, and making keys costs time.
    _key(folder / "host_ed25519")
    shutil.copy(folder / "id_ed25519.pub", folder / "authorized_keys")
    public = (folder / "host_ed25519.pub").read_text().split()[:2]
    entries, known = [], []
    for name, key in hosts(run).items():
        write(folder / key / "sshd_config", _server(run, key))
        known.append(" ".join([name, *public]))
        entries.append(f"Host {name}\n  HostName 127.0.0.1\n  Port {run.port(f'ssh-{key}')}\n  HostKeyAlias {name}\n")
    write(folder / "known_hosts", "\n".join(known) + "\n", 0o600)
    write(folder / "config", _client(folder, entries), 0o600)
    for key in hosts(run).values():
        start(run, key, wait=False)
    for key in hosts(run).values():
        _ready(run, key)


def start(run: Run, key: str, wait: bool = True) -> None:
    """Starts a machine's listener on its own port, where it does not run."""
    if run.pid(f"sshd-{key}") is not None:
        return
    run.spawn(
        f"sshd-{key}",
        [sys.executable, "-m", "lab.sshhost", str(run.path), run.name, key, str(run.port(f"ssh-{key}"))])
    if wait:
        _ready(run, key)


def stop(run: Run, key: str) -> None:
    """Ends a machine's listener and all its connections."""
    run.stop(f"sshd-{key}")
    configuration = str(run.path / "ssh" / key / "sshd_config").encode()
    end([pid for pid in members(run.path) if configuration in _arguments(pid)])


def _arguments(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _ready(run: Run, key: str) -> None:
    def answers() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", run.port(f"ssh-{key}")), 2) as connection:
                connection.settimeout(2)
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False

    if not until(answers, 15, 0.05):
        raise LabError(f"sshd of {key} does not answer: see {run.log(f'sshd-{key}')}")


def _key(file: Path) -> None:
    if not file.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(file)], check=True)


def _server(run: Run, key: str) -> str:
    folder, node = run.path / "ssh", key in {node.name for node in run.topology.nodes}
    lines = [
        f"HostKey {folder}/host_ed25519", f"AuthorizedKeysFile {folder}/authorized_keys", "PermitRootLogin yes",
        "PubkeyAuthentication yes", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "UsePAM no",
        "StrictModes no", "UseDNS no", "PrintMotd no", "PrintLastLog no", "AllowStreamLocalForwarding yes",
        "PidFile none", "MaxSessions 100",
    ]
    variables = {RUN_VARIABLE: str(run.path), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(run.path / "home")}
    if node:
        variables |= {NODE_VARIABLE: key, "PATH": f"{run.path}/bin:{_PATH}"}
    else:
        lines.append(f"ForceCommand {sys.executable} {_LAB}/leaf-cli {key}")
    words = " ".join(f'{name}="{value}"' for name, value in variables.items())
    return "\n".join(lines + [f"SetEnv {words}"]) + "\n"


def _client(folder: Path, entries: list[str]) -> str:
    common = (
        f"Host *\n  User root\n  IdentityFile {folder}/id_ed25519\n  IdentitiesOnly yes\n"
        f"  UserKnownHostsFile {folder}/known_hosts\n  StrictHostKeyChecking yes\n  IPQoS none\n")
    return "\n".join([*entries, common])

