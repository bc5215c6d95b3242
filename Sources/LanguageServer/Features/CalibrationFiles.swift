import Execution

/// Samples beside a text, under a name by which they are looked for: a folder `calibration`, or `calibration.npz`.
struct CalibrationFiles {
  /// What they are called in a title, such as `calibration/*.npy`.
  let label: String
  /// Where they are.
  let path: String

  /// - Parameter folder: with a slash at its end.
  init?(in folder: Substring) {
    let name = "calibration"
    let names = FolderListing.names(in: folder + name)
    if let kind = [".npz", ".npy"].first(where: { kind in names.contains { $0.hasSuffix(kind) && !$0.hasPrefix(".") } })
    {
      (label, path) = ("\(name)/*\(kind)", folder + name)
    } else if FolderListing.names(in: String(folder)).contains("\(name).npz") {
      (label, path) = ("\(name).npz", folder + "\(name).npz")
    } else {
      return nil
    }
  }
}
