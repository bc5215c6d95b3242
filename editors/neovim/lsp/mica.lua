-- The language server, as Neovim 0.11 looks for it; vim.lsp.enable("mica") starts it.
return {
  cmd = vim.g.mica_command or { "mica", "lsp" },
  filetypes = { "mica" },
  root_markers = { "mica.json", ".git" },
}
