/// A line on a terminal that tells how far long work is.
enum Progress {
  /// Shows how much of the work is done; nothing where standard error is no terminal.
  static func show(_ work: String, _ done: Int, _ total: Int) {
    guard Console.errorIsTerminal else { return }
    Console.status("\(work) \(done) of \(total)")
  }

  /// Takes the line away.
  static func clear() {
    if Console.errorIsTerminal { Console.status("") }
  }
}
