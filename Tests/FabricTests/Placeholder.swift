import Testing

@Suite struct FabricPlaceholder {}
