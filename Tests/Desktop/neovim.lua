-- What Neovim does by itself with the project's folders on its runtime path; prints a JSON object a line.
-- MICA_FILE is the file to edit, in which `Reluu` is a mistake.

local function say(what, value)
  io.stdout:write(vim.fn.json_encode({ what = what, value = value }) .. "\n")
end

local function session()
  vim.cmd("syntax on | filetype plugin indent on")
  vim.cmd("edit " .. vim.fn.fnameescape(os.getenv("MICA_FILE")))
  local buffer = vim.api.nvim_get_current_buf()
  say("filetype", vim.bo.filetype)
  say("comment", vim.bo.commentstring)
  say("colour", vim.fn.synIDattr(vim.fn.synID(3, 1, 1), "name"))
  if not vim.wait(30000, function() return #vim.diagnostic.get(buffer) > 0 end, 20) then error("no mistake is shown") end
  local mistake = vim.diagnostic.get(buffer)[1]
  say("mistake", { line = mistake.lnum, column = mistake.col, message = mistake.message })
  -- Another file of the folder shares the server.
  vim.cmd("edit " .. vim.fn.fnameescape(vim.fn.fnamemodify(os.getenv("MICA_FILE"), ":h") .. "/other.mica"))
  vim.wait(2000, function() return next(vim.lsp.buf_get_clients(0)) ~= nil end, 20)
  local names = {}
  for _, client in pairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do table.insert(names, client.name) end
  say("servers", names)
  say("attached", next(vim.lsp.buf_get_clients(0)) ~= nil)
end

local done, problem = pcall(session)
if not done then say("failure", problem) end
vim.cmd("qall!")
