import Testing

@Suite struct CorrelationPlaceholder {}
