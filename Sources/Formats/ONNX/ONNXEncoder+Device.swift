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
    case .named(let name, let stage):
      message(NodeField.deviceConfiguration) {
        $0.wire.text(NodeDeviceField.configuration, name)
        if let stage { $0.wire.int(NodeDeviceField.pipelineStage, Int64(stage)) }
      }
    }
  }
}
