-- Mica in Neovim: the file type, and the language server, which vim.g.mica_command names where it is not `mica lsp`.

vim.filetype.add({ extension = { mica = "mica" } })

if vim.lsp.enable then
  vim.lsp.enable("mica")
else
  -- Before 0.11: a server for each project that a file of the language is opened in.
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "mica",
    callback = function(event)
      local file = vim.api.nvim_buf_get_name(event.buf)
      local project
      local folder = vim.fn.fnamemodify(file, ":p:h")
      while not project do
        if vim.fn.filereadable(folder .. "/mica.json") == 1 or vim.fn.isdirectory(folder .. "/.git") == 1 then
          project = folder
        end
        local above = vim.fn.fnamemodify(folder, ":h")
        if above == folder then break end
        folder = above
      end
      local root = project or vim.fn.fnamemodify(file, ":p:h")
      for _, client in pairs(vim.lsp.get_active_clients()) do
        if client.name == "mica" and client.config.root_dir == root then
          return vim.lsp.buf_attach_client(event.buf, client.id)
        end
      end
      local id = vim.lsp.start_client({ name = "mica", cmd = vim.g.mica_command or { "mica", "lsp" }, root_dir = root })
      if id then vim.lsp.buf_attach_client(event.buf, id) end
    end,
  })
end
