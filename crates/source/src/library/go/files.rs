//! Files, paths and archives.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    "os.Open" | "os.ReadFile" | "os.ReadDir" | "os.Readlink" | "os.DirFS" | "os.Chdir" | "io/ioutil.ReadFile"
        | "io/ioutil.ReadDir" | "os.OpenRoot" | "os.OpenInRoot" | "syscall.Open" | "bufio.NewFile" | "github.com/xuri/excelize/v2.OpenFile"
        [Read] PathRead(At(0)) => Clean;
    "os.OpenFile" PathWrite(At(0), Writes(At(1))) => Clean;
    "os.Create" | "os.WriteFile" | "os.Mkdir" | "os.MkdirAll" | "os.Chmod" | "os.Chown" | "os.Lchown" | "os.Truncate"
        | "os.Chtimes" | "os.MkdirTemp" | "os.CreateTemp" | "io/ioutil.WriteFile" | "io/ioutil.TempDir"
        | "io/ioutil.TempFile" [Write] PathWrite(At(0)) => Clean;
    "os.CopyFS" [Read Write] PathWrite(At(0)) => Clean;
    "os.Remove" | "os.RemoveAll" [Delete] PathDelete(At(0)) => Clean;
    "os.Rename" [Write Delete] PathDelete(At(0)) PathWrite(At(1)) => Clean;
    "os.Link" | "os.Symlink" [Write] PathRead(At(0)) PathWrite(At(1)) => Clean;
    "os.Stat" | "os.Lstat" | "os.IsNotExist" | "os.IsExist" | "os.SameFile" [Read] => Clean;
    "os.Getwd" | "os.UserHomeDir" | "os.TempDir" | "os.UserConfigDir" | "os.UserCacheDir" | "os.Executable"
        | "os.Pipe" => Clean;
    // What is opened inside a root stays inside it.
    "os.*.Open" | "os.*.ReadFile" | "os.*.Create" | "os.*.WriteFile" | "os.*.Mkdir" | "os.*.Remove" | "os.*.OpenFile"
        | "os.*.Stat" => Clean;
    // The file system of the machine; others are in memory, or keep what is asked for in a folder.
    "github.com/spf13/afero.NewOsFs().Open" | "github.com/spf13/afero.NewOsFs().OpenFile"
        [Read] PathRead(At(0)) => Clean;
    "github.com/spf13/afero.NewOsFs().Create" | "github.com/spf13/afero.NewOsFs().MkdirAll"
        | "github.com/spf13/afero.NewOsFs().Mkdir" [Write] PathWrite(At(0)) => Clean;
    "github.com/spf13/afero.NewOsFs().Remove" | "github.com/spf13/afero.NewOsFs().RemoveAll"
        [Delete] PathDelete(At(0)) => Clean;
    "github.com/spf13/afero.**" | "io/fs.**" [Read] => Clean;
    "io/fs.ReadFile" | "io/fs.ReadDir" | "io/fs.Sub" [Read] => Clean;
    "embed.**" => Clean;

    // path/filepath: `Join` makes normal and climbs; an absolute later part does not win.
    "path/filepath.Join" | "path.Join" => Make(AppendPath, &[]);
    "path/filepath.Clean" | "path.Clean" => Make(AppendPath, &[At(0)]);
    "path/filepath.Abs" => Make(ResolvePath, &[At(0)]);
    "path/filepath.EvalSymlinks" [Read] => Make(RealPath, &[At(0)]);
    "path/filepath.Base" | "path.Base" => Make(BaseName, &[At(0)]);
    "path/filepath.Dir" | "path.Dir" => Make(ParentPath, &[At(0)]);
    "path/filepath.Rel" => Make(RelativePath, &[At(0), At(1)]);
    "path/filepath.IsAbs" | "path.IsAbs" => Make(IsAbsolute, &[At(0)]);
    "path/filepath.IsLocal" => Make(IsInside, &[At(0), Text(".")]);
    "io/fs.ValidPath" => Make(IsInside, &[At(0), Text(".")]);
    "path/filepath.HasPrefix" => Make(StartsWith, &[At(0), At(1)]);
    "path/filepath.Split" | "path/filepath.Ext" | "path.Split" | "path.Ext" | "path/filepath.VolumeName"
        | "path/filepath.SplitList" => Make(Part, &[At(0)]);
    "path/filepath.ToSlash" | "path/filepath.FromSlash" => Make(Fold, &[At(0)]);
    "path/filepath.Localize" => Same(At(0));
    "path/filepath.Match" | "path.Match" => Clean;
    "path/filepath.Walk" | "path/filepath.WalkDir" [Read] PathRead(At(0)) => Special(Invoke(1));
    "path/filepath.Glob" | "github.com/bmatcuk/doublestar/v4.FilepathGlob" [Read] PathRead(At(0)) => Clean;
    "github.com/bmatcuk/doublestar/v4.**" | "github.com/gobwas/glob.**" => Clean;
    "github.com/cyphar/filepath-securejoin.SecureJoin" => Clean;
    "github.com/mitchellh/go-homedir.Expand" => Make(ExpandPath, &[At(0)]);

    // Archives: entries say where they are written.
    "archive/zip.OpenReader" [Read] PathRead(At(0)) => Unknown;
    "archive/zip.**" | "archive/tar.**" | "archive/tar.*.Next" => Unknown;
    "github.com/mholt/archiver/v3.Unarchive" [Read Write] PathRead(At(0)) PathWrite(At(1)) Archive(At(0)) => Clean;
    "github.com/artdarek/go-unzip.New" [Read Write] PathRead(At(0)) PathWrite(At(1)) Archive(At(0)) => Clean;
    "compress/gzip.NewReader" | "compress/zlib.NewReader" | "compress/flate.NewReader" => Make(Decode, &[At(0)]);

    // Streams: what is read is not the path.
    "io.ReadAll" | "bufio.NewReader" | "bufio.NewScanner" | "io.LimitReader" | "io.TeeReader" | "io.NopCloser"
        => Same(At(0));
    "io.Copy" | "io.CopyN" | "io.WriteString" => Clean;
    "*.ReadString" | "*.Text" | "*.Bytes" => Same(Receiver);
    "*.Close" | "*.Write" | "*.Flush" | "*.Sync" | "*.Seek" | "*.WriteByte" | "*.Scan" => Clean;
    "github.com/fsnotify/fsnotify.**" [Read] => Clean;
};
