-- What scripts/picture shows: Neovim with Mica, the hover open on a layer.

vim.filetype.add({ extension = { mica = "mica" } })
vim.lsp.config("mica", { cmd = { os.getenv("MICA_BINARY"), "lsp" }, filetypes = { "mica" }, root_markers = { "mica.json" } })
vim.lsp.enable("mica")
vim.o.termguicolors = true
vim.o.number = true
vim.o.laststatus = 0
vim.o.signcolumn = "yes"
vim.o.wrap = false
vim.diagnostic.config({ virtual_text = true })

vim.api.nvim_create_autocmd("LspAttach", {
  callback = function(event)
    vim.lsp.inlay_hint.enable(true, { bufnr = event.buf })
    vim.defer_fn(function()
      vim.fn.search([[Linear(x, out_features=10]])
      vim.lsp.buf.hover({ max_width = 100 })
    end, 2000)
  end,
})
