"""Debian packages and source packages, fetched into a folder without installing anything.

apt runs on state of its own, so neither root nor a change of the machine's sources is needed, and a package's start
scripts never run.
"""
from __future__ import annotations

import os
import subprocess
from pathlib import Path


class PackageError(Exception):
    """apt could not give what was asked."""


class PrivateApt:
    """apt with lists and sources in a folder of its own: the machine's Debian suites, source packages included."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.parts = root / "sources"
        for path in (self.parts, root / "lists" / "partial", root / "apt-cache" / "archives" / "partial"):
            path.mkdir(parents=True, exist_ok=True)
        config = root / "apt.conf"
        config.write_text(
            'Dir::Etc::sourcelist "/dev/null";\n'
            f'Dir::Etc::sourceparts "{self.parts}";\n'
            f'Dir::State::lists "{root / "lists"}";\n'
            f'Dir::Cache "{root / "apt-cache"}";\n'
            'Acquire::Languages "none";\nAcquire::Retries "3";\n', encoding="utf-8")
        self.environment = dict(os.environ, APT_CONFIG=str(config), DEBIAN_FRONTEND="noninteractive", LC_ALL="C")

    def update(self) -> None:
        """Reads the machine's Debian sources and fetches their lists."""
        written = 0
        for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
            stanzas = _debian_stanzas(path.read_text(encoding="utf-8"))
            if stanzas:
                (self.parts / path.name).write_text("\n".join(stanzas), encoding="utf-8")
                written += 1
        lists = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.list"))]
        for path in lists:
            lines = _debian_lines(path.read_text(encoding="utf-8")) if path.exists() else []
            if lines:
                (self.parts / path.name).with_suffix(".list").write_text("".join(lines), encoding="utf-8")
                written += 1
        if not written:
            raise PackageError("no Debian suite stands in /etc/apt: the control plane is built from Debian's packages")
        self._run(["apt-get", "-qq", "update"])

    def source_version(self, package: str) -> str:
        """The newest version of a source package, such as `1.20.5+really1.20.2-1.1+deb12u1`."""
        output = self._run(["apt-cache", "showsrc", package], check=False)
        versions = [line.split(" ", 1)[1].strip() for line in output.splitlines() if line.startswith("Version: ")]
        if not versions:
            raise PackageError(f"this machine's Debian suites have no source package {package} (Debian 12 has)")
        best = versions[0]
        for version in versions[1:]:
            if subprocess.run(["dpkg", "--compare-versions", version, "gt", best], check=False).returncode == 0:
                best = version
        return best

    def fetch_source(self, package: str, version: str, into: Path) -> list[Path]:
        """Downloads a source package's files."""
        into.mkdir(parents=True, exist_ok=True)
        self._run(["apt-get", "-qq", "source", "--download-only", f"{package}={version}"], cwd=into)
        return sorted(into.iterdir())

    def unpack(self, packages: list[str], into: Path) -> None:
        """Downloads binary packages and unpacks their files; their scripts do not run."""
        downloads = self.root / "debs"
        downloads.mkdir(exist_ok=True)
        self._run(["apt-get", "-qq", "download", *packages], cwd=downloads)
        into.mkdir(parents=True, exist_ok=True)
        for package in sorted(downloads.glob("*.deb")):
            self._run(["dpkg-deb", "--extract", str(package), str(into)])

    def _run(self, words: list[str], cwd: Path | None = None, check: bool = True) -> str:
        result = subprocess.run(
            words, cwd=cwd or self.root, env=self.environment, capture_output=True, text=True, check=False)
        if check and result.returncode != 0:
            said = (result.stderr or result.stdout).strip().splitlines()
            raise PackageError(f"{' '.join(words)}: {said[-1] if said else result.returncode}")
        return result.stdout


def _debian_stanzas(text: str) -> list[str]:
    """The stanzas of a deb822 file that name a Debian archive, with source packages asked for as well."""
    chosen = []
    for stanza in text.split("\n\n"):
        lines = [line for line in stanza.splitlines() if line and not line.startswith("#")]
        uris = " ".join(line for line in lines if line.lower().startswith("uris:"))
        if "debian" in uris and any(line.lower().startswith("types:") and "deb" in line for line in lines):
            kept = ["Types: deb deb-src" if line.lower().startswith("types:") else line for line in lines]
            chosen.append("\n".join(kept) + "\n")
    return chosen


def _debian_lines(text: str) -> list[str]:
    """The lines of a one-line-style file that name a Debian archive, each followed by its source line."""
    lines = []
    for line in text.splitlines():
        if line.startswith("deb ") and "debian" in line:
            lines += [line + "\n", "deb-src " + line[4:] + "\n"]
    return lines
