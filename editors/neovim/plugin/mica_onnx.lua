-- Neovim shows an ONNX file as Mica text.
--
-- `:edit model.onnx` opens model.mica, which is written beside it where it is not there yet; `:MicaOpenModel FILE` does the
-- same. The server's command is `mica lsp`, or what vim.g.mica_command says, such as { "/opt/mica/bin/mica", "lsp" }.

-- Starts a server for the folder of a file, or finds the one that runs there.
local function start(file)
  local configuration = {
    name = "mica",
    cmd = vim.g.mica_command or { "mica", "lsp" },
    root_dir = vim.fn.fnamemodify(file, ":h"),
  }
  if vim.fn.has("nvim-0.11") == 1 then return vim.lsp.start(configuration, { attach = false }) end
  return vim.lsp.start_client(configuration)
end

-- Asks the server for the text of an ONNX file and passes what it answers on; `reason` says why there is none.
local function ask(file, done)
  local id = start(file)
  local client = id and vim.lsp.get_client_by_id(id)
  if not client then return done(nil, "the server of Mica does not start") end
  vim.wait(30000, function() return client.initialized end, 10)
  if not client.initialized then return done(nil, "the server of Mica does not answer") end
  local parameters = { command = "mica.openModel", arguments = { { uri = vim.uri_from_fname(file) } } }
  local function answered(failure, result) done(result, failure and failure.message) end
  if vim.fn.has("nvim-0.11") == 1 then
    client:request("workspace/executeCommand", parameters, answered)
  else
    client.request("workspace/executeCommand", parameters, answered)
  end
end

-- Shows the text of an ONNX file in the current window; `buffer` is the file's own, which goes then.
local function open(file, buffer)
  file = vim.fn.fnamemodify(file, ":p")
  ask(file, function(result, reason)
    if not result then return vim.notify("mica: " .. reason, vim.log.levels.ERROR) end
    vim.schedule(function()
      if vim.fn.bufnr(result.path) ~= vim.api.nvim_get_current_buf() then
        vim.cmd("edit " .. vim.fn.fnameescape(result.path))
      end
      if buffer and vim.api.nvim_buf_is_valid(buffer) then vim.api.nvim_buf_delete(buffer, { force = true }) end
    end)
  end)
end

vim.api.nvim_create_autocmd("BufReadCmd", {
  pattern = "*.onnx",
  nested = true,
  callback = function(event)
    vim.bo[event.buf].buftype = "nofile"
    open(event.match, event.buf)
  end,
})

vim.api.nvim_create_user_command("MicaOpenModel", function(call) open(call.args) end, { nargs = 1, complete = "file" })
