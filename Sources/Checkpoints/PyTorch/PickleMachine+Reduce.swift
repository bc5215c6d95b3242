import Tensors

// What "calling" a global means: filling in descriptions of storages and tensors.

extension PickleMachine {
  /// The result of a call.
  mutating func reduce(_ callee: PickleValue, _ arguments: PickleValue) throws(CheckpointError) -> PickleValue {
    guard case .global(let global) = callee, case .sequence = arguments else {
      throw refused("something is called that is no known function")
    }
    switch global {
    case .opaque(let number): return try opaqueObject(Int(number), CollectionOfOne(arguments))
    case .inert:
      hide(CollectionOfOne(arguments))
      return .inert
    default: return try call(global, try elements(of: arguments) ?? [])
    }
  }

  private mutating func call(
    _ global: PickleGlobal, _ arguments: [PickleValue]
  ) throws(CheckpointError) -> PickleValue {
    switch global {
    case .orderedDictionary: return try orderedDictionary(arguments)
    case .rebuildTensor, .rebuildTensor2, .rebuildTensor3: return try tensor(global, arguments)
    case .rebuildParameter, .identity:
      guard let first = arguments.first else { throw misuse(global) }
      return first
    case .rebuildFromType:
      // (function, class, arguments, state): the function is one of those above, or refused there.
      guard arguments.count >= 3, case .global(let function) = arguments[0], function != .rebuildFromType,
        let inner = try elements(of: arguments[2])
      else { throw misuse(global) }
      if function == .rebuildParameter, let first = inner.first { return first }
      return try tensor(function, inner)
    case .opaque, .inert, .module, .tensorClass, .storage, .untypedStorage, .elementType: throw misuse(global)
    }
  }

  /// A new object of a class.
  mutating func object(
    of type: PickleValue, _ arguments: ArraySlice<PickleValue>
  ) throws(CheckpointError) -> PickleValue {
    switch type {
    case .global(.module), .global(.orderedDictionary): return .dictionary(try container())
    case .global(.opaque(let number)): return try opaqueObject(Int(number), arguments)
    default: throw refused("an object is made of a class that is no container of tensors")
    }
  }

  /// What a name that is not known makes: a closed box.
  ///
  /// Tensors come from known functions alone.
  private mutating func opaqueObject(
    _ type: Int, _ arguments: some Sequence<PickleValue>
  ) throws(CheckpointError) -> PickleValue {
    guard !arguments.contains(where: containers.holdsTensor) else {
      throw refused("'\(opaque[type])' is called to make something of a tensor, and is no known function")
    }
    return .object(try container(type: type))
  }

  private func misuse(_ global: PickleGlobal) -> CheckpointError {
    refused("'\(global)' is called as PyTorch never does")
  }

  /// The elements of a tuple or list; `nil` of other values.
  ///
  /// - Throws: where more was copied so than a program of this length needs.
  mutating func elements(of value: PickleValue) throws(CheckpointError) -> [PickleValue]? {
    guard case .sequence(let number) = value else { return nil }
    let elements = sequence(number)
    try charge(elements.count)
    return elements
  }

  /// An empty dictionary, or one of pairs, as Python 2 wrote them.
  private mutating func orderedDictionary(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    let dictionary = try container()
    if let first = arguments.first {
      guard let pairs = try elements(of: first) else { throw misuse(.orderedDictionary) }
      for pair in pairs {
        guard let pair = try elements(of: pair), pair.count == 2 else { throw misuse(.orderedDictionary) }
        guard containers.add(pair, to: dictionary) else { throw refusedAsTooLarge("values") }
      }
    }
    return .dictionary(dictionary)
  }

  /// `(storage, offset, sizes, strides, …)`; version 3 has the element type behind them.
  private mutating func tensor(
    _ function: PickleGlobal, _ arguments: [PickleValue]
  ) throws(CheckpointError) -> PickleValue {
    guard function == .rebuildTensor || function == .rebuildTensor2 || function == .rebuildTensor3,
      arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let sizes = try integers(arguments[2]), let strides = try integers(arguments[3]), sizes.count == strides.count,
      let offset = Int(exactly: offset), offset >= 0
    else { throw misuse(function) }
    var element = storages[storage].element
    if function == .rebuildTensor3 {
      guard arguments.count >= 7, case .global(.elementType(let type)) = arguments[6] else { throw misuse(function) }
      element = type
    }
    guard let element else { throw misuse(function) }
    guard hasRoom(for: tensors.count) else { throw refusedAsTooLarge("tensors") }
    tensors.append(
      PickledTensor(
        storage: storage, element: element, view: StridedView(sizes: sizes, strides: strides, offset: offset)))
    return .tensor(tensors.count - 1)
  }

  /// Whether there may be one more tensor or storage at this place of the program.
  private func hasRoom(for count: Int) -> Bool {
    count < min(WeightsFile.tensorLimit, 1 + length / PickleLimits.bytesPerTensor)
  }

  /// The sizes or strides of a tensor.
  private mutating func integers(_ value: PickleValue) throws(CheckpointError) -> [Int]? {
    guard let elements = try elements(of: value), elements.count <= StridedView.maximumRank else { return nil }
    var integers: [Int] = []
    for element in elements {
      guard case .integer(let value) = element, value >= 0, let integer = Int(exactly: value) else { return nil }
      integers.append(integer)
    }
    return integers
  }

  /// `('storage', type, key, location, count)`; files before PyTorch 1.6 may add which part of another storage it is.
  ///
  /// - Returns: the element of `storages`.
  mutating func storage(_ identifier: PickleValue) throws(CheckpointError) -> Int {
    guard let parts = try elements(of: identifier), parts.count >= 5, case .string(let kind) = parts[0],
      bytes(kind).elementsEqual("storage".utf8), case .global(let type) = parts[1], case .string(let key) = parts[2],
      case .integer(let count) = parts[4],
      let count = Int(exactly: count), count >= 0
    else { throw refused("what is kept outside of the pickle is no storage of PyTorch's") }
    var storage = PickledStorage(element: nil, key: self.key(key), elementCount: count, offset: 0)
    switch type {
    case .storage(let element): storage.element = element
    case .untypedStorage: break
    default: throw refused("a storage is of a type that is none")
    }
    if parts.count > 5, let view = try elements(of: parts[5]) {
      guard view.count == 3, case .integer(let offset) = view[1], case .integer(let size) = view[2],
        let offset = Int(exactly: offset), let size = Int(exactly: size), offset >= 0, size >= 0
      else { throw refused("a storage is a part of another that is none") }
      storage.offset = offset
      storage.elementCount = min(size, count)
    }
    guard hasRoom(for: storages.count) else { throw refusedAsTooLarge("storages") }
    storages.append(storage)
    return storages.count - 1
  }
}
