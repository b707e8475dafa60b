import Testing

@Suite struct SourcesPlaceholder {}
