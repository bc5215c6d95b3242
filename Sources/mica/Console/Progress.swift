/// A line on a terminal that tells how far long work is.
enum Progress {
  /// Shows how much of the work is done, of `total` where that is not 0; nothing where standard error is no terminal.
  static func show(_ work: String, _ done: Int, _ total: Int) {
    guard Console.errorIsTerminal else { return }
    Console.status(total > 0 ? "\(work) \(done) of \(total)" : work)
  }

  /// Takes the line away.
  static func clear() {
    if Console.errorIsTerminal { Console.status("") }
  }
}
