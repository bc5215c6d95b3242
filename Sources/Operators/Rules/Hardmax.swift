extension OperatorRules {
  /// 1 where an element is the first greatest one along an axis, 0 elsewhere: one comparison per element.
  package static let hardmax = alongAxis("Hardmax", operations: 1)
}
