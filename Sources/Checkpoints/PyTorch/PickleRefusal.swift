/// Names that have no place in a checkpoint: what they stand for runs programs, reads files or opens connections.
///
/// Nothing of a pickle is imported or called here, whatever it names. But who made one with such a name means harm to those
/// who load it with Python, and the file is refused by the name.
enum PickleRefusal {
  /// The name of a global in a message.
  static func spelling(_ module: String, _ name: String) -> String { "\(module.prefix(200)).\(name.prefix(200))" }

  static func refuses(module: String, name: String) -> Bool {
    let package = String(module.prefix { $0 != "." })
    if package == "builtins" || package == "__builtin__" { return !harmlessBuiltins.contains(name) }
    if modules.contains(package) || names.contains("\(module).\(name)") { return true }
    // A name with points goes through the attributes of a module, such as the modules that it has imported itself.
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    return parts.count > 1 && parts.contains { modules.contains($0) || $0.hasPrefix("__") || $0.isEmpty }
  }

  private static let harmlessBuiltins: Set<String> = [
    "object", "type", "set", "frozenset", "list", "dict", "tuple", "int", "float", "complex", "bool", "str", "bytes",
    "bytearray", "slice", "range", "unicode", "long", "NoneType", "Ellipsis", "NotImplemented",
  ]

  private static let modules: Set<String> = [
    "os", "posix", "nt", "posixpath", "ntpath", "sys", "subprocess", "commands", "popen2", "pty", "tty", "signal",
    "resource", "ctypes", "_ctypes", "cffi", "mmap", "fcntl", "gc", "atexit", "threading", "_thread", "thread",
    "multiprocessing", "concurrent", "asyncio", "sched",
    "shutil", "tempfile", "fileinput", "zipfile", "tarfile", "sqlite3", "dbm", "mailbox",
    "socket", "_socket", "ssl", "select", "selectors", "socketserver", "http", "httplib", "urllib", "urllib2",
    "urllib3", "requests",
    "httpx", "aiohttp", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib", "xmlrpc", "webbrowser",
    "paramiko", "fabric",
    "runpy", "importlib", "imp", "pkgutil", "zipimport", "site", "venv", "ensurepip", "pip", "setuptools", "distutils",
    "code", "codeop", "compileall", "py_compile", "ast", "dis", "inspect", "operator", "_operator",
    "pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml",
    "pdb", "bdb", "trace", "timeit", "cProfile", "profile", "pstats", "doctest", "pydoc", "unittest",
    "IPython", "rlcompleter", "antigravity", "idlelib", "lib2to3",
  ]

  private static let names: Set<String> = [
    "torch.load", "torch.serialization.load", "torch.storage._load_from_bytes", "torch.jit.load", "torch.hub.load",
    "torch.hub.load_state_dict_from_url", "torch.hub.download_url_to_file", "torch.package.PackageImporter",
    "torch.ops.load_library", "torch._ops.load_library", "torch.utils.cpp_extension.load",
    "torch.utils.cpp_extension.load_inline", "torch.utils.model_zoo.load_url",
    "numpy.load", "numpy.fromfile", "numpy.memmap", "numpy.f2py.crackfortran.getlincoef",
    "numpy.f2py.diagnose.run_command", "numpy.testing._private.utils.runstring",
    "numpy.distutils.exec_command.exec_command",
    "io.open", "io.open_code", "io.FileIO", "_io.open", "_io.open_code", "_io.FileIO",
    "types.CodeType", "types.FunctionType", "types.LambdaType", "types.MethodType", "types.ModuleType",
    "pandas.read_pickle", "functools.reduce", "logging.config.listen", "uuid._get_command_stdout",
  ]
}
