//! Texts, lists, objects; what is written and read in a form; templates and XML.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // Conversions.
    "String" | "lodash.toString" => Special(AsText(At(0)));
    "Object" | "structuredClone" | "String.raw" | "Buffer.from" | "TextEncoder().encode"
        | "TextDecoder().decode" | "lodash.cloneDeep" | "lodash.clone" | "Object.freeze" | "Object.seal"
        | "Uint8Array" | "Symbol" | "Array.prototype.slice.call" | "clone-deep" | "rfdc"
        => Same(At(0));
    "Number" | "parseInt" | "parseFloat" | "BigInt" | "Number.parseInt" | "Number.parseFloat" | "lodash.toNumber"
        | "lodash.toInteger" => Make(Number, &[At(0)]);
    "Boolean" => Nest(Not, Not, &[At(0)]);
    "isNaN" | "Number.isNaN" => Nest(Not, IsNumber, &[At(0)]);
    "isFinite" | "Number.isFinite" | "Number.isInteger" | "Number.isSafeInteger" => Make(IsNumber, &[At(0)]);
    "Math.*" | "Intl.*" | "Date.*" | "performance.*" => Make(Measure, &[]);
    "Math.max" | "Math.min" | "Math.floor" | "Math.round" | "Math.abs" | "Math.ceil" | "Math.trunc"
        => Make(Number, &[At(0)]);
    "Date" | "Date.now" [Fingerprint] => Clean;
    "*.toISOString" | "*.toLocaleDateString" | "*.toLocaleTimeString" | "*.getTime" | "*.toFixed" | "*.getFullYear"
        | "*.toPrecision" => Clean;
    "dayjs" | "moment" | "dayjs.*" | "moment.*" | "date-fns.*" | "luxon.*" | "ms" | "bytes" | "semver.**"
        => Make(Measure, &[]);
    "util.inspect" => Same(At(0));
    "util.format" => Special(Format(At(0)));
    "util.promisify" | "util.callbackify" | "pify" | "util.deprecate" => Same(At(0));
    "util.parseArgs" | "minimist" | "yargs.**" | "yargs-parser" | "commander.**" | "meow" | "cac.**" => Clean;
    "Error" | "TypeError" | "RangeError" | "@modelcontextprotocol/sdk/types.js.McpError" => Unknown;

    // JSON and other forms.
    "JSON.parse" | "json5.parse" | "JSON5.parse" | "jsonc-parser.parse" | "comment-json.parse" | "strip-json-comments"
        | "superjson.parse" | "toml.parse" | "smol-toml.parse" | "@iarna/toml.parse" | "ini.parse" | "dotenv.parse"
        | "secure-json-parse" | "csv-parse/sync.parse" | "papaparse.parse" | "yaml.parse" | "yaml.parseDocument"
        | "YAML.parse" | "destr" | "jsonrepair" | "gray-matter" | "front-matter" | "partial-json.parse"
        => Make(ParseJson, &[At(0)]);
    "JSON.stringify" | "js-yaml.dump" | "yaml.stringify" | "YAML.stringify" | "safe-stable-stringify"
        | "fast-json-stable-stringify" | "superjson.stringify" | "csv-stringify/sync.stringify"
        => Make(WriteJson, &[At(0)]);
    "js-yaml.load" | "js-yaml.safeLoad" | "js-yaml.loadAll" | "js-yaml.safeLoadAll"
        Deserialize(At(0), Other(Field(1, "schema"), &[
            "DEFAULT_SCHEMA", "DEFAULT_SAFE_SCHEMA", "CORE_SCHEMA", "JSON_SCHEMA", "FAILSAFE_SCHEMA",
        ])) => Make(ParseJson, &[At(0)]);
    "node-serialize.unserialize" | "serialize-to-js.deserialize" | "funcster.deepDeserialize" | "cryo.parse"
        | "serialize-javascript.deserialize" | "v8.deserialize" | "devalue.unflatten"
        [Evaluate] Deserialize(At(0)) => Unknown;
    "serialize-javascript" | "node-serialize.serialize" | "v8.serialize" | "devalue.stringify"
        => Make(WriteJson, &[At(0)]);
    "atob" => Make(Decode, &[At(0)]);
    "btoa" => Make(EncodeUrl, &[At(0)]);
    "Buffer.alloc" | "Buffer.byteLength" | "Buffer.isBuffer" => Clean;
    "Buffer.concat" => Unknown;
    "he.decode" | "html-entities.decode" | "entities.decode" | "entities.decodeHTML" | "lodash.unescape"
        | "iconv-lite.decode" => Make(Decode, &[At(0)]);
    "he.encode" | "he.escape" | "html-entities.encode" | "escape-html" | "lodash.escape" | "entities.encode"
        | "entities.escape" | "xml-escape" | "validator.escape" | "sanitize-html" | "dompurify.sanitize"
        | "isomorphic-dompurify.sanitize" | "xss" | "DOMPurify.sanitize" => Make(EscapeMarkup, &[At(0)]);
    "marked.parse" | "marked" | "marked.marked" | "markdown-it.*.render" | "turndown.*.turndown" | "showdown.**"
        => Unknown;

    // Methods of texts.
    "*.toString" => Special(AsText(Receiver));
    "*.valueOf" | "*.toJSON" | "*.toPrimitive" => Same(Receiver);
    "*.startsWith" => Make(StartsWith, &[Receiver, At(0)]);
    "*.endsWith" => Make(EndsWith, &[Receiver, At(0)]);
    "*.includes" | "*.has" => Make(In, &[At(0), Receiver]);
    "*.indexOf" => Make(IndexOf, &[Receiver, At(0)]);
    "*.lastIndexOf" | "*.localeCompare" | "*.charCodeAt" | "*.codePointAt" | "*.search" => Make(Measure, &[]);
    "*.toLowerCase" | "*.toUpperCase" | "*.trim" | "*.normalize" | "*.toLocaleLowerCase" | "*.toLocaleUpperCase"
        => Make(Fold, &[Receiver]);
    "*.trimStart" | "*.trimEnd" | "*.split" | "*.substring" | "*.substr" | "*.slice" | "*.charAt"
        | "*.subarray" => Make(Part, &[Receiver]);
    "*.replace" Subject(Receiver) => Special(Replace);
    "*.replaceAll" => Make(ReplaceAll, &[Receiver, At(0), At(1)]);
    "*.padStart" | "*.padEnd" | "*.repeat" => Make(Concat, &[Receiver, At(1)]);
    "*.concat" => Make(Concat, &[Receiver, From(0)]);
    "*.match" | "*.matchAll" Subject(Receiver) => Matches(Receiver, At(0), Anchored::No);
    "*.test" Subject(At(0)) => Matches(At(0), Receiver, Anchored::No);
    "RegExp" Regex(At(0)) => Make(Op::Regex, &[At(0), At(1)]);
    "RegExp.escape" | "lodash.escapeRegExp" | "escape-string-regexp" | "escape-string-regexp.default" | "regexp.escape"
        => Make(EscapeRegex, &[At(0)]);
    "re2" | "re2.RE2" => Make(Op::Regex, &[At(0), At(1)]);
    "safe-regex" => Clean;

    // Lists.
    "Array.from" | "Set" | "lodash.uniq" | "lodash.compact" | "lodash.flatten" | "lodash.sortBy"
        | "lodash.toArray" => Special(ListOf);
    "Array.of" => Special(Gather);
    "Array" | "WeakSet" | "*.fill" => Unknown;
    "Array.isArray" | "lodash.isString" | "lodash.isArray" | "lodash.isEmpty" | "lodash.isObject" | "lodash.isNil"
        | "Buffer.isEncoding" | "is-plain-object" => Clean;
    "*.map" | "*.forEach" | "*.flatMap" => Special(Map(0));
    "*.filter" => Special(Filter(0));
    "*.some" => Special(super::super::Special::Some(0));
    "*.every" => Special(Every(0));
    "*.find" | "*.findLast" => Special(Find(0));
    "*.findIndex" => Unknown;
    "*.reduce" | "*.reduceRight" => Special(Reduce(0));
    "*.join" => Special(JoinList(Receiver, At(0)));
    "*.push" | "*.unshift" | "*.add" => Special(Append);
    "*.pop" | "*.shift" => Make(Element, &[Receiver]);
    "*.at" => Make(Element, &[Receiver, At(0)]);
    "*.splice" | "*.flat" | "*.reverse" | "*.sort" | "*.toSorted" | "*.next"
        => Same(Receiver);
    "lodash.map" | "lodash.forEach" | "lodash.each" | "lodash.flatMap" | "async.each" | "async.map" | "p-map"
        => Special(MapOver(At(1), At(0)));
    "lodash.filter" | "lodash.reject" => Special(FilterOver(At(1), At(0)));
    "lodash.get" | "lodash.pick" | "lodash.omit" | "lodash.groupBy" => Unknown;

    // Objects and maps.
    "Object.keys" | "Object.getOwnPropertyNames" | "Reflect.ownKeys" | "lodash.keys" => Special(Keys(At(0)));
    "Object.values" | "lodash.values" => Special(Values(At(0)));
    "Object.entries" | "lodash.toPairs" => Special(Entries(At(0)));
    "Object.fromEntries" | "lodash.fromPairs" => Special(FromEntries);
    "Object.assign" | "lodash.assign" | "lodash.extend" | "lodash.defaults" => Special(Assign);
    "Object.create" | "Object.getPrototypeOf" => Clean;
    "Object.defineProperty" Prototype(At(1)) => Same(At(0));
    "Object.prototype.hasOwnProperty.call" | "Object.hasOwn" | "Reflect.has" => Make(In, &[At(1), At(0)]);
    "*.hasOwnProperty" => Make(In, &[At(0), Receiver]);
    "Reflect.get" => Make(Op::Field, &[At(0), At(1)]);
    "Reflect.set" Prototype(At(1)) => Special(SetMember);
    "Map" | "WeakMap" => Special(RecordOf);
    "*.get" => Special(Lookup(Receiver, At(0)));
    "*.set" => Special(SetEntry);
    "*.keys" => Special(Keys(Receiver));
    "*.values" => Special(Values(Receiver));
    "*.entries" => Special(Entries(Receiver));
    "*.delete" | "*.clear" => Clean;
    "lodash.merge" | "lodash.mergeWith" | "lodash.defaultsDeep" | "merge" | "merge.recursive" | "deepmerge"
        | "deep-extend" | "defaults-deep" | "merge-deep" | "node.extend" | "extend" | "mixin-deep" | "assign-deep"
        | "merge-options" | "hoek.merge" | "lodash.merge.default" Prototype(From(1)) => Special(Assign);
    "lodash.set" | "lodash.setWith" | "lodash.update" | "object-path.set" | "set-value" | "dot-prop.set"
        | "dot-prop.setProperty" | "dset" | "dset.dset" | "jsonpointer.set" | "json-pointer.set" | "dottie.set"
        | "just-safe-set" | "object-path.push" | "dlv" | "mpath.set" | "set-value.default" | "nested-property.set"
        | "property-expr.setter" Prototype(At(1)) => Same(At(0));
    "object-path.get" | "dot-prop.get" | "dot-prop.getProperty" | "get-value" => Make(Op::Field, &[At(0), At(1)]);
    "lodash.**" => Unknown;

    // Functions and promises.
    "Promise" => Special(Promise);
    "Promise.resolve" => Same(At(0));
    "Promise.reject" => Unknown;
    "Promise.all" | "Promise.allSettled" => Special(Gather);
    "Promise.race" | "Promise.any" => Unknown;
    "*.then" => Special(Then);
    "*.catch" => Special(Catch);
    "*.finally" => Special(Finally);
    "*.bind" => Special(Bind);
    "*.call" => Special(Call);
    "*.apply" => Special(Apply);
    "p-limit()" | "p-queue.*.add" | "p-retry" | "async-retry" | "*.retry" => Special(Invoke(0));
    "p-limit" | "p-queue" => Unknown;
    "lodash.debounce" | "lodash.throttle" | "lodash.memoize" | "lodash.once" | "memoize" | "p-memoize" | "mem"
        => Same(At(0));
    "*.json" | "*.text" | "*.arrayBuffer" | "*.blob" | "*.formData" => Same(Receiver);
    "*.on" | "*.once" | "*.addListener" | "*.addEventListener" => Special(Listener);
    "*.emit" | "*.removeListener" | "*.off" | "*.removeAllListeners" | "*.end" | "*.write" | "*.destroy" | "*.close"
        | "*.abort" | "*.unref" | "*.kill" => Clean;
    "fs.*.pipe" => Same(At(0));
    "*.pipe" => Unknown;
    "events.EventEmitter" | "events.**" => Clean;

    // Schemas. `zod.z` and `zod/v4` are aliases.
    "zod.*.parse" | "zod.*.parseAsync" | "*.parseAsync" | "valibot.parse" | "joi.*.validateAsync" | "joi.attempt"
        | "yup.*.validate" | "yup.*.validateSync" | "superstruct.assert" => Special(Validate);
    "zod.*.safeParse" | "zod.*.safeParseAsync" | "*.safeParse" | "*.safeParseAsync" | "joi.*.validate"
        => Special(TryValidate);
    // Who names a problem lets the value not pass.
    "zod.context().addIssue" | "zod.context().issues.push" => Special(Exit);
    "zod.toJSONSchema" | "zod-to-json-schema.zodToJsonSchema" | "zod-to-json-schema" | "zod-to-json-schema.default"
        | "@sinclair/typebox.Type.Strict" | "xsschema.toJsonSchema" => Same(At(0));
    "zod.*" | "valibot.*" | "@sinclair/typebox.*" | "arktype.type" | "yup.*" | "joi.*" | "superstruct.*"
        => Special(Schema);
    "ajv" | "ajv.default" | "ajv.**" => Unknown;
    "ajv.*.compile" => Unknown;
    "uuid.validate" | "validator.isUUID" | "is-uuid.anyNonNil" | "validator.isSlug" | "validator.isISO8601"
        => Matches(At(0), Text("^[0-9A-Za-z][0-9A-Za-z:.+_-]*$"), Anchored::Both);
    "validator.isAlphanumeric" | "validator.isAlpha" | "validator.isInt" | "validator.isNumeric"
        | "validator.isHexadecimal" | "validator.isMongoId" | "validator.isMD5" | "validator.isHash"
        | "validator.isPort" => Matches(At(0), Text("^[0-9A-Za-z]+$"), Anchored::Both);
    "validator.**" | "is-number" | "is-url-superb" => Clean;

    // Templates: the source is code.
    "ejs.render" | "ejs.compile" | "pug.render" | "pug.compile" | "handlebars.compile" | "handlebars.precompile"
        | "nunjucks.renderString" | "nunjucks.*.renderString" | "nunjucks.compile"
        | "lodash.template" | "dot.template" | "dot.compile" | "doT.template"
        | "eta.*.renderString" | "eta.render" | "art-template.render" | "art-template.compile" | "squirrelly.render"
        | "swig.render" | "twig.twig" | "jade.compile" | "hogan.js.compile" | "template7.compile" | "whiskers.render"
        [Evaluate] Template(At(0)) => Unknown;
    "ejs.renderFile" | "pug.renderFile" | "nunjucks.render" | "eta.*.render" [Read Evaluate] PathRead(At(0)) => Clean;
    "mustache.render" | "Mustache.render" | "liquidjs.*.parseAndRender" => Make(Concat, &[At(0), At(1)]);
    "handlebars.**" | "nunjucks.**" | "ejs.**" => Unknown;

    // XML and HTML.
    "libxmljs.parseXml" | "libxmljs.parseXmlString" | "libxmljs2.parseXml" | "libxmljs2.parseXmlString"
        | "libxmljs.parseXmlAsync" | "libxmljs2.parseXmlAsync"
        [Read] Xml(At(0), Set(Field(1, "noent"))) Xml(At(0), Set(Field(1, "replaceEntities")))
        => Make(ParseJson, &[At(0)]);
    "libxslt.parse" | "node-expat.**" | "expat-wasm.**" [Read] Xml(At(0)) => Unknown;
    "xml2js.parseString" | "xml2js.parseStringPromise" | "xml2js.*.parseString" | "xml2js.*.parseStringPromise"
        | "xml-js.xml2js" | "xml-js.xml2json" | "fast-xml-parser.*.parse" | "@xmldom/xmldom.*.parseFromString"
        | "xmldom.*.parseFromString" | "sax.**" | "cheerio.load" | "node-html-parser.parse" | "linkedom.parseHTML"
        | "DOMParser().parseFromString" | "htmlparser2.parseDocument" => Make(ParseJson, &[At(0)]);
    "xpath.select" | "xpath.select1" | "xpath.evaluate" XPath(At(0)) => Unknown;
    "*.update" | "*.digest" => Make(Measure, &[]);
    "jsdom.JSDOM" [Evaluate] Code(At(0), Set(Field(1, "runScripts"))) => Make(ParseJson, &[At(0)]);
    "react-dom/server.renderToStaticMarkup" | "react-dom/server.renderToString" => Make(EscapeMarkup, &[At(0)]);
    "document.write" | "document.writeln" | "*.insertAdjacentHTML" Markup(At(0)) Markup(At(1)) => Clean;
};
