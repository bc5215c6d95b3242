import Glibc

/// The result of `work` on a thread of its own with a stack of that many bytes.
func onThread<Result>(stack: Int, _ work: @escaping () -> Result) -> Result {
  let box = Unmanaged.passRetained(Work(work))
  defer { box.release() }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, stack)
  defer { pthread_attr_destroy(&attributes) }
  var thread = pthread_t()
  let status = pthread_create(
    &thread, &attributes,
    { pointer in
      if let pointer {
        let box = Unmanaged<Work>.fromOpaque(pointer).takeUnretainedValue()
        box.result = box.work()
      }
      return nil
    }, box.toOpaque())
  precondition(status == 0, "no thread with a stack of \(stack) bytes")
  pthread_join(thread, nil)
  guard let result = box.takeUnretainedValue().result as? Result else { preconditionFailure("the work has no result") }
  return result
}

private final class Work {
  let work: () -> Any
  var result: Any?

  init(_ work: @escaping () -> Any) { self.work = work }
}
