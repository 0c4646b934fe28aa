//! Web servers: routes, what is asked of them, what they answer.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // Routes as decorators.
    "flask.*.route" | "flask.*.get" | "flask.*.post" | "flask.*.put" | "flask.*.patch" | "flask.*.delete"
        | "flask.*.before_request" | "flask.*.after_request" | "fastapi.*.get" | "fastapi.*.post" | "fastapi.*.put"
        | "fastapi.*.patch" | "fastapi.*.delete" | "fastapi.*.head" | "fastapi.*.options" | "fastapi.*.websocket"
        | "fastapi.*.api_route" | "fastapi.*.middleware" | "starlette.*.route" | "starlette.*.websocket_route"
        | "starlette.*.middleware" | "quart.*.route" | "quart.*.get" | "quart.*.post" | "sanic.*.route"
        | "sanic.*.get" | "sanic.*.post" | "bottle.route" | "bottle.get" | "bottle.post" | "bottle.*.route"
        | "aiohttp.*.route" | "litestar.get" | "litestar.post" | "robyn.*.get" | "robyn.*.post"
        | "fastmcp.*.custom_route" | "*.custom_route" | "aiohttp.web.RouteTableDef().get"
        | "aiohttp.web.RouteTableDef().post" => Special(DecorateRoute);
    "fastapi.*.exception_handler" | "fastapi.*.on_event" | "flask.*.errorhandler" | "flask.*.teardown_request"
        | "flask.*.teardown_appcontext" => Special(Decorate);

    // Routes as calls.
    "flask.*.add_url_rule" | "fastapi.*.add_api_route" | "starlette.*.add_route" | "starlette.routing.Route"
        | "starlette.routing.WebSocketRoute" | "aiohttp.web.get" | "aiohttp.web.post" | "aiohttp.web.put"
        | "aiohttp.web.delete" | "aiohttp.web.route" | "aiohttp.web.Application().router.add_get"
        | "aiohttp.web.Application().router.add_post" | "aiohttp.web.Application().router.add_route"
        | "aiohttp.*.add_get" | "aiohttp.*.add_post" | "aiohttp.*.add_route" | "aiohttp.*.add_put"
        | "aiohttp.*.add_delete" | "django.urls.path" | "django.urls.re_path" => Special(Route);
    "starlette.routing.Mount" | "fastapi.*.mount" | "fastapi.*.include_router" | "starlette.*.mount"
        | "fastapi.*.add_middleware" | "starlette.*.add_middleware" | "starlette.middleware.Middleware" => Clean;
    "fastapi.Depends" | "fastapi.Query" | "fastapi.Body" | "fastapi.Path" | "fastapi.Header" | "fastapi.Form"
        | "fastapi.File" | "fastapi.Cookie" | "fastapi.Security" => Special(RequestData);

    // What is asked.
    "fastmcp.server.dependencies.get_http_headers" | "fastmcp.server.dependencies.get_http_request"
        | "flask.request.get_json" | "flask.request.get_data" | "flask.request.args.get" | "flask.request.form.get"
        | "flask.request.headers.get" | "flask.request.cookies.get" | "flask.request.files.get"
        | "flask.request.values.get" | "quart.request.get_json" | "quart.request.get_data"
        | "bottle.request.query.get" | "bottle.request.forms.get" | "aiohttp.web.Request().json"
        | "aiohttp.web.Request().text" | "aiohttp.web.Request().post" | "starlette.requests.Request().json"
        | "starlette.requests.Request().body" | "starlette.requests.Request().form" | "fastapi.Request().json"
        | "fastapi.Request().body" | "fastapi.Request().form" | "fastapi.*.receive_text" | "fastapi.*.receive_json"
        | "starlette.*.receive_text" | "starlette.*.receive_json" => Special(RequestData);

    // What is answered.
    "flask.send_file" | "flask.send_from_directory" | "quart.send_file" | "fastapi.responses.FileResponse"
        | "starlette.responses.FileResponse" | "aiohttp.web.FileResponse" [Read] PathRead(Either(0, "path")) => Clean;
    "flask.safe_join" => Clean;
    "flask.redirect" | "fastapi.responses.RedirectResponse" | "starlette.responses.RedirectResponse"
        | "aiohttp.web.HTTPFound" Header(At(0)) => Clean;
    "fastapi.responses.HTMLResponse" | "starlette.responses.HTMLResponse" | "flask.make_response"
        Markup(At(0)) => Clean;
    "flask.render_template" | "quart.render_template" [Read] PathRead(At(0)) => Clean;
    "flask.jsonify" | "fastapi.responses.JSONResponse" | "starlette.responses.JSONResponse"
        | "aiohttp.web.json_response" => Clean;
    "fastapi.HTTPException" | "starlette.exceptions.HTTPException" => Unknown;
    "fastapi.**" | "starlette.**" | "flask.**" | "quart.**" | "sse_starlette.**" | "flask_cors.**" | "werkzeug.**"
        | "itsdangerous.**" => Unknown;

    // Listening: the address is `host`.
    "uvicorn.run" | "uvicorn.*.serve" | "uvicorn.*.run" | "hypercorn.asyncio.serve" | "hypercorn.*.serve"
        | "waitress.serve" | "gunicorn.*.run" | "gevent.*.serve_forever" | "flask.*.run" | "quart.*.run"
        | "sanic.*.run" | "bottle.run" | "aiohttp.web.run_app" | "aiohttp.web.TCPSite" | "aiohttp.web._run_app"
        | "werkzeug.serving.run_simple" | "http.server.HTTPServer" | "http.server.ThreadingHTTPServer"
        | "socketserver.TCPServer" | "socketserver.ThreadingTCPServer" | "socketserver.UDPServer"
        | "wsgiref.simple_server.make_server" | "xmlrpc.server.SimpleXMLRPCServer" | "tornado.*.listen"
        | "grpc.server" | "granian.*.serve" [Listen] => Clean;
    "uvicorn.Config" | "uvicorn.Server" [Listen] => Unknown;
    "socketserver.*" [Listen] => Clean;
};

pub(super) const PROPERTIES: &[Line] = table! {
    "flask.request.args" | "flask.request.form" | "flask.request.json" | "flask.request.data" | "flask.request.values"
        | "flask.request.headers" | "flask.request.cookies" | "flask.request.files" | "flask.request.view_args"
        | "flask.request.query_string" | "flask.request.path" | "flask.request.url" | "quart.request.args"
        | "quart.request.headers" | "bottle.request.query" | "bottle.request.json" | "bottle.request.forms"
        | "starlette.requests.Request().query_params" | "starlette.requests.Request().path_params"
        | "starlette.requests.Request().headers" | "starlette.requests.Request().cookies"
        | "fastapi.Request().query_params" | "fastapi.Request().path_params" | "fastapi.Request().headers"
        | "aiohttp.web.Request().query" | "aiohttp.web.Request().match_info" | "aiohttp.web.Request().headers"
        => Special(RequestData);
};
