import Testing

@Suite struct DesignPlaceholder {}
