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
    if submodules.contains(where: { "\(module).\(name).".hasPrefix($0 + ".") }) { return true }
    // A name with points goes through the attributes of a module, such as the modules that it has imported itself.
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    return parts.count > 1 && parts.contains { modules.contains($0) || $0.hasPrefix("__") || $0.isEmpty }
  }

  private static let harmlessBuiltins: Set<String> = [
    "object", "type", "set", "frozenset", "list", "dict", "tuple", "int", "float", "complex", "bool", "str", "bytes",
    "bytearray", "slice", "range", "unicode", "long", "NoneType", "Ellipsis", "NotImplemented",
  ]

  private static let modules: Set<String> = [
    "os", "posix", "nt", "posixpath", "ntpath", "sys", "subprocess", "_posixsubprocess", "_winapi", "msvcrt", "winreg",
    "platform", "commands", "popen2", "pty", "tty", "signal",
    "resource", "ctypes", "_ctypes", "cffi", "mmap", "fcntl", "gc", "atexit", "threading", "_thread", "thread",
    "multiprocessing", "concurrent", "asyncio", "sched",
    "shutil", "tempfile", "fileinput", "zipfile", "tarfile", "sqlite3", "dbm", "mailbox",
    "socket", "_socket", "ssl", "select", "selectors", "socketserver", "http", "httplib", "urllib", "urllib2",
    "urllib3", "requests",
    "httpx", "aiohttp", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib", "xmlrpc", "webbrowser",
    "paramiko", "fabric",
    "runpy", "importlib", "_frozen_importlib", "_frozen_importlib_external", "imp", "_imp", "_interpreters",
    "_xxsubinterpreters", "pkgutil", "zipimport", "site", "venv", "ensurepip", "pip", "setuptools", "distutils",
    "code", "codeop", "compileall", "py_compile", "ast", "dis", "inspect", "operator", "_operator",
    "pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml",
    "pdb", "bdb", "trace", "timeit", "cProfile", "profile", "pstats", "doctest", "pydoc", "unittest",
    "IPython", "rlcompleter", "antigravity", "idlelib", "lib2to3",
  ]

  /// Modules of packages that are otherwise at home in checkpoints.
  private static let submodules = [
    "torch.hub", "torch.package", "torch.multiprocessing", "torch.utils.collect_env", "torch.utils.cpp_extension",
    "torch.utils.bottleneck",
    "torch.utils.model_zoo", "torch.testing._internal", "torch._inductor", "torch._dynamo", "torch.distributed.rpc",
    "numpy.f2py", "numpy.distutils", "numpy.testing",
  ]

  private static let names: Set<String> = [
    "torch.load", "torch._load", "torch.serialization.load", "torch.serialization._load",
    "torch.storage._load_from_bytes", "torch.jit.load", "torch.jit.script", "torch.jit.trace",
    "torch.ops.load_library", "torch._ops.load_library", "torch.classes.load_library", "torch._classes.load_library",
    "torch.UntypedStorage.from_file", "torch.storage.UntypedStorage.from_file", "torch.from_file",
    "numpy.load", "numpy.fromfile", "numpy.memmap", "numpy.loadtxt", "numpy.genfromtxt",
    "numpy.core.multiarray.fromfile", "numpy._core.multiarray.fromfile", "numpy.lib.utils._eval",
    "numpy.lib.npyio.load", "numpy.lib._npyio_impl.load",
    "codecs.open", "logging.FileHandler", "pandas.eval", "pandas.core.computation.eval.eval", "sympy.sympify",
    "sympy.core.sympify.sympify", "sympy.parsing.sympy_parser.parse_expr",
    "io.open", "io.open_code", "io.FileIO", "_io.open", "_io.open_code", "_io.FileIO",
    "types.CodeType", "types.FunctionType", "types.LambdaType", "types.MethodType", "types.ModuleType",
    "pandas.read_pickle", "functools.reduce", "logging.config.listen", "uuid._get_command_stdout",
  ]
}
