//! Programs that are started, here and on other machines.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // The standard library. A command is a text for a shell, or a list for the program itself.
    "os.system" [Process] Shell(Either(0, "command")) => Clean;
    "os.popen" [Process] Shell(Either(0, "cmd")) => Clean;
    "subprocess.run" | "subprocess.call" | "subprocess.check_call" | "subprocess.check_output" | "subprocess.Popen"
        [Process]
        Shell(Either(0, "args"), Set(Named("shell")))
        Arguments(Either(0, "args"), Unset(Named("shell")))
        Arguments(Named("executable"))
        PathRead(Named("cwd")) => Clean;
    "subprocess.getoutput" | "subprocess.getstatusoutput" [Process] Shell(Either(0, "cmd")) => Clean;
    "subprocess.**" => Clean;
    "subprocess.*.communicate" | "subprocess.*.wait" | "subprocess.*.poll" | "subprocess.*.kill"
        | "subprocess.*.terminate" | "subprocess.*.send_signal" => Clean;
    "os.execl" | "os.execle" | "os.execlp" | "os.execlpe" | "os.execv" | "os.execve" | "os.execvp" | "os.execvpe"
        [Process] Arguments(From(0)) => Special(Exit);
    "os.spawnl" | "os.spawnle" | "os.spawnlp" | "os.spawnlpe" | "os.spawnv" | "os.spawnve" | "os.spawnvp"
        | "os.spawnvpe" [Process] Arguments(From(1)) => Clean;
    "os.posix_spawn" | "os.posix_spawnp" [Process] Arguments(From(0)) => Clean;
    "os.startfile" [Process] Arguments(Either(0, "filepath")) => Clean;
    "os.kill" | "os.killpg" | "os.fork" | "os.waitpid" | "os.setsid" [Process] => Clean;
    "pty.spawn" [Process] Arguments(Either(0, "argv")) => Clean;
    "pty.fork" | "pty.openpty" [Process] => Clean;
    "asyncio.create_subprocess_shell" | "asyncio.subprocess.create_subprocess_shell"
        [Process] Shell(Either(0, "cmd")) PathRead(Named("cwd")) => Clean;
    "asyncio.create_subprocess_exec" | "asyncio.subprocess.create_subprocess_exec"
        [Process] Arguments(From(0)) PathRead(Named("cwd")) => Clean;
    "asyncio.*.subprocess_shell" [Process] Shell(At(1)) => Clean;
    "asyncio.*.subprocess_exec" [Process] Arguments(From(1)) => Clean;
    "anyio.run_process" | "anyio.open_process" | "trio.run_process" | "trio.lowlevel.open_process"
        [Process]
        Shell(Either(0, "command"), IsText)
        Arguments(Either(0, "command"), IsList)
        PathRead(Named("cwd")) => Clean;
    "commands.getoutput" | "commands.getstatusoutput" [Process] Shell(At(0)) => Clean;
    "popen2.popen2" | "popen2.popen3" [Process] Shell(At(0)) => Clean;
    "*.communicate" => Clean;
    "multiprocessing.Process" [Process] => Special(Thread);
    "webbrowser.open" | "webbrowser.open_new" | "webbrowser.open_new_tab" | "webbrowser.*.open"
        [Process Network] Url(Either(0, "url")) => Clean;
    "click.launch" | "typer.launch" [Process] Arguments(Either(0, "url")) => Clean;
    "click.edit" [Process Read Write] => Clean;

    // Packages that start programs.
    "pexpect.spawn" | "pexpect.spawnu" | "pexpect.popen_spawn.PopenSpawn"
        [Process] Arguments(Either(0, "command")) Arguments(Either(1, "args")) => Clean;
    "pexpect.run" | "pexpect.runu" [Process] Arguments(Either(0, "command")) => Clean;
    "pexpect.*.sendline" | "pexpect.*.send" [Process] Shell(Either(0, "s")) => Clean;
    "pexpect.**" => Clean;
    "ptyprocess.PtyProcess.spawn" | "ptyprocess.PtyProcessUnicode.spawn" | "winpty.PtyProcess.spawn"
        [Process] Arguments(At(0)) => Clean;
    "ptyprocess.*.write" | "winpty.*.write" [Process] Shell(At(0)) => Clean;
    "sh.Command" [Process] Arguments(At(0)) => Unknown;
    "sh.bash" | "sh.sh" | "sh.zsh" [Process] Shell(From(0)) => Clean;
    "sh.*" [Process] Arguments(From(0)) => Clean;
    "plumbum.local.get" | "plumbum.*.get" => Unknown;
    "plumbum.*" [Process] Arguments(From(0)) => Clean;
    "delegator.run" | "envoy.run" [Process] Shell(At(0)) => Clean;
    "invoke.run" | "invoke.*.run" | "invoke.*.sudo" [Process] Shell(Either(0, "command")) => Clean;
    "fabric.*.run" | "fabric.*.sudo" | "fabric.*.local" | "fabric.api.run" | "fabric.api.local" | "fabric.api.sudo"
        [Process Network] Shell(Either(0, "command")) => Clean;
    "psutil.Popen" [Process] Shell(At(0), Set(Named("shell"))) Arguments(At(0), Unset(Named("shell"))) => Clean;
    "psutil.**" [Fingerprint] => Clean;
    "xdist.**" | "pipes.Template" => Unknown;

    // Other machines.
    "paramiko.*.exec_command" | "paramiko.*.invoke_shell" [Process Network] Shell(Either(0, "command")) => Clean;
    "paramiko.*.send" | "paramiko.*.sendall" [Process Network] Shell(At(0)) => Clean;
    "paramiko.*.connect" [Network] Url(Either(0, "hostname")) => Clean;
    "paramiko.*.put" [Network Read] PathRead(Either(0, "localpath")) => Clean;
    "paramiko.*.get" [Network Write] PathWrite(Either(1, "localpath")) => Clean;
    "paramiko.ProxyCommand" [Process] Arguments(At(0)) => Clean;
    "*.exec_command" [Process Network] Shell(Either(0, "command")) => Clean;
    "*.exec_run" [Process] Shell(Either(0, "cmd"), IsText) Arguments(Either(0, "cmd"), IsList) => Clean;
    "asyncssh.connect" [Network] Url(Either(0, "host")) => Clean;
    "asyncssh.*.run" | "asyncssh.*.create_process" | "asyncssh.run"
        [Process Network] Shell(Either(0, "command")) => Clean;
    "netmiko.ConnectHandler" [Network] Url(Named("host")) => Clean;
    "netmiko.*.send_command" | "netmiko.*.send_command_timing" | "netmiko.*.send_config_set"
        [Process Network] Shell(Either(0, "command_string")) => Clean;
    "telnetlib.Telnet" [Network] Url(Either(0, "host")) => Clean;
    "telnetlib.*.write" [Process Network] Shell(At(0)) => Clean;
    "winrm.*.run_cmd" | "winrm.*.run_ps" [Process Network] Shell(At(0)) => Clean;
    "pypsrp.*.execute_cmd" | "pypsrp.*.execute_ps" [Process Network] Shell(At(0)) => Clean;

    // Containers, sandboxes, clusters.
    "docker.*.run" | "docker.*.create" | "podman.*.run" | "podman.*.create"
        [Process Network]
        Arguments(Either(0, "image"))
        Arguments(Either(1, "command"))
        PathRead(Named("volumes")) => Clean;
    "docker.*.exec_run" | "docker.*.exec_create" | "podman.*.exec_run"
        [Process] Arguments(Either(0, "cmd")) => Clean;
    "docker.*.build" [Process Read] PathRead(Named("path")) => Clean;
    "docker.*.pull" | "docker.*.push" [Process Network] => Clean;
    "docker.*" | "podman.*" [Process] => Clean;
    "kubernetes.stream.stream" [Process Network] Arguments(Named("command")) => Clean;
    "kubernetes.**" [Network] => Clean;
    "ansible_runner.run" | "ansible_runner.run_command" [Process Network] Arguments(From(0)) => Clean;
    "libtmux.*.send_keys" | "*.send_keys" [Process] Shell(At(0)) => Clean;
    "libtmux.*.cmd" [Process] Arguments(From(0)) => Clean;
    "applescript.run" | "osascript.osascript" [Process Evaluate] Code(At(0)) => Clean;
    "pyautogui.**" | "pynput.*" | "keyboard.*" | "mouse.*" [Process] => Clean;

    // Git. Its subcommands take options: `--upload-pack`, `--output`.
    "git.Repo" | "git.repo.Repo" [Read] PathRead(Either(0, "path")) => Clean;
    "git.Repo.init" [Write] PathWrite(Either(0, "path")) => Clean;
    "git.Repo.clone_from"
        [Process Network Write] Arguments(Either(0, "url")) PathWrite(Either(1, "to_path")) => Clean;
    "git.*.clone" | "git.*.clone_from" [Process Network Write] Arguments(From(0)) => Clean;
    "git.Git" [Process Read] PathRead(At(0)) => Clean;
    "git.*.execute" [Process] Arguments(At(0)) => Clean;
    // These read revisions themselves, no program does.
    "git.Repo().commit" | "git.Repo().tree" | "git.Repo().rev_parse" | "git.Repo().create_head"
        | "git.Repo().is_dirty" | "git.Repo().remote" [Read] => Clean;
    "git.Repo().index.add" | "git.Repo().index.remove" [Read Write] PathRead(At(0)) => Clean;
    "git.Repo().index.commit" [Write] => Clean;
    "git.*" [Process] Arguments(Text("git")) Arguments(Plain(0)) => Clean;
    "pygit2.clone_repository" [Network Write] PathWrite(At(1)) => Clean;
    "pygit2.Repository" | "pygit2.discover_repository" [Read] PathRead(At(0)) => Clean;
    "dulwich.porcelain.clone" [Network Write] Url(At(0)) PathWrite(At(1)) => Clean;

    // Quoting for a shell.
    "shlex.quote" | "pipes.quote" => Make(QuoteShell, &[At(0)]);
    "shlex.join" => Make(QuoteShell, &[At(0)]);
    "shlex.split" => Make(Part, &[At(0)]);
    "subprocess.list2cmdline" => Unknown;
    "oslex.quote" | "mslex.quote" => Make(QuoteShell, &[At(0)]);
};
