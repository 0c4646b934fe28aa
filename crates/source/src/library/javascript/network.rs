//! Requests, connections, browsers; addresses and URLs.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // HTTP clients; packages that do what `fetch` does are aliases of it.
    "fetch" | "undici.request" | "undici.stream" | "ky" | "ky.get" | "ky.post" | "ky.put" | "ky.patch" | "ky.delete"
        | "ofetch" | "ofetch.ofetch" | "ofetch.$fetch" | "wretch" | "phin" | "phin.phin" | "bent" | "make-fetch-happen"
        | "got" | "got.default" | "got.get" | "got.post" | "got.put" | "got.patch" | "got.delete" | "got.head"
        | "got.stream" | "got.*.get" | "got.*.post" | "superagent" | "superagent.get" | "superagent.post"
        | "superagent.put" | "superagent.delete" | "request-promise-native" | "got.extend()" | "ky.create()"
        | "ky.extend()"
        [Network]
        Url(At(0), Unguarded(At(1), &["lookup"]))
        Url(Field(0, "url"), Unguarded(At(1), &["lookup"])) => Clean;
    "axios.get" | "axios.delete" | "axios.head" | "axios.options" | "axios.post" | "axios.put" | "axios.patch"
        | "axios.postForm" | "axios.*.get" | "axios.*.delete" | "axios.*.head" | "axios.*.post" | "axios.*.put"
        | "axios.*.patch" [Network] Url(At(0)) => Clean;
    "axios" | "axios.request" | "axios.*.request" | "axios.create()"
        [Network] Url(At(0), IsText) Url(Field(0, "url")) Url(Field(0, "baseURL")) => Clean;
    "axios.create" [Network] Url(Field(0, "baseURL")) => Clean;
    "axios.**" | "got.**" | "ky.**" | "undici.**" | "superagent.**" => Clean;
    "request" | "request.get" | "request.post" | "request.put" | "request.delete" | "request-promise"
        | "request-promise.get" [Network] Url(At(0), IsText) Url(Field(0, "url")) Url(Field(0, "uri")) => Clean;
    "needle" [Network] Url(At(1)) => Clean;
    "needle.get" | "needle.post" | "needle.put" | "needle.head" | "needle.delete" [Network] Url(At(0)) => Clean;
    "http.get" | "http.request" | "https.get" | "https.request" | "http2.connect" | "follow-redirects.https.get"
        | "follow-redirects.http.get"
        [Network]
        Url(At(0), IsText)
        Url(Field(0, "host"))
        Url(Field(0, "hostname"))
        Url(Field(0, "href")) => Clean;
    "http.Agent" | "https.Agent" | "https-proxy-agent.HttpsProxyAgent" | "undici.ProxyAgent"
        | "undici.setGlobalDispatcher" => Clean;
    "Request" => Same(At(0));
    "Headers" | "FormData" | "Blob" | "File" | "Response" | "AbortController" | "AbortSignal.timeout" | "form-data"
        => Unknown;
    "XMLHttpRequest().open" [Network] Url(At(1)) => Clean;
    "navigator.sendBeacon" [Network] Url(At(0)) => Clean;
    "EventSource" | "eventsource" | "eventsource.EventSource" | "WebSocket" | "ws" | "ws.WebSocket" | "isomorphic-ws"
        | "reconnecting-websocket" [Network] Url(At(0)) => Clean;
    "socket.io-client.io" | "socket.io-client" [Network] Url(At(0)) => Clean;
    "rss-parser.*.parseURL" | "cheerio.fromURL" | "link-preview-js.getLinkPreview" | "open-graph-scraper"
        | "@mozilla/readability.**" | "youtube-transcript.**" | "ytdl-core" | "jsdom.JSDOM.fromURL" | "swagger-client"
        [Network] Url(At(0)) => Clean;
    "@apidevtools/swagger-parser.dereference" | "@apidevtools/swagger-parser.validate"
        | "@apidevtools/swagger-parser.parse" | "@apidevtools/json-schema-ref-parser.dereference"
        [Network Read] Url(At(0)) PathRead(At(0)) => Clean;

    // Connections.
    "net.connect" | "net.createConnection" | "tls.connect"
        [Network] Url(Field(0, "host")) Url(At(1), IsText) => Clean;
    "net.*.write" | "tls.*.write" | "net.*.end" [Network] Message(At(0)) => Clean;
    "net.*.connect" [Network] Url(At(1)) Url(Field(0, "host")) => Clean;
    "dgram.*.send" [Network] Url(At(2)) => Clean;
    "dgram.*.bind" [Listen] => Clean;
    "dgram.createSocket" [Network] => Clean;
    "dns.lookup" | "dns.resolve" | "dns.resolve4" | "dns.resolve6" | "dns.promises.lookup" | "dns.promises.resolve"
        | "dns.promises.resolve4" | "dns.promises.resolve6" [Network] => Make(ResolveHost, &[At(0)]);
    "dns.**" [Network] => Clean;
    "net.isIP" | "net.isIPv4" | "net.isIPv6" => Make(IsAddress, &[At(0)]);
    "net.BlockList" => Clean;
    "net.*.check" => Make(IsPrivate, &[At(0)]);
    "nodemailer.**" | "imapflow.**" | "node-imap.**" | "mqtt.**" | "amqplib.**" | "kafkajs.**" [Network] => Clean;
    "googleapis.*.send" [Network] Message(Field(0, "requestBody")) => Clean;
    "nodemailer.*.sendMail" [Network Read] PathRead(Field(0, "attachments")) => Clean;
    "basic-ftp.*.access" [Network] Url(Field(0, "host")) => Clean;
    "basic-ftp.*.uploadFrom" [Network Read] PathRead(At(0)) => Clean;
    "basic-ftp.*.downloadTo" [Network Write] PathWrite(At(0)) => Clean;
    "ping.promise.probe" | "ping.sys.probe" | "net-ping.**" | "tcp-ping.**" | "whois-json" | "node-nmap.**"
        [Process Network] => Clean;

    // Clients of services: their address is fixed.
    "@octokit/rest.**" | "@octokit/core.**" | "@octokit/graphql.graphql" | "octokit.**" | "@slack/web-api.**"
        | "openai.**" | "openai" | "@anthropic-ai/sdk" | "@anthropic-ai/sdk.**" | "@google/generative-ai.**"
        | "googleapis.**" | "@notionhq/client.**" | "stripe.**" | "stripe" | "@linear/sdk.**"
        | "@supabase/supabase-js.**" | "firebase-admin.**" | "twilio.**" | "discord.**" | "jira-client.**"
        | "@gitbeaker/rest.**" | "@azure/identity.**" | "@tavily/core.**" | "@mendable/firecrawl-js.**"
        | "graphql-request.**" | "@apollo/client.**" | "google-auth-library.**" | "@sentry/node.**"
        | "posthog-node.**" [Network] => Clean;
    "@modelcontextprotocol/sdk/client/index.**" | "@modelcontextprotocol/sdk/client/stdio.**"
        [Network Process] => Clean;
    "@modelcontextprotocol/sdk/client/stdio.js.StdioClientTransport"
        [Process] Arguments(Field(0, "command")) Arguments(Field(0, "args")) => Clean;
    "@modelcontextprotocol/sdk/client/sse.js.SSEClientTransport"
        | "@modelcontextprotocol/sdk/client/streamableHttp.js.StreamableHTTPClientTransport"
        [Network] Url(At(0)) => Clean;
    "@aws-sdk/client-s3.**" | "aws-sdk.**" | "@aws-sdk/lib-storage.**" [Network] => Clean;

    // Browsers; playwright-core and puppeteer are aliases.
    "playwright.*.goto" | "*.goto" [Network Process] Url(At(0)) => Clean;
    "playwright.*.$eval" | "playwright.*.$$eval" | "*.$eval" | "*.$$eval" [Evaluate] => Special(Invoke(1));
    "playwright.*.evaluate" | "playwright.*.evaluateHandle"
        | "playwright.*.evaluateOnNewDocument" | "playwright.*.addInitScript" | "*.evaluate" | "*.evaluateHandle"
        | "*.evaluateOnNewDocument" [Evaluate] Code(At(0), IsText) => Special(Invoke(0));
    "playwright.*.addScriptTag" [Evaluate] Code(Field(0, "content")) Url(Field(0, "url")) => Clean;
    "playwright.*.screenshot" | "playwright.*.pdf" | "*.screenshot" [Write] PathWrite(Field(0, "path")) => Clean;
    "playwright.*.setContent" | "*.setContent" Markup(At(0)) => Clean;
    "playwright.*.setInputFiles" | "playwright.*.uploadFile" [Read] PathRead(At(0)) PathRead(At(1)) => Clean;
    "playwright.*.saveAs" [Write] PathWrite(At(0)) => Clean;
    "playwright.*.launch" | "playwright.*.launchPersistentContext" [Process] Arguments(Field(0, "args")) => Clean;
    "playwright.**" [Process] => Clean;
    "selenium-webdriver.*.get" [Network Process] Url(At(0)) => Clean;
    "selenium-webdriver.*.executeScript" | "*.executeScript" [Evaluate] Code(At(0)) => Clean;
    "selenium-webdriver.**" | "webdriverio.**" [Process Network] => Clean;
    "chrome-remote-interface.**" | "*.Runtime.evaluate" [Process Evaluate] => Clean;

    // URLs and addresses.
    "URL" | "url.URL" | "url.parse" | "whatwg-url.URL" | "url-parse" | "URL.parse" => Make(ParseUrl, &[At(0), At(1)]);
    "url.resolve" => Make(ParseUrl, &[At(1), At(0)]);
    "url.format" | "url.domainToASCII" => Unknown;
    "url.fileURLToPath" => Make(Decode, &[At(0)]);
    "url.pathToFileURL" => Make(ParseUrl, &[At(0)]);
    "URL.canParse" | "is-url" | "is-url-http" | "valid-url.isWebUri" | "validator.isURL" => Clean;
    "URLSearchParams" | "url.URLSearchParams" => Make(EncodeUrl, &[At(0)]);
    "querystring.stringify" | "querystring.escape" | "qs.stringify" => Make(EncodeUrl, &[At(0)]);
    "querystring.parse" | "querystring.unescape" | "qs.parse" => Make(Decode, &[At(0)]);
    "encodeURIComponent" | "escape" => Make(EncodeUrl, &[At(0)]);
    "encodeURI" => Unknown;
    "decodeURIComponent" | "decodeURI" | "unescape" => Make(Decode, &[At(0)]);
    "ipaddr.js.parse" | "ipaddr.js.process" | "ip-address.Address4" | "ip-address.Address6"
        => Make(ParseAddress, &[At(0)]);
    "ipaddr.js.isValid" => Clean;
    "ip.isPrivate" | "ip.isLoopback" | "private-ip" | "is-private-ip" | "private-ip.default" | "is-localhost-ip"
        | "ip-address.*.isPrivate" => Make(IsPrivate, &[At(0)]);
    "ip.isPublic" => Make(IsPublic, &[At(0)]);
    "is-ip" | "is-ip.isIP" | "is-ip.default" | "validator.isIP" => Make(IsAddress, &[At(0)]);
    "validator.isFQDN" => Clean;
    "ssrf-req-filter" | "request-filtering-agent.useAgent" | "got-ssrf.gotSsrf" => Clean;
};

pub(super) const PROPERTIES: &[Line] = table! {
    "URL().hostname" | "URL().host" | "url.*.hostname" | "url.*.host" | "*.hostname" | "*.host" | "URL().origin"
        | "*.origin" => Make(UrlHost, &[Receiver]);
    "URL().protocol" | "url.*.protocol" | "*.protocol" => Make(UrlScheme, &[Receiver]);
    "URL().href" | "*.href" => Same(Receiver);
    "URL().pathname" | "URL().search" | "URL().hash" | "URL().username" | "URL().password" | "URL().searchParams"
        | "*.pathname" | "*.searchParams" => Make(Part, &[Receiver]);
    "URL().port" => Make(Part, &[Receiver]);
};
