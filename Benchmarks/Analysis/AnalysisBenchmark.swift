import Glibc
import Heap
import Semantics
import Syntax
import Tensors

/// Times Mica's analysis inside one process, once for each line of its input.
///
/// For each path that it reads it prints the milliseconds that parsing took, then those of all that `mica check` does:
/// names, elaboration, types, state-dict paths, and freeing all of it. Whoever measures decides when, so that other
/// programs take their turns between.
@main
enum AnalysisBenchmark {
  static func main() throws {
    Heap.keepFreedMemory()
    while let path = readLine() {
      let source = try MappedFile(path: path).withBytes { Array($0) }
      let clock = ContinuousClock()
      let start = clock.now
      let (parsed, isSound) = analyse(source, path, clock)
      let end = clock.now
      precondition(isSound, "\(path) has problems")
      print(milliseconds(parsed - start), milliseconds(end - parsed))
      fflush(nil)
    }
  }

  /// Analyses a text and forgets it; tells when it was parsed, and whether nothing is wrong with it.
  @inline(never)
  private static func analyse(
    _ source: [UInt8], _ path: String, _ clock: ContinuousClock
  ) -> (parsed: ContinuousClock.Instant, isSound: Bool) {
    let file = SourceFile(path: path, source: source, number: 0)
    let parsed = clock.now
    let program = Program(file)
    var options = ElaborationOptions()
    options.namesNodes = false
    let elaborations = program.models.map { program.elaborate($0, options: options) }
    return (parsed, program.diagnostics.isEmpty && elaborations.allSatisfy(\.diagnostics.isEmpty))
  }

  private static func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }
}
