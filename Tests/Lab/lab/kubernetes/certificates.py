"""The instance's own certificate authority and what it signs, made by openssl."""
from __future__ import annotations

import subprocess
from pathlib import Path

_CONFIG = """[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[serving]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
"""


def make(folder: Path, instance: str) -> None:
    """Writes `ca`, `apiserver`, `kubelet` and `kubelet-client` (`.crt` and `.key`) and `sa.key` into a folder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = folder / "openssl.cnf"
    config.write_text(_CONFIG, encoding="ascii")
    _certificate(folder, "ca", f"bgpdeck lab {instance}", "authority", [])
    signed = ["-CA", str(folder / "ca.crt"), "-CAkey", str(folder / "ca.key")]
    _certificate(folder, "apiserver", "kube-apiserver", "serving", signed)
    _certificate(folder, "kubelet", "kubelet", "serving", signed)
    _certificate(folder, "kubelet-client", "kube-apiserver-kubelet-client", "client", signed)
    _openssl(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(folder / "sa.key")])


def _certificate(folder: Path, name: str, subject: str, extensions: str, signed: list[str]) -> None:
    _openssl([
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "365", "-config",
        str(folder / "openssl.cnf"), "-subj", f"/CN={subject}", "-extensions", extensions, "-keyout",
        str(folder / f"{name}.key"), "-out", str(folder / f"{name}.crt"), *signed])


def _openssl(words: list[str]) -> None:
    result = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"openssl {words[0]}: {result.stderr.strip()}")
