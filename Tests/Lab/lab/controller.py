"""The simulated APIC over the lab's leaves: `bgpdeck simulate --state`, and the configuration that reads it by REST."""
from __future__ import annotations

from pathlib import Path

from .fabricstate import SOCKET
from .run import LabError, Run, until, write

_PACKAGE = Path(__file__).resolve().parents[3]
#: Its user, and a password that opens nothing but this instance's controllers.
USER, PASSWORD = "admin", "cisco"
TAG = "controller"


def start(run: Run, program: str | None = None) -> Path:
    """Starts the controllers where they do not run; gives the path of the configuration."""
    path = Path(program) if program else _PACKAGE / ".build" / "debug" / "bgpdeck"
    if not path.is_file():
        raise LabError(f"{path} is missing: run swift build")
    port, log = run.port(TAG), run.log(TAG)
    folder = run.path / "controller"
    if run.pid(TAG) is None:
        folder.mkdir(mode=0o700, exist_ok=True)
        write(folder / "password", PASSWORD + "\n", 0o600)
        log.unlink(missing_ok=True)
        run.spawn(TAG, [
            str(path), "simulate", "--state", f"{run.path}/{SOCKET}", "--listen", f"127.0.0.1:{port}", "--user", USER,
            "--password-file", f"{folder}/password", "--tls-folder", str(folder)])
        if not until(lambda: log.is_file() and "ready" in log.read_text(), 20, 0.1):
            raise LabError(f"no controller: {log.read_text().strip()[-200:] if log.is_file() else 'no log'}")
    own = (run.path / "config.yaml").read_text().splitlines()
    apic = (
        f"  apic: {{controllers: [127.0.0.1], port: {port}, reach: rest, user: {USER}, "
        f"password_file: {folder}/password, ca_file: {folder}/ca.pem}}")
    lines = [apic if line.startswith("  apic:") else line for line in own]
    file = run.path / "config-rest.yaml"
    write(file, "\n".join(lines) + "\n", 0o600)
    return file


def stop(run: Run) -> bool:
    """Ends them; False where they did not run."""
    return run.stop(TAG)
