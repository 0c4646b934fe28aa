//! Texts, lists, forms; and how servers register what they offer.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // Built in.
    "string" | "[]byte" | "[]rune" | "any" | "byte" | "rune" => Same(At(0));
    "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16" | "uint32" | "uint64" | "float32"
        | "float64" | "uintptr" => Make(Number, &[At(0)]);
    "len" | "cap" | "complex" | "real" | "imag" => Make(Measure, &[]);
    "append" => Special(ListWith);
    "make" | "new" => Special(New);
    "delete" | "close" | "print" | "println" | "recover" | "clear" => Clean;
    "copy" => Special(Fill(At(1), At(0)));
    "min" | "max" => Unknown;

    // fmt, strconv, errors
    "fmt.Sprintf" => Special(Format(At(0)));
    "fmt.Errorf" => Unknown;
    "fmt.Sprint" | "fmt.Sprintln" => Make(Concat, &[From(0)]);
    "fmt.Appendf" => Special(Format(At(1)));
    "fmt.Print" | "fmt.Printf" | "fmt.Println" | "fmt.Fprint" | "fmt.Fprintf" | "fmt.Fprintln" => Clean;
    "fmt.Sscanf" | "fmt.Sscan" => Special(Fill(At(0), From(1)));
    "strconv.Atoi" | "strconv.ParseInt" | "strconv.ParseFloat" | "strconv.ParseUint" | "strconv.ParseBool"
        => Make(Number, &[At(0)]);
    "strconv.Itoa" | "strconv.FormatInt" | "strconv.FormatFloat" | "strconv.FormatBool" | "strconv.FormatUint"
        => Same(At(0));
    "strconv.Quote" | "strconv.QuoteToASCII" => Make(WriteJson, &[At(0)]);
    "strconv.**" => Unknown;
    "errors.New" | "errors.Is" | "errors.As" | "errors.Join" | "errors.Unwrap" | "github.com/pkg/errors.**" => Unknown;
    "*.Error" => Unknown;
    "*.Err" | "*.Next" => Clean;
    "context.**" | "sync.**" | "sync/atomic.**" | "golang.org/x/time/rate.**" | "flag.**"
        | "github.com/spf13/cobra.**" | "github.com/spf13/pflag.**" | "os/signal.**" | "testing.**" => Clean;
    "golang.org/x/sync/errgroup.*.Go" | "sync.*.Do" | "sync.*.Go" => Special(Invoke(0));
    "reflect.**" | "unsafe.**" | "cmp.**" | "iter.**" => Unknown;

    // strings, bytes, slices, maps
    "strings.HasPrefix" | "bytes.HasPrefix" => Make(StartsWith, &[At(0), At(1)]);
    "strings.HasSuffix" | "bytes.HasSuffix" => Make(EndsWith, &[At(0), At(1)]);
    "strings.Contains" | "bytes.Contains" | "strings.ContainsRune" => Make(In, &[At(1), At(0)]);
    "strings.ContainsAny" => Make(In, &[At(1), At(0)]);
    "strings.EqualFold" => Make(Equal, &[At(0), At(1)]);
    "strings.Compare" | "strings.Count" | "strings.LastIndex" | "strings.IndexAny" | "unicode/utf8.**" | "unicode.**"
        => Make(Measure, &[]);
    "strings.Index" | "bytes.Index" | "strings.IndexByte" | "strings.IndexRune" => Make(IndexOf, &[At(0), At(1)]);
    "strings.ToLower" | "strings.ToUpper" | "strings.TrimSpace" | "strings.Title" | "bytes.TrimSpace"
        | "bytes.ToLower" | "strings.ToValidUTF8" | "golang.org/x/text/cases.**" | "golang.org/x/text/unicode/norm.**"
        => Make(Fold, &[At(0)]);
    "strings.Trim" | "strings.TrimLeft" | "strings.TrimRight" | "strings.TrimPrefix" | "strings.TrimSuffix"
        | "strings.TrimFunc" | "strings.Split" | "strings.SplitN" | "strings.Fields" | "strings.Cut"
        | "strings.CutPrefix" | "strings.CutSuffix" | "strings.SplitAfter" | "bytes.Split" | "bytes.Trim"
        | "strings.SplitSeq" | "strings.FieldsFunc" => Make(Part, &[At(0)]);
    "strings.Replace" | "strings.ReplaceAll" | "bytes.ReplaceAll" => Make(ReplaceAll, &[At(0), At(1), At(2)]);
    "strings.Map" => Unknown;
    "strings.Join" => Special(JoinList(At(0), At(1)));
    "bytes.Join" => Special(JoinList(At(0), At(1)));
    "strings.Repeat" | "strings.Clone" | "strings.NewReader" | "bytes.NewReader" | "bytes.NewBuffer"
        | "bytes.NewBufferString" | "bytes.Clone" => Same(At(0));
    "strings.NewReplacer" => Unknown;
    "strings.*.Replace" => Unknown;
    "*.WriteString" | "*.WriteRune" => Special(Append);
    "*.String" => Same(Receiver);
    "*.Len" => Make(Measure, &[]);
    "slices.Contains" => Make(In, &[At(1), At(0)]);
    "slices.Index" => Make(IndexOf, &[At(0), At(1)]);
    "slices.ContainsFunc" => Unknown;
    "slices.Sort" | "sort.Strings" | "sort.Slice" | "sort.Ints" | "sort.**" | "slices.SortFunc" => Clean;
    "slices.Sorted" | "slices.Collect" | "slices.Clone" | "slices.Concat" | "slices.Reverse" | "slices.Compact"
        => Special(ListOf);
    "maps.Keys" => Special(Keys(At(0)));
    "maps.Values" => Special(Values(At(0)));
    "maps.Copy" => Special(Assign);
    "maps.Clone" => Same(At(0));
    "slices.**" | "maps.**" | "strings.**" | "bytes.**" => Unknown;

    // Regular expressions: linear time, so the source is no sink.
    "regexp.MustCompile" | "regexp.Compile" | "regexp.MustCompilePOSIX" | "regexp.CompilePOSIX"
        => Make(Op::Regex, &[At(0)]);
    "regexp.MatchString" | "regexp.Match" => Matches(At(1), At(0), Anchored::No);
    "regexp.QuoteMeta" => Make(EscapeRegex, &[At(0)]);
    "*.MatchString" | "*.Match" => Matches(At(0), Receiver, Anchored::No);
    "*.FindString" | "*.FindStringSubmatch" | "*.FindAllString" | "*.FindAllStringSubmatch" | "*.FindStringIndex"
        => Make(Part, &[At(0)]);
    "*.ReplaceAllString" | "*.ReplaceAllLiteralString" => Special(Substitute(At(0), Receiver, At(1)));
    "github.com/dlclark/regexp2.MustCompile" | "github.com/dlclark/regexp2.Compile"
        Regex(At(0)) => Make(Op::Regex, &[At(0)]);

    // Forms.
    "encoding/json.Unmarshal" | "gopkg.in/yaml.*.Unmarshal" | "gopkg.in/yaml.v3.Unmarshal"
        | "gopkg.in/yaml.v2.Unmarshal" | "github.com/goccy/go-yaml.Unmarshal" | "sigs.k8s.io/yaml.Unmarshal"
        | "github.com/BurntSushi/toml.Unmarshal" | "github.com/pelletier/go-toml/v2.Unmarshal"
        | "encoding/xml.Unmarshal" | "github.com/json-iterator/go.Unmarshal" | "github.com/bytedance/sonic.Unmarshal"
        | "encoding/json/v2.Unmarshal" | "github.com/mitchellh/mapstructure.Decode"
        | "github.com/go-viper/mapstructure/v2.Decode" => Special(Fill(At(0), At(1)));
    "encoding/json.NewDecoder" | "encoding/xml.NewDecoder" | "gopkg.in/yaml.v3.NewDecoder" | "encoding/gob.NewDecoder"
        | "encoding/csv.NewReader" => Same(At(0));
    "*.Decode" => Special(Fill(Receiver, At(0)));
    "encoding/json.Marshal" | "encoding/json.MarshalIndent" | "gopkg.in/yaml.v3.Marshal" | "encoding/xml.Marshal"
        | "gopkg.in/yaml.v2.Marshal" | "sigs.k8s.io/yaml.Marshal" => Make(WriteJson, &[At(0)]);
    "encoding/json.Valid" => Clean;
    "encoding/json.NewEncoder" | "*.Encode" => Clean;
    "encoding/base64.StdEncoding.DecodeString" | "encoding/base64.URLEncoding.DecodeString"
        | "encoding/base64.RawURLEncoding.DecodeString" | "encoding/base64.RawStdEncoding.DecodeString"
        | "encoding/base64.*.DecodeString" | "encoding/hex.DecodeString" | "html.UnescapeString"
        | "encoding/base32.*.DecodeString" => Make(Decode, &[At(0)]);
    "encoding/base64.*.EncodeToString" | "encoding/hex.EncodeToString" | "encoding/base32.*.EncodeToString"
        => Make(EncodeUrl, &[At(0)]);
    "html.EscapeString" | "html/template.HTMLEscapeString" | "text/template.HTMLEscapeString"
        | "encoding/xml.EscapeText" | "github.com/microcosm-cc/bluemonday.*.Sanitize" => Make(EscapeMarkup, &[At(0)]);
    "encoding/binary.**" | "github.com/tidwall/gjson.**" | "github.com/spf13/cast.**" => Unknown;

    // Templates: html/template escapes what it is filled with, neither is safe with a foreign source.
    "text/template.*.Parse" | "html/template.*.Parse" | "github.com/flosch/pongo2.FromString"
        | "github.com/flosch/pongo2/v6.FromString" | "github.com/hoisie/mustache.Render"
        [Evaluate] Template(At(0)) => Clean;
    "text/template.ParseFiles" | "html/template.ParseFiles" | "text/template.*.ParseFiles"
        | "html/template.*.ParseFiles" [Read] PathRead(From(0)) => Clean;
    "html/template.HTML" | "html/template.JS" | "html/template.URL" Markup(At(0)) => Same(At(0));
    "text/template.**" | "html/template.**" => Clean;

    // XML by libxml2.
    "github.com/lestrrat-go/libxml2.ParseString" | "github.com/jbowtie/gokogiri.ParseXml" [Read] Xml(At(0)) => Unknown;

    // github.com/mark3labs/mcp-go: a tool is made of options, the handler gets a request.
    "github.com/mark3labs/mcp-go/server.*.AddTool" | "github.com/mark3labs/mcp-go/server.*.AddTools"
        | "github.com/mark3labs/mcp-go/server.*.AddSessionTool" | "github.com/mark3labs/mcp-go/server.*.SetTools"
        | "*.AddTool" | "*.AddTools" | "github.com/metoro-io/mcp-golang.*.RegisterTool" | "*.RegisterTool"
        => Special(RegisterTool);
    "github.com/mark3labs/mcp-go/server.*.AddPrompt" | "github.com/mark3labs/mcp-go/server.*.AddPrompts" | "*.AddPrompt"
        | "github.com/metoro-io/mcp-golang.*.RegisterPrompt" => Special(RegisterPrompt);
    "github.com/mark3labs/mcp-go/server.*.AddResource" | "github.com/mark3labs/mcp-go/server.*.AddResources"
        | "github.com/mark3labs/mcp-go/server.*.AddResourceTemplate" | "*.AddResource" | "*.AddResourceTemplate"
        | "github.com/metoro-io/mcp-golang.*.RegisterResource" => Special(RegisterResource);
    "github.com/mark3labs/mcp-go/server.ServeStdio" | "github.com/mark3labs/mcp-go/server.NewStdioServer"
        | "github.com/mark3labs/mcp-go/server.*.Listen" => Clean;
    "github.com/mark3labs/mcp-go/server.NewSSEServer" | "github.com/mark3labs/mcp-go/server.NewStreamableHTTPServer"
        | "github.com/mark3labs/mcp-go/server.*.Start" [Listen] => Clean;
    "github.com/mark3labs/mcp-go/mcp.NewTypedToolHandler" | "github.com/mark3labs/mcp-go/mcp.NewStructuredToolHandler"
        | "github.com/mark3labs/mcp-go/server.ToolHandlerFunc" => Same(At(0));
    "github.com/localrivet/gomcp/server.*.Tool" | "github.com/strowk/foxy-contexts/pkg/fxctx.NewTool"
        => Special(RegisterTool);
    "github.com/ThinkInAIXYZ/go-mcp/protocol.VerifyAndUnmarshal" => Special(Fill(At(0), At(1)));
    "github.com/mark3labs/mcp-go/server.**" => Unknown;
    "github.com/mark3labs/mcp-go/mcp.NewTool" | "github.com/mark3labs/mcp-go/mcp.NewToolWithRawSchema"
        | "github.com/mark3labs/mcp-go/mcp.NewPrompt" | "github.com/mark3labs/mcp-go/mcp.NewResource"
        | "github.com/mark3labs/mcp-go/mcp.NewResourceTemplate" | "github.com/mark3labs/mcp-go/mcp.*"
        => Special(Schema);
    "github.com/mark3labs/mcp-go/mcp.NewToolResultText" | "github.com/mark3labs/mcp-go/mcp.NewToolResultError"
        | "github.com/mark3labs/mcp-go/mcp.NewToolResultErrorFromErr"
        | "github.com/mark3labs/mcp-go/mcp.NewTextContent" | "github.com/mark3labs/mcp-go/mcp.NewToolResultErrorf"
        | "github.com/mark3labs/mcp-go/mcp.NewToolResultResource"
        | "github.com/mark3labs/mcp-go/mcp.NewToolResultImage" | "github.com/mark3labs/mcp-go/mcp.NewGetPromptResult"
        => Clean;
    "github.com/mark3labs/mcp-go/mcp.*.GetString" | "github.com/mark3labs/mcp-go/mcp.*.RequireString"
        | "github.com/mark3labs/mcp-go/mcp.*.GetStringSlice" | "github.com/mark3labs/mcp-go/mcp.*.RequireStringSlice"
        | "*.GetString" | "*.RequireString" | "*.GetStringSlice" => Special(Lookup(Receiver, At(0)));
    "github.com/mark3labs/mcp-go/mcp.*.GetInt" | "github.com/mark3labs/mcp-go/mcp.*.RequireInt"
        | "github.com/mark3labs/mcp-go/mcp.*.GetFloat" | "github.com/mark3labs/mcp-go/mcp.*.RequireFloat"
        | "github.com/mark3labs/mcp-go/mcp.*.GetBool" | "github.com/mark3labs/mcp-go/mcp.*.RequireBool" | "*.GetInt"
        | "*.GetFloat" | "*.GetBool" | "*.RequireInt" | "*.RequireFloat"
        => Nest(Number, Op::Field, &[Receiver, At(0)]);
    "github.com/mark3labs/mcp-go/mcp.ParseString" | "github.com/mark3labs/mcp-go/mcp.ParseArgument"
        | "github.com/mark3labs/mcp-go/mcp.ParseStringMap" => Special(Lookup(At(0), At(1)));
    "github.com/mark3labs/mcp-go/mcp.ParseInt" | "github.com/mark3labs/mcp-go/mcp.ParseBoolean"
        | "github.com/mark3labs/mcp-go/mcp.ParseFloat64" => Nest(Number, Op::Field, &[At(0), At(1)]);
    "github.com/mark3labs/mcp-go/mcp.*.GetArguments" | "github.com/mark3labs/mcp-go/mcp.*.GetRawArguments"
        | "*.GetArguments" => Same(Receiver);
    "github.com/mark3labs/mcp-go/mcp.*.BindArguments" | "*.BindArguments" => Special(Fill(Receiver, At(0)));

    // The official SDK: `mcp.AddTool(server, &mcp.Tool{…}, handler)`, its third parameter is the arguments.
    "github.com/modelcontextprotocol/go-sdk/mcp.AddTool" | "github.com/modelcontextprotocol/go-sdk/mcp.*.AddTool"
        => Special(RegisterTool);
    "github.com/modelcontextprotocol/go-sdk/mcp.*.AddPrompt" => Special(RegisterPrompt);
    "github.com/modelcontextprotocol/go-sdk/mcp.*.AddResource"
        | "github.com/modelcontextprotocol/go-sdk/mcp.*.AddResourceTemplate" => Special(RegisterResource);
    "github.com/modelcontextprotocol/go-sdk/mcp.NewStreamableHTTPHandler"
        | "github.com/modelcontextprotocol/go-sdk/mcp.NewSSEHandler" => Clean;
    "github.com/modelcontextprotocol/go-sdk/mcp.*.Elicit"
        | "github.com/modelcontextprotocol/go-sdk/mcp.*.CreateMessage" => Special(RequestData);
    "github.com/modelcontextprotocol/go-sdk/mcp.**" => Unknown;
};
