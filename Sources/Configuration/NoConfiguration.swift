/// What a person reads who starts bgpdeck before there is a configuration.
public enum NoConfiguration {
    /// Says where the file was looked for, how to see the console without one, and gives a file to copy.
    public static func text(path: String) -> String {
        """
        There is no configuration at \(path).

        To look at the console without one:
            bgpdeck demo                     a simulated fabric
            bgpdeck watch --from FOLDER      outputs that you saved on a jump host

        To watch your own fabric, write this file (mode 0600 is a good habit), then run: bgpdeck config check

        \(example)
        """
    }

    /// A small configuration that passes the check: one fabric, the paper's figure 2.
    public static let example = """
        contexts:
        - name: my-fabric
          apic: {controllers: [apic1.example.net, apic2.example.net], reach: ssh, user: admin}
          vrf: common:calico
          release: "4.2(3)"
          pod_subnets: [10.244.0.0/16]
          service_subnets: [10.96.0.0/12]
          racks:
          - {name: rack-1, as: 64500, leaves: [{id: 203, name: Leaf203}, {id: 204, name: Leaf204}]}
          nodes:
          - {name: calico-master-1, address: 192.168.2.1, as: 64501, rack: rack-1}
          - {name: calico-node-1, address: 192.168.2.9, as: 64502, rack: rack-1}
          node_reach: ssh
          node_ssh: {user: ops}
          kubeconfig: ~/.kube/config
          allow_changes: false
        theme: default

        """
}
