"""The Kubernetes half on its own, alive: figure 2 with a real control plane and a BIRD per node that has no cables.

    python3 -B -m unittest -v tests.live_cluster      (in Tests/Lab, as root)

Takes about two minutes; starts an instance `check-kube` and removes it.
"""
from __future__ import annotations

import json
import os
import subprocess
import time
import unittest
from ipaddress import IPv4Address
from pathlib import Path

from lab import cluster, speaker
from lab.kubernetes import control_plane, external, workloads
from lab.run import ROOT, Run, end, members, remove, until
from lab.topology import named

FIGURE = named("figure-2")
NODES = [node.name for node in FIGURE.nodes]
MASTER, WORKER, LAST = NODES
RANGE, FRONTEND = "route 10.96.0.0/12 blackhole;", "route 10.96.142.7/32 blackhole;"
EXCLUDE = "node.kubernetes.io/exclude-from-external-load-balancers"
BIN = Path(__file__).resolve().parent.parent / "bin"
#: What bgpdeck asks of the cluster.
READ = [
    "nodes", "services", "endpointslices.discovery.k8s.io", "poddisruptionbudgets.policy", "pods",
    "bgppeers.crd.projectcalico.org", "bgpconfigurations.crd.projectcalico.org",
    "blockaffinities.crd.projectcalico.org"]


