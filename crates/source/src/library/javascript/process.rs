//! Programs that are started, and code that is evaluated or loaded.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // child_process: `exec` has a shell, the others when an option asks for one.
    "child_process.exec" | "child_process.execSync" [Process] Shell(At(0)) PathRead(Field(1, "cwd")) => Clean;
    "child_process.spawn" | "child_process.spawnSync" | "child_process.execFile" | "child_process.execFileSync"
        [Process]
        Arguments(At(0))
        Arguments(At(1))
        Shell(At(0), Set(Field(2, "shell")))
        Shell(At(1), Set(Field(2, "shell")))
        Shell(At(0), Set(Field(1, "shell")))
        PathRead(Field(2, "cwd"))
        PathRead(Field(1, "cwd")) => Clean;
    // A shell that reads its commands as they come.
    "child_process.spawn().stdin.write" | "child_process.spawn().stdin.end" | "cross-spawn().stdin.write"
        | "execa().stdin.write" [Process] Shell(At(0), Mentions(Receiver, SHELLS)) => Clean;
    "child_process.fork" [Process Evaluate] Import(At(0)) Arguments(At(1)) => Clean;
    "child_process.**" => Clean;
    "worker_threads.Worker"
        [Evaluate] Import(At(0), Unset(Field(1, "eval"))) Code(At(0), Set(Field(1, "eval"))) => Clean;
    "cluster.**" [Process] => Clean;

    // Packages that start programs.
    "execa" | "execa.execa" | "execa.execaSync" | "execa.sync"
        [Process]
        Arguments(At(0))
        Arguments(At(1))
        Shell(At(0), Set(Field(2, "shell")))
        Shell(At(1), Set(Field(2, "shell")))
        Shell(At(0), Set(Field(1, "shell")))
        PathRead(Field(2, "cwd")) => Clean;
    "execa.execaCommand" | "execa.execaCommandSync" | "execa.command" | "execa.commandSync"
        [Process] Arguments(LineOf(0)) Shell(At(0), Set(Field(1, "shell"))) => Clean;
    // `$({shell: true})` gives another one.
    "execa.$" [Process] Arguments(TemplateOf) => Clean;
    "tinyexec.x" | "tinyexec.exec" | "nano-spawn" | "tinyspawn" [Process] Arguments(At(0)) Arguments(At(1)) => Clean;
    "zx.$" [Process] Arguments(TemplateOf) => Clean;
    "zx.quote" => Make(QuoteShell, &[At(0)]);
    "zx.cd" [Read] PathRead(At(0)) => Clean;
    "bun.$" | "Bun.$" [Process] Arguments(TemplateOf) => Clean;
    "Bun.spawn" | "Bun.spawnSync" [Process] Arguments(At(0)) Arguments(Field(0, "cmd")) => Clean;
    "Deno.Command" | "Deno.run"
        [Process] Arguments(At(0)) Arguments(Field(1, "args")) Arguments(Field(0, "cmd")) => Clean;
    "shelljs.exec" [Process] Shell(At(0)) => Clean;
    "shelljs.cat" | "shelljs.ls" | "shelljs.find" | "shelljs.cd" | "shelljs.grep" [Read] PathRead(From(0)) => Clean;
    "shelljs.rm" [Delete] PathDelete(From(0)) => Clean;
    "shelljs.cp" | "shelljs.mv" | "shelljs.mkdir" | "shelljs.touch" [Write] PathWrite(From(0)) => Clean;
    "shelljs.**" => Clean;
    "cross-spawn" | "cross-spawn.spawn" | "cross-spawn.sync"
        [Process] Arguments(At(0)) Arguments(At(1)) Shell(At(1), Set(Field(2, "shell"))) => Clean;
    "node-pty.spawn" [Process] Arguments(At(0)) Arguments(At(1)) => Clean;
    "node-pty.*.write" [Process] Shell(At(0)) => Clean;
    "command-exists" | "which" | "which.sync" => Clean;
    "open" | "open.default" | "opn" | "opener" [Process] Arguments(At(0)) => Clean;
    "sudo-prompt.exec" | "node-cmd.run" | "node-cmd.runSync" | "node-cmd.get" | "shell-exec" | "exec-sh"
        | "promisify-child-process.exec" | "child-process-promise.exec" | "mz/child_process.exec"
        [Process] Shell(At(0)) => Clean;
    "promisify-child-process.spawn" | "promisify-child-process.execFile" | "child-process-promise.spawn"
        | "child-process-promise.execFile" | "mz/child_process.spawn" | "mz/child_process.execFile"
        [Process] Arguments(At(0)) Arguments(At(1)) Shell(At(1), Set(Field(2, "shell"))) => Clean;
    "node-powershell.*.invoke" | "node-powershell.*.addCommand" [Process] Shell(At(0)) => Clean;
    "run-applescript.runAppleScript" | "run-applescript" | "osascript.execute" | "applescript.execString"
        | "node-osascript.execute" | "@jxa/run.runJXACode" | "run-jxa.runJxa" [Process Evaluate] Code(At(0)) => Clean;
    "@nut-tree/nut-js.**" | "robotjs.**" | "@jxa/run.**" [Process] => Clean;

    // Git.
    "simple-git" | "simple-git.simpleGit" | "simple-git.default" [Read] PathRead(At(0)) => Unknown;
    "simple-git.*.clone" | "simple-git.*.mirror"
        [Process Network Write] Arguments(At(0)) PathWrite(At(1)) Arguments(At(2)) => Clean;
    "simple-git.*.cwd" [Read] PathRead(At(0)) => Same(Receiver);
    "simple-git.*.add" | "simple-git.*.addConfig" | "simple-git.*.init" [Process Write] Arguments(From(0)) => Clean;
    "simple-git.*.commit" | "simple-git.*.status" | "simple-git.*.checkIsRepo" [Process] => Clean;
    "simple-git.*.then" => Special(Then);
    "simple-git.*.catch" => Special(Catch);
    "simple-git.*.env" | "simple-git.*.outputHandler" => Same(Receiver);
    "simple-git.*" [Process] Arguments(From(0)) => Clean;
    "isomorphic-git.clone" | "isomorphic-git.fetch" | "isomorphic-git.pull" | "isomorphic-git.push"
        [Network Write] Url(Field(0, "url")) PathWrite(Field(0, "dir")) => Clean;
    "isomorphic-git.**" [Read Write] PathRead(Field(0, "dir")) => Clean;
    "degit" [Network Write] => Clean;

    // Other machines, containers.
    "ssh2.*.exec" | "ssh2.*.shell" [Process Network] Shell(At(0)) => Clean;
    "ssh2.*.connect" [Network] Url(Field(0, "host")) => Clean;
    "ssh2.*.sftp" | "ssh2.*.end" => Clean;
    "node-ssh.*.execCommand" [Process Network] Shell(At(0)) PathRead(Field(1, "cwd")) => Clean;
    "node-ssh.*.exec" [Process Network] Arguments(At(0)) Arguments(At(1)) => Clean;
    "node-ssh.*.putFile" | "ssh2-sftp-client.*.put" [Network Read] PathRead(At(0)) => Clean;
    "node-ssh.*.getFile" [Network Write] PathWrite(At(0)) => Clean;
    "ssh2-sftp-client.*.get" [Network Write] PathWrite(At(1)) => Clean;
    "*.execCommand" [Process Network] Shell(At(0)) => Clean;
    "dockerode" => Clean;
    "dockerode.*.exec" [Process] Arguments(Field(0, "Cmd")) => Clean;
    "dockerode.*.run" [Process] Arguments(At(0)) Arguments(At(1)) => Clean;
    "dockerode.*.createContainer"
        [Process] Arguments(Field(0, "Image")) Arguments(Field(0, "Cmd")) PathRead(Field(0, "HostConfig")) => Clean;
    "dockerode.**" [Process] => Clean;
    "@kubernetes/client-node.*.exec" [Process Network] Arguments(At(3)) => Clean;
    "@kubernetes/client-node.**" [Network] => Clean;
    "@e2b/code-interpreter.**" [Network] => Clean;

    // Code.
    "eval" [Evaluate] Code(At(0)) => Unknown;
    "Function" | "Object.getPrototypeOf().constructor" [Evaluate] Code(From(0)) => Unknown;
    "vm.runInThisContext" | "vm.runInNewContext" | "vm.runInContext" | "vm.compileFunction" | "vm.Script"
        | "vm.SourceTextModule" [Evaluate] Code(At(0)) => Unknown;
    "vm.**" => Clean;
    "vm2.*.run" | "vm2.VMScript" | "vm2.NodeVM.code" [Evaluate] Code(At(0)) => Unknown;
    "vm2.VM" | "vm2.NodeVM" | "vm2.**" [Evaluate] => Clean;
    "isolated-vm.**" | "quickjs-emscripten.**" | "@sebastianwessel/quickjs.**" [Evaluate] => Clean;
    "safe-eval" | "notevil" | "static-eval" | "node-eval" | "require-from-string" | "safer-eval"
        [Evaluate] Code(At(0)) => Unknown;
    "mathjs.evaluate" | "mathjs.parse" | "mathjs.compile" | "expr-eval.Parser.evaluate" | "expr-eval.*.evaluate"
        | "expr-eval.*.parse" | "jexl.eval" | "jsonata" | "filtrex.compileExpression" [Evaluate] => Clean;
    "mathjs.**" => Clean;
    "setTimeout" | "setInterval" | "setImmediate" | "queueMicrotask" | "process.nextTick"
        [Evaluate] Code(At(0), IsText) => Special(Invoke(0));
    "timers/promises.setTimeout" => Same(At(1));
    "setTimeout.**" | "clearTimeout" | "clearInterval" => Clean;
    "require" | "import" | "module.createRequire()" [Evaluate Read] Import(At(0)) => Unknown;
    "require.resolve" [Read] Import(At(0)) => Unknown;
    "module.createRequire" | "module.register" => Clean;
    "process.dlopen" | "ffi-napi.Library" | "koffi.load" | "bindings" | "node-gyp-build"
        [Native] Import(At(0)) => Clean;
    "process.binding" [Native] => Clean;
    "WebAssembly.**" [Native] => Clean;
    "@babel/standalone.transform" | "typescript.transpile" | "esbuild.transform" => Unknown;
    "esbuild.build" [Process Write] PathRead(Field(0, "entryPoints")) => Clean;

    // Quoting for a shell.
    "shell-quote.quote" | "shell-escape" | "shell-escape-tag" | "shescape.*.quote" | "shescape.quote"
        | "shescape.*.quoteAll" | "shescape.quoteAll" | "any-shell-escape" | "puka.quoteForShell" | "shlex.quote"
        | "shlex.join" => Make(QuoteShell, &[At(0)]);
    "shell-quote.parse" | "shlex.split" | "string-argv" | "string-argv.parseArgsStringToArgv" => Make(Part, &[At(0)]);
};
