import Graphs

// Devices of a model, and where its nodes run. A message with fields that this version does not know is kept whole.
extension ONNXSource {
  /// Decodes a DeviceConfigurationProto.
  func deviceConfiguration(at range: Range<Int>, in message: WireReader) throws(WireError) -> DeviceConfiguration {
    var reader = try message.message(at: range)
    var name = ""
    var count: Int?
    var devices: [String] = []
    while let field = try reader.next() {
      switch (DeviceField(rawValue: field.number), field.payload) {
      case (.name, .bytes(let range)): name = text(range)
      case (.count, .varint(let number)): count = number == 0 ? nil : Int(Int32(truncatingIfNeeded: number))
      case (.device, .bytes(let range)): devices.append(text(range))
      default: return .wire(wire(range))
      }
    }
    return .named(name, count: count, devices: devices)
  }

  /// Decodes a NodeDeviceConfigurationProto.
  func nodeDeviceConfiguration(
    at range: Range<Int>, in message: WireReader
  ) throws(WireError) -> NodeDeviceConfiguration {
    var reader = try message.message(at: range)
    var name = ""
    var stage: Int?
    var shardings: [Sharding] = []
    while let field = try reader.next() {
      switch (NodeDeviceField(rawValue: field.number), field.payload) {
      case (.configuration, .bytes(let range)): name = text(range)
      case (.pipelineStage, .varint(let number)): stage = Int(Int32(truncatingIfNeeded: number))
      case (.sharding, .bytes(let part)):
        guard let sharding = try sharding(try reader.message(at: part)) else { return .wire(wire(range)) }
        shardings.append(sharding)
      default: return .wire(wire(range))
      }
    }
    return .named(name, pipelineStage: stage, sharding: shardings)
  }

  /// Decodes a ShardingSpecProto; `nil` where it has unknown fields.
  private func sharding(_ message: WireReader) throws(WireError) -> Sharding? {
    var reader = message
    var sharding = Sharding(tensor: "")
    while let field = try reader.next() {
      switch (ShardingField(rawValue: field.number), field.payload) {
      case (.tensor, .bytes(let range)): sharding.tensor = text(range)
      case (.device, _) where try appendInts(field.payload, of: reader, to: &sharding.devices): break
      case (.group, .bytes(let range)):
        guard let group = try group(try reader.message(at: range)) else { return nil }
        sharding.groups.append(group)
      case (.axis, .bytes(let range)):
        guard let axis = try shardedAxis(try reader.message(at: range)) else { return nil }
        sharding.axes.append(axis)
      default: return nil
      }
    }
    return sharding
  }

  private func group(_ message: WireReader) throws(WireError) -> Sharding.Group? {
    var reader = message
    var group = Sharding.Group(number: 0, devices: [])
    while let field = try reader.next() {
      switch (DeviceGroupField(rawValue: field.number), field.payload) {
      case (.number, .varint(let number)): group.number = Int64(bitPattern: number)
      case (.device, _) where try appendInts(field.payload, of: reader, to: &group.devices): break
      default: return nil
      }
    }
    return group
  }

  private func shardedAxis(_ message: WireReader) throws(WireError) -> Sharding.Axis? {
    var reader = message
    var axis = Sharding.Axis(axis: 0, parts: [])
    while let field = try reader.next() {
      switch (ShardedAxisField(rawValue: field.number), field.payload) {
      case (.axis, .varint(let number)): axis.axis = Int64(bitPattern: number)
      case (.part, .bytes(let range)):
        guard let part = try part(try reader.message(at: range)) else { return nil }
        axis.parts.append(part)
      default: return nil
      }
    }
    return axis
  }

  private func part(_ message: WireReader) throws(WireError) -> Sharding.Part? {
    var reader = message
    var part = Sharding.Part(size: .unknown, shards: 0)
    while let field = try reader.next() {
      switch (ShardedPartField(rawValue: field.number), field.payload) {
      case (.size, .varint(let number)): part.size = .number(Int64(bitPattern: number))
      case (.name, .bytes(let range)): part.size = .name(text(range))
      case (.shards, .varint(let number)): part.shards = Int64(bitPattern: number)
      default: return nil
      }
    }
    return part
  }
}
