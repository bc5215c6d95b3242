[
  (body)
  (steps)
  (parameters)
  (arguments)
  (list)
  (map)
  (subscript)
  (dimensions)
  (tensor)
  (sparse_tensor)
] @indent.begin

[")" "]" "}"] @indent.branch @indent.end
