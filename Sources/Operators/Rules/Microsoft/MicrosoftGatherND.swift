extension MicrosoftRules {
  /// The parts of the data that index vectors name.
  static let gatherND = delegating("GatherND", to: .gatherND, inputs: [0, 1])
}
