//! Programs that are started, code that is loaded, and the machine.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // os/exec: the name of the program and its arguments.
    "os/exec.Command" | "golang.org/x/sys/execabs.Command" [Process] Arguments(From(0)) => Clean;
    "os/exec.CommandContext" | "golang.org/x/sys/execabs.CommandContext" [Process] Arguments(From(1)) => Clean;
    "os/exec.Cmd" [Process] Arguments(Named("Args")) => Clean;
    "os/exec.LookPath" => Same(At(0));
    "os/exec.**" => Clean;
    "os.StartProcess" | "syscall.Exec" | "syscall.ForkExec" | "golang.org/x/sys/unix.Exec"
        [Process] Arguments(At(0)) Arguments(At(1)) => Clean;
    "os.FindProcess" | "os.*.Kill" | "os.*.Signal" | "syscall.Kill" [Process] => Clean;
    "github.com/creack/pty.Start" | "github.com/creack/pty.**" [Process] => Clean;
    "github.com/bitfield/script.Exec" | "github.com/bitfield/script.*.Exec" [Process] Arguments(At(0)) => Clean;
    "github.com/codeskyblue/go-sh.Command" | "github.com/go-cmd/cmd.NewCmd" | "github.com/go-cmd/cmd.NewCmdOptions"
        [Process] Arguments(From(0)) => Clean;
    "github.com/mvdan/sh/v3/interp.**" [Process] => Clean;
    "golang.org/x/crypto/ssh.Dial" [Network] Url(At(1)) => Clean;
    "golang.org/x/crypto/ssh.*.Run" | "golang.org/x/crypto/ssh.*.Output" | "golang.org/x/crypto/ssh.*.CombinedOutput"
        | "golang.org/x/crypto/ssh.*.Start" [Process Network] Shell(At(0)) => Clean;
    "golang.org/x/crypto/ssh.**" [Network] => Clean;
    "*.CombinedOutput" | "*.Output" | "*.Run" | "*.Start" | "*.Wait" => Clean;
    "github.com/docker/docker/client.*.ContainerExecCreate" [Process] Arguments(Field(2, "Cmd")) => Clean;
    "github.com/docker/docker/client.*.ContainerCreate"
        [Process] Arguments(Field(1, "Image")) Arguments(Field(1, "Cmd")) => Clean;
    "github.com/docker/docker/client.**" [Process] => Clean;
    "github.com/go-git/go-git/v5.PlainClone" | "github.com/go-git/go-git/v5.PlainCloneContext"
        [Network Write] PathWrite(At(0)) Url(Field(2, "URL")) => Clean;
    "github.com/go-git/go-git/v5.PlainOpen" | "github.com/go-git/go-git/v5.PlainInit" [Read] PathRead(At(0)) => Clean;
    "k8s.io/client-go/tools/remotecommand.NewSPDYExecutor" [Process Network] => Clean;
    "k8s.io/client-go/kubernetes.**" [Network] => Clean;
    "github.com/pkg/browser.OpenURL" | "github.com/skratchdot/open-golang/open.Run" [Process] Arguments(At(0)) => Clean;

    // Code.
    "plugin.Open" [Native] Import(At(0)) => Clean;
    "github.com/robertkrimen/otto.*.Run" | "github.com/dop251/goja.*.RunString" | "github.com/dop251/goja.*.RunScript"
        | "github.com/yuin/gopher-lua.*.DoString" | "github.com/traefik/yaegi/interp.*.Eval"
        | "go.starlark.net/starlark.ExecFile" | "github.com/mattn/anko/vm.Execute" [Evaluate] Code(From(0)) => Clean;
    "github.com/expr-lang/expr.Eval" | "github.com/expr-lang/expr.Compile"
        | "github.com/Knetic/govaluate.NewEvaluableExpression" [Evaluate] => Clean;
    "syscall.LoadLibrary" | "syscall.NewLazyDLL" | "golang.org/x/sys/windows.LoadLibrary"
        [Native] Import(At(0)) => Clean;

    // Quoting for a shell.
    "github.com/alessio/shellescape.Quote" | "al.essio.dev/pkg/shellescape.Quote"
        | "github.com/kballard/go-shellquote.Join" | "mvdan.cc/sh/v3/syntax.Quote"
        | "github.com/alessio/shellescape.QuoteCommand" => Make(QuoteShell, &[From(0)]);
    "github.com/kballard/go-shellquote.Split" | "github.com/google/shlex.Split" | "github.com/mattn/go-shellwords.Parse"
        => Make(Part, &[At(0)]);

    // The machine.
    "os.Getenv" | "os.LookupEnv" | "os.Environ" | "os.Setenv" | "os.Unsetenv" | "syscall.Getenv"
        | "github.com/joho/godotenv.Load" | "github.com/spf13/viper.**" | "github.com/kelseyhightower/envconfig.Process"
        | "github.com/caarlos0/env.**" [Environment] => Clean;
    "os.ExpandEnv" [Environment] => Make(ExpandPath, &[At(0)]);
    "os.Hostname" | "os/user.Current" | "os/user.**" | "os.Getuid" | "os.Geteuid" | "os.Getpid" | "os.Getppid"
        | "runtime.NumCPU" | "runtime.Version" | "net.Interfaces" | "net.InterfaceAddrs"
        | "github.com/shirou/gopsutil/v3/host.**" | "github.com/denisbrodbeck/machineid.**" [Fingerprint] => Clean;
    "time.Now" | "time.Since" | "time.Until" [Fingerprint] => Clean;
    "time.*" | "runtime.**" | "math.*" | "math/big.*" | "math/bits.**" => Make(Measure, &[]);
    "github.com/google/uuid.Parse" | "github.com/google/uuid.Validate" | "github.com/google/uuid.MustParse"
        | "github.com/gofrs/uuid.FromString" | "github.com/gofrs/uuid/v5.FromString" => Make(Number, &[At(0)]);
    "crypto/rand.**" | "math/rand.**" | "math/rand/v2.**" | "github.com/google/uuid.**" | "github.com/rs/xid.**"
        | "github.com/oklog/ulid.**" => Clean;
    "crypto/sha3.**" | "crypto/sha256.**" | "crypto/sha1.**" | "crypto/sha512.**" | "crypto/md5.**" | "crypto/hmac.**"
        | "hash/fnv.**" | "hash/crc32.**" | "crypto/subtle.**" => Make(Measure, &[]);
    "github.com/zalando/go-keyring.**" | "github.com/99designs/keyring.**" | "github.com/keybase/go-keychain.**"
        [Keyring] => Clean;
    "github.com/atotto/clipboard.**" | "golang.design/x/clipboard.**" [Clipboard] => Clean;
    "os.Exit" | "log.Fatal" | "log.Fatalf" | "log.Fatalln" | "log.*.Fatal" | "log.*.Fatalf" | "runtime.Goexit"
        => Special(Exit);
    "log.Panic" | "log.Panicf" | "log.Panicln" => Special(Exit);
    "*.Printf" | "log.Printf" | "log.*.Printf" | "github.com/sirupsen/logrus.Infof" | "github.com/sirupsen/logrus.Warnf"
        | "github.com/sirupsen/logrus.Errorf" | "github.com/sirupsen/logrus.Debugf" Log(Formatted(0)) => Clean;
    "log.Print" | "log.Println" | "log.*.Print" | "log.*.Println" | "github.com/sirupsen/logrus.Info"
        | "github.com/sirupsen/logrus.Warn" | "github.com/sirupsen/logrus.Error" Log(From(0)) => Clean;
    // These quote what they write.
    "log/slog.**" | "log.**" | "github.com/sirupsen/logrus.**" | "go.uber.org/zap.**" | "github.com/rs/zerolog.**"
        | "k8s.io/klog/v2.**" | "github.com/charmbracelet/log.**" | "github.com/hashicorp/go-hclog.**" => Clean;
};

pub(super) const PROPERTIES: &[Line] = table! {
    "runtime.GOOS" | "runtime.GOARCH" [Fingerprint] => Clean;
    "os.Args" | "os.Stdin" | "os.Stdout" | "os.Stderr" => Clean;
};
