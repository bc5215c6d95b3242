/// `DeviceConfigurationProto`: devices that nodes can be put on, under a name.
package enum DeviceConfiguration: Hashable, Sendable {
  /// The whole message as a file has it, as wire bytes.
  case wire([UInt8])
  /// What a text says. The count is written where it is given.
  case named(String, count: Int?, devices: [String])
}

/// `NodeDeviceConfigurationProto`: where a node runs.
package enum NodeDeviceConfiguration: Hashable, Sendable {
  /// The whole message as a file has it, as wire bytes; with its sharding, which has no other place yet.
  case wire([UInt8])
  /// The name of one of the model's configurations.
  case named(String, pipelineStage: Int?)
}
