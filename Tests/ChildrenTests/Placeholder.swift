import Testing

@Suite struct ChildrenPlaceholder {}
