/// `DeviceConfigurationProto`: devices that nodes can be put on, under a name.
package enum DeviceConfiguration: Hashable, Sendable {
  /// The whole message as a file has it, as wire bytes, where it holds fields that this version does not know.
  case wire([UInt8])
  /// The count is written where it is given.
  case named(String, count: Int?, devices: [String])
}

/// `NodeDeviceConfigurationProto`: where a node runs.
package enum NodeDeviceConfiguration: Hashable, Sendable {
  /// The whole message as a file has it, as wire bytes, where it holds fields that this version does not know.
  case wire([UInt8])
  /// The name of one of the model's configurations.
  case named(String, pipelineStage: Int?, sharding: [Sharding] = [])
}

/// `ShardingSpecProto`: how a tensor of a node is spread over devices.
package struct Sharding: Hashable, Sendable {
  /// The name of the tensor.
  package var tensor: String
  /// Numbers of devices, or of groups of devices below 0.
  package var devices: [Int64]
  package var groups: [Group]
  package var axes: [Axis]

  package init(tensor: String, devices: [Int64] = [], groups: [Group] = [], axes: [Axis] = []) {
    self.tensor = tensor
    self.devices = devices
    self.groups = groups
    self.axes = axes
  }

  /// `IntIntListEntryProto`: a number that stands for several devices.
  package struct Group: Hashable, Sendable {
    package var number: Int64
    package var devices: [Int64]

    package init(number: Int64, devices: [Int64]) {
      self.number = number
      self.devices = devices
    }
  }

  /// `ShardedDimProto`: an axis that is cut.
  package struct Axis: Hashable, Sendable {
    package var axis: Int64
    package var parts: [Part]

    package init(axis: Int64, parts: [Part]) {
      self.axis = axis
      self.parts = parts
    }
  }

  /// `SimpleShardedDimProto`: a size, and into how many shards it is cut.
  package struct Part: Hashable, Sendable {
    package enum Size: Hashable, Sendable {
      case unknown
      case number(Int64)
      case name(String)
    }

    package var size: Size
    package var shards: Int64

    package init(size: Size, shards: Int64) {
      self.size = size
      self.shards = shards
    }
  }
}
