//! Tells Zed how to start `mica lsp`: the program on the PATH of the project, or the one that Zed's settings name.

use zed_extension_api::{self as zed, settings::LspSettings, Command, LanguageServerId, Result, Worktree};

struct Mica;

impl zed::Extension for Mica {
    fn new() -> Self {
        Mica
    }

    fn language_server_command(&mut self, id: &LanguageServerId, project: &Worktree) -> Result<Command> {
        let binary = LspSettings::for_worktree(id.as_ref(), project).ok().and_then(|settings| settings.binary);
        let path = binary.as_ref().and_then(|binary| binary.path.clone()).or_else(|| project.which("mica"));
        let arguments = binary.and_then(|binary| binary.arguments);
        Ok(Command {
            command: path.ok_or("mica is not on the PATH; name it in Zed's settings: lsp.mica.binary.path")?,
            args: arguments.unwrap_or_else(|| vec!["lsp".into()]),
            env: project.shell_env(),
        })
    }
}

zed::register_extension!(Mica);
