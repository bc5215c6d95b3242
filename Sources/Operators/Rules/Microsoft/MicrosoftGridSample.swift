import Tensors

extension MicrosoftRules {
  /// GridSample of images `[N, C, H, W]` at a grid `[N, h, w, 2]`; the result is of floats, as the images are.
  static let gridSample: OperatorRules = {
    var rules = delegating("GridSample", to: .gridSample, inputs: [0, 1])
    rules.infer = { context in
      context.infer(as: .gridSample, inputs: [0, 1])
      if let element = context.element(0), [.f16, .f32, .f64].contains(element) { context.set(element: element) }
    }
    return rules
  }()
}
