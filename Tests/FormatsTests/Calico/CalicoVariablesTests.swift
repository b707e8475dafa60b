import Fabric
import Formats
import Testing

/// The environment of calico-node's DaemonSet, as `kubectl get daemonsets.apps -A -o json` prints it; the shape is that of
/// Calico's own manifest (manifests/calico.yaml).
@Suite struct CalicoVariablesTests {
    private func list(_ variables: String, name: String = "calico-node", container: String = "calico-node") -> [UInt8] {
        Array(
            """
            {"apiVersion": "v1", "kind": "List", "items": [
              {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "kube-proxy", "namespace": "kube-system"},
               "spec": {"template": {"spec": {"containers": [{"name": "kube-proxy"}]}}}},
              {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "\(name)", "namespace": "kube-system"},
               "spec": {"template": {"spec": {"containers": [
                 {"name": "install-cni", "env": [{"name": "AS", "value": "1"}]},
                 {"name": "\(container)", "env": [
                   {"name": "NODENAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}, \(variables)]}
               ]}}}}]}
            """.utf8)
    }

    @Test func whatIsSetIsTold() throws {
        let read = Calico.variables(
            list(
                """
                {"name": "CALICO_ADVERTISE_CLUSTER_IPS", "value": "10.96.0.0/12, fd00:96::/112"},
                {"name": "AS", "value": "64512"}, {"name": "CALICO_ROUTER_ID", "value": "hash"}
                """))
        #expect(read.diagnostics.isEmpty)
        let variables = try #require(read.value)
        #expect(variables.daemonSet.description == "kube-system/calico-node")
        #expect(variables.advertisedClusterIPs?.map(\.description) == ["10.96.0.0/12", "fd00:96::/112"])
        #expect(variables.asn == ASN(64512))
        #expect(variables.routerID == "hash")
    }

    @Test(arguments: [
        #"{"name": "IP", "value": "autodetect"}"#, #"{"name": "CALICO_ADVERTISE_CLUSTER_IPS", "value": ""}"#,
        #"{"name": "CALICO_ADVERTISE_CLUSTER_IPS", "valueFrom": {"configMapKeyRef": {"name": "x", "key": "y"}}}"#,
    ])
    func whatIsNotSetIsNil(_ variable: String) throws {
        let variables = try #require(Calico.variables(list(variable)).value)
        #expect(variables.advertisedClusterIPs == nil)
        #expect(variables.asn == nil && variables.routerID == nil)
    }

    @Test func aValueThatCannotBeReadIsSaid() throws {
        let read = Calico.variables(list(#"{"name": "CALICO_ADVERTISE_CLUSTER_IPS", "value": "10.96.0.0/12,ten"}"#))
        #expect(read.value?.advertisedClusterIPs?.map(\.description) == ["10.96.0.0/12"])
        #expect(read.diagnostics.count == 1)
        #expect(read.diagnostics.first?.message.contains("CALICO_ADVERTISE_CLUSTER_IPS") == true)
    }

    @Test func othersDaemonSetsAreNone() {
        #expect(Calico.variables(list("{}", name: "calico-node-windows")).value == nil)
    }
}
