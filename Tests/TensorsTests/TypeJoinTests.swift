import Tensors
import Testing

@Suite("The type of a value that is of one of two types")
struct TypeJoinTests {
  private static let n: Dimension = .symbol("N")
  private static let m: Dimension = .symbol("M")

  private static func f32(_ dimensions: Dimension...) -> ValueType { .tensor(TensorType(.f32, dimensions)) }

  private static let anyRank: ValueType = .tensor(TensorType(.f32, nil))

  /// Two types and what holds of both.
  static let joins: [(left: ValueType, right: ValueType, join: String)] = [
    (f32(2, 3), f32(2, 3), "f32[2, 3]"),
    (f32(2, 3), f32(2, 4), "f32[2, ?]"),
    (f32(2, 3), f32(2), "f32[...]"),
    (f32(), f32(), "f32[]"),
    (f32(), f32(1), "f32[...]"),
    (f32(2, 3), anyRank, "f32[...]"),
    (f32(n, 3), f32(n, 3), "f32[N, 3]"),
    (f32(n + n), f32(n * 2), "f32[2*N]"),
    (f32(n, 3), f32(m, 3), "f32[?, 3]"),
    (f32(n), f32(n + 1), "f32[?]"),
    (f32(n), f32(4), "f32[?]"),
    (f32(.unknown, 3), f32(.unknown, 3), "f32[?, 3]"),
    (f32(.unknown, 3), f32(2, 3), "f32[?, 3]"),
    (f32(2), .tensor(TensorType(.i64, [2])), "?[2]"),
    (f32(2), .tensor(TensorType(nil, [2])), "?[2]"),
    (.sparseTensor(TensorType(.f32, [2])), .sparseTensor(TensorType(.f32, [3])), "sparse f32[?]"),
    (.sequence(f32(2, n)), .sequence(f32(3, n)), "seq<f32[?, N]>"),
    (.optional(f32(2)), .optional(anyRank), "optional<f32[...]>"),
    (.optional(.sequence(f32(2))), .optional(f32(2)), "optional<?>"),
    (.map(key: .i64, value: f32()), .map(key: .i64, value: f32()), "map<i64, f32[]>"),
    (.map(key: .i64, value: f32()), .map(key: .string, value: f32()), "?"),
    (f32(2), .sparseTensor(TensorType(.f32, [2])), "?"),
    (f32(2), .sequence(f32(2)), "?"),
    (f32(2), .optional(f32(2)), "?"),
    (f32(2), .unknown, "?"),
    (.unknown, .unknown, "?"),
  ]

  @Test("Joins, from either side", arguments: TypeJoinTests.joins.indices)
  func isSymmetric(index: Int) {
    let (left, right, join) = Self.joins[index]
    #expect("\(left.joined(with: right))" == join)
    #expect("\(right.joined(with: left))" == join)
  }

  @Test("A join says no more than either type: joined again, it stays", arguments: TypeJoinTests.joins.indices)
  func isAbsorbing(index: Int) {
    let (left, right, _) = Self.joins[index]
    let join = left.joined(with: right)
    #expect(join.joined(with: left) == join)
    #expect(join.joined(with: right) == join)
  }
}
