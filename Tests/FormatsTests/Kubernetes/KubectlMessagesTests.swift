import Formats
import Testing

@Suite struct KubectlMessagesTests {
    @Test(
        arguments: [
            ("Error from server (NotFound): nodes \"x\" not found", .notFound),
            ("Error from server (Forbidden): nodes \"x\" is forbidden: User \"ops\" cannot get", .forbidden),
            ("error: You must be logged in to the server (Unauthorized)", .unauthorised),
            (
                "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?",
                .connectionRefused
            ),
            ("Failed to get resources: resource does not exist: BGPPeer(x) with error: gone", .resourceDoesNotExist),
            ("failed to get resources: Resource does not exist: BGPPeer(x)", .resourceDoesNotExist),
            ("Failed to get resources: connection is unauthorized: bgppeers is forbidden", .unauthorised),
            ("Version mismatch.\nClient Version:   v3.29.0\nCluster Version:  v3.28.1", .versionMismatch),
            (
                "Unable to get Cluster Information to verify version mismatch: Get \"https://10.0.0.1:6443\": dial tcp "
                    + "10.0.0.1:6443: connect: connection refused\nUse --allow-version-mismatch to override.",
                .connectionRefused
            ),
            ("Error from server: error dialing backend: dial tcp 192.168.2.9:10250: connect: no route to host", .other),
            ("error: cannot exec into a container in a completed pod; current phase is Succeeded", .other),
        ] as [(String, KubectlMessages.Kind)])
    func classifies(_ text: String, _ kind: KubectlMessages.Kind) {
        let message = KubectlMessages.classify(text.octets)
        #expect(message?.kind == kind)
        #expect(message?.sentence == text.split(separator: "\n").first.map(String.init))
    }

    @Test func findsTheSentenceBehindLogLines() throws {
        let capture = try Capture("kubernetes/kubectl-drain.txt")
        let kinds: [(String, Int, KubectlMessages.Kind, String)] = [
            ("kubectl cordon calico-node-1", 3, .unauthorised, "error: You must be logged in to the server"),
            ("kubectl cordon calico-node-1", 4, .connectionRefused, "The connection to the server 127.0.0.1:18999"),
            ("kubectl cordon nosuch", 1, .notFound, "Error from server (NotFound)"),
        ]
        for (command, occurrence, kind, prefix) in kinds {
            let message = KubectlMessages.classify(capture.output(command, occurrence: occurrence))
            #expect(message?.kind == kind)
            #expect(message?.sentence.hasPrefix(prefix) == true)
        }
    }

    @Test func saysNothingOfWarningsAlone() {
        #expect(KubectlMessages.classify("".octets) == nil)
        #expect(KubectlMessages.classify("\nWarning: ignoring DaemonSet-managed Pods: a/b\n".octets) == nil)
    }
}
