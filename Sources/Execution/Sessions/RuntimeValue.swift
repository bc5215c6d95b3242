import COnnxRuntime
package import Tensors

/// A value of ONNX Runtime's: what a run takes or has given.
package final class RuntimeValue: Sendable {
  private let runtime: Runtime
  // Nothing changes it once it is made.
  nonisolated(unsafe) let value: OpaquePointer

  init(owning value: OpaquePointer, _ runtime: Runtime) {
    (self.value, self.runtime) = (value, runtime)
  }

  deinit { ort_release_value(runtime.api, value) }

  /// A copy of a tensor.
  ///
  /// - Parameter name: what errors call it.
  package convenience init(_ tensor: Tensor, name: String, runtime: Runtime) throws(RuntimeError) {
    if case .strings(let strings) = tensor.storage {
      try self.init(strings: strings, sizes: tensor.sizes, name: name, runtime: runtime)
      return
    }
    guard let byteCount = tensor.byteCount,
      let expected = Tensor.elementCount(of: tensor.sizes).flatMap(tensor.element.byteCount(of:)),
      byteCount == expected
    else { throw .input(name: name, reason: "has not the bytes that its sizes ask for") }
    try self.init(empty: tensor.element, sizes: tensor.sizes, name: name, runtime: runtime)
    if byteCount == 0 { return }
    var start: UnsafeMutableRawPointer?
    try runtime.check(ort_tensor_data(runtime.api, value, &start), "take input `\(name)`")
    guard var target = start else { throw .input(name: name, reason: "has no room in the runtime") }
    tensor.forEachChunk { chunk in
      guard let source = chunk.baseAddress else { return }
      target.copyMemory(from: source, byteCount: chunk.count)
      target += chunk.count
    }
  }

  private convenience init(
    strings: [[UInt8]], sizes: [Int], name: String, runtime: Runtime
  ) throws(RuntimeError) {
    guard Tensor.elementCount(of: sizes) == strings.count else {
      throw .input(name: name, reason: "has \(strings.count) strings, and its sizes ask for another number")
    }
    guard !strings.contains(where: { $0.contains(0) }) else {
      throw .input(
        name: name, reason: "has a string with the character U+0000 in it, which the runtime would cut there")
    }
    try self.init(empty: .string, sizes: sizes, name: name, runtime: runtime)
    if strings.isEmpty { return }
    let status = withCStrings(strings) {
      ort_fill_strings(runtime.api, value, $0, strings.count)
    }
    try runtime.check(status, "take input `\(name)`")
  }

  private convenience init(
    empty element: ElementType, sizes: [Int], name: String, runtime: Runtime
  ) throws(RuntimeError) {
    var value: OpaquePointer?
    let status = ort_create_tensor(
      runtime.api, runtime.allocator, sizes.map { Int64($0) }, sizes.count, Int32(element.rawValue), &value)
    try runtime.check(status, "take input `\(name)`")
    guard let value else { throw .input(name: name, reason: "has no room in the runtime") }
    self.init(owning: value, runtime)
  }

  /// Calls `body` with the element type, the sizes and the bytes of a tensor, in place.
  ///
  /// - Parameter name: what errors call it.
  /// - Throws: where the value is no tensor, or one of strings.
  package func withTensor<Result>(
    _ name: String, _ body: (ElementType, [Int], UnsafeRawBufferPointer) throws(RuntimeError) -> Result
  ) throws(RuntimeError) -> Result {
    let (element, sizes) = try type(name)
    guard let byteCount = Tensor.elementCount(of: sizes).flatMap(element.byteCount(of:)) else {
      throw .unreadable(name: name, reason: "is a tensor of strings, which has no numbers")
    }
    if byteCount == 0 { return try body(element, sizes, UnsafeRawBufferPointer(start: nil, count: 0)) }
    var start: UnsafeMutableRawPointer?
    try runtime.check(ort_tensor_data(runtime.api, value, &start), "give `\(name)`")
    return try withExtendedLifetime(self) { () throws(RuntimeError) in
      try body(element, sizes, UnsafeRawBufferPointer(start: start, count: byteCount))
    }
  }

  /// A copy of the value as a tensor.
  package func tensor(_ name: String) throws(RuntimeError) -> Tensor {
    let (element, sizes) = try type(name)
    if element == .string { return Tensor(.string, sizes, .strings(try strings(name, sizes))) }
    return try withTensor(name) { element, sizes, bytes in Tensor(element, sizes, .bytes(Array(bytes))) }
  }

  private func type(_ name: String) throws(RuntimeError) -> (ElementType, [Int]) {
    var isTensor: Int32 = 0
    try runtime.check(ort_is_tensor(runtime.api, value, &isTensor), "tell the type of `\(name)`")
    guard isTensor != 0 else { throw .unreadable(name: name, reason: "is no tensor") }
    var info: OpaquePointer?
    try runtime.check(ort_tensor_type(runtime.api, value, &info), "tell the type of `\(name)`")
    guard let info else { throw .unreadable(name: name, reason: "has no type") }
    defer { ort_release_tensor_info(runtime.api, info) }
    let (element, sizes) = try runtime.elementAndSizes(of: info)
    guard let element else { throw .unreadable(name: name, reason: "has elements of a type that Mica does not know") }
    return (element, sizes)
  }

  private func strings(_ name: String, _ sizes: [Int]) throws(RuntimeError) -> [[UInt8]] {
    let count = Tensor.elementCount(of: sizes) ?? 0
    if count == 0 { return [] }
    var byteCount = 0
    try runtime.check(ort_strings_length(runtime.api, value, &byteCount), "give `\(name)`")
    var bytes = [UInt8](repeating: 0, count: byteCount)
    var offsets = [Int](repeating: 0, count: count)
    try runtime.check(ort_strings(runtime.api, value, &bytes, byteCount, &offsets, count), "give `\(name)`")
    let ends = offsets.dropFirst() + [byteCount]
    return zip(offsets, ends).map { Array(bytes[$0..<$1]) }
  }
}
