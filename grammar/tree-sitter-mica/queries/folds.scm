[
  (body)
  (steps)
  (parameters)
  (arguments)
  (list)
  (map)
  (comment)+
] @fold
