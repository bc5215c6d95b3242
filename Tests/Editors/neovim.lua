-- A session in a headless Neovim, 0.7 or newer, as its user's keys and commands make it; prints a JSON object a line.
-- MICA_LSP is the server's command as a JSON list, MICA_FILE the file to edit.

local command, file = vim.fn.json_decode(os.getenv("MICA_LSP")), os.getenv("MICA_FILE")

local function say(what, value)
  io.stdout:write(vim.fn.json_encode({ what = what, value = value }) .. "\n")
end

local function wait(what, condition)
  if not vim.wait(30000, condition, 20) then
    error("waited in vain for " .. what)
  end
end

local function session()
  vim.cmd("edit " .. vim.fn.fnameescape(file))
  local buffer = vim.api.nvim_get_current_buf()
  local messages = {}
  local id = vim.lsp.start_client({
    cmd = command,
    name = "mica",
    root_dir = vim.fn.fnamemodify(file, ":p:h"),
    handlers = {
      ["window/showMessage"] = function(_, result)
        table.insert(messages, result.message)
      end,
    },
  })
  vim.lsp.buf_attach_client(buffer, id)
  local client = vim.lsp.get_client_by_id(id)
  wait("the server", function() return client.initialized end)
  say("encoding", client.offset_encoding)

  local document = { uri = vim.uri_from_bufnr(buffer) }
  local function request(method, parameters)
    local answers = vim.lsp.buf_request_sync(buffer, method, parameters, 30000) or {}
    for _, answer in pairs(answers) do
      if answer.error or answer.err then error(method .. ": " .. vim.inspect(answer)) end
      return answer.result
    end
  end
  local function errors()
    return vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })
  end

  -- A mistake, and its mend.
  vim.cmd([[%s/|> MergeHeads/|> MergeHeds/]])
  wait("the mistake", function() return #errors() > 0 end)
  local mistake = errors()[1]
  say("mistake", { line = mistake.lnum, column = mistake.col, code = mistake.user_data and mistake.user_data.lsp.code or mistake.code })
  local range = {
    start = { line = mistake.lnum, character = mistake.col },
    ["end"] = { line = mistake.end_lnum, character = mistake.end_col },
  }
  local actions = request("textDocument/codeAction", { textDocument = document, range = range, context = { diagnostics = {} } })
  for _, action in ipairs(actions) do
    if action.title:find("MergeHeads") then
      vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
      break
    end
  end
  wait("the mend", function() return #errors() == 0 end)
  say("mended", vim.fn.search([[|> MergeHeads]], "nw") > 0)

  -- The hover's own window, as its user sees it.
  vim.fn.cursor(1, 1)
  vim.fn.search([[pooler.dense: \zsLinear]])
  vim.lsp.buf.hover()
  local window
  wait("the hover", function()
    for _, each in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(each).relative ~= "" then window = each end
    end
    return window
  end)
  say("hover", vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false))
  vim.api.nvim_win_close(window, true)

  -- Two layers, no weights file, and nothing saved.
  vim.cmd([[%s/depth: int = 12/depth: int = 2/]])
  vim.cmd([[/^    weights/,/^    )/delete]])
  if vim.lsp.inlay_hint then
    local hints = request("textDocument/inlayHint", {
      textDocument = document,
      range = { start = { line = 0, character = 0 }, ["end"] = { line = vim.api.nvim_buf_line_count(buffer), character = 0 } },
    })
    say("hints", vim.tbl_map(function(hint) return hint.label end, hints))
  end
  local exports = request("textDocument/codeAction", { textDocument = document, range = range, context = { diagnostics = {} } })
  for _, action in ipairs(exports) do
    if action.title == "Export bert_base to ONNX" then
      request("workspace/executeCommand", { command = action.command.command, arguments = action.command.arguments })
    end
  end
  wait("the message", function() return #messages > 0 end)
  say("message", messages[#messages])
  say("modified", vim.bo[buffer].modified)

  -- The exported file as text, by the name that its user gives.
  vim.g.mica_command = vim.fn.json_decode(os.getenv("MICA_SECOND"))
  vim.cmd("luafile " .. vim.fn.fnameescape(os.getenv("MICA_SETTINGS")))
  vim.cmd("edit! " .. vim.fn.fnameescape(os.getenv("MICA_MODEL")))
  wait("the text", function() return vim.api.nvim_buf_get_name(0):match("opened%.mica$") and vim.fn.line("$") > 1 end)
  say("text", vim.api.nvim_buf_get_lines(0, 0, -1, false))
  wait("the model's own buffer to go", function()
    for _, each in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_get_name(each):match("%.onnx$") then return false end
    end
    return true
  end)
  for _, other in ipairs(vim.lsp.get_active_clients()) do
    if other.id ~= client.id then
      other.stop()
      wait("the second server's end", function() return other.is_stopped() end)
    end
  end
  client.stop()
  wait("the end", function() return client.is_stopped() end)
end

local fine, reason = pcall(session)
if not fine then say("failure", tostring(reason)) end
vim.cmd(fine and "qall!" or "cquit!")
