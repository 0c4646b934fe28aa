//! Files, folders, paths and archives.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // fs; fs/promises, fs-extra and graceful-fs are aliases.
    "fs.readFile" | "fs.readFileSync" | "fs.createReadStream" | "fs.readdir" | "fs.readdirSync" | "fs.opendir"
        | "fs.opendirSync" | "fs.readlink" | "fs.readlinkSync" | "fs.watch" | "fs.watchFile" | "fs.glob" | "fs.globSync"
        | "fs.openAsBlob" | "fs.readJson" | "fs.readJSON" | "fs.readJsonSync" | "fs.readJSONSync"
        [Read] PathRead(At(0)) => Clean;
    "fs.open" | "fs.openSync" PathWrite(At(0), Writes(At(1))) => Clean;
    "fs.appendFile" | "fs.appendFileSync" [Write] PathWrite(At(0)) Log(At(1), Mentions(At(0), LOGS)) => Clean;
    "fs.writeFile" | "fs.writeFileSync" | "fs.createWriteStream" | "fs.mkdir"
        | "fs.mkdirSync" | "fs.mkdtemp" | "fs.mkdtempSync" | "fs.truncate" | "fs.truncateSync" | "fs.chmod"
        | "fs.chmodSync" | "fs.chown" | "fs.chownSync" | "fs.utimes" | "fs.utimesSync" | "fs.outputFile"
        | "fs.outputFileSync" | "fs.ensureDir" | "fs.ensureDirSync" | "fs.ensureFile" | "fs.ensureFileSync"
        | "fs.writeJson" | "fs.writeJSON" | "fs.writeJsonSync" | "fs.outputJson" | "fs.outputJSON" | "fs.mkdirp"
        | "fs.mkdirs" | "fs.createFile" [Write] PathWrite(At(0)) => Clean;
    "fs.createWriteStream().write" Log(At(0), Mentions(Receiver, LOGS)) => Clean;
    "fs.emptyDir" | "fs.emptyDirSync" | "fs.unlink" | "fs.unlinkSync" | "fs.rm" | "fs.rmSync" | "fs.rmdir"
        | "fs.rmdirSync" | "fs.remove" | "fs.removeSync" [Delete] PathDelete(At(0)) => Clean;
    "fs.rename" | "fs.renameSync" | "fs.move" | "fs.moveSync"
        [Write Delete] PathDelete(At(0)) PathWrite(At(1)) => Clean;
    "fs.copyFile" | "fs.copyFileSync" | "fs.cp" | "fs.cpSync" | "fs.copy" | "fs.copySync" | "fs.link" | "fs.linkSync"
        | "fs.symlink" | "fs.symlinkSync" [Read Write] PathRead(At(0)) PathWrite(At(1)) => Clean;
    "fs.realpath" | "fs.realpathSync" | "fs.realpath.native" | "fs.realpathSync.native"
        [Read] => Make(RealPath, &[At(0)]);
    "fs.stat" | "fs.statSync" | "fs.lstat" | "fs.lstatSync" | "fs.access" | "fs.accessSync" | "fs.exists"
        | "fs.existsSync" | "fs.pathExists" | "fs.pathExistsSync" [Read] => Clean;
    "fs.**" => Clean;
    "Bun.file" [Read] PathRead(At(0)) => Clean;
    "Bun.write" [Write] PathWrite(At(0)) => Clean;
    "Deno.readTextFile" | "Deno.readFile" | "Deno.readDir" | "Deno.readTextFileSync" | "Deno.open"
        [Read] PathRead(At(0)) => Clean;
    "Deno.writeTextFile" | "Deno.writeFile" | "Deno.mkdir" | "Deno.writeTextFileSync" [Write] PathWrite(At(0)) => Clean;
    "Deno.remove" | "Deno.removeSync" [Delete] PathDelete(At(0)) => Clean;
    "Deno.realPath" | "Deno.realPathSync" [Read] => Make(RealPath, &[At(0)]);
    "*.isFile" | "*.isDirectory" | "*.isSymbolicLink" => Clean;

    // path: `join` makes normal and climbs, an absolute later part wins only in `resolve`.
    "path.join" => Make(AppendPath, &[]);
    "path.resolve" => Nest(ResolvePath, JoinPath, &[]);
    "path.normalize" => Make(AppendPath, &[At(0)]);
    "path.basename" => Make(BaseName, &[At(0)]);
    "path.dirname" => Make(ParentPath, &[At(0)]);
    "path.extname" => Make(Part, &[At(0)]);
    "path.parse" => Make(Part, &[At(0)]);
    "path.format" => Unknown;
    "path.relative" => Make(RelativePath, &[At(0), At(1)]);
    "path.isAbsolute" => Make(IsAbsolute, &[At(0)]);
    "path.toNamespacedPath" => Same(At(0));
    "path-is-inside" | "is-path-inside" | "is-path-inside.default" | "is-path-in-cwd" | "path-is-inside.default"
        => Make(IsInside, &[At(0), At(1)]);
    "path-exists.pathExists" | "path-exists" => Clean;
    "sanitize-filename" | "filenamify" | "slugify" | "slugify.default" | "@sindresorhus/slugify"
        | "sanitize-filename.default" => Make(BaseName, &[At(0)]);
    "untildify" | "expand-tilde" => Make(ExpandPath, &[At(0)]);
    "resolve-path" | "safe-join" | "resolve-path.default" => Clean;
    "upath.join" | "upath.normalize" => Make(AppendPath, &[]);
    "slash" | "normalize-path" | "upath.toUnix" => Make(Fold, &[At(0)]);

    // Packages over files.
    "glob" | "glob.glob" | "glob.sync" | "glob.Glob" | "glob.globSync" | "fast-glob" | "fast-glob.sync" | "fast-glob.glob" | "globby"
        | "globby.globby" | "tinyglobby.glob" | "fast-glob.default"
        [Read] PathRead(At(0)) PathRead(Field(1, "cwd")) => Clean;
    "minimatch" | "minimatch.minimatch" | "micromatch.isMatch" | "picomatch" | "multimatch" => Clean;
    "rimraf" | "rimraf.rimraf" | "rimraf.sync" | "del" | "del.deleteAsync" | "del.deleteSync" | "trash"
        | "trash.default" [Delete] PathDelete(At(0)) => Clean;
    "mkdirp" | "mkdirp.mkdirp" | "mkdirp.sync" | "make-dir" | "write-file-atomic" | "write-file-atomic.sync"
        | "write-json-file" [Write] PathWrite(At(0)) => Clean;
    "chokidar.watch" | "recursive-readdir" | "walk" | "readdirp" | "load-json-file" | "read-pkg" | "image-size"
        | "pdf-parse" | "mammoth.extractRawText" | "xlsx.readFile" | "sharp" | "jimp.read" | "Jimp.read" | "find-up"
        [Read] PathRead(At(0)) => Clean;
    "xlsx.writeFile" [Write] PathWrite(At(1)) => Clean;
    "exceljs.*.readFile" [Read] PathRead(At(0)) => Clean;
    "exceljs.*.writeFile" | "sharp.*.toFile" | "jimp.*.write" | "pdf-lib.*.save" [Write] PathWrite(At(0)) => Clean;
    "fluent-ffmpeg" [Process Read] PathRead(At(0)) => Unknown;
    "fluent-ffmpeg.*.save" | "fluent-ffmpeg.*.output" [Process Write] PathWrite(At(0)) => Same(Receiver);
    "tmp.**" | "tmp-promise.**" | "tempy.**" | "temp-dir" [Write] => Clean;
    "conf" | "configstore" | "node-persist.**" | "lowdb.**" | "cosmiconfig.**" [Read Write] => Clean;
    "readline.createInterface" | "readline.**" | "inquirer.**" | "prompts.**" | "enquirer.**" | "@inquirer/prompts.**"
        => Clean;

    // Archives: entries say where they are written.
    "unzipper.Extract" [Write] PathWrite(Field(0, "path")) => Clean;
    "unzipper.Open.file" | "unzipper.*.file" [Read] PathRead(At(0)) => Unknown;
    "unzipper.Parse" | "unzipper.**" => Unknown;
    "unzipper.*.extract" [Write] PathWrite(Field(0, "path")) => Clean;
    "adm-zip" [Read] PathRead(At(0)) => Unknown;
    "adm-zip.*.addLocalFile" | "adm-zip.*.addLocalFolder" | "archiver.*.file" | "archiver.*.directory"
        [Read] PathRead(At(0)) => Same(Receiver);
    "archiver.*.glob" [Read] PathRead(Field(1, "cwd")) => Same(Receiver);
    "adm-zip.*.writeZip" [Write] PathWrite(At(0)) => Clean;
    "adm-zip.*.extractAllTo" | "adm-zip.*.extractAllToAsync" [Write] PathWrite(At(0)) => Clean;
    "adm-zip.*.extractEntryTo" [Write] PathWrite(At(1)) => Clean;
    "adm-zip.*.getEntries" | "adm-zip.**" => Unknown;
    "tar.x" | "tar.extract"
        [Read Write]
        PathRead(Field(0, "file"))
        PathWrite(Field(0, "cwd"))
        Archive(Field(0, "file"), Set(Field(0, "preservePaths"))) => Clean;
    "tar.c" | "tar.create" [Read Write] PathWrite(Field(0, "file")) PathRead(At(1)) => Clean;
    "tar-stream.*.on" | "yauzl.*.on" | "unzipper.*.on" => Special(ArchiveListener);
    "tar-stream.extract" => Clean;
    "tar-fs.extract" [Write] PathWrite(At(0)) => Clean;
    "decompress" [Read Write] PathRead(At(0)) PathWrite(At(1)) Archive(At(0)) => Clean;
    "extract-zip" | "extract-zip.default" [Read Write] PathRead(At(0)) PathWrite(Field(1, "dir")) => Clean;
    "yauzl.open" [Read] PathRead(At(0)) => Unknown;
    "yauzl.**" | "jszip" | "jszip.**" | "node-stream-zip.**" | "fflate.**" => Unknown;
    "node-unzip-2.Extract" | "unzip.Extract" [Write] PathWrite(Field(0, "path")) Archive(Receiver) => Clean;
    "download-git-repo" | "giget.downloadTemplate" | "download" [Network Write] Url(At(0)) PathWrite(At(1)) => Clean;
    "zlib.gunzip" | "zlib.gunzipSync" | "zlib.inflate" | "zlib.inflateSync" | "zlib.brotliDecompressSync"
        | "zlib.unzipSync" => Make(Decode, &[At(0)]);
    "zlib.**" | "stream.**" | "stream/promises.pipeline" | "archiver.**" => Unknown;
};
