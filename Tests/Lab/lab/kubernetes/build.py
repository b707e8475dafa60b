"""The control plane, built from Debian's source package and kept in the cache.

Servers are compiled from the package `kubernetes`; etcd, kubectl and the Go compiler are taken out of Debian's binary
packages without installing them. Takes some minutes of processor time once; an interrupted build begins anew.
"""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

from . import cache
from .debian import PrivateApt

#: Raised when the recipe changes, so that what an older one built is not used.
RECIPE = 1
SERVERS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
_GO_PACKAGES = ["golang-1.19-go", "golang-1.19-src"]
#: Replaces a vendored library that reads Go's maps in a way that Go 1.18 ended; without it the API server crashes as
#: soon as it decodes an object of a custom kind.
_REFLECT = "golang-github-modern-go-reflect2-dev"
_PREFIX, _SUFFIX = "kubernetes-", f"-r{RECIPE}"
_TAG = b"+k8s:openapi-gen="
#: Packages whose types belong to samples and tests, not to the API server.
_SAMPLES = re.compile(r"/_?examples?/|/sample-|/apis/(example2?|testapigroup)/")


class BuildError(Exception):
    """The control plane could not be built; the text says where the log is."""


def cached() -> Path | None:
    """The folder of programs that is there already."""
    return cache.newest(_PREFIX, _SUFFIX)


def prepare() -> Path:
    """The folder with etcd, kubectl and the servers, built if it is not there."""
    found = cached()
    if found:
        return found
    with cache.lock():
        found = cached()
        if found:
            return found
        with cache.building() as temporary:
            return _build(temporary)


def _build(temporary: Path) -> Path:
    started = time.monotonic()
    apt = PrivateApt(temporary)
    apt.update()
    version = apt.source_version("kubernetes")
    _say(f"building the control plane of Kubernetes {version}, once; this takes some minutes")
    unpacked = temporary / "unpacked"
    apt.unpack([*_GO_PACKAGES, _REFLECT, "etcd-server", "kubernetes-client"], unpacked)
    tree = _source_tree(apt, version, temporary)
    vendored = tree / "vendor" / "github.com" / "modern-go" / "reflect2"
    shutil.rmtree(vendored)
    shutil.copytree(unpacked / "usr/share/gocode/src/github.com/modern-go/reflect2", vendored)
    done = temporary / "done"
    done.mkdir()
    for program in ("etcd", "kubectl"):
        shutil.copy2(unpacked / "usr" / "bin" / program, done / program)
    with open(cache.folder() / "build.log", "wb") as log:
        compiler = _Compiler(unpacked / "usr" / "lib" / "go-1.19", temporary, tree, log)
        compiler.generate_openapi()
        compiler.build(done, [f"./cmd/{server}" for server in SERVERS], _version_flags(version))
    dictionary = tree / "vendor/github.com/docker/spdystream/spdy/dictionary.go"
    shutil.copy2(dictionary, done / "spdy-dictionary.go")
    made = cache.publish(done, f"{_PREFIX}{version}{_SUFFIX}")
    _say(f"built in {time.monotonic() - started:.0f} s: {made}")
    return made


def _source_tree(apt: PrivateApt, version: str, temporary: Path) -> Path:
    """Unpacks the sources where GOPATH mode looks for them.

    Debian's patches concern kubectl alone, which is taken ready-made.
    """
    files = apt.fetch_source("kubernetes", version, temporary / "source")
    archive = next(path for path in files if ".orig.tar." in path.name)
    parent = temporary / "go" / "src" / "k8s.io"
    parent.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        tar.extractall(parent, filter="tar") if hasattr(tarfile, "tar_filter") else tar.extractall(parent)
    tree = next(parent.iterdir()).rename(parent / "kubernetes")
    shutil.rmtree(temporary / "source")
    return tree


def _version_flags(version: str) -> str:
    """Linker flags by which the servers tell their version: `1.20.5+really1.20.2-1.1` is 1.20.2."""
    really = re.search(r"really(\d+)\.(\d+)\.(\d+)", version) or re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if not really:
        raise BuildError(f"no version can be read from {version}")
    major, minor, patch = really.groups()
    flags = ["-s", "-w"]
    for package in ("component-base/version", "client-go/pkg/version"):
        name = f"k8s.io/kubernetes/vendor/k8s.io/{package}"
        flags += ["-X", f"{name}.gitVersion=v{major}.{minor}.{patch}"]
        flags += ["-X", f"{name}.gitMajor={major}", "-X", f"{name}.gitMinor={minor}"]
    return " ".join(flags)


class _Compiler:
    """Go in GOPATH mode on a tree of sources, with no trace outside the temporary folder."""

    def __init__(self, root: Path, temporary: Path, tree: Path, log) -> None:
        self.temporary, self.tree, self.log = temporary, tree, log
        self.go = str(root / "bin" / "go")
        self.environment = {
            "PATH": f"{root / 'bin'}:{os.environ.get('PATH', '')}", "HOME": str(temporary), "GOROOT": str(root),
            "GOPATH": str(temporary / "go"), "GOCACHE": str(temporary / "go-cache"), "GO111MODULE": "off",
            "CGO_ENABLED": "0", "TMPDIR": str(temporary), "GOFLAGS": "", "LC_ALL": "C"}

    def build(self, into: Path, packages: list[str], linker: str = "") -> None:
        """Compiles packages of the tree into programs of a folder."""
        self._run([self.go, "build", "-ldflags", linker, "-o", f"{into}/", *packages])

    def generate_openapi(self) -> None:
        """Makes the one generated file that the source package lacks."""
        tools = self.temporary / "tools"
        tools.mkdir()
        self.build(tools, ["./vendor/k8s.io/kube-openapi/cmd/openapi-gen"])
        self._run([
            str(tools / "openapi-gen"), "-O", "zz_generated.openapi", "-h",
            "hack/boilerplate/boilerplate.generatego.txt", "-i", ",".join(self._tagged_packages()), "-p",
            "k8s.io/kubernetes/pkg/generated/openapi", "-r", str(self.temporary / "openapi.report")])

    def _tagged_packages(self) -> list[str]:
        """The packages that ask for it, by the paths under which the API server imports them."""
        packages = set()
        for top, replacement in (("staging/src", "k8s.io/kubernetes/vendor"), ("pkg", "k8s.io/kubernetes/pkg")):
            for path in (self.tree / top).rglob("*.go"):
                name = f"{replacement}/{path.parent.relative_to(self.tree / top)}"
                if name not in packages and not _SAMPLES.search(name + "/") and _TAG in path.read_bytes():
                    packages.add(name)
        return sorted(packages)

    def _run(self, words: list[str]) -> None:
        self.log.write(f"+ {' '.join(words)[:400]}\n".encode())
        self.log.flush()
        result = subprocess.run(
            ["setpriv", "--pdeathsig", "TERM", "nice", "-n", "5", *words], cwd=self.tree, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, check=False)
        if result.returncode != 0:
            raise BuildError(f"{Path(words[0]).name} ended with {result.returncode}: see {self.log.name}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
