import Glibc
import Processes
package import Tensors

/// ONNX Runtime as `mica install onnxruntime` fetches it: out of the package for Python, one version, by its hash.
package struct RuntimeInstallation {
  package static let version = "1.32.0"

  /// Which packages there are: the tag of the platform, and the SHA-256 of the file.
  ///
  /// The library in them has nothing to do with a version of Python, so that any one of them serves.
  private static let packages = [
    "x86_64": (
      platform: "manylinux_2_28_x86_64", hash: "99e1074c4b2197accd5073052a465361be17b89c093b8ffb6e6bd8f986c52df8"
    ),
    "aarch64": (
      platform: "manylinux_2_28_aarch64", hash: "e36c187006e7a7c8b8d6d57f1a209dd63f52430dca6c282b177718ad6b841054"
    ),
  ]

  /// Why nothing was installed.
  package enum Problem: Error {
    case noCacheFolder
    case noPackage(machine: String)
    case noPython
    case noPip
    case pip(command: String, code: Int32)
    case noLibrary(folder: String)
    case file(FileError)
  }

  /// The folder of the installed package; `nil` where neither XDG_CACHE_HOME nor HOME says where caches are.
  package static var folder: String? {
    cacheFolder.map { "\($0)/onnxruntime-\(version)" }
  }

  /// The library, where it is installed.
  package static var library: String? {
    folder.flatMap { RuntimeSearch.library(in: $0 + "/onnxruntime/capi") }
  }

  /// Installs the package and gives the library's path.
  ///
  /// The folder appears when all is in it. Nothing of the package is run.
  /// - Parameter say: is told each command before it runs.
  package static func install(say: (String) -> Void) throws(Problem) -> String {
    guard let cache = cacheFolder, let folder else { throw .noCacheFolder }
    guard let package = packages[machine] else { throw .noPackage(machine: machine) }
    guard ChildProcess.output(of: ["python3", "-c", "print()"]) != nil else { throw .noPython }
    guard ChildProcess.output(of: ["python3", "-m", "pip", "--version"]) != nil else { throw .noPip }
    let partial: TemporaryFolder
    do throws(FileError) {
      try FolderListing.create(cache)
      partial = try TemporaryFolder(in: cache, prefix: "onnxruntime")
      let list = try OutputFile(path: partial.path + "/requirements.txt")
      try list.write(Array("onnxruntime==\(version) --hash=sha256:\(package.hash)\n".utf8))
      try list.commit()
    } catch { throw .file(error) }
    let target = partial.path + "/package"
    let command = [
      "python3", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet", "--no-deps",
      "--no-compile", "--only-binary=:all:", "--platform", package.platform, "--implementation", "cp",
      "--python-version", "3.12", "--abi", "cp312", "--require-hashes", "--requirement",
      partial.path + "/requirements.txt", "--target", target,
    ]
    say(command.joined(separator: " "))
    let code = ChildProcess.run(command)
    guard code == 0 else { throw .pip(command: command.joined(separator: " "), code: code) }
    guard RuntimeSearch.library(in: target + "/onnxruntime/capi") != nil else { throw .noLibrary(folder: target) }
    // Another run may have put it there meanwhile.
    if rename(target, folder) != 0, library == nil { throw .file(FileError(.create, folder, .system(errno))) }
    guard let library else { throw .noLibrary(folder: folder) }
    return library
  }

  private static var cacheFolder: String? {
    if let folder = RuntimeSearch.environment("XDG_CACHE_HOME"), folder.hasPrefix("/") { return folder + "/mica" }
    if let home = RuntimeSearch.environment("HOME"), home.hasPrefix("/") { return home + "/.cache/mica" }
    return nil
  }

  /// The machine's name as `uname -m` tells it.
  private static var machine: String {
    var system = utsname()
    guard uname(&system) == 0 else { return "unknown" }
    return withUnsafeBytes(of: &system.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

extension RuntimeInstallation.Problem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noCacheFolder: "there is no place for it: set HOME, or XDG_CACHE_HOME to the folder of caches"
    case .noPackage(let machine):
      "there is no package for machines of the kind \(machine); build the library, and name it in "
        + RuntimeSearch.environmentVariable
    case .noPython: "it comes by pip, and there is no `python3` on PATH; install Python 3 with pip"
    case .noPip: "it comes by pip, and this `python3` has none; install it (Debian: python3-pip)"
    case .pip(let command, let code): "pip failed with exit code \(code), see above; the command was: \(command)"
    case .noLibrary(let folder): "the package in \(folder) has no library in it; remove the folder and try again"
    case .file(let error): error.description
    }
  }
}
