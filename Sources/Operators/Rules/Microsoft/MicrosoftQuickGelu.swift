extension MicrosoftRules {
  /// x · sigmoid(αx): three operations per element, two products and the sigmoid.
  static let quickGelu = alike("QuickGelu", operations: 3).pruned { $0.keepAxes() }
}
