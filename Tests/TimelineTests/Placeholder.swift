import Testing

@Suite struct TimelinePlaceholder {}
