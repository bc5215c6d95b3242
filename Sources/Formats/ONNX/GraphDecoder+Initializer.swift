import Graphs
import Tensors

extension GraphDecoder {
  /// Decodes a TensorProto as an initializer.
  ///
  /// Before version 4 of the format every initializer is an input too; it is one value then, defined as an input.
  mutating func decodeInitializer(_ reader: WireReader, of id: Region.ID) throws(WireError) {
    let named = try source.tensor(reader)
    let type = named.tensor.type
    let value =
      input(named.name, of: id) ?? declare(Value(name: named.name, type: type, definition: .initializer(id)))
    var initializer = Initializer(value: value, tensor: named.tensor, role: .init(seenIn: named.tensor))
    initializer.annotations = named.annotations
    graph.regions[id].initializers.append(initializer)
  }

  /// Decodes a SparseTensorProto as an initializer, which has the name of its values.
  mutating func decodeSparseInitializer(_ reader: WireReader, of id: Region.ID) throws(WireError) {
    let tensor = try source.sparseTensor(reader)
    let name = tensor.values.name
    let type = ValueType.tensor(TensorType(tensor.values.tensor.element, tensor.sizes.map { Dimension($0) }))
    let value = input(name, of: id) ?? declare(Value(name: name, type: type, definition: .initializer(id)))
    graph.regions[id].sparseInitializers.append(SparseInitializer(value: value, tensor: tensor))
  }
}
