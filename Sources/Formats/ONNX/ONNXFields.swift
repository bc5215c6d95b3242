// The field numbers of onnx.proto, one enumeration a message.

enum ModelField: Int, WireFieldNumber {
  case irVersion = 1
  case producerName = 2
  case producerVersion = 3
  case domain = 4
  case modelVersion = 5
  case doc = 6
  case graph = 7
  case opsetImport = 8
  case metadata = 14
  case training = 20
  case function = 25
  case deviceConfiguration = 26
}

/// `OperatorSetIdProto`.
enum OpsetField: Int, WireFieldNumber {
  case domain = 1
  case version = 2
}

/// `StringStringEntryProto`.
enum EntryField: Int, WireFieldNumber {
  case key = 1
  case value = 2
}

/// `DeviceConfigurationProto`.
enum DeviceField: Int, WireFieldNumber {
  case name = 1
  case count = 2
  case device = 3
}

/// `NodeDeviceConfigurationProto`.
enum NodeDeviceField: Int, WireFieldNumber {
  case configuration = 1
  case sharding = 2
  case pipelineStage = 3
}

enum TrainingField: Int, WireFieldNumber {
  case initialization = 1
  case algorithm = 2
  case initializationBinding = 3
  case updateBinding = 4
}

enum FunctionField: Int, WireFieldNumber {
  case name = 1
  case input = 4
  case output = 5
  case attribute = 6
  case node = 7
  case doc = 8
  case opsetImport = 9
  case domain = 10
  case attributeDefault = 11
  case valueInfo = 12
  case overload = 13
  case metadata = 14
}

enum GraphField: Int, WireFieldNumber {
  case node = 1
  case name = 2
  case initializer = 5
  case doc = 10
  case input = 11
  case output = 12
  case valueInfo = 13
  case quantization = 14
  case sparseInitializer = 15
  case metadata = 16
}

/// `TensorAnnotation`.
enum QuantizationField: Int, WireFieldNumber {
  case tensor = 1
  case parameter = 2
}

enum NodeField: Int, WireFieldNumber {
  case input = 1
  case output = 2
  case name = 3
  case operatorType = 4
  case attribute = 5
  case doc = 6
  case domain = 7
  case overload = 8
  case metadata = 9
  case deviceConfiguration = 10
}

enum AttributeField: Int, WireFieldNumber {
  case name = 1
  case float = 2
  case int = 3
  case string = 4
  case tensor = 5
  case graph = 6
  case floats = 7
  case ints = 8
  case strings = 9
  case tensors = 10
  case graphs = 11
  case doc = 13
  case type = 14
  case types = 15
  case kind = 20
  case reference = 21
  case sparseTensor = 22
  case sparseTensors = 23
}

/// `ShardingSpecProto`.
enum ShardingField: Int, WireFieldNumber {
  case tensor = 1
  case device = 2
  case group = 3
  case axis = 4
}

/// `IntIntListEntryProto`.
enum DeviceGroupField: Int, WireFieldNumber {
  case number = 1
  case device = 2
}

/// `ShardedDimProto`.
enum ShardedAxisField: Int, WireFieldNumber {
  case axis = 1
  case part = 2
}

/// `SimpleShardedDimProto`.
enum ShardedPartField: Int, WireFieldNumber {
  case size = 1
  case name = 2
  case shards = 3
}

enum TensorField: Int, WireFieldNumber {
  case size = 1
  case element = 2
  case floats = 4
  case int32s = 5
  case strings = 6
  case int64s = 7
  case name = 8
  case raw = 9
  case doubles = 10
  case uint64s = 11
  case doc = 12
  case externalData = 13
  case location = 14
  case metadata = 16
}

enum SparseTensorField: Int, WireFieldNumber {
  case values = 1
  case indices = 2
  case size = 3
}

enum ValueInfoField: Int, WireFieldNumber {
  case name = 1
  case type = 2
  case doc = 3
  case metadata = 4
}

/// `TypeProto`, without the opaque types that `ValueType` has no case for.
enum TypeField: Int, WireFieldNumber {
  case tensor = 1
  case sequence = 4
  case map = 5
  case denotation = 6
  case sparseTensor = 8
  case optional = 9
}

/// `TypeProto.Tensor` and `TypeProto.SparseTensor`.
enum TensorTypeField: Int, WireFieldNumber {
  case element = 1
  case shape = 2
}

/// `TypeProto.Sequence` and `TypeProto.Optional`.
enum ElementTypeField: Int, WireFieldNumber {
  case element = 1
}

enum MapTypeField: Int, WireFieldNumber {
  case key = 1
  case value = 2
}

enum ShapeField: Int, WireFieldNumber {
  case dimension = 1
}

enum DimensionField: Int, WireFieldNumber {
  case value = 1
  case parameter = 2
  case denotation = 3
}
