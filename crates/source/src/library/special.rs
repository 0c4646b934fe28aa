//! Functions that the interpreter must do itself.

use super::Slot;

/// What the interpreter does itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// Calls its function argument (by position) with each element of the receiver; gives a list of what it gives.
    Map(u8),
    /// Keeps the elements for which the function argument is true.
    Filter(u8),
    /// Condition: the function argument holds for some element (`some`), or with `find`: gives such an element.
    Some(u8),
    /// Condition: the function argument holds for every element.
    Every(u8),
    /// Gives an element for which the function argument is true.
    Find(u8),
    /// The same for a list that is no receiver (Python's `map`): (function, list).
    MapOver(Slot, Slot),
    /// Keeps elements of a list that is no receiver: (function, list).
    FilterOver(Slot, Slot),
    /// Calls the function argument with what the receiver gives (`then`).
    Then,
    /// Calls the function argument with an unknown failure (`catch`).
    Catch,
    /// Calls the function argument and gives the receiver (`finally`).
    Finally,
    /// Calls the function argument now, with the arguments after it, and gives what it gives: (position of the
    /// function).
    Invoke(u8),
    /// Calls what the argument `target` names, with the elements of `args` and the entries of `kwargs`.
    Thread,
    /// Python's `any` over an iterable of conditions.
    Any,
    /// Python's `all` over an iterable of conditions.
    All,
    /// Makes a list of the keys of a record or map.
    Keys(Slot),
    /// A list of its values.
    Values(Slot),
    /// A list of its pairs.
    Entries(Slot),
    /// A record of pairs.
    FromEntries,
    /// Copies all later arguments' entries into the first (`Object.assign`, `dict.update`).
    Assign,
    /// A function with first arguments given (`partial`).
    Partial,
    /// The receiver, a function, with its `this` and first arguments given (`bind`).
    Bind,
    /// Calls the receiver, a function, with a `this` and arguments (`call`).
    Call,
    /// Calls the receiver, a function, with a `this` and a list of arguments (`apply`).
    Apply,
    /// Calls the function argument with values that carry nothing of the program's inputs (`on`, `addEventListener`);
    /// gives the receiver.
    Listener,
    /// The same, but the values are a new input: the entries of an archive, whose names another chose.
    ArchiveListener,
    /// A decorator that keeps what it decorates (`functools.wraps`, `lru_cache`, `asynccontextmanager`).
    Decorate,
    /// A decorator that registers a tool, prompt or resource.
    DecorateTool,
    /// See above.
    DecoratePrompt,
    /// See above.
    DecorateResource,
    /// A record of a function that is a tool, prompt or resource, and of what is said of it (`Tool.from_function`).
    OfferOf,
    /// Registers a tool, prompt or resource by a call in the form of the TypeScript SDK's `tool`.
    RegisterTool,
    /// See above.
    RegisterPrompt,
    /// See above.
    RegisterResource,
    /// A decorator that registers the function that lists tools (`@server.list_tools()`), by its member's name.
    DecorateHandler,
    /// Registers a request handler by a schema or method (`setRequestHandler`).
    RegisterHandler,
    /// Registers a route of a web server: its handler gets request data.
    Route,
    /// A decorator that registers a route.
    DecorateRoute,
    /// A schema of a value: zod and pydantic `Field`. Its path says which.
    Schema,
    /// `getattr(object, name)`.
    GetMember,
    /// `setattr(object, name, value)`.
    SetMember,
    /// `new Promise(executor)`.
    Promise,
    /// Gives several values at once (`Promise.all`, `asyncio.gather`): a list of what it got.
    Gather,
    /// `range`: a list of numbers.
    Range,
    /// `enumerate`: a list of pairs, each of a number and an element.
    Enumerate,
    /// `zip`: a list of rows, each of an element of every argument.
    Zip,
    /// A list of the elements of the argument (`list`, `Array.from`, `sorted`, `set`).
    ListOf,
    /// A record (`dict(…)`, `new Map(…)`).
    RecordOf,
    /// A list of the elements of the first argument and of the arguments after it (Go's `append`, which changes
    /// nothing).
    ListWith,
    /// An empty list, record or instance of the type that the first argument names (Go's `make` and `new`).
    New,
    /// A text with values at its places (`format`, `%`, `Sprintf`): the [`Op::Concat`](super::Op::Concat) of its parts,
    /// from a template with `{}`, `{name}`, `%s` or `%v`. What is named is filled by name. A value at `%r`, `!r` or
    /// `%q` is written as by [`Op::WriteJson`](super::Op::WriteJson), one at `%d` is a
    /// [`Op::Number`](super::Op::Number).
    Format(Slot),
    /// The text of a value (`str`, `String`): of what came in, which may be anything, a text is made.
    AsText(Slot),
    /// The elements of a list joined: (list, separator). The [`Op::Concat`](super::Op::Concat) of what is known of it.
    JoinList(Slot, Slot),
    /// The entry of a container, or the argument after its name when there is none: (container, name). `dict.get`,
    /// `request.GetString`. Without a name: its last element.
    Lookup(Slot, Slot),
    /// [`Op::ReplaceAll`](super::Op::ReplaceAll) of (text, regular expression, by what); a text is the source of a
    /// regular expression here.
    Substitute(Slot, Slot, Slot),
    /// JavaScript's `replace`: [`Op::ReplaceAll`](super::Op::ReplaceAll) where the first argument is a regular
    /// expression with the flag `g`, else [`Op::ReplaceFirst`](super::Op::ReplaceFirst).
    Replace,
    /// Calls the function argument with what it gave before, at first the argument after it, and each element of the
    /// receiver; gives what it gave last (`reduce`).
    Reduce(u8),
    /// The first argument, checked by the schema that the receiver is; throws when it does not fit (`schema.parse(x)`).
    Validate,
    /// The same as a record of `success` and `data` (`safeParse`).
    TryValidate,
    /// Appends its arguments to the receiver, a list, and gives nothing (`append`, `push`).
    Append,
    /// Appends the elements of its argument to the receiver, a list (`extend`).
    Extend,
    /// Sets the entry of the receiver that the first argument names to the second (`Map.set`).
    SetEntry,
    /// Writes what the first argument carries into what the second one refers to (`json.Unmarshal(data, &out)`).
    Fill(Slot, Slot),
    /// [`Op::RelativePath`](super::Op::RelativePath) of the receiver to the first argument; throws unless the
    /// receiver is inside it (`relative_to`).
    Relative,
    /// A new input: data of a request to a web server that the program is.
    RequestData,
    /// Ends the program: nothing comes after it.
    Exit,
}
