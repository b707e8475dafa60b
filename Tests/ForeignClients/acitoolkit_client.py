"""acitoolkit against simulated controllers: logs in, queries, posts, subscribes. Arguments: URL, password file, program,
control socket."""
import collections
import collections.abc
import json
import subprocess
import sys
import time

# acitoolkit 0.4 was written when these names still stood in collections.
for name in ("Iterable", "Mapping", "MutableMapping", "MutableSequence", "Sequence", "Callable"):
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

import acitoolkit.acitoolkit as aci  # noqa: E402

url, password_file, program, control = sys.argv[1:5]


def require(condition, what):
    if not condition:
        print("acitoolkit: " + what, file=sys.stderr)
        sys.exit(1)


session = aci.Session(url, "admin", open(password_file).read().strip())
require(session.login().ok, "login failed")

tenants = [tenant.name for tenant in aci.Tenant.get(session)]
require("prod" in tenants and "common" in tenants, "tenants are %s" % tenants)

nodes = session.get("/api/node/class/fabricNode.json").json()["imdata"]
require(len(nodes) == 5, "%d nodes instead of 5" % len(nodes))

entries = "/api/class/bgpPeerEntry.json?subscription=yes"
require(session.subscribe(entries, only_new=True).ok, "subscription failed")

peer = session.get("/api/class/bgpPeerP.json").json()["imdata"][0]["bgpPeerP"]["attributes"]
answer = session.push_to_apic(
    "/api/mo/%s.json" % peer["dn"], {"bgpPeerP": {"attributes": {"dn": peer["dn"], "adminSt": "disabled"}}})
require(answer.ok, "the change was refused: %s" % answer.text)

lost = set()
until = time.time() + 20
while time.time() < until and len(lost) < 2:
    while session.has_events(entries):
        for item in session.get_event(entries)["imdata"]:
            attributes = item["bgpPeerEntry"]["attributes"]
            if attributes.get("operSt") == "idle" and attributes["status"] == "modified":
                lost.add(attributes["dn"])
    time.sleep(0.05)
require(len(lost) == 2, "events of %d sessions instead of 2" % len(lost))
require(all(peer["addr"] in dn for dn in lost), "events of other sessions: %s" % lost)

bad = aci.Session(url, "admin", "wrong", subscription_enabled=False)
refusal = bad.session or __import__("requests").Session()
answer = refusal.post(
    url + "/api/aaaLogin.json", data=json.dumps({"aaaUser": {"attributes": {"name": "admin", "pwd": "wrong"}}}),
    verify=False)
require(answer.status_code == 401, "a wrong password gives %d" % answer.status_code)

subprocess.run([program, "simulate", "fault", "--control", control, "expire-tokens"], check=True, stdout=subprocess.DEVNULL)
time.sleep(0.5)
require(session.get("/api/class/fabricNode.json").ok, "no new login after the token had ended")
print("acitoolkit: logs in, queries, changes a peer, gets its events, logs in again")
