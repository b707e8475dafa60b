import Testing

/// SwiftPM does not stop a transitive import; this does.
@Suite struct ImportTests {
    @Test func readsEveryFormOfImport() {
        let source = #"""
            import A
            public import B
            @preconcurrency import C
            @testable internal import D
            @_spi(Some) public import struct E.F
            // import G
            /* import H
            import I */
            let text = "import J"
            let more = """
            import K
            """
              import L
            #if canImport(M)
            private import M
            #endif
            """#
        #expect(SwiftText(source).imports == ["A", "B", "C", "D", "E", "L", "M"])
    }

    @Test func everyTargetHasARow() {
        #expect(Set(Sources.targets) == Set(House.rooms.keys))
        #expect(Sources.files.count > 20, "the sources were not found under \(Sources.root)")
    }

    @Test func everyImportIsAllowed() {
        for file in Sources.files {
            guard let room = House.rooms[file.target] else { continue }
            for module in file.code.imports {
                let isAllowed = House.common.contains(module) || room.imports.contains(module)
                #expect(isAllowed, "\(file.path): \(file.target) imports \(module)")
            }
        }
    }

    @Test func reservedModulesStayInTheirRoom() {
        for file in Sources.files {
            for module in file.code.imports {
                guard let rooms = House.reserved[module] else { continue }
                #expect(rooms.contains(file.target), "\(file.path) imports \(module)")
            }
        }
    }

    @Test func theTableOnlyPointsDown() {
        for (name, room) in House.rooms {
            for other in room.imports {
                guard let below = House.rooms[other] else { continue }
                let isDown = below.floor < room.floor
                let isSideways = below.floor == room.floor && House.sideways.contains("\(name) \(other)")
                #expect(isDown || isSideways, "\(name) (floor \(room.floor)) may import \(other) (\(below.floor))")
            }
        }
    }
}
