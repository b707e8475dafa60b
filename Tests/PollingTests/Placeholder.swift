import Testing

@Suite struct PollingPlaceholder {}
