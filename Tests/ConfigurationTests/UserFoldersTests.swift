import Configuration
import FoundationEssentials
import Testing

@Suite struct UserFoldersTests {
    @Test func followsXDG() throws {
        let folders = try #require(
            UserFolders(environment: [
                "HOME": "/home/ops/", "XDG_CONFIG_HOME": "/etc/ops", "XDG_STATE_HOME": "relative",
            ]))
        #expect(folders.configurationFile == "/etc/ops/bgpdeck/config.yaml")
        #expect(folders.state == "/home/ops/.local/state/bgpdeck")
        #expect(folders.themes == "/home/ops/.local/share/bgpdeck/themes")
        #expect(folders.rows.map(\.name) == ["configuration", "state", "themes"])
    }

    @Test func withoutAHomeThereIsNothing() {
        #expect(UserFolders(environment: [:]) == nil)
        #expect(UserFolders(environment: ["HOME": ""]) == nil)
    }

    @Test func expandsPaths() throws {
        let folders = try #require(UserFolders(environment: ["HOME": "/home/ops"]))
        #expect(folders.expand("~/a", relativeTo: "/x") == "/home/ops/a")
        #expect(folders.expand("~", relativeTo: "/x") == "/home/ops")
        #expect(folders.expand("a/b", relativeTo: "/x") == "/x/a/b")
        #expect(folders.expand("/a", relativeTo: "/x") == "/a")
        #expect(folders.expand("~other", relativeTo: "/x") == "/x/~other")
    }
}

@Suite struct PasswordFileTests {
    @Test func readsTheFirstLine() throws {
        let folder = try Temporary()
        #expect(try PasswordFile.read(path: folder.write("a", "secret\r\nmore\n")) == "secret")
        #expect(try PasswordFile.read(path: folder.write("b", "secret", mode: 0o400)) == "secret")
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o700])
    func refusesOpenModes(mode: Int) throws {
        let folder = try Temporary()
        let path = try folder.write("mode", "secret", mode: mode)
        let refusal = #expect(throws: PasswordRefusal.self) { try PasswordFile.read(path: path) }
        #expect(refusal?.description.contains("chmod 600") == true)
        #expect(refusal?.description.contains("secret") == false)
    }

    @Test func refusesWhatIsNoPassword() throws {
        let folder = try Temporary()
        let empty = try folder.write("empty", "\n")
        let long = try folder.write("long", String(repeating: "x", count: 5000))
        for path in [empty, long, folder.path, folder.path + "/missing"] {
            #expect(throws: PasswordRefusal.self) { try PasswordFile.read(path: path) }
        }
    }
}
