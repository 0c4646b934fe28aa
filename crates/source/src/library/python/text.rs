//! Texts, lists and dictionaries; what is written and read in a form.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // Conversions.
    "str" => Special(AsText(At(0)));
    "bytes" | "bytearray" | "memoryview" | "sys.intern" | "copy.copy" | "copy.deepcopy" | "iter" | "aiter"
        => Same(At(0));
    "typing.cast" => Same(At(1));
    "repr" | "ascii" | "reprlib.repr" | "pprint.pformat" => Make(WriteJson, &[At(0)]);
    "str.format" Template(At(0)) => Special(Format(At(0)));
    "str.join" => Special(JoinList(At(1), At(0)));
    "format" => Same(At(0));
    "int" | "float" | "complex" | "decimal.Decimal" | "fractions.Fraction" | "ord" => Make(Number, &[At(0)]);
    "round" | "abs" | "divmod" | "pow" | "sum" | "hash" | "id" | "len" | "bin" | "oct" | "callable" | "issubclass"
        => Make(Measure, &[]);
    "bool" => Nest(Not, Not, &[At(0)]);
    "chr" | "hex" => Unknown;
    "max" | "min" => Unknown;
    "next" | "anext" => Make(Element, &[At(0)]);
    "isinstance" => Make(IsInstance, &[At(0), At(1)]);
    "ValueError" | "TypeError" | "RuntimeError" | "KeyError" | "PermissionError" | "FileNotFoundError" | "OSError"
        | "Exception" | "NotImplementedError" | "ConnectionError" | "TimeoutError" | "IndexError" | "AttributeError"
        | "IOError" | "UnicodeDecodeError" | "StopIteration" | "AssertionError" | "BaseException" => Unknown;
    "*.json" | "*.raise_for_status" | "*.itertext" | "*.aread" => Same(Receiver);
    "*.model_json_schema" => Clean;
    "type" | "object" | "super" | "slice" | "NotImplemented" => Unknown;
    "print" Log(From(0)) => Clean;
    "input" => Clean;
    "exit" | "quit" | "sys.exit" | "os._exit" | "os.abort" => Special(Exit);

    // Lists and dictionaries.
    "list" | "tuple" | "set" | "frozenset" | "sorted" | "reversed" | "collections.deque"
        | "itertools.chain.from_iterable" => Special(ListOf);
    "dict" | "collections.OrderedDict" | "collections.defaultdict" | "collections.ChainMap" | "types.SimpleNamespace"
        | "types.MappingProxyType" | "argparse.Namespace" => Special(RecordOf);
    "dict.fromkeys" | "collections.Counter" => Unknown;
    "any" => Special(super::super::Special::Any);
    "all" => Special(super::super::Special::All);
    "range" => Special(Range);
    "enumerate" => Special(Enumerate);
    "zip" | "itertools.zip_longest" => Special(Zip);
    "map" => Special(MapOver(At(0), At(1)));
    "filter" => Special(FilterOver(At(0), At(1)));
    "functools.reduce" | "itertools.**" => Unknown;
    "*.append" | "*.appendleft" | "*.add" => Special(Append);
    "*.extend" => Special(Extend);
    "*.insert" => Special(Append);
    "*.update" => Special(Assign);
    "*.setdefault" | "*.get" => Special(Lookup(Receiver, At(0)));
    "*.keys" => Special(Keys(Receiver));
    "*.values" => Special(Values(Receiver));
    "*.items" => Special(Entries(Receiver));
    "*.copy" => Same(Receiver);
    "*.pop" => Special(Lookup(Receiver, At(0)));
    "*.popleft" | "*.popitem" | "*.most_common" | "*.union" | "*.intersection" | "*.difference"
        | "*.__getitem__" => Unknown;
    "*.remove" | "*.clear" | "*.sort" | "*.reverse" | "*.discard" => Clean;
    "*.index" | "*.find" => Make(IndexOf, &[Receiver, At(0)]);
    "*.count" | "*.rfind" | "*.rindex" | "*.__len__" => Make(Measure, &[]);
    "*.issubset" | "*.issuperset" => Make(In, &[Receiver, At(0)]);

    // Methods of texts.
    "*.format" | "*.format_map" Template(Receiver) => Special(Format(Receiver));
    "*.join" => Special(JoinList(At(0), Receiver));
    "*.split" | "*.rsplit" | "*.splitlines" | "*.partition" | "*.rpartition" | "*.lstrip" | "*.rstrip"
        | "*.removeprefix" | "*.removesuffix" => Make(Part, &[Receiver]);
    "*.strip" | "*.lower" | "*.upper" | "*.casefold" | "*.title" | "*.capitalize" | "*.swapcase" | "*.expandtabs"
        => Make(Fold, &[Receiver]);
    "*.encode" | "*.tobytes" | "*.__str__" => Same(Receiver);
    "*.decode" => Same(Receiver);
    "*.replace" => Make(ReplaceAll, &[Receiver, At(0), At(1)]);
    "*.translate" | "*.zfill" | "*.ljust" | "*.rjust" | "*.center" => Unknown;
    "*.startswith" => Make(StartsWith, &[Receiver, At(0)]);
    "*.endswith" => Make(EndsWith, &[Receiver, At(0)]);
    "*.isdigit" | "*.isdecimal" | "*.isnumeric" => Matches(Receiver, Text(r"\d+"), Anchored::Both);
    "*.isalnum" => Matches(Receiver, Text(r"[^\W_]+"), Anchored::Both);
    "*.isalpha" => Matches(Receiver, Text(r"[^\W\d_]+"), Anchored::Both);
    "*.isidentifier" => Matches(Receiver, Text(r"[^\W\d]\w*"), Anchored::Both);
    "*.isupper" | "*.islower" | "*.isspace" | "*.istitle" => Clean;
    "*.isascii" => Matches(Receiver, Text(r"[\x00-\x7F]*"), Anchored::Both);
    "*.isprintable" => Matches(Receiver, Text(r"[^\x00-\x1F]*"), Anchored::Both);

    // Regular expressions.
    "re.compile" Regex(Either(0, "pattern")) => Make(Op::Regex, &[Either(0, "pattern"), Either(1, "flags")]);
    "re.match"
        Regex(Either(0, "pattern")) Subject(Either(1, "string"))
        => Matches(Either(1, "string"), Either(0, "pattern"), Anchored::Start);
    "re.fullmatch"
        Regex(Either(0, "pattern")) Subject(Either(1, "string"))
        => Matches(Either(1, "string"), Either(0, "pattern"), Anchored::Both);
    "re.search"
        Regex(Either(0, "pattern")) Subject(Either(1, "string"))
        => Matches(Either(1, "string"), Either(0, "pattern"), Anchored::No);
    "re.findall" | "re.finditer"
        Regex(Either(0, "pattern")) Subject(Either(1, "string"))
        => Make(Part, &[Either(1, "string"), Either(0, "pattern")]);
    "re.split" Regex(Either(0, "pattern")) Subject(Either(1, "string")) => Make(Part, &[Either(1, "string")]);
    "re.sub" | "re.subn" Regex(Either(0, "pattern")) Subject(Either(2, "string"))
        => Special(Substitute(Either(2, "string"), Either(0, "pattern"), Either(1, "repl")));
    "re.escape" => Make(EscapeRegex, &[At(0)]);
    "re.*.match" | "*.match" Subject(At(0)) => Matches(At(0), Receiver, Anchored::Start);
    "re.*.fullmatch" | "*.fullmatch" Subject(At(0)) => Matches(At(0), Receiver, Anchored::Both);
    "re.*.search" | "*.search" Subject(At(0)) => Matches(At(0), Receiver, Anchored::No);
    "re.*.findall" | "re.*.finditer" | "*.findall" | "*.finditer" Subject(At(0)) => Make(Part, &[At(0), Receiver]);
    "re.*.split" Subject(At(0)) => Make(Part, &[At(0)]);
    "re.*.sub" | "*.sub" Subject(At(1)) => Special(Substitute(At(1), Receiver, At(0)));
    "*.group" => Make(Element, &[Receiver, At(0)]);
    "*.groups" | "*.groupdict" => Make(Part, &[Receiver]);
    "*.start" | "*.end" | "*.span" => Clean;

    // JSON, TOML, base64, hexadecimal, HTML.
    "json.loads" | "tomllib.loads" => Make(ParseJson, &[Either(0, "s")]);
    "json.load" | "tomllib.load" => Make(ParseJson, &[At(0)]);
    "json.dumps" | "tomli_w.dumps" | "tomllib.dumps" => Make(WriteJson, &[At(0)]);
    "json.dump" => Clean;
    "json.**" => Unknown;
    "base64.b64decode" | "base64.urlsafe_b64decode" | "base64.standard_b64decode" | "base64.b32decode"
        | "base64.b16decode" | "base64.b85decode" | "base64.a85decode" | "base64.decodebytes" | "binascii.unhexlify"
        | "binascii.a2b_base64" | "bytes.fromhex" | "bytearray.fromhex" | "codecs.decode" | "html.unescape"
        | "quopri.decodestring" | "*.fromhex" => Make(Decode, &[At(0)]);
    "base64.b64encode" | "base64.urlsafe_b64encode" | "base64.standard_b64encode" | "base64.b32encode"
        | "base64.b16encode" | "base64.encodebytes" | "binascii.hexlify" | "binascii.b2a_base64"
        => Make(EncodeUrl, &[At(0)]);
    "*.hex" | "*.hexdigest" | "*.digest" => Make(Measure, &[]);
    "html.escape" | "xml.sax.saxutils.escape" | "xml.sax.saxutils.quoteattr" | "markupsafe.escape" | "cgi.escape"
        | "bleach.clean" | "nh3.clean" => Make(EscapeMarkup, &[At(0)]);
    "codecs.encode" | "codecs.**" | "html.**" | "struct.**" | "binascii.**" => Unknown;
    "textwrap.dedent" | "textwrap.indent" | "textwrap.fill" | "textwrap.shorten" | "inspect.cleandoc" => Same(At(0));
    "unicodedata.normalize" => Make(Fold, &[At(1)]);
    "difflib.**" | "textwrap.**" | "string.capwords" => Unknown;
    "string.Template" => Same(At(0));
    "string.*.substitute" | "string.*.safe_substitute" | "*.substitute" | "*.safe_substitute"
        => Make(Concat, &[Receiver, From(0)]);
    "ast.dump" => Unknown;
    "markdown.markdown" | "markdownify.markdownify" | "html2text.html2text" => Unknown;

    // XML.
    // lxml resolves entities where its parser is told to.
    "lxml.etree.parse" | "lxml.etree.fromstring" | "lxml.etree.XML" | "lxml.objectify.fromstring"
        | "lxml.objectify.parse"
        [Read] Xml(At(0), Configured(Either(1, "parser"), "resolve_entities"))
        Xml(At(0), Configured(Either(1, "parser"), "load_dtd")) => Make(ParseJson, &[At(0)]);
    "lxml.etree.iterparse" [Read]
        Xml(At(0), Set(Named("resolve_entities"))) Xml(At(0), Set(Named("load_dtd"))) => Make(ParseJson, &[At(0)]);
    "*.xpath" | "lxml.*.xpath" | "lxml.etree.XPath" | "elementpath.select" XPath(At(0)) => Unknown;
    "lxml.etree.XMLParser" => Clean;
    "lxml.html.fromstring" | "lxml.html.parse" | "bs4.BeautifulSoup" | "selectolax.**" => Make(ParseJson, &[At(0)]);
    "lxml.**" => Unknown;
    "xml.sax.make_parser" => Clean;
    "xml.*.parse" Xml(At(0), Configured(Receiver, "feature_external_ges")) => Clean;
    // Otherwise the standard library's readers resolve no external entities.
    "xml.sax.parse" | "xml.sax.parseString" | "xml.dom.pulldom.parse" | "xml.dom.pulldom.parseString"
        | "xml.dom.minidom.parse" | "xml.dom.minidom.parseString" | "xml.etree.ElementTree.parse"
        | "xml.etree.ElementTree.fromstring" | "xml.etree.ElementTree.XML" | "xml.etree.ElementTree.iterparse"
        | "xml.etree.cElementTree.fromstring" | "xmltodict.parse" => Make(ParseJson, &[At(0)]);
    "defusedxml.**" => Make(ParseJson, &[At(0)]);
    "xml.**" => Unknown;

    // Templates.
    "jinja2.Template" | "jinja2.*.from_string" | "flask.render_template_string" | "mako.template.Template"
        | "tornado.template.Template" | "django.template.Template" | "chevron.render" | "pystache.render"
        | "quart.render_template_string" | "Cheetah.Template.Template" | "genshi.template.MarkupTemplate"
        | "django.*.from_string"
        [Evaluate] Template(Either(0, "source")) Template(Named("text")) => Unknown;
    "jinja2.sandbox.SandboxedEnvironment().from_string" | "jinja2.sandbox.ImmutableSandboxedEnvironment().from_string"
        => Unknown;
    "jinja2.*.get_template" | "jinja2.*.select_template" | "mako.*.get_template"
        [Read] PathRead(Either(0, "name")) => Clean;
    "jinja2.FileSystemLoader" | "mako.lookup.TemplateLookup" [Read] PathRead(At(0)) => Clean;
    "jinja2.**" | "mako.**" => Unknown;
    "markupsafe.Markup" => Same(At(0));
    "*.render" => Make(Concat, &[Receiver, From(0)]);
};
