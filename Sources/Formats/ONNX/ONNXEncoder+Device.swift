import Graphs

extension ONNXEncoder {
  mutating func encode(_ configuration: DeviceConfiguration) {
    switch configuration {
    case .wire(let bytes): wire.bytes(ModelField.deviceConfiguration, bytes)
    case .named(let name, let count, let devices):
      message(ModelField.deviceConfiguration) {
        $0.wire.text(DeviceField.name, name)
        if let count { $0.wire.int(DeviceField.count, Int64(count)) }
        for device in devices { $0.wire.string(DeviceField.device, device) }
      }
    }
  }

  mutating func encode(_ configuration: NodeDeviceConfiguration) {
    switch configuration {
    case .wire(let bytes): wire.bytes(NodeField.deviceConfiguration, bytes)
    case .named(let name, let stage, let shardings):
      message(NodeField.deviceConfiguration) {
        $0.wire.text(NodeDeviceField.configuration, name)
        for sharding in shardings { $0.encode(sharding) }
        if let stage { $0.wire.int(NodeDeviceField.pipelineStage, Int64(stage)) }
      }
    }
  }

  private mutating func encode(_ sharding: Sharding) {
    message(NodeDeviceField.sharding) {
      $0.wire.text(ShardingField.tensor, sharding.tensor)
      for device in sharding.devices { $0.wire.int(ShardingField.device, device) }
      for group in sharding.groups {
        $0.message(ShardingField.group) {
          $0.wire.int(DeviceGroupField.number, group.number)
          for device in group.devices { $0.wire.int(DeviceGroupField.device, device) }
        }
      }
      for axis in sharding.axes {
        $0.message(ShardingField.axis) {
          $0.wire.int(ShardedAxisField.axis, axis.axis)
          for part in axis.parts { $0.encode(part) }
        }
      }
    }
  }

  private mutating func encode(_ part: Sharding.Part) {
    message(ShardedAxisField.part) {
      switch part.size {
      case .unknown: break
      case .number(let size): $0.wire.int(ShardedPartField.size, size)
      case .name(let name): $0.wire.string(ShardedPartField.name, name)
      }
      $0.wire.int(ShardedPartField.shards, part.shards)
    }
  }
}
