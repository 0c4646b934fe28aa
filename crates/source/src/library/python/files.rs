//! Files, folders, paths and archives.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // Opening, reading, writing, deleting.
    "open" | "codecs.open" | "gzip.open" | "bz2.open" | "lzma.open" | "tarfile.bz2open"
        PathWrite(Either(0, "file"), Writes(Either(1, "mode"))) => Clean;
    "os.open" PathWrite(Either(0, "path"), Writes(Either(1, "flags"))) => Clean;
    "os.fdopen" => Clean;
    "*.read" | "*.readlines" | "*.readline" | "*.readall" | "*.detach" => Same(Receiver);
    "*.readinto" | "*.seek" | "*.tell" | "*.flush" | "*.close"
        | "*.write" | "*.writelines" | "*.fileno" | "*.truncate" | "*.drain" => Clean;
    "open().write" | "pathlib.*.write" Log(At(0), Mentions(Receiver, LOGS)) => Clean;
    "fileinput.input" [Read] PathRead(Either(0, "files")) => Clean;
    "linecache.getline" | "linecache.getlines" [Read] PathRead(Either(0, "filename")) => Clean;
    "tokenize.open" [Read] PathRead(At(0)) => Clean;
    "io.StringIO" | "io.BytesIO" => Unknown;
    "io.*.getvalue" => Same(Receiver);
    "io.TextIOWrapper" | "io.BufferedReader" | "io.FileIO" PathWrite(At(0), Writes(Either(1, "mode"))) => Clean;
    "os.remove" | "os.unlink" | "os.rmdir" | "os.removedirs" [Delete] PathDelete(Either(0, "path")) => Clean;
    "os.listdir" | "os.scandir" | "os.walk" | "os.fwalk" [Read] PathRead(Either(0, "path")) => Clean;
    "os.mkdir" | "os.makedirs" | "os.mkfifo" | "os.mknod" [Write] PathWrite(Either(0, "name")) => Clean;
    "os.rename" | "os.renames" | "os.replace"
        [Write Delete] PathDelete(Either(0, "src")) PathWrite(Either(1, "dst")) => Clean;
    "os.link" | "os.symlink" [Write] PathRead(Either(0, "src")) PathWrite(Either(1, "dst")) => Clean;
    "os.chmod" | "os.lchmod" | "os.chown" | "os.lchown" | "os.truncate" | "os.utime" | "os.setxattr"
        [Write] PathWrite(Either(0, "path")) => Clean;
    "os.readlink" [Read] PathRead(Either(0, "path")) => Clean;
    "os.stat" | "os.lstat" | "os.access" | "os.statvfs" [Read] => Clean;
    "os.chdir" | "os.fchdir" | "os.chroot" [Read] PathRead(Either(0, "path")) => Clean;
    "os.getcwd" | "os.getcwdb" => Clean;
    "os.fspath" | "os.fsencode" | "os.fsdecode" => Same(At(0));
    "os.close" | "os.read" | "os.write" | "os.fsync" | "os.dup" | "os.dup2" | "os.pipe" | "os.umask" => Clean;

    // os.path
    "os.path.join" => Make(JoinPath, &[]);
    "os.path.abspath" | "os.path.normpath" => Make(ResolvePath, &[At(0)]);
    "os.path.normcase" => Make(Fold, &[At(0)]);
    "os.path.realpath" => Make(RealPath, &[At(0)]);
    "os.path.basename" => Make(BaseName, &[At(0)]);
    "os.path.dirname" => Make(ParentPath, &[At(0)]);
    "os.path.relpath" => Make(RelativePath, &[Either(1, "start"), Either(0, "path")]);
    "os.path.commonpath" => Make(CommonPath, &[]);
    "os.path.commonprefix" => Unknown;
    "os.path.expanduser" | "os.path.expandvars" => Make(ExpandPath, &[At(0)]);
    "os.path.isabs" => Make(IsAbsolute, &[At(0)]);
    "os.path.split" | "os.path.splitdrive" | "os.path.splitroot" => Make(Part, &[At(0)]);
    "os.path.splitext" => Make(Part, &[At(0)]);
    "os.path.exists" | "os.path.lexists" | "os.path.isfile" | "os.path.isdir" | "os.path.islink" | "os.path.ismount"
        | "os.path.getsize" | "os.path.getmtime" | "os.path.getctime" | "os.path.getatime" | "os.path.samefile"
        [Read] => Clean;

    // pathlib; the methods of a path are also known by their names alone.
    "pathlib.Path" | "pathlib.PurePath" | "pathlib.PureWindowsPath" => Make(JoinPath, &[]);
    "pathlib.Path.cwd" | "pathlib.Path.home" => Clean;
    "pathlib.*.open" | "*.open" PathWrite(Receiver, Writes(Either(0, "mode"))) => Clean;
    "pathlib.*.read_text" | "*.read_text" | "*.read_bytes" | "*.iterdir" | "*.walk" [Read] PathRead(Receiver) => Clean;
    "pathlib.*.glob" | "pathlib.*.rglob" | "*.rglob" [Read]
        PathRead(Receiver) PathRead(Either(0, "pattern")) => Clean;
    "*.glob" [Read] PathRead(Receiver) PathRead(Either(0, "pattern")) => Clean;
    "*.write_text" | "*.write_bytes" | "*.mkdir" | "*.touch" | "*.chmod" [Write] PathWrite(Receiver) => Clean;
    "*.unlink" | "*.rmdir" [Delete] PathDelete(Receiver) => Clean;
    "pathlib.*.rename" | "pathlib.*.move"
        [Write Delete] PathDelete(Receiver) PathWrite(Either(0, "target")) => Make(JoinPath, &[At(0)]);
    "pathlib.*.copy" | "pathlib.*.copy_into" [Read Write] PathRead(Receiver) PathWrite(Either(0, "target")) => Clean;
    "*.symlink_to" | "*.hardlink_to" [Write] PathWrite(Receiver) PathRead(Either(0, "target")) => Clean;
    "*.readlink" [Read] PathRead(Receiver) => Clean;
    "pathlib.*.resolve" | "*.resolve" => Make(RealPath, &[Receiver]);
    "pathlib.*.absolute" | "*.absolute" => Make(ResolvePath, &[Receiver]);
    "pathlib.*.expanduser" | "*.expanduser" => Make(ExpandPath, &[Receiver]);
    "pathlib.*.joinpath" | "*.joinpath" => Make(JoinPath, &[Receiver, From(0)]);
    "pathlib.*.is_relative_to" | "*.is_relative_to" => Make(IsInside, &[Receiver, At(0)]);
    "pathlib.*.relative_to" | "*.relative_to" => Special(Relative);
    "pathlib.*.is_absolute" | "*.is_absolute" => Make(IsAbsolute, &[Receiver]);
    "*.with_suffix" | "*.with_stem" => Make(Concat, &[Receiver, At(0)]);
    "*.with_name" => Nest(JoinPath, ParentPath, &[Receiver, At(0)]);
    "*.as_posix" | "*.as_uri" => Same(Receiver);
    "*.is_file" | "*.is_dir" | "*.is_symlink" | "*.is_mount" | "*.exists" | "*.stat" | "*.lstat" | "*.owner"
        | "*.samefile" | "*.is_reserved" [Read] => Clean;
    "pathlib.*.match" | "pathlib.*.full_match" => Clean;

    // shutil, tempfile, glob
    "shutil.rmtree" [Delete] PathDelete(Either(0, "path")) => Clean;
    "shutil.copy" | "shutil.copy2" | "shutil.copyfile" | "shutil.copytree" | "shutil.copymode" | "shutil.copystat"
        [Read Write] PathRead(Either(0, "src")) PathWrite(Either(1, "dst")) => Same(Either(1, "dst"));
    "shutil.copyfileobj" => Clean;
    "shutil.move" [Write Delete] PathDelete(Either(0, "src")) PathWrite(Either(1, "dst")) => Same(Either(1, "dst"));
    "shutil.make_archive"
        [Read Write] PathWrite(Either(0, "base_name")) PathRead(Either(2, "root_dir")) => Clean;
    "shutil.unpack_archive"
        [Read Write]
        PathRead(Either(0, "filename"))
        PathWrite(Either(1, "extract_dir"))
        Archive(Either(0, "filename"), NotNamed(Named("filter"), &["data", "tar"])) => Clean;
    "shutil.chown" [Write] PathWrite(Either(0, "path")) => Clean;
    "shutil.which" | "shutil.disk_usage" | "shutil.get_terminal_size" => Clean;
    "tempfile.NamedTemporaryFile" | "tempfile.TemporaryFile" | "tempfile.TemporaryDirectory" | "tempfile.mkstemp"
        | "tempfile.mkdtemp" | "tempfile.SpooledTemporaryFile" | "tempfile.mktemp"
        [Write] PathWrite(Named("dir")) PathWrite(Named("prefix")) PathWrite(Named("suffix")) => Clean;
    "tempfile.gettempdir" => Clean;
    "tempfile.**" => Clean;
    "glob.glob" | "glob.iglob"
        [Read] PathRead(Either(0, "pathname")) PathRead(Named("root_dir")) => Clean;
    "glob.escape" => Unknown;
    "fnmatch.fnmatch" | "fnmatch.fnmatchcase" => Clean;
    "fnmatch.filter" => Unknown;
    "filecmp.cmp" | "filecmp.dircmp" [Read] PathRead(At(0)) PathRead(At(1)) => Clean;
    "filetype.guess" | "magic.from_file" [Read] PathRead(At(0)) => Clean;
    "mimetypes.guess_type" | "mimetypes.guess_extension" => Clean;
    "fcntl.*" | "filelock.*" | "portalocker.*" [Write] => Clean;
    "watchdog.*" | "watchfiles.*" [Read] => Clean;
    "werkzeug.utils.secure_filename" | "pathvalidate.sanitize_filename" | "slugify.slugify"
        | "django.utils.text.get_valid_filename" => Make(BaseName, &[At(0)]);
    "werkzeug.utils.safe_join" | "django.utils._os.safe_join" => Clean;
    "securesystemslib.*" => Clean;

    // Archives.
    "zipfile.ZipFile" | "pyzipper.AESZipFile" PathWrite(Either(0, "file"), Writes(Either(1, "mode"))) => Unknown;
    "zipfile.*.extractall" | "pyzipper.*.extractall" [Write] PathWrite(Either(0, "path")) => Clean;
    "zipfile.*.extract" | "pyzipper.*.extract" [Write] PathWrite(Either(1, "path")) => Clean;
    "zipfile.*.write" [Read] PathRead(Either(0, "filename")) => Clean;
    "zipfile.*.open" | "zipfile.*.read" | "tarfile.*.extractfile" => Unknown;
    "zipfile.*.namelist" | "zipfile.*.infolist" => Unknown;
    "zipfile.is_zipfile" | "tarfile.is_tarfile" [Read] => Clean;
    "tarfile.open" | "tarfile.TarFile" | "tarfile.TarFile.open"
        PathWrite(Either(0, "name"), Writes(Either(1, "mode"))) => Unknown;
    "tarfile.*.extractall"
        [Write]
        PathWrite(Either(0, "path"))
        Archive(Receiver, NotNamed(Named("filter"), &["data", "tar", "data_filter", "tar_filter"])) => Clean;
    "tarfile.*.extract"
        [Write]
        PathWrite(Either(1, "path"))
        Archive(Receiver, NotNamed(Named("filter"), &["data", "tar", "data_filter", "tar_filter"])) => Clean;
    "tarfile.*.getnames" | "tarfile.*.getmembers" => Unknown;
    "tarfile.*.add" [Read] PathRead(Either(0, "name")) => Clean;
    "*.extractall" [Write] PathWrite(Either(0, "path")) => Clean;
    "py7zr.SevenZipFile" PathWrite(At(0), Writes(Either(1, "mode"))) => Unknown;
    "py7zr.unpack_7zarchive" [Write] PathWrite(At(1)) Archive(At(0)) => Clean;
    "rarfile.RarFile" [Read] PathRead(At(0)) => Unknown;
    "rarfile.*.extractall" [Write] PathWrite(At(0)) Archive(Receiver) => Clean;
    "patoolib.extract_archive" [Process Write] PathRead(At(0)) Archive(At(0)) PathWrite(Named("outdir")) => Clean;
    "gzip.decompress" | "zlib.decompress" | "bz2.decompress" | "lzma.decompress" => Make(Decode, &[At(0)]);

    // Documents that packages read and write by path.
    "pandas.read_csv" | "pandas.read_excel" | "pandas.read_json" | "pandas.read_parquet" | "pandas.read_table"
        | "pandas.read_feather" | "pandas.read_hdf" | "pandas.read_orc" | "pandas.read_html" | "pandas.read_xml"
        | "polars.read_csv" | "polars.read_parquet" | "polars.scan_csv" | "polars.read_json" | "polars.read_excel"
        | "pyarrow.parquet.read_table" [Read Network] PathRead(At(0)) => Clean;
    "pandas.*.to_csv" | "pandas.*.to_excel" | "pandas.*.to_json" | "pandas.*.to_parquet" | "pandas.*.to_pickle"
        | "*.to_csv" | "*.to_excel" | "*.to_parquet" | "polars.*.write_csv" | "polars.*.write_parquet"
        [Write] PathWrite(Either(0, "path_or_buf")) => Clean;
    "pandas.**" | "polars.**" => Unknown;
    "PIL.Image.open" | "cv2.imread" | "imageio.imread" | "skimage.io.imread" [Read] PathRead(At(0)) => Clean;
    "PIL.*.save" [Write] PathWrite(Either(0, "fp")) => Clean;
    "cv2.imwrite" | "imageio.imwrite" | "matplotlib.*.savefig" | "*.savefig" [Write] PathWrite(At(0)) => Clean;
    "PIL.*" | "cv2.*" | "matplotlib.*" | "seaborn.*" => Clean;
    "openpyxl.load_workbook" | "openpyxl.reader.excel.ExcelReader" | "docx.Document" | "pptx.Presentation" | "pypdf.PdfReader" | "PyPDF2.PdfReader"
        | "pdfplumber.open" | "fitz.open" | "pymupdf.open" | "xlrd.open_workbook" | "pdfminer.high_level.extract_text"
        | "pdf2image.convert_from_path" | "markitdown.*.convert" | "docx2txt.process"
        [Read] PathRead(At(0)) => Clean;
    "openpyxl.*.save" | "docx.*.save" | "pptx.*.save" | "xlsxwriter.Workbook" | "fitz.*.save" | "pypdf.*.write"
        [Write] PathWrite(At(0)) => Clean;
    "csv.reader" | "csv.DictReader" | "csv.writer" | "csv.DictWriter" => Unknown;
    "configparser.*.read" [Read] PathRead(Either(0, "filenames")) => Clean;
    "configparser.**" | "csv.**" => Unknown;
    "fsspec.open" | "smart_open.open" PathWrite(At(0), Writes(Either(1, "mode"))) => Clean;
    "whisper.*.transcribe" | "speech_recognition.AudioFile" | "pydub.AudioSegment.from_file"
        [Read] PathRead(At(0)) => Clean;
};

pub(super) const PROPERTIES: &[Line] = table! {
    "pathlib.*.name" => Make(BaseName, &[Receiver]);
    "pathlib.*.stem" => Make(BaseName, &[Receiver]);
    "pathlib.*.suffix" | "pathlib.*.suffixes" | "pathlib.*.parts" | "pathlib.*.anchor" | "pathlib.*.drive"
        => Make(Part, &[Receiver]);
    "pathlib.*.parent" | "pathlib.*.parents" => Make(ParentPath, &[Receiver]);
    "os.path.sep" | "os.sep" | "os.altsep" | "os.pathsep" | "os.linesep" | "os.curdir" | "os.pardir" | "os.devnull"
        => Clean;
    "zipfile.*.filename" | "tarfile.*.name" | "tarfile.*.linkname" => Unknown;
};
