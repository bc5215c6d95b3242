import Graphs
import Syntax

/// What names stand for, by their numbers: an array says where each name's meaning is.
///
/// Nearly all names of a large graph stand for tensors: those take little room, and nothing that has to be freed.
struct Scope: Sendable {
  private var slots: [Int32] = []
  private var entries: [Entry] = []
  /// What stands for something else than a tensor, or was bound nowhere.
  private var others: [Frame.Local?] = []

  private struct Entry: Sendable {
    var name: Name
    /// The tensor with where it was bound; `nil` where the name stands for something else, or for nothing.
    var tensor: (value: Value.ID, place: SourceRange)?
    /// Which of the others the name has ever been; -1 for none.
    var other: Int32 = -1
  }

  /// Makes room for so many names in all.
  mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

  subscript(name: Name) -> Frame.Local? {
    get {
      guard let entry = entry(of: name) else { return nil }
      if let (value, place) = entries[entry].tensor { return Frame.Local(term: .tensor(value), place: place.place) }
      return other(of: entry)
    }
    set {
      guard let entry = entry(of: name) ?? (newValue == nil ? nil : newEntry(for: name)) else { return }
      if case .tensor(let value)? = newValue?.term, let place = newValue?.place {
        entries[entry].tensor = (value, SourceRange(place))
      } else {
        entries[entry].tensor = nil
        setOther(newValue, of: entry)
      }
    }
  }

  private func entry(of name: Name) -> Int? {
    guard name.index < slots.count, slots[name.index] >= 0 else { return nil }
    return Int(slots[name.index])
  }

  private mutating func newEntry(for name: Name) -> Int {
    if name.index >= slots.count {
      // As many names again as the text has had so far are likely to follow.
      slots.append(contentsOf: repeatElement(-1, count: max(16, 2 * name.index + 1 - slots.count)))
    }
    slots[name.index] = Int32(truncatingIfNeeded: entries.count)
    entries.append(Entry(name: name))
    return entries.count - 1
  }

  private func other(of entry: Int) -> Frame.Local? {
    let other = entries[entry].other
    return other >= 0 ? others[Int(other)] : nil
  }

  private mutating func setOther(_ local: Frame.Local?, of entry: Int) {
    if entries[entry].other < 0 {
      entries[entry].other = Int32(truncatingIfNeeded: others.count)
      others.append(local)
    } else {
      others[Int(entries[entry].other)] = local
    }
  }

  /// The tensor that a name stands for; `nil` where it stands for something else, or for nothing.
  func tensor(_ name: Name) -> Value.ID? {
    guard let entry = entry(of: name) else { return nil }
    if let tensor = entries[entry].tensor { return tensor.value }
    guard case .tensor(let value)? = other(of: entry)?.term else { return nil }
    return value
  }

  /// Whether a name stands for what a call of it would mean in the place of an operator.
  func isCallable(_ name: Name) -> Bool {
    guard let entry = entry(of: name), entries[entry].tensor == nil else { return false }
    switch other(of: entry)?.term {
    case .callee?, .element?: return true
    default: return false
    }
  }

  /// Calls back with each name that stands for something, in the order in which they first did.
  func forEachName(_ body: (Name) -> Void) {
    for entry in entries.indices where entries[entry].tensor != nil || other(of: entry) != nil {
      body(entries[entry].name)
    }
  }

  /// The names that stand for something, in the order in which they first did.
  var names: [Name] {
    var names: [Name] = []
    forEachName { names.append($0) }
    return names
  }
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
}
