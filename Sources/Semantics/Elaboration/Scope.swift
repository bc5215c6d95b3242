import Graphs

/// What names stand for, by their numbers: an array says where each name's meaning is.
struct Scope: Sendable {
  private var slots: [Int32] = []
  private var entries: [(name: Name, local: Frame.Local?)] = []

  subscript(name: Name) -> Frame.Local? {
    get {
      guard name.index < slots.count, slots[name.index] >= 0 else { return nil }
      return entries[Int(slots[name.index])].local
    }
    set {
      if name.index >= slots.count {
        guard newValue != nil else { return }
        // As many names again as the text has had so far are likely to follow.
        slots.append(contentsOf: repeatElement(-1, count: max(16, 2 * name.index + 1 - slots.count)))
      }
      if slots[name.index] >= 0 {
        entries[Int(slots[name.index])].local = newValue
      } else if newValue != nil {
        slots[name.index] = Int32(truncatingIfNeeded: entries.count)
        entries.append((name, newValue))
      }
    }
  }

  /// The tensor that a name stands for; `nil` where it stands for something else, or for nothing.
  func tensor(_ name: Name) -> Value.ID? {
    guard name.index < slots.count, slots[name.index] >= 0,
      case .tensor(let value)? = entries[Int(slots[name.index])].local?.term
    else { return nil }
    return value
  }

  /// Whether a name stands for what a call of it would mean in the place of an operator.
  func isCallable(_ name: Name) -> Bool {
    guard name.index < slots.count, slots[name.index] >= 0 else { return false }
    switch entries[Int(slots[name.index])].local?.term {
    case .callee?, .element?: return true
    default: return false
    }
  }

  /// The names that stand for something, in the order in which they first did.
  var names: [Name] { entries.filter { $0.local != nil }.map(\.name) }
}

extension Elaborator {
  /// What a name stands for in the frame at hand.
  func local(_ name: String) -> Frame.Local? {
    names.known(name).flatMap { frame.locals[$0] }
  }

  /// Gives a name of the frame at hand its meaning, or takes it away.
  mutating func setLocal(_ name: String, _ local: Frame.Local?) {
    frame.locals[names.name(name)] = local
  }

  /// The names that stand for something in the frame at hand, for suggestions.
  var localNames: [String] { frame.locals.names.map { names.text(of: $0) } }
}
