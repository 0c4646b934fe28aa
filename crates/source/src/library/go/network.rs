//! Requests, connections, servers; addresses and URLs; databases and directories.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // Clients.
    "net/http.Client().Get" | "net/http.Client().Head" | "net/http.Client().Post" | "net/http.Client().PostForm"
        [Network] Url(At(0), Unguarded(Receiver, &["Control", "ControlContext"])) => Clean;
    "net/http.Get" | "net/http.Head" | "net/http.Post" | "net/http.PostForm" | "net/http.DefaultClient.Get"
        | "net/http.*.PostForm" | "github.com/hashicorp/go-retryablehttp.Get"
        | "github.com/hashicorp/go-retryablehttp.*.Get" | "golang.org/x/net/context/ctxhttp.Get"
        [Network] Url(At(0)) => Clean;
    "net/http.NewRequest" | "github.com/hashicorp/go-retryablehttp.NewRequest" [Network] Url(At(1)) => Clean;
    "net/http.NewRequestWithContext" | "github.com/hashicorp/go-retryablehttp.NewRequestWithContext"
        [Network] Url(At(2)) => Clean;
    "net/http.*.Do" | "net/http.*.RoundTrip" | "*.Do" [Network] => Clean;
    "github.com/go-resty/resty/v2.*.Get" | "github.com/go-resty/resty/v2.*.Post" | "github.com/go-resty/resty/v2.*.Put"
        | "github.com/go-resty/resty/v2.*.Delete" | "github.com/go-resty/resty/v2.*.SetBaseURL" | "resty.dev/v3.*.Get"
        | "github.com/imroc/req/v3.*.Get" | "github.com/imroc/req/v3.*.Post" [Network] Url(At(0)) => Clean;
    "github.com/go-resty/resty/v2.**" | "github.com/imroc/req/v3.**" => Clean;
    "github.com/valyala/fasthttp.Get" | "github.com/valyala/fasthttp.GetTimeout" | "github.com/valyala/fasthttp.Post"
        [Network] Url(At(1)) => Clean;
    "github.com/valyala/fasthttp.*.SetRequestURI" [Network] Url(At(0)) => Clean;
    "net/http.Request" [Network] Url(Named("URL")) => Clean;
    "net.Dial" | "net.DialTCP" | "net.DialTimeout" | "net.DialUDP" | "crypto/tls.Dial" | "net.*.Dial"
        [Network] Url(At(1)) => Clean;
    "net.*.DialContext" [Network] Url(At(2)) => Clean;
    "net/smtp.SendMail" [Network] Message(At(4)) => Clean;
    "net/smtp.Dial" [Network] => Clean;
    "net/rpc.Dial" | "google.golang.org/grpc.Dial" | "google.golang.org/grpc.NewClient" [Network] Url(At(0)) => Clean;
    "github.com/gorilla/websocket.*.Dial" | "nhooyr.io/websocket.Dial" | "github.com/coder/websocket.Dial"
        [Network] Url(At(0)) => Clean;
    "github.com/chromedp/chromedp.Navigate" [Network Process] Url(At(0)) => Clean;
    "github.com/chromedp/chromedp.Evaluate" [Evaluate] Code(At(0)) => Clean;
    "github.com/go-rod/rod.*.MustPage" | "github.com/go-rod/rod.*.Navigate" | "github.com/go-rod/rod.*.MustNavigate"
        | "github.com/playwright-community/playwright-go.*.Goto" [Network Process] Url(At(0)) => Clean;
    "github.com/gocolly/colly.*.Visit" | "github.com/gocolly/colly/v2.*.Visit" | "github.com/mmcdole/gofeed.*.ParseURL"
        | "github.com/mmcdole/gofeed.*.ParseURLWithContext" | "github.com/go-shiori/go-readability.FromURL"
        | "github.com/PuerkitoBio/goquery.NewDocument" | "github.com/antchfx/htmlquery.LoadURL"
        | "github.com/antchfx/xmlquery.LoadURL" | "net/http/httputil.NewSingleHostReverseProxy"
        [Network] Url(At(0)) => Clean;
    "github.com/aws/aws-sdk-go-v2/service/s3.**" | "github.com/google/go-github/v62/github.**"
        | "github.com/slack-go/slack.**" | "github.com/xanzy/go-gitlab.**" | "github.com/sashabaranov/go-openai.**"
        [Network] => Clean;

    // Names, URLs, addresses.
    "net.LookupHost" | "net.LookupIP" | "net.LookupAddr" | "net.ResolveIPAddr" | "net.LookupCNAME"
        [Network] => Make(ResolveHost, &[At(0)]);
    "net.ResolveTCPAddr" [Network] => Make(ResolveHost, &[At(1)]);
    "net.*.LookupIPAddr" | "net.*.LookupHost" | "net.*.LookupIP" [Network] => Make(ResolveHost, &[At(1)]);
    "net.ParseIP" | "net/netip.ParseAddr" | "net.ParseCIDR" | "net/netip.ParsePrefix" | "net/netip.MustParseAddr"
        | "net/netip.MustParsePrefix" | "net/netip.ParseAddrPort" => Make(ParseAddress, &[At(0)]);
    "*.IsPrivate" | "*.IsLoopback" | "*.IsLinkLocalUnicast" | "*.IsLinkLocalMulticast" | "*.IsUnspecified"
        | "*.IsMulticast" => Make(IsPrivate, &[Receiver]);
    "*.IsGlobalUnicast" => Clean;
    "*.Unmap" | "*.Addr" => Same(Receiver);
    "net.SplitHostPort" => Make(Part, &[At(0)]);
    "net.JoinHostPort" => Unknown;
    "net/url.Parse" | "net/url.ParseRequestURI" => Make(ParseUrl, &[At(0)]);
    "net/url.JoinPath" => Make(Concat, &[At(0), Text("/"), From(1)]);
    "net/url.*.JoinPath" => Make(Concat, &[Receiver, Text("/"), From(0)]);
    "net/url.QueryEscape" | "net/url.PathEscape" => Make(EncodeUrl, &[At(0)]);
    "net/url.QueryUnescape" | "net/url.PathUnescape" | "net/url.ParseQuery" => Make(Decode, &[At(0)]);
    "net/url.*.Query" => Make(Part, &[Receiver]);
    "net/url.*.Hostname" | "*.Hostname" => Make(UrlHost, &[Receiver]);
    "net/url.*.String" => Same(Receiver);
    "net/url.*.Encode" => Make(EncodeUrl, &[Receiver]);
    "net/url.*.ResolveReference" => Make(ParseUrl, &[At(0), Receiver]);
    "net/url.*.Port" => Make(Part, &[Receiver]);

    // Servers.
    "net/http.HandleFunc" | "net/http.Handle" | "net/http.*.HandleFunc" | "net/http.*.Handle"
        | "github.com/gorilla/mux.*.HandleFunc" | "github.com/gorilla/mux.*.Handle" | "github.com/go-chi/chi/v5.*.Get"
        | "github.com/go-chi/chi/v5.*.Post" | "github.com/go-chi/chi/v5.*.Put" | "github.com/go-chi/chi/v5.*.Delete"
        | "github.com/go-chi/chi/v5.*.Handle" | "github.com/gin-gonic/gin.*.GET" | "github.com/gin-gonic/gin.*.POST"
        | "github.com/gin-gonic/gin.*.PUT" | "github.com/gin-gonic/gin.*.DELETE" | "github.com/gin-gonic/gin.*.Any"
        | "github.com/labstack/echo/v4.*.GET" | "github.com/labstack/echo/v4.*.POST"
        | "github.com/gofiber/fiber/v2.*.Get" | "github.com/gofiber/fiber/v2.*.Post" => Special(Route);
    "net/http.HandlerFunc" => Same(At(0));
    "net/http.ListenAndServe" | "net/http.ListenAndServeTLS" | "net/http.Serve" | "net/http.*.ListenAndServe"
        | "net/http.*.Serve" | "net/http.*.ListenAndServeTLS" | "net.Listen" | "net.ListenTCP" | "net.ListenPacket"
        | "net.ListenUDP" | "crypto/tls.Listen" | "github.com/gin-gonic/gin.*.Run"
        | "github.com/labstack/echo/v4.*.Start" | "github.com/gofiber/fiber/v2.*.Listen" [Listen] => Clean;
    "net/http.Request().FormValue" | "net/http.*.FormValue" | "net/http.*.PostFormValue" | "net/http.*.PathValue"
        | "net/http.*.Cookie" | "*.FormValue" | "*.PathValue" | "github.com/gin-gonic/gin.*.Query"
        | "github.com/gin-gonic/gin.*.Param" | "github.com/gin-gonic/gin.*.PostForm"
        | "github.com/gin-gonic/gin.*.GetHeader" | "github.com/labstack/echo/v4.*.Param"
        | "github.com/labstack/echo/v4.*.QueryParam" | "github.com/go-chi/chi/v5.URLParam"
        | "github.com/gorilla/mux.Vars" => Special(RequestData);
    "github.com/gin-gonic/gin.*.ShouldBindJSON" | "github.com/gin-gonic/gin.*.BindJSON"
        | "github.com/labstack/echo/v4.*.Bind" => Special(Fill(Receiver, At(0)));
    "net/http.*.Get" => Special(Lookup(Receiver, At(0)));
    "net/http.Redirect" Header(At(2)) => Clean;
    "net/http.ServeFile" [Read] PathRead(At(2)) => Clean;
    "net/http.Dir" | "net/http.FileServer" [Read] PathRead(At(0)) => Clean;
    "net/http.Error" | "net/http.StatusText" | "net/http.NewServeMux" | "net/http.StripPrefix"
        | "net/http.MaxBytesReader" => Clean;

    // Databases.
    "database/sql.*.Query" | "database/sql.*.QueryRow" | "database/sql.*.Exec" | "database/sql.*.Prepare"
        | "github.com/jmoiron/sqlx.*.Query" | "github.com/jmoiron/sqlx.*.Queryx" | "github.com/jmoiron/sqlx.*.Exec"
        | "github.com/jmoiron/sqlx.*.QueryRowx" | "github.com/jmoiron/sqlx.*.MustExec" [Database] Sql(At(0)) => Clean;
    "database/sql.*.QueryContext" | "database/sql.*.QueryRowContext" | "database/sql.*.ExecContext"
        | "database/sql.*.PrepareContext" | "github.com/jmoiron/sqlx.*.QueryxContext"
        | "github.com/jmoiron/sqlx.*.ExecContext" | "github.com/jackc/pgx/v5.*.Query"
        | "github.com/jackc/pgx/v5.*.QueryRow" | "github.com/jackc/pgx/v5.*.Exec"
        | "github.com/jackc/pgx/v5.*.Prepare" | "github.com/jackc/pgx/v5/pgxpool.*.Query"
        | "github.com/jackc/pgx/v5/pgxpool.*.QueryRow" | "github.com/jackc/pgx/v5/pgxpool.*.Exec"
        | "github.com/jackc/pgx/v4.*.Query" | "github.com/jackc/pgx/v4.*.Exec"
        | "github.com/jackc/pgx/v4/pgxpool.*.Query" | "github.com/ClickHouse/clickhouse-go/v2.*.Query"
        | "github.com/ClickHouse/clickhouse-go/v2.*.Exec" | "github.com/uptrace/bun.*.NewRaw"
        [Database] Sql(At(1)) => Clean;
    "github.com/jmoiron/sqlx.*.Get" | "github.com/jmoiron/sqlx.*.Select" | "github.com/jmoiron/sqlx.*.NamedExecContext"
        | "github.com/jmoiron/sqlx.*.NamedQueryContext" [Database] Sql(At(1)) => Clean;
    "github.com/jmoiron/sqlx.*.GetContext" | "github.com/jmoiron/sqlx.*.SelectContext" [Database] Sql(At(2)) => Clean;
    "github.com/jmoiron/sqlx.*.NamedExec" | "github.com/jmoiron/sqlx.*.NamedQuery"
        | "github.com/jmoiron/sqlx.*.PrepareNamed" | "github.com/jmoiron/sqlx.*.Preparex" [Database] Sql(At(0)) => Clean;
    "gorm.io/gorm.*.Raw" | "gorm.io/gorm.*.Exec" | "gorm.io/gorm.Expr" [Database] Sql(At(0)) => Clean;
    "gorm.io/gorm.*.Where" | "gorm.io/gorm.*.Order" | "gorm.io/gorm.*.Having" | "gorm.io/gorm.*.Select"
        | "gorm.io/gorm.*.Joins" | "gorm.io/gorm.*.Group" | "gorm.io/gorm.*.Table" | "gorm.io/gorm.*.Or"
        | "gorm.io/gorm.*.Not" | "gorm.io/gorm.*.Pluck" [Database] Sql(At(0), IsText) => Same(Receiver);
    "cloud.google.com/go/bigquery.*.Query" [Database Network] Sql(At(0)) => Clean;
    "*.Query" | "*.QueryRow" | "*.Exec" | "*.Prepare"
        [Database] Sql(At(0), Begins(SQL)) Sql(At(1), Begins(SQL)) => Clean;
    "*.QueryContext" | "*.QueryRowContext" | "*.ExecContext" [Database] Sql(At(1)) => Clean;
    "database/sql.**" | "github.com/jmoiron/sqlx.**" | "github.com/jackc/pgx/v5.**"
        | "github.com/jackc/pgx/v5/pgxpool.**" | "gorm.io/gorm.**" [Database] => Clean;
    "github.com/lib/pq.QuoteIdentifier" | "github.com/lib/pq.QuoteLiteral" | "github.com/jackc/pgx/v5.*.Sanitize"
        => Make(QuoteSql, &[At(0)]);
    "go.mongodb.org/mongo-driver/mongo.*.Find" | "go.mongodb.org/mongo-driver/mongo.*.FindOne"
        | "go.mongodb.org/mongo-driver/mongo.*.DeleteOne" | "go.mongodb.org/mongo-driver/mongo.*.DeleteMany"
        | "go.mongodb.org/mongo-driver/mongo.*.UpdateOne" | "go.mongodb.org/mongo-driver/mongo.*.UpdateMany"
        | "go.mongodb.org/mongo-driver/mongo.*.Aggregate" | "go.mongodb.org/mongo-driver/mongo.*.RunCommand"
        | "go.mongodb.org/mongo-driver/mongo.*.CountDocuments" | "go.mongodb.org/mongo-driver/v2/mongo.*.Find"
        | "go.mongodb.org/mongo-driver/v2/mongo.*.FindOne" [Database] NoSql(At(1)) => Clean;
    "go.mongodb.org/mongo-driver/mongo.**" | "go.mongodb.org/mongo-driver/v2/mongo.**" [Database] => Clean;
    "github.com/redis/go-redis/v9.*.Eval" [Database Evaluate] Code(At(1)) => Clean;
    "github.com/redis/go-redis/v9.*.Do" [Database] NoSql(From(1)) => Clean;
    "github.com/redis/go-redis/v9.**" | "github.com/gomodule/redigo/redis.**" [Database Network] => Clean;
    "github.com/neo4j/neo4j-go-driver/v5/neo4j.*.Run" | "github.com/neo4j/neo4j-go-driver/v5/neo4j.ExecuteQuery"
        [Database] Sql(At(1)) => Clean;
    "github.com/go-ldap/ldap/v3.NewSearchRequest" [Network] Ldap(At(0)) Ldap(At(6)) => Clean;
    "github.com/go-ldap/ldap/v3.EscapeFilter" | "github.com/go-ldap/ldap/v3.EscapeDN" => Make(EscapeLdap, &[At(0)]);
    "github.com/go-ldap/ldap/v3.**" [Network] => Clean;
};

pub(super) const PROPERTIES: &[Line] = table! {
    "net/url.*.Host" | "*.Host" => Make(UrlHost, &[Receiver]);
    "net/url.*.Scheme" | "*.Scheme" => Make(UrlScheme, &[Receiver]);
    "net/url.*.Path" | "net/url.*.RawQuery" | "net/url.*.Fragment" => Make(Part, &[Receiver]);
    "net/http.Request().URL" | "net/http.Request().Body" | "net/http.Request().Header" | "net/http.Request().Form"
        | "net/http.Request().PostForm" | "net/http.Request().Host" | "net/http.Request().RemoteAddr"
        => Special(RequestData);
};
