//! Functions of functions, classes, and what runs at the same time.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // Coroutines and threads.
    "asyncio.run" | "asyncio.create_task" | "asyncio.ensure_future" | "asyncio.shield" | "asyncio.wait_for"
        | "asyncio.*.run_until_complete" | "asyncio.*.create_task" | "nest_asyncio.apply" | "uvloop.run"
        | "asyncio.Task" | "asyncio.timeout" => Same(At(0));
    "asyncio.run_coroutine_threadsafe" => Same(At(0));
    "asyncio.gather" => Special(Gather);
    "asyncio.wait" | "asyncio.as_completed" => Same(At(0));
    "asyncio.to_thread" | "anyio.to_thread.run_sync" | "trio.to_thread.run_sync"
        | "starlette.concurrency.run_in_threadpool" | "fastapi.concurrency.run_in_threadpool" | "anyio.run"
        | "trio.run" | "asyncio.*.call_soon" | "anyio.from_thread.run" | "anyio.from_thread.run_sync"
        | "asyncer.asyncify" => Special(Invoke(0));
    "asyncio.*.run_in_executor" | "*.run_in_executor" => Special(Invoke(1));
    "asyncio.*.call_later" | "asyncio.*.call_at" => Special(Invoke(1));
    "*.run_until_complete" | "*.create_task" => Same(At(0));
    "*.start_soon" => Special(Invoke(0));
    "concurrent.*.submit" | "multiprocessing.*.apply_async" | "multiprocessing.*.apply" | "*.submit"
        => Special(Invoke(0));
    "concurrent.*.map" | "multiprocessing.*.map" | "multiprocessing.*.imap" | "multiprocessing.*.starmap"
        => Special(MapOver(At(0), At(1)));
    "concurrent.*.result" | "*.result" => Same(Receiver);
    "concurrent.futures.as_completed" | "concurrent.futures.wait" => Same(At(0));
    "threading.Thread" => Special(Thread);
    "threading.Timer" => Special(Invoke(1));
    // A queue is a list.
    "asyncio.Queue" | "asyncio.LifoQueue" | "asyncio.PriorityQueue" | "queue.Queue" | "queue.SimpleQueue"
        | "queue.LifoQueue" | "multiprocessing.Queue" | "janus.Queue" => Special(ListOf);
    "*.put" | "*.put_nowait" => Special(Append);
    "*.get_nowait" => Make(Element, &[Receiver]);
    "*.task_done" => Clean;
    "asyncio.get_event_loop" | "asyncio.get_running_loop" | "asyncio.new_event_loop" | "asyncio.sleep" | "asyncio.Lock"
        | "asyncio.Semaphore" | "asyncio.Event" | "asyncio.set_event_loop" => Clean;
    "threading.**" | "concurrent.*" | "queue.*" | "multiprocessing.*" | "signal.**" | "atexit.**" => Clean;

    // functools, contextlib, tenacity: what they decorate stays what it is.
    "functools.partial" | "functools.partialmethod" => Special(Partial);
    "functools.wraps" | "functools.lru_cache" | "functools.cache" | "functools.cached_property"
        | "functools.singledispatch" | "functools.total_ordering" | "contextlib.contextmanager"
        | "contextlib.asynccontextmanager" | "staticmethod" | "classmethod" | "property" | "*.setter" | "*.deleter"
        | "typing.overload" | "typing.override" | "typing.final" | "typing.no_type_check" | "abc.abstractmethod"
        | "dataclasses.dataclass" | "attr.s" | "attrs.define" | "attrs.frozen" | "attr.define" | "tenacity.retry"
        | "backoff.on_exception" | "backoff.on_predicate" | "retry.retry" | "cachetools.cached"
        | "async_lru.alru_cache" | "atexit.register" | "typing.runtime_checkable" | "enum.unique" | "numba.jit"
        | "warnings.deprecated" | "deprecated.deprecated" | "ratelimit.limits" | "ratelimit.sleep_and_retry"
        | "typeguard.typechecked" | "beartype.beartype" | "pydantic.validate_call"
        | "opentelemetry.*.start_as_current_span" => Special(Decorate);
    "functools.update_wrapper" => Same(At(0));
    "contextlib.suppress" | "contextlib.redirect_stdout" | "contextlib.redirect_stderr" | "contextlib.nullcontext"
        | "contextlib.ExitStack" | "contextlib.AsyncExitStack" => Same(At(0));
    "*.enter_context" | "*.enter_async_context" | "contextlib.closing" | "contextlib.aclosing" => Same(At(0));
    "*.__enter__" | "*.__aenter__" => Same(Receiver);

    // Classes of data.
    "dataclasses.asdict" | "dataclasses.astuple" | "dataclasses.replace" | "*.model_dump" | "*.model_copy"
        | "attr.asdict" | "attrs.asdict" => Unknown;
    "*.model_dump_json" => Make(WriteJson, &[Receiver]);
    "dataclasses.field" | "attr.ib" | "attrs.field" => Special(Schema);
    "pydantic.Field" | "pydantic.AfterValidator" | "pydantic.BeforeValidator" | "pydantic.StringConstraints"
        | "pydantic.constr" | "pydantic.conint" | "pydantic.confloat" | "pydantic.conlist" | "pydantic.create_model"
        | "pydantic.ConfigDict" | "pydantic.PrivateAttr" | "pydantic.WithJsonSchema" | "annotated_types.*"
        => Special(Schema);
    "pydantic.field_validator" | "pydantic.validator" | "pydantic.model_validator" | "pydantic.root_validator"
        | "pydantic.field_serializer" | "pydantic.computed_field" | "pydantic.dataclasses.dataclass"
        => Special(Decorate);
    "pydantic.TypeAdapter" => Unknown;
    "pydantic.*.validate_python" | "*.validate_python" | "*.model_validate" | "*.parse_obj" => Special(Validate);
    "*.validate_json" => Make(ParseJson, &[At(0)]);
    "jsonschema.validate" => Clean;
    "typing.NewType" | "typing.TypeVar" | "typing.NamedTuple" | "typing.TypedDict" | "typing.get_type_hints" => Unknown;
    "collections.namedtuple" | "enum.Enum" | "enum.auto" => Unknown;
    // What looks at a function does not call it.
    "inspect.signature" | "inspect.getdoc" | "inspect.getmembers" | "inspect.isfunction" | "inspect.iscoroutinefunction"
        | "inspect.ismethod" | "inspect.isclass" | "inspect.isgeneratorfunction" | "inspect.isasyncgenfunction"
        | "inspect.iscoroutine" | "inspect.getmodule" | "inspect.unwrap" | "inspect.getfullargspec" | "inspect.isawaitable"
        | "inspect.getfile" | "asyncio.iscoroutinefunction" | "asyncio.iscoroutine" => Make(Measure, &[At(0)]);
    "inspect.stack" | "inspect.currentframe" => Clean;
    "inspect.getsource" [Read] => Clean;
    "warnings.warn" | "warnings.filterwarnings" | "traceback.**" | "weakref.*" | "gc.*" => Clean;
    "argparse.**" => Clean;
    "click.command" | "click.group" | "click.option" | "click.argument" | "click.pass_context" | "typer.*.command"
        | "typer.*.callback" | "click.*.command" => Special(Decorate);
    "click.echo" | "click.secho" | "typer.echo" | "rich.print" | "rich.*" => Clean;
    "click.**" | "typer.**" | "fire.Fire" | "tqdm.*" => Clean;
};
