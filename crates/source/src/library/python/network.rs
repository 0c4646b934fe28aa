//! Requests, connections, mail, browsers; addresses and URLs.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // HTTP clients: requests, httpx, aiohttp, urllib3, urllib, http.client, tornado, pycurl.
    "requests.get" | "requests.post" | "requests.put" | "requests.patch" | "requests.delete" | "requests.head"
        | "requests.options" | "requests.*.get" | "requests.*.post" | "requests.*.put" | "requests.*.patch"
        | "requests.*.delete" | "requests.*.head" | "requests.*.options" | "httpx.get" | "httpx.post" | "httpx.put"
        | "httpx.patch" | "httpx.delete" | "httpx.head" | "httpx.options" | "httpx.*.get" | "httpx.*.post"
        | "httpx.*.put" | "httpx.*.patch" | "httpx.*.delete" | "httpx.*.head" | "httpx.*.options" | "aiohttp.*.get"
        | "aiohttp.*.post" | "aiohttp.*.put" | "aiohttp.*.patch" | "aiohttp.*.delete" | "aiohttp.*.head"
        | "aiohttp.*.options" | "aiohttp.*.ws_connect" | "requests_html.*.get" | "treq.get" | "treq.post" | "asks.get"
        | "asks.post" [Network] Url(Either(0, "url")) => Clean;
    "requests.request" | "requests.*.request" | "httpx.request" | "httpx.stream" | "httpx.*.request" | "httpx.*.stream"
        | "httpx.*.build_request" | "aiohttp.request" | "aiohttp.*.request" | "urllib3.request" | "urllib3.*.request"
        | "urllib3.*.urlopen" | "requests.Request" | "httpx.Request"
        [Network] Url(Either(1, "url")) => Clean;
    "httpx.Client" | "httpx.AsyncClient" | "aiohttp.ClientSession" [Network] Url(Named("base_url")) => Clean;
    "requests.Session" | "requests.session" | "urllib3.PoolManager" | "requests.adapters.HTTPAdapter"
        [Network] => Clean;
    "requests.utils.quote" => Make(EncodeUrl, &[At(0)]);
    "requests.utils.urlparse" | "requests.compat.urlparse" | "httpx.URL" | "yarl.URL" | "furl.furl"
        | "urllib3.util.parse_url" => Make(ParseUrl, &[At(0)]);
    "requests.**" | "httpx.**" | "aiohttp.ClientTimeout" | "aiohttp.TCPConnector" | "urllib3.**" => Clean;
    "httpx_sse.aconnect_sse" | "httpx_sse.connect_sse" [Network] Url(Either(2, "url")) => Clean;
    "urllib.request.urlopen" | "urllib.urlopen" | "urllib2.urlopen" | "urllib.*.open"
        [Network Read] Url(Either(0, "url")) => Clean;
    "urllib.request.Request" | "urllib2.Request" => Make(ParseUrl, &[Either(0, "url")]);
    "urllib.request.urlretrieve"
        [Network Write] Url(Either(0, "url")) PathWrite(Either(1, "filename")) => Clean;
    "urllib.request.build_opener" | "urllib.request.install_opener" => Clean;
    "wget.download" [Network Write] Url(At(0)) PathWrite(Either(1, "out")) => Clean;
    "http.client.HTTPConnection" | "http.client.HTTPSConnection" [Network] Url(Either(0, "host")) => Clean;
    "http.*.request" | "http.*.putrequest" [Network] => Clean;
    "http.*.getresponse" => Clean;
    "http.*.send_header" Header(At(0)) Header(At(1)) => Clean;
    "tornado.*.fetch" | "pycurl.*.setopt" [Network] Url(At(0)) => Clean;
    "feedparser.parse" [Network Read] Url(At(0)) => Clean;
    "newspaper.Article" | "trafilatura.fetch_url" | "newspaper.*.download" [Network] Url(At(0)) => Clean;
    "yt_dlp.*.extract_info" | "yt_dlp.*.download" | "pytube.YouTube" | "youtube_dl.*.download"
        [Network Write] Url(At(0)) => Clean;
    "gql.*" | "graphql.*" | "zeep.*" [Network] => Clean;
    "markitdown.*.convert_url" | "markitdown.*.convert_uri" [Network Read] Url(At(0)) => Clean;


    // Connections.
    "socket.create_connection" | "socket.*.connect" | "socket.*.connect_ex" | "socket.*.sendto"
        [Network] Url(At(0)) => Clean;
    "socket.getaddrinfo" | "socket.gethostbyname" | "socket.gethostbyname_ex" | "asyncio.*.getaddrinfo"
        | "dns.resolver.resolve" | "dns.resolver.query" | "aiodns.*.query" | "*.getaddrinfo"
        | "dns.asyncresolver.resolve" [Network] => Make(ResolveHost, &[At(0)]);
    "socket.gethostbyaddr" | "socket.getnameinfo" [Network] => Clean;
    "socket.*.bind" [Listen] => Clean;
    "socket.inet_aton" | "socket.inet_pton" => Make(ParseAddress, &[At(0)]);
    "socket.**" [Network] => Clean;
    "asyncio.open_connection" | "asyncio.*.create_connection" [Network] Url(Either(0, "host")) => Clean;
    "asyncio.start_server" | "asyncio.*.create_server" | "asyncio.start_unix_server" [Listen] => Clean;
    "ssl.*.wrap_socket" => Same(At(0));
    "ssl.**" => Clean;
    "websockets.connect" | "websockets.client.connect" | "websockets.sync.client.connect"
        | "websocket.create_connection" | "websocket.WebSocketApp" | "websocket.*.connect"
        | "websockets.asyncio.client.connect" [Network] Url(Either(0, "uri")) => Clean;
    "websockets.serve" | "websockets.server.serve" [Listen] => Clean;
    "websockets.**" | "websocket.**" | "socketio.*" [Network] => Clean;
    "ftplib.FTP" | "ftplib.FTP_TLS" [Network] Url(Either(0, "host")) => Clean;
    "ftplib.*" [Network] => Clean;
    "smtplib.SMTP" | "smtplib.SMTP_SSL" | "aiosmtplib.send" | "imaplib.IMAP4" | "imaplib.IMAP4_SSL" | "poplib.POP3"
        | "poplib.POP3_SSL" [Network] => Clean;
    "smtplib.*.sendmail" [Network] Message(Either(2, "msg")) => Clean;
    "asyncio.create_subprocess_exec().stdin.write" | "asyncio.create_subprocess_shell().stdin.write" => Clean;
    "asyncio.*.write" | "socket.*.sendall" | "socket.*.send" | "ssl.*.sendall" [Network] Message(At(0)) => Clean;
    "smtplib.**" | "imaplib.**" | "poplib.**" | "aiosmtplib.*" | "imapclient.**" [Network] => Clean;
    "email.**" => Unknown;
    "xmlrpc.client.ServerProxy" | "jsonrpclib.Server" [Network] Url(At(0)) => Clean;
    "grpc.insecure_channel" | "grpc.secure_channel" | "zmq.*.connect" | "nats.connect" | "pika.*" | "paho.*"
        | "kafka.*" | "stomp.*" | "pysnmp.*" | "scapy.**" | "nmap.**" | "whois.**" [Network] => Clean;
    "nmap.*.scan" [Process Network] Arguments(Either(0, "hosts")) Arguments(Either(2, "arguments")) => Clean;
    "boto3.client" | "boto3.resource" | "boto3.Session" | "boto3.*" | "botocore.*" | "azure.*" | "googleapiclient.*"
        | "slack_sdk.*" | "openai.*" | "anthropic.*" | "github.*" | "gitlab.*" | "jira.*" | "atlassian.*"
        | "notion_client.*" | "stripe.*" | "twilio.*" | "tweepy.*" | "telegram.*" | "discord.*" | "linear.*"
        | "tavily.*" | "ollama.*" | "litellm.*" | "cohere.*" | "huggingface_hub.*" | "transformers.*" | "arxiv.*"
        | "wikipedia.*" | "yfinance.*" | "duckduckgo_search.*" | "ddgs.*" | "praw.*" | "spotipy.*" | "firecrawl.*"
        | "qdrant_client.*" | "chromadb.*" | "pinecone.*" | "weaviate.*" | "google.*" | "supabase.*"
        | "firebase_admin.*" [Network] => Clean;
    "boto3.*.download_file" | "boto3.*.download_fileobj" [Network Write] PathWrite(Either(2, "Filename")) => Clean;
    "boto3.*.upload_file" [Network Read] PathRead(Either(0, "Filename")) => Clean;

    // Browsers.
    "playwright.*.goto" | "playwright.*.navigate" | "*.goto" [Network Process] Url(Either(0, "url")) => Clean;
    "playwright.*.evaluate" | "playwright.*.evaluate_handle" | "playwright.*.add_init_script"
        | "playwright.*.add_script_tag" [Evaluate] Code(Either(0, "expression")) => Clean;
    "playwright.*.screenshot" | "playwright.*.pdf" [Write] PathWrite(Named("path")) => Clean;
    "playwright.*.set_content" Markup(At(0)) => Clean;
    "playwright.*.set_input_files" [Read] PathRead(Either(1, "files")) => Clean;
    "playwright.**" [Process] => Clean;
    "selenium.*.get" [Network Process] Url(Either(0, "url")) => Clean;
    "selenium.*.execute_script" | "selenium.*.execute_async_script" | "*.execute_script"
        [Evaluate] Code(At(0)) => Clean;
    "selenium.*.save_screenshot" | "*.save_screenshot" [Write] PathWrite(At(0)) => Clean;
    "selenium.**" | "pyppeteer.*" | "crawl4ai.*" | "undetected_chromedriver.*" [Process Network] => Clean;
    "pyppeteer.*.goto" | "crawl4ai.*.arun" [Process Network] Url(Either(0, "url")) => Clean;

    // URLs and addresses.
    "urllib.parse.urlparse" | "urllib.parse.urlsplit" | "urlparse.urlparse" | "urllib3.parse_url" | "pydantic.AnyUrl"
        | "pydantic.HttpUrl" | "pydantic.AnyHttpUrl" | "pydantic.networks.AnyUrl" => Make(ParseUrl, &[At(0)]);
    "urllib.parse.urljoin" => Make(ParseUrl, &[Either(1, "url"), Either(0, "base")]);
    "urllib.parse.quote" | "urllib.parse.quote_plus" | "urllib.parse.urlencode" | "urllib.quote" | "urllib.quote_plus"
        | "urllib.parse.quote_from_bytes" => Make(EncodeUrl, &[At(0)]);
    "urllib.parse.unquote" | "urllib.parse.unquote_plus" | "urllib.unquote" | "urllib.parse.unquote_to_bytes"
        => Make(Decode, &[At(0)]);
    "urllib.parse.parse_qs" | "urllib.parse.parse_qsl" => Make(Decode, &[At(0)]);
    "urllib.parse.urlunparse" | "urllib.parse.urlunsplit" | "urllib.*._replace"
        => Unknown;
    "urllib.*.geturl" => Same(Receiver);
    "urllib.**" => Unknown;
    "ipaddress.ip_address" | "ipaddress.IPv4Address" | "ipaddress.IPv6Address" | "netaddr.IPAddress"
        => Make(ParseAddress, &[At(0)]);
    "ipaddress.ip_network" | "ipaddress.IPv4Network" | "ipaddress.IPv6Network" | "netaddr.IPNetwork"
        | "ipaddress.ip_interface" => Make(ParseAddress, &[At(0)]);
    "validators.url" | "validators.domain" | "validators.ipv4" | "validators.**" | "tldextract.extract" | "idna.*"
        => Unknown;
};

pub(super) const PROPERTIES: &[Line] = table! {
    "urllib.*.hostname" | "urllib.*.netloc" | "yarl.*.host" | "httpx.*.host" | "furl.*.host" | "urllib3.*.host"
        | "*.hostname" | "*.netloc" => Make(UrlHost, &[Receiver]);
    "urllib.*.scheme" | "yarl.*.scheme" | "httpx.*.scheme" | "*.scheme" => Make(UrlScheme, &[Receiver]);
    "urllib.*.path" | "urllib.*.query" | "urllib.*.fragment" | "urllib.*.username" | "urllib.*.password"
        => Make(Part, &[Receiver]);
    "urllib.*.port" => Make(Number, &[Receiver]);
    "*.is_private" | "*.is_loopback" | "*.is_link_local" | "*.is_reserved" | "*.is_multicast" | "*.is_unspecified"
        => Make(IsPrivate, &[Receiver]);
    "*.is_global" => Make(IsPublic, &[Receiver]);
};
