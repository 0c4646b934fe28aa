//! Code that is evaluated or loaded, and bytes that objects are made of.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // Evaluation.
    "eval" [Evaluate] Code(At(0)) => Unknown;
    "exec" [Evaluate] Code(At(0)) => Clean;
    "compile" [Evaluate] Code(Either(0, "source")) => Unknown;
    "execfile" [Evaluate Read] PathRead(At(0)) => Clean;
    "ast.literal_eval" => Make(ParseJson, &[At(0)]);
    "ast.**" => Unknown;
    "code.interact" | "code.InteractiveInterpreter" | "code.InteractiveConsole" [Evaluate] => Clean;
    "code.*.runsource" | "code.*.runcode" | "code.*.push" [Evaluate] Code(At(0)) => Clean;
    "codeop.compile_command" [Evaluate] Code(At(0)) => Unknown;
    "timeit.timeit" | "timeit.repeat" | "timeit.Timer"
        [Evaluate] Code(Either(0, "stmt")) Code(Either(1, "setup")) => Clean;
    "cProfile.run" | "profile.run" | "pdb.run" | "trace.*.run" [Evaluate] Code(At(0)) => Clean;
    "types.FunctionType" | "types.CodeType" [Evaluate] Code(At(0)) => Unknown;
    "runpy.run_path" [Evaluate Read] Import(Either(0, "path_name")) => Clean;
    "runpy.run_module" [Evaluate Read] Import(Either(0, "mod_name")) => Clean;
    "IPython.*.run_cell" | "IPython.*.run_line_magic" | "IPython.*.ex" | "IPython.*.ev"
        [Evaluate] Code(Either(0, "raw_cell")) => Clean;
    "jupyter_client.*.execute" | "jupyter_client.*.execute_interactive" [Evaluate] Code(Either(0, "code")) => Clean;
    "asteval.*.eval" | "asteval.**" | "simpleeval.simple_eval" | "simpleeval.*" [Evaluate] => Clean;
    "RestrictedPython.compile_restricted" [Evaluate] => Unknown;
    "numexpr.evaluate" [Evaluate] Code(Either(0, "ex")) => Clean;
    "pandas.eval" [Evaluate] Code(Either(0, "expr")) => Clean;
    "pandas.*.eval" | "pandas.*.query" [Evaluate] Code(Either(0, "expr")) => Clean;
    "sympy.sympify" | "sympy.parse_expr" | "sympy.parsing.sympy_parser.parse_expr" | "sympy.S"
        [Evaluate] Code(At(0)) => Clean;
    "sympy.**" => Clean;
    "js2py.eval_js" | "js2py.*.eval" | "execjs.eval" | "execjs.*.eval" | "py_mini_racer.*.eval" | "dukpy.evaljs"
        [Evaluate] Code(At(0)) => Clean;
    "rpy2.*.r" | "oct2py.*.eval" | "matlab.*.eval" | "matlab.*.evalc" [Evaluate Process] Code(At(0)) => Clean;
    "bpy.*" => Clean;
    "e2b_code_interpreter.*.run_code" [Network] => Clean;
    "lupa.*.execute" | "lupa.*.eval" [Evaluate] Code(At(0)) => Clean;

    // Modules by name.
    "importlib.import_module" [Evaluate Read] Import(Either(0, "name")) => Unknown;
    "__import__" | "importlib.__import__" | "imp.load_module" | "imp.find_module"
        [Evaluate Read] Import(At(0)) => Unknown;
    "imp.load_source" [Evaluate Read] Import(At(1)) => Unknown;
    "importlib.util.spec_from_file_location" [Evaluate Read] Import(Either(1, "location")) => Clean;
    "importlib.util.find_spec" [Read] => Clean;
    "importlib.machinery.SourceFileLoader" [Evaluate Read] Import(At(1)) => Clean;
    "importlib.reload" | "importlib.*.exec_module" | "importlib.*.load_module" [Evaluate] => Clean;
    "importlib.util.module_from_spec" => Clean;
    "importlib.metadata.version" | "importlib.metadata.distribution" | "importlib.metadata.entry_points"
        | "importlib.resources.files" | "importlib.resources.path" | "importlib.**" => Clean;
    "pkgutil.get_data" [Read] PathRead(At(1)) => Clean;
    "pkgutil.iter_modules" | "pkgutil.walk_packages" | "pkgutil.resolve_name" [Read] => Clean;
    "pydoc.locate" [Evaluate] Import(At(0)) => Unknown;
    "werkzeug.utils.import_string" | "django.utils.module_loading.import_string" [Evaluate] Import(At(0)) => Unknown;
    "pip.main" | "pip._internal.main" | "pip._internal.cli.main.main"
        [Process Network Write] Arguments(At(0)) => Clean;

    // Attributes by name.
    "getattr" => Special(GetMember);
    "setattr" Prototype(At(1)) => Special(SetMember);
    "delattr" Prototype(At(1)) => Clean;
    "hasattr" => Clean;
    "operator.attrgetter" | "operator.methodcaller" | "operator.itemgetter" => Unknown;
    "operator.setitem" => Special(SetEntry);
    "operator.getitem" => Make(Op::Field, &[At(0), At(1)]);
    "globals" | "locals" | "vars" | "dir" => Unknown;
    "pydash.set_" | "pydash.objects.set_" | "pydash.merge" | "mergedeep.merge" => Unknown;

    // Bytes that objects are made of.
    "pickle.loads" | "pickle.load" | "pickle._loads" [Evaluate] Deserialize(At(0)) => Unknown;
    "pickle.*.load" [Evaluate] Deserialize(Receiver) => Unknown;
    "pickle.dumps" | "pickle.dump" | "pickle.**" => Unknown;
    "marshal.loads" | "marshal.load" [Evaluate] Deserialize(At(0)) => Unknown;
    "shelve.open" | "shelve.DbfilenameShelf"
        [Evaluate Read Write] PathWrite(Either(0, "filename")) Deserialize(Either(0, "filename")) => Clean;
    "jsonpickle.decode" | "jsonpickle.loads" | "jsonpickle.unpickler.decode" [Evaluate] Deserialize(At(0)) => Unknown;
    "jsonpickle.**" => Unknown;
    "joblib.load" [Evaluate Read] PathRead(Either(0, "filename")) Deserialize(Either(0, "filename")) => Clean;
    "joblib.dump" [Write] PathWrite(Either(1, "filename")) => Clean;
    "joblib.**" => Unknown;
    "torch.load"
        [Evaluate Read]
        PathRead(Either(0, "f"))
        Deserialize(Either(0, "f"), Unset(Named("weights_only"))) => Clean;
    "torch.save" [Write] PathWrite(Either(1, "f")) => Clean;
    "torch.hub.load" [Evaluate Network] Deserialize(At(0)) => Clean;
    "torch.**" => Clean;
    "numpy.load"
        [Read] PathRead(Either(0, "file")) Deserialize(Either(0, "file"), Set(Named("allow_pickle"))) => Clean;
    "numpy.save" | "numpy.savez" | "numpy.savetxt" [Write] PathWrite(Either(0, "file")) => Clean;
    "numpy.loadtxt" | "numpy.genfromtxt" | "numpy.fromfile" [Read] PathRead(At(0)) => Clean;
    "numpy.**" => Clean;
    "pandas.read_pickle" [Evaluate Read] PathRead(At(0)) Deserialize(At(0)) => Clean;
    "keras.models.load_model" | "tensorflow.keras.models.load_model"
        [Evaluate Read] PathRead(At(0)) Deserialize(At(0)) => Clean;
    "yaml.load" | "yaml.load_all"
        [Evaluate]
        Deserialize(Either(0, "stream"), NotNamed(Either(1, "Loader"), &[
            "SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader", "FullLoader", "CFullLoader",
        ])) => Make(ParseJson, &[At(0)]);
    "yaml.unsafe_load" | "yaml.unsafe_load_all" [Evaluate] Deserialize(Either(0, "stream"))
        => Make(ParseJson, &[At(0)]);
    "yaml.safe_load" | "yaml.safe_load_all" | "yaml.full_load" => Make(ParseJson, &[Either(0, "stream")]);
    "yaml.dump" | "yaml.safe_dump" | "yaml.dump_all" => Make(WriteJson, &[At(0)]);
    "ruamel.YAML" => Unknown;
    "ruamel.load" [Evaluate] Deserialize(At(0), NotNamed(Either(1, "Loader"), &["SafeLoader", "RoundTripLoader"]))
        => Make(ParseJson, &[At(0)]);
    "ruamel.safe_load" | "ruamel.*.load" => Make(ParseJson, &[At(0)]);
    "msgpack.unpackb" | "msgpack.loads" | "cbor2.loads" | "bson.decode" => Make(ParseJson, &[At(0)]);
    "Pyro4.Proxy" | "rpyc.connect" | "rpyc.classic.connect" [Network] Url(At(0)) => Clean;

    // Native code.
    "ctypes.CDLL" | "ctypes.PyDLL" | "ctypes.WinDLL" | "ctypes.OleDLL" | "ctypes.cdll.LoadLibrary"
        | "ctypes.windll.LoadLibrary" | "ctypes.*.LoadLibrary" [Native] Import(At(0)) => Clean;
    "ctypes.util.find_library" => Clean;
    "ctypes.*" [Native] => Clean;
    "cffi.FFI" | "cffi.*" [Native] => Clean;
    "mmap.mmap" [Native] => Clean;
};
