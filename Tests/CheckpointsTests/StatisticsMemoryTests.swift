import Checkpoints
import Glibc
import Tensors
import TestSupport
import Testing

@Suite struct StatisticsMemoryTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func write(_ numbers: [Float], to path: String) throws {
    let file = try OutputFile(path: path)
    try file.write(numbers.withUnsafeBytes { Array($0) })
    try file.commit()
  }

  private func tensor(_ path: String) throws -> Tensor {
    let file = try MappedFile(path: path)
    return Tensor(.f32, [file.count / 4], .mapped(file, 0..<file.count))
  }

  private func maximum(_ answer: StatisticsMemory.Answer) -> Double? {
    if case .known(let statistics) = answer { statistics.maximum } else { nil }
  }

  /// What fits the budget is known at once and taken off it; what is known already takes nothing.
  @Test func budgets() throws {
    let path = directory.path + "/numbers"
    try write([1, 2, 3, 4], to: path)
    let memory = StatisticsMemory()
    var budget = 20
    #expect(maximum(memory.statistics(of: try tensor(path), budget: &budget)) == 4)
    #expect(budget == 4)
    #expect(maximum(memory.statistics(of: try tensor(path), budget: &budget)) == 4)
    #expect(budget == 4)
    // Another file under the same name is another one.
    try write([1, 2, 3, 9], to: path)
    budget = 16
    #expect(maximum(memory.statistics(of: try tensor(path), budget: &budget)) == 9)
    #expect(budget == 0)
  }

  /// What does not fit is computed beside, and known some time later.
  @Test func whatTakesLonger() async throws {
    let path = directory.path + "/numbers"
    try write((0..<1_000).map(Float.init), to: path)
    let memory = StatisticsMemory()
    let large = try tensor(path)
    var budget = 100
    guard case .computing = memory.statistics(of: large, budget: &budget) else {
      Issue.record("it is larger than the budget")
      return
    }
    #expect(budget == 100)
    var found: Double?
    for _ in 0..<1_000 where found == nil {
      try await Task.sleep(for: .milliseconds(10))
      found = maximum(memory.statistics(of: large, budget: &budget))
    }
    #expect(found == 999 && budget == 100)
  }

  /// A file that was written to in place is not read: its map may be longer than it is.
  @Test func aFileThatWasCut() throws {
    let path = directory.path + "/numbers"
    try write([Float](repeating: 1, count: 10_000), to: path)
    let stale = try tensor(path)
    #expect(truncate(path, 8) == 0)
    var budget = 1 << 20
    if case .known = StatisticsMemory().statistics(of: stale, budget: &budget) { Issue.record("nothing can be read") }
  }

  /// Tensors that are in no file have none.
  @Test func elsewhere() {
    var budget = 100
    let answer = StatisticsMemory().statistics(of: Tensor.i64([1, 2]), budget: &budget)
    guard case .none = answer else {
      Issue.record("it is in no file")
      return
    }
    #expect(budget == 100)
  }
}
