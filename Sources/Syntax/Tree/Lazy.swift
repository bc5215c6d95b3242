import Synchronization

/// A value that is made when somebody asks for it, once; copies share it.
package final class Lazy<Value: Sendable>: Sendable {
  private let made: Mutex<Value?>
  private let make: @Sendable () -> Value

  package init(_ make: @escaping @Sendable () -> Value) {
    made = Mutex(nil)
    self.make = make
  }

  package init(made value: Value) {
    made = Mutex(value)
    make = { value }
  }

  package var value: Value {
    made.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }
}