@unittest.skipUnless(os.geteuid() == 0, "needs root, for network namespaces")
class LiveClusterTests(unittest.TestCase):
    """One instance for all tests; each leaves it as it was."""

    run_: Run
    first_pods: list[dict]

    @classmethod
    def setUpClass(cls) -> None:
        cls.run_ = run = Run("check-kube", FIGURE)
        cls.tearDownClass()
        run.update_state(figure=FIGURE.name, name=run.name)
        cluster.start(run)
        cls.first_pods = cluster.admin(run).items("/api/v1/pods")
        for node in FIGURE.nodes:
            folder = run.node(node.name)
            words = ["unshare", "-n", speaker.BIRD, "-R", "-f", "-s", f"{folder}/bird.ctl", "-c", f"{folder}/bird.cfg"]
            run.spawn(speaker.tag(node), words, pid_file=folder / "bird.pid")
        assert until(lambda: all(speaker.answers(run, node) for node in FIGURE.nodes), 20)

    @classmethod
    def tearDownClass(cls) -> None:
        path = ROOT / "check-kube"
        end(members(path))
        remove(path)

    def kubectl(self, *words: str, user: str = "full") -> subprocess.CompletedProcess[str]:
        """kubectl as one of the users."""
        program = os.path.join(self.run_.state["programs"], "kubectl")
        config = control_plane.kubeconfig(self.run_.path, user)
        return subprocess.run(
            [program, f"--kubeconfig={config}", *words], capture_output=True, text=True, timeout=120, check=False)

    def calicoctl(
        self, *words: str, user: str = "full", node: str | None = None, text: str = "", **extra: str
    ) -> subprocess.CompletedProcess[str]:
        """calicoctl as one of the users, or on a node."""
        environment = self.run_.environment(
            node, {"KUBECONFIG": str(control_plane.kubeconfig(self.run_.path, user)), **extra})
        return subprocess.run(
            [str(BIN / "calicoctl"), *words], input=text, env=environment, capture_output=True, text=True, timeout=60,
            check=False)

    def config(self, node: str) -> str:
        """A node's bird.cfg."""
        return (self.run_.node(node) / "bird.cfg").read_text()

    def comes(self, what: str, condition, seconds: float = 15) -> None:
        """That something comes about."""
        self.assertTrue(until(condition, seconds), what)

    def test_pods_have_addresses_of_their_nodes_blocks(self) -> None:
        pods = json.loads(self.kubectl("get", "pods", "-A", "-o", "json").stdout)["items"]
        counted = sum(item.replicas for item in workloads.deployments(FIGURE)) + 2 * len(NODES)
        self.assertEqual(len(pods), counted)
        seen: set[str] = set()
        for pod in pods:
            node = FIGURE.node(pod["spec"]["nodeName"])
            address = pod["status"]["podIP"]
            if pod["spec"].get("hostNetwork"):
                self.assertEqual(address, node.address)
            else:
                self.assertTrue(any(IPv4Address(address) in block for block in node.blocks), address)
                self.assertNotIn(address, seen)
                seen.add(address)

    def test_pods_begin_where_the_simulators_are(self) -> None:
        found: dict[str, list[str]] = {}
        for pod in self.first_pods:
            found.setdefault(pod["metadata"]["name"].rsplit("-", 2)[0], []).append(pod["spec"]["nodeName"])
        for name, nodes in workloads.placed(FIGURE).items():
            self.assertEqual(sorted(found[name]), sorted(nodes), name)

    def test_cordon_changes_nothing_and_drain_withdraws_the_local_address(self) -> None:
        before = self.config(LAST)
        self.assertIn(FRONTEND, before)
        self.addCleanup(self.kubectl, "uncordon", LAST)
        self.assertEqual(self.kubectl("cordon", LAST).stdout, f"node/{LAST} cordoned\n")
        self.assertEqual(self.config(LAST), before)
        drained = self.kubectl("drain", LAST, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s")
        self.assertEqual(drained.returncode, 0, drained.stderr)
        self.assertRegex(drained.stdout, f"node/{LAST} (drained|evicted)\n$")
        self.comes("the address leaves", lambda: FRONTEND not in self.config(LAST))
        self.assertIn(RANGE, self.config(LAST))
        self.comes("BIRD has withdrawn it", lambda: "10.96.142.7" not in self.bird(LAST, "show route"))
        self.kubectl("uncordon", LAST)
        for count in ("0", "3"):
            self.kubectl("scale", "-n", "gb", "deployment/frontend", f"--replicas={count}", user="admin")
            self.comes(f"{count} frontends", lambda: all(
                (FRONTEND in self.config(node)) == (count == "3") for node in NODES), 60)

    def bird(self, node: str, command: str) -> str:
        """BIRD's answer."""
        return speaker.ask(self.run_, FIGURE.node(node), command)

    def test_exclude_label_withdraws_all_services_and_no_block(self) -> None:
        self.kubectl("label", "node", WORKER, f"{EXCLUDE}=true")
        self.comes("services leave", lambda: RANGE not in self.config(WORKER))
        self.assertNotIn(FRONTEND, self.config(WORKER))
        self.assertIn(f"route {FIGURE.node(WORKER).blocks[0]} blackhole;", self.config(WORKER))
        self.assertIn(RANGE, self.config(MASTER))
        self.kubectl("label", "node", WORKER, f"{EXCLUDE}-")
        self.comes("services are back", lambda: FRONTEND in self.config(WORKER))

    def test_traffic_policy(self) -> None:
        for policy, here in (("Cluster", False), ("Local", True)):
            change = json.dumps({"spec": {"externalTrafficPolicy": policy}})
            self.kubectl("patch", "service", "frontend", "-n", "gb", "-p", change, user="admin")
            self.comes(policy, lambda: all((FRONTEND in self.config(node)) == here for node in NODES))

    def test_external_addresses(self) -> None:
        api = cluster.admin(self.run_)
        self.addCleanup(external.remove, api)
        here, wide = "route 203.0.113.10/32 ", ("route 203.0.113.0/24 ", "route 198.51.100.0/24 ")
        external.add(api)
        self.comes("ranges everywhere", lambda: all(
            route in self.config(node) for node in NODES for route in wide))
        self.comes("the Local one where an endpoint is", lambda: all(
            (here in self.config(node)) == (FRONTEND in self.config(node)) for node in NODES))
        self.assertNotIn("198.51.100.7/32", self.config(MASTER))
        external.remove(api)
        self.comes("all gone", lambda: not any(route in self.config(MASTER) for route in (*wide, here)))

    def test_peers_by_calicoctl(self) -> None:
        document = (
            "apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata:\n  name: \"spare\"\nspec:\n"
            f"  node: \"{MASTER}\"\n  peerIP: \"192.168.2.3:1790\"\n  asNumber: 64999\n")
        protocol = "protocol bgp Node_192_168_2_3_port_1790 "
        applied = self.calicoctl("apply", "-f", "-", text=document)
        self.assertEqual(applied.stdout, "Successfully applied 1 'BGPPeer' resource(s)\n", applied.stderr)
        self.comes("a protocol more", lambda: protocol in self.config(MASTER))
        self.comes("BIRD knows it", lambda: "Node_192_168_2_3_port_1790" in self.bird(MASTER, "show protocols"))
        self.assertNotIn(protocol, self.config(WORKER))
        time.sleep(1)
        told, written = _reloaded(self.bird(MASTER, "show status")), self.run_.log("confd").read_text()
        self.calicoctl("apply", "-f", "-", text=document)
        time.sleep(2)
        self.assertEqual(self.run_.log("confd").read_text(), written)
        self.assertEqual(_reloaded(self.bird(MASTER, "show status")), told)
        self.assertIn("spare                     192.168.2.3:1790   calico-master-1   64999   \n",
                      self.calicoctl("get", "bgppeer").stdout)
        self.assertEqual(
            self.calicoctl("delete", "bgppeer", "spare").stdout, "Successfully deleted 1 'BGPPeer' resource\n")
        self.comes("and it goes", lambda: protocol not in self.config(MASTER))
        missing = self.calicoctl("get", "bgppeer", "spare")
        self.assertEqual((missing.returncode, missing.stdout), (1, ""))
        self.assertIn("resource does not exist: BGPPeer(spare) with error:", missing.stderr)

    def test_node_as(self) -> None:
        change = {"spec": {"bgp": {"asNumber": 65111}}}
        patched = self.calicoctl("patch", "node", WORKER, "--patch", json.dumps(change))
        self.assertEqual(patched.stdout, "Successfully patched 1 'Node' resource\n", patched.stderr)
        self.comes("another AS", lambda: "local as 65111;" in self.config(WORKER))
        shown = json.loads(self.calicoctl("get", "node", WORKER, "-o", "json").stdout)
        self.assertEqual(shown["spec"]["bgp"]["asNumber"], 65111)
        change["spec"]["bgp"]["asNumber"] = FIGURE.node(WORKER).asn
        self.calicoctl("patch", "node", WORKER, "-p", json.dumps(change))
        self.comes("its own again", lambda: "local as 64502;" in self.config(WORKER))

    def test_mesh(self) -> None:
        path = "/apis/crd.projectcalico.org/v1/bgpconfigurations/default"
        api = cluster.admin(self.run_)
        api.patch(path, {"spec": {"nodeToNodeMeshEnabled": True}})
        self.comes("mesh", lambda: "protocol bgp Mesh_192_168_2_9 " in self.config(MASTER))
        api.patch(path, {"spec": {"nodeToNodeMeshEnabled": False}})
        self.comes("no mesh", lambda: "Mesh_" not in self.config(MASTER))

    def test_users(self) -> None:
        for resource in READ:
            for user in ("full", "read-only"):
                asked = self.kubectl("get", resource, "-A", "-o", "json", user=user)
                self.assertEqual(asked.returncode, 0, asked.stderr)
                self.assertTrue(json.loads(asked.stdout)["items"], resource)
            refused = self.kubectl("get", resource, "-A", "-o", "json", user="none")
            self.assertEqual(refused.returncode, 1)
            self.assertIn("Error from server (Forbidden)", refused.stderr)
        for words in (["cordon", LAST], ["label", "node", LAST, "a=b"]):
            self.assertRegex(self.kubectl(*words, user="read-only").stderr, r"forbidden: User \"viewer\" cannot patch")
        peer = '{"kind": "BGPPeer", "metadata": {"name": "x"}, "spec": {"peerIP": "192.168.2.4", "asNumber": 1}}'
        refused = self.calicoctl("apply", "-f", "-", user="read-only", text=peer)
        self.assertEqual(refused.returncode, 1)
        self.assertTrue(refused.stderr.startswith(
            "Failed to apply 'BGPPeer' resource: [connection is unauthorized: bgppeers.crd.projectcalico.org"),
            refused.stderr)

    def test_exec(self) -> None:
        pod = self.calico_pod(MASTER)
        words = ["exec", "-n", "calico-system", pod, "-c", "calico-node", "--", "birdcl", "-r", "-v", "show", "status"]
        told = self.kubectl(*words)
        self.assertEqual(told.returncode, 0, told.stderr)
        lines = told.stdout.splitlines()
        self.assertEqual(lines[0][:5] + lines[0][-6:], "0001 ready.")
        self.assertEqual(lines[1], "0016 Access restricted")
        self.assertIn(f"1011-Router ID is {FIGURE.node(MASTER).address}", lines)
        failed = self.kubectl(*words[:6], "--", "birdcl", "-s", "/nowhere", "show", "status")
        self.assertEqual(failed.returncode, 1)
        self.assertEqual(
            failed.stderr, "Unable to connect to server control socket (/nowhere): No such file or directory"
            "command terminated with exit code 1\n")
        self.assertIn('cannot create resource "pods/exec"', self.kubectl(*words, user="read-only").stderr)

    def calico_pod(self, node: str) -> str:
        """The name of calico-node's pod on a node."""
        words = ["get", "pods", "-n", "calico-system", "-l", "k8s-app=calico-node", "--field-selector",
                 f"spec.nodeName={node}", "-o", "name"]
        return self.kubectl(*words).stdout.strip().removeprefix("pod/")

    def test_node_status(self) -> None:
        old = self.calicoctl("node", "status", node=MASTER)
        self.assertEqual(old.returncode, 0, old.stderr)
        lines = old.stdout.splitlines()
        self.assertEqual(lines[:3], ["Calico process is running.", "", "IPv4 BGP status"])
        self.assertEqual([line.split(" | ")[0] for line in lines if "node specific" in line],
                         ["| 192.168.2.4 ", "| 192.168.2.5 "])
        new = self.calicoctl("node", "status", node=MASTER, BGPDECK_LAB_CALICOCTL_VERSION="v3.33.0")
        self.assertIn("| PEER ADDRESS | PEER TYPE     | STATE | SINCE    | INFO", new.stdout)

    def test_version_mismatch(self) -> None:
        told = self.calicoctl("get", "bgppeer", BGPDECK_LAB_CALICOCTL_VERSION="v3.28.1")
        self.assertEqual(told.returncode, 1)
        self.assertEqual(
            told.stderr, "Version mismatch.\nClient Version:   v3.28.1\nCluster Version:  v3.29.0\n"
            "Use --allow-version-mismatch to override.\n")
        words = ("get", "bgppeer", "--allow-version-mismatch")
        self.assertEqual(self.calicoctl(*words, BGPDECK_LAB_CALICOCTL_VERSION="v3.28.1").returncode, 0)

    def test_calico_nodes_pod_takes_bird_with_it(self) -> None:
        folder, old = self.run_.node(WORKER), self.calico_pod(WORKER)
        before = int((folder / "bird.pid").read_text())
        # Without its namespace BIRD cannot come back, so only its end is seen here.
        self.kubectl("delete", "pod", "-n", "calico-system", old, "--wait=false", user="admin")
        self.comes("BIRD is gone", lambda: not Path(f"/proc/{before}/cmdline").exists()
                   or not Path(f"/proc/{before}/cmdline").read_bytes())
        self.comes("another pod", lambda: self.calico_pod(WORKER) not in ("", old))
        node = FIGURE.node(WORKER)
        words = ["unshare", "-n", speaker.BIRD, "-R", "-f", "-s", f"{folder}/bird.ctl", "-c", f"{folder}/bird.cfg"]
        self.run_.spawn(speaker.tag(node), words, pid_file=folder / "bird.pid")

    def test_api_server_down_and_back(self) -> None:
        before = {node: self.config(node) for node in NODES}
        self.run_.stop("kube-apiserver")
        gone = self.calicoctl("get", "bgppeer")
        self.assertRegex(gone.stderr, "^Unable to get Cluster Information to verify version mismatch: Get \"https://.*"
                         "connect: connection refused\nUse --allow-version-mismatch to override.\n$")
        self.assertIn("did you specify the right host or port", self.kubectl("get", "nodes").stderr)
        control_plane.restart(self.run_, "kube-apiserver")
        self.assertEqual({node: self.config(node) for node in NODES}, before)
        self.kubectl("label", "node", WORKER, f"{EXCLUDE}=true")
        self.comes("confd follows again", lambda: RANGE not in self.config(WORKER), 30)
        self.kubectl("label", "node", WORKER, f"{EXCLUDE}-")
        self.comes("services are back", lambda: RANGE in self.config(WORKER))

    def test_silent_node_becomes_not_ready(self) -> None:
        mark = self.run_.node(LAST) / "kubelet.stopped"
        mark.touch()
        ready = ["get", "node", LAST, "-o", 'jsonpath={.status.conditions[?(@.type=="Ready")].status}']
        self.comes("unknown", lambda: self.kubectl(*ready).stdout == "Unknown", 90)
        self.comes("no Local address", lambda: FRONTEND not in self.config(LAST))
        mark.unlink()
        self.comes("ready", lambda: self.kubectl(*ready).stdout == "True", 30)
        self.comes("address again", lambda: FRONTEND in self.config(LAST), 30)


def _reloaded(status: str) -> str:
    """BIRD's time of the last reconfiguration."""
    return next(line for line in status.splitlines() if "Last reconfiguration" in line)


if __name__ == "__main__":
    unittest.main()
