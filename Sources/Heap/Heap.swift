import CMalloc
import Glibc

/// The memory of the process.
package enum Heap {
  /// The bytes that are allocated and not freed.
  package static var allocated: Int {
    let info = mallinfo2()
    return Int(info.uordblks) + Int(info.hblkhd)
  }

  /// The bytes of the process that are in memory now, mapped files among them; `nil` where the system does not tell.
  package static var resident: Int? {
    guard let file = fopen("/proc/self/statm", "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    // The second number counts pages.
    let numbers = line.prefix { $0 != 0 }.split(separator: CChar(32)).map { word in
      word.reduce(0) { $0 * 10 + Int($1) - 48 }
    }
    return numbers.count > 1 ? numbers[1] * sysconf(Int32(_SC_PAGESIZE)) : nil
  }

  /// Keeps up to 64 MiB of freed memory for what the process allocates next.
  ///
  /// A program that analyses texts again and again frees each time as much as it takes the next time; by default the C
  /// library hands it back to the system, and every page is a fault when it is taken again. It is the program's decision:
  /// its start calls this, and no library does.
  package static func keepFreedMemory() {
    // Arrays come from the heap like everything else, rather than from pages of their own; more is not allowed.
    mallopt(M_MMAP_THRESHOLD, 32 << 20)
    mallopt(M_TRIM_THRESHOLD, 64 << 20)
    mallopt(M_TOP_PAD, 1 << 20)
  }

  /// Hands freed memory back to the system, for when nothing is about to be allocated.
  package static func returnFreedMemory() { malloc_trim(0) }
}
